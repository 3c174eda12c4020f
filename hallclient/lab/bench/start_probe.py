"""One start of ``bench start``: a bare window or a role, timed from before the process began.

Arguments: what (a role, or ``bare-`` and the role whose size it has), the parent's monotonic
second, a database. Prints one JSON object: milliseconds to the first useful paint and to ready,
memory in kilobytes after it has settled, and how many of the program's modules the UI thread
had loaded at the first paint; ``start_probe ROLE BEGAN DATABASE names`` ends there and prints their
names instead.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget

if TYPE_CHECKING:
    from hallclient.bootstrap.role import Role

PROGRAM = "hallclient."
SETTLE_MS = 700
LOOK_MS = 2
SIZES = {
    "kiosk": (1080, 1920),
    "window": (1920, 72),
    "display": (1920, 1080),
    "screen": (1280, 800),
    "supervisor": (1440, 900),
}
WINDOW = "12"


class Imports(MetaPathFinder):
    """Notes what the UI thread imports; a worker's imports keep no first paint."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, fullname: str, _path: object, _target: object = None, /) -> None:
        """Note a module of the program; another finder finds it."""
        if fullname.startswith(PROGRAM) and current_thread() is main_thread():
            self.names.append(fullname)


IMPORTS = Imports()


class Marks(QObject):
    """Notes when a window is first painted usefully, and when it is ready."""

    def __init__(
        self, window: QWidget, began: float, useful: Callable[[], bool], ready: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._began = began
        self._useful = useful
        self._ready = ready
        self.seen: dict[str, float] = {}
        self.loaded: tuple[str, ...] = ()
        self.only_names = False
        window.installEventFilter(self)
        self._look = QTimer(self)
        self._look.timeout.connect(self._look_for_ready)
        self._look.start(LOOK_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the paints of the window."""
        if event.type() is QEvent.Type.Paint and "paint_ms" not in self.seen and self._useful():
            # The event is still to be handled: a turn of the loop later it is on the screen.
            QTimer.singleShot(0, self._painted)
        return super().eventFilter(watched, event)

    def _painted(self) -> None:
        self._mark("paint_ms")
        if not self.loaded:
            self.loaded = tuple(sorted(IMPORTS.names))
        if self.only_names:
            QApplication.quit()

    def _look_for_ready(self) -> None:
        if "paint_ms" in self.seen and self._ready():
            self._look.stop()
            self._mark("ready_ms")
            QTimer.singleShot(SETTLE_MS, QApplication.quit)

    def _mark(self, name: str) -> None:
        self.seen.setdefault(name, (time.monotonic() - self._began) * 1000)


def main(what: str, began: float, database: str, *, names: bool = False) -> int:
    """Run one start and print its figures."""
    if what.startswith("bare-"):
        app = QApplication([])
        window = QWidget()
        QLabel("hallclient", window)
        window.resize(*SIZES[what.removeprefix("bare-")])
        marks = Marks(window, began, lambda: True, lambda: True)
        window.show()
        code = app.exec()
    else:
        sys.meta_path.insert(0, IMPORTS)
        role = _role(what, database)
        assert role.widget is not None  # noqa: S101 - every role has a window
        marks = Marks(role.widget, began, role.useful, role.ready)
        marks.only_names = names
        code = role.run()
    if names:
        print(json.dumps(marks.loaded))
        return code
    memory = int(Path("/proc/self/status").read_text("ascii").split("VmRSS:")[1].split()[0])
    print(json.dumps({**marks.seen, "rss_kb": memory, "modules": len(marks.loaded)}))
    return code


def _role(what: str, database: str) -> "Role":
    """Open a role as its command does, and show it."""
    from hallclient.bootstrap import open_role  # noqa: PLC0415 - being measured
    from hallclient.config import ScreenSettings, Settings, WindowSettings  # noqa: PLC0415 - being measured

    settings = Settings(
        database=database,
        full_screen=False,
        window=WindowSettings(window=WINDOW),
        screen=ScreenSettings(window=WINDOW),
    )
    role = open_role(what, settings)
    role.show(settings, (0, 0, *SIZES[what]))
    return role


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3], names=len(sys.argv) > 4))
