"""The business system of these tests: a field on the whole screen, every key it gets on a line.

python other_program.py LOG [TITLE [full]]
"""

import os
import sys

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit


class Field(QPlainTextEdit):
    """Writes down what it gets, in one system call a key."""

    def __init__(self, log: int) -> None:
        super().__init__()
        self._log = log

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Note the text, else the key's number; repeats are marked."""
        word = event.text() if event.text().isprintable() and event.text() else f"#{event.key():x}"
        os.write(self._log, (("~" if event.isAutoRepeat() else "") + word + "\n").encode())
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End with the window."""
        super().closeEvent(event)
        QApplication.quit()


def main() -> int:
    """Run until the terminal lets go."""
    app = QApplication(sys.argv[:1])
    field = Field(os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT))
    field.setWindowTitle(sys.argv[2] if len(sys.argv) > 2 else "business")
    leash = QSocketNotifier(0, QSocketNotifier.Type.Read)
    leash.activated.connect(app.quit)
    (field.showFullScreen if sys.argv[3:] == ["full"] else field.showMaximized)()
    QTimer.singleShot(50, field.activateWindow)  # without a window manager nobody else does
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
