"""One measurement of ``bench board`` in a process of its own; prints one JSON line.

::

    motion WIDTH HEIGHT          frames of the hero's trace while the recent calls shift
    memory EVENTS                what a tenth of the events and all of them leave behind
    idle DATABASE SECONDS        processor time of a board on which nothing happens
"""

import itertools
import json
import sys
import time

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget

from hallclient.lab.bench.board_stand import MadeUpHall, made_up_board
from hallclient.lab.bench.figures import percentile
from hallclient.lab.bench.painting import until

TURNS = 6
"""Calls in a row of which the frames are counted."""


class Frames(QObject):
    """Notes when a widget has been painted and how long all painting took, in one pass."""

    def __init__(self, watched: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self.at: list[float] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note a paint event."""
        if event.type() == QEvent.Type.Paint:
            self.at.append(time.monotonic())
        return False


def motion(width: int, height: int) -> dict[str, object]:
    """Return frames a second of the trace and of the shift, and the longest pause between two."""
    hall = MadeUpHall()
    app, board = made_up_board(hall, (width, height))
    until(board.newest.isVisible)
    hero, rows = Frames(board.newest, board), Frames(board.recent[3], board)
    traces: list[list[float]] = []
    shifts: list[list[float]] = []
    spent = time.process_time()
    began = time.monotonic()
    for turn in range(1, TURNS + 1):
        board.presenter.hero = type(board.presenter.hero)(board.presenter.hero.shown)
        hero.at.clear()
        rows.at.clear()
        hall.call(turn)
        hall.tell()
        until(lambda: board.newest.tracing)
        until(lambda: not (board.newest.tracing or board.shift.running))
        traces.append(list(hero.at))
        shifts.append(list(rows.at))
    busy = (time.process_time() - spent) / (time.monotonic() - began)
    board.stop()
    board.close()
    app.close()
    return {
        "width": width,
        "height": height,
        **_rates("trace", traces),
        "trace_gap_ms": _longest(traces),
        **_rates("shift", shifts),
        "shift_gap_ms": _longest(shifts),
        "busy_percent": round(100 * busy, 1),
    }


def idle(database: str, seconds: float) -> dict[str, object]:
    """Return the share of a core that a real board takes while nothing happens in its hall.

    ``bare_percent`` is what is left of it when the board is stopped: an open window.
    """
    from hallclient.bootstrap.display import open_display  # noqa: PLC0415 - only this one needs it
    from hallclient.config import DisplaySettings, Settings  # noqa: PLC0415 - the same
    from hallclient.display.board import CallBoard  # noqa: PLC0415 - the same

    own = DisplaySettings(sound=False)
    settings = Settings(database=database, full_screen=False, display=own)
    role = open_display(settings)
    board = role.widget
    assert isinstance(board, CallBoard)  # noqa: S101 - what open_display makes
    taken: list[float] = []

    def begin() -> None:
        taken.extend((time.process_time(), time.monotonic()))
        QTimer.singleShot(round(seconds * 1000), role.app.qt.quit)

    role.show(settings, (0, 0, 1920, 1080))
    QTimer.singleShot(4000, begin)  # what a start does once is over then
    role.run()
    spent, passed = time.process_time() - taken[0], time.monotonic() - taken[1]
    return {
        "seconds": round(passed, 1),
        "idle_percent": round(100 * spent / passed, 2),
        "bare_percent": _bare(seconds / 4),
    }


def _bare(seconds: float) -> float:
    """Return the share of a core that an open window takes in which nothing is done."""
    window = QWidget()
    window.resize(1920, 1080)
    window.show()
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    spent, began = time.process_time(), time.monotonic()
    loop.exec()
    share = (time.process_time() - spent) / (time.monotonic() - began)
    window.close()
    return round(100 * share, 2)


def _rates(name: str, runs: list[list[float]]) -> dict[str, float]:
    """Return the middle and the lowest rate of all runs: frames a second, first to last."""
    rates = [(len(at) - 1) / (at[-1] - at[0]) for at in runs if len(at) > 2]
    worst = round(min(rates, default=0.0), 1)
    return {f"{name}_fps": round(percentile(rates, 0.5), 1), f"{name}_fps_worst": worst}


def _longest(runs: list[list[float]]) -> float:
    gaps = [b - a for at in runs for a, b in itertools.pairwise(at)]
    return round(1000 * max(gaps, default=0.0), 1)


def main(what: str, *rest: str) -> int:
    """Measure one thing."""
    if what == "motion":
        found = motion(int(rest[0]), int(rest[1]))
    elif what == "memory":
        from hallclient.lab.bench.board_soak import soak  # noqa: PLC0415 - only this one needs it

        found = soak(int(rest[0]))
    else:
        found = idle(rest[0], float(rest[1]))
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
