"""What the probes of ``bench window`` share: waiting with Qt's loop, and noticing a picture."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

LIMIT_S = 10.0


def until(condition: Callable[[], bool]) -> bool:
    """Run Qt's loop until a condition holds; False when it did not in ten seconds."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        QCoreApplication.processEvents()
        time.sleep(0.0002)
    return True


class Painted(QObject):
    """Says when a window, or anything in it, was painted for the first time after ``expect``."""

    def __init__(self, window: QWidget, app: QObject) -> None:
        super().__init__(app)
        self._window = window
        self._waits = False
        self.at = 0.0
        app.installEventFilter(self)

    def expect(self) -> None:
        """Notice the next picture."""
        self._waits, self.at = True, 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the moment behind the paint event."""
        if self._waits and event.type() == QEvent.Type.Paint and self._ours(watched):
            self._waits = False
            QTimer.singleShot(0, self._note)
        return False

    def _ours(self, watched: QObject) -> bool:
        return isinstance(watched, QWidget) and watched.window() is self._window

    def _note(self) -> None:
        self.at = time.monotonic()
