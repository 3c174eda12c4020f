"""One display of ``bench calls``: the real board, which says when it painted a call.

Prints ``ready`` when the hall is on the board, then one line a painted call: turn id, monotonic
second. Ends when its standard input closes, with ``cpu`` and the processor seconds since it was
ready.
"""

import sys
import time

from PySide6.QtCore import QSocketNotifier

from hallclient.bootstrap.display import open_display
from hallclient.config import DisplaySettings, Settings
from hallclient.display.board import CallBoard
from hallclient.lab.bench.saying import put_line

_READY_AT: list[float] = []


def main(database: str, name: str) -> int:
    """Show the whole hall until the parent closes our input."""
    settings = Settings(
        database=database, full_screen=False, display=DisplaySettings(name=name, sound=False)
    )
    role = open_display(settings, painted=_report)
    assert isinstance(role.widget, CallBoard)  # noqa: S101 - what open_display makes
    role.widget.presenter.figures_changed.connect(_ready)
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(role.app.qt.quit)
    role.show(settings, (0, 0, 1920, 1080))
    code = role.run()
    put_line("cpu", repr(time.process_time() - _READY_AT[0]))
    return code


def _report(turn_id: int, calls: int, at: float) -> None:
    if calls == 1:
        put_line(turn_id, repr(at))


def _ready() -> None:
    if not _READY_AT:
        _READY_AT.append(time.process_time())
        put_line("ready")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
