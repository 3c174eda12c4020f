"""One start of ``bench start``: a bare window or a role, timed from before the process began.

Arguments: what (bare, kiosk, window, display), the parent's monotonic second, a database. Prints
one JSON object: milliseconds to the first useful paint and to ready, memory in kilobytes.
"""

import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hallclient.bootstrap.role import Role
    from hallclient.config import Settings

SETTLE_MS = 700
SIZES = {"kiosk": (1080, 1920), "window": (1920, 72), "display": (1920, 1080)}


def main(what: str, began: float, database: str) -> int:
    """Run one start."""
    if what.startswith("bare"):
        return _bare(began, what.removeprefix("bare-"))
    return _role(what, began, database)


def _bare(began: float, like: str) -> int:
    from PySide6.QtWidgets import QApplication, QLabel, QWidget  # noqa: PLC0415 - being measured

    app = QApplication([])
    window = QWidget()
    QLabel("hallclient", window)
    window.resize(*SIZES[like])
    marks: dict[str, float] = {}
    _watch(window, marks, began, lambda: True)
    window.show()
    marks["ready"] = 0.0
    _end_when(marks, app.quit)
    app.exec()
    return _report(marks)


def _role(what: str, began: float, database: str) -> int:
    from hallclient.config import Settings, WindowSettings  # noqa: PLC0415 - being measured

    settings = Settings(
        database=database, full_screen=False, window=WindowSettings(window=_first_window(what))
    )
    role, useful = _open(what, settings)
    assert role.widget is not None  # noqa: S101 - every role has a window
    marks: dict[str, float] = {}
    _watch(role.widget, marks, began, useful)

    def ready(*_anything: object) -> None:
        marks.setdefault("ready", (time.monotonic() - began) * 1000)

    _ready_signal(what, role).connect(ready)  # type: ignore[attr-defined]  # a signal instance
    role.show(settings, (0, 0, *SIZES[what]))
    _end_when(marks, role.app.qt.quit)
    role.run()
    return _report(marks)
