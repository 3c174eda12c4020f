"""One start of ``bench start``: a bare window or a role, timed from before the process began.

Arguments: what (``bare`` with a role's name as second word of the size, or a role), the parent's
monotonic second, a database. Prints one JSON object: milliseconds to the first useful paint and to
ready, memory in kilobytes after it has settled.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget

SETTLE_MS = 700
SIZES = {"kiosk": (1080, 1920), "window": (1920, 72), "display": (1920, 1080)}


class Marks(QObject):
    """Notes when the window is first painted usefully, and when it is ready."""

    def __init__(self, window: QWidget, began: float, useful: Callable[[], bool]) -> None:
        super().__init__()
        self._window = window
        self._began = began
        self._useful = useful
        self.seen: dict[str, float] = {}
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the paints of the window."""
        if event.type() is QEvent.Type.Paint and "paint_ms" not in self.seen and self._useful():
            # The event is still to be handled: a turn of the loop later it is on the screen.
            QTimer.singleShot(0, self._painted)
        return super().eventFilter(watched, event)

    def ready(self, *_anything: object) -> None:
        """Note that the role is ready."""
        self._mark("ready_ms")

    def _painted(self) -> None:
        self._mark("paint_ms")

    def _mark(self, name: str) -> None:
        self.seen.setdefault(name, (time.monotonic() - self._began) * 1000)
        if len(self.seen) == 2:
            QTimer.singleShot(SETTLE_MS, QApplication.quit)


def main(what: str, began: float, database: str) -> int:
    """Run one start and print its figures."""
    marks, run = _bare(what, began) if what.startswith("bare-") else _role(what, began, database)
    code = run()
    status = Path("/proc/self/status").read_text("ascii")
    memory = int(status.split("VmRSS:")[1].split()[0])
    print(json.dumps({**marks.seen, "rss_kb": memory}))
    return code


def _bare(what: str, began: float) -> tuple[Marks, Callable[[], int]]:
    app = QApplication([])
    window = QWidget()
    QLabel("hallclient", window)
    marks = Marks(window, began, lambda: True)
    window.resize(*SIZES[what.removeprefix("bare-")])
    window.show()
    QTimer.singleShot(0, marks.ready)
    return marks, app.exec


def _role(what: str, began: float, database: str) -> tuple[Marks, Callable[[], int]]:
    from hallclient.config import Settings, WindowSettings  # noqa: PLC0415 - being measured

    settings = Settings(
        database=database, full_screen=False, window=WindowSettings(window="12")
    )
    if what == "kiosk":
        from hallclient.bootstrap.kiosk import open_kiosk  # noqa: PLC0415 - the same

        role, presenter = open_kiosk(settings)
        useful: Callable[[], bool] = lambda: presenter.home_view() is not None  # noqa: E731
        ready = presenter.ready
    elif what == "window":
        from hallclient.bootstrap.window import open_window  # noqa: PLC0415 - the same
    else:
        from hallclient.bootstrap.display import open_display  # noqa: PLC0415 - the same
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3]))
