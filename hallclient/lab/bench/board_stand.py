"""A call board without a database: a hall in memory, whose calls a benchmark makes up."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from hallclient.display.board import CallBoard
from hallclient.display.desk import BoardDesk, Painted, Voice
from hallclient.domain.estimate import WaitRange
from hallclient.domain.journal import Entry
from hallclient.services.board import BoardCall, BoardNews, BoardState, HallNow, QueueLine
from hallclient.services.hallfile import load_hall
from hallclient.ui.app import App, make_application
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan


SHOWN = 12
"""Calls that stand on the board when it starts."""


class StillWorker(QObject):
    """Answers at once, in the same thread."""

    busy_for = Signal(float)

    def submit(
        self, op: Callable[[], Any], on_done: Callable[[Any], None], _on_failed: object
    ) -> None:
        """Ask and answer."""
        on_done(op())


class StillFeed(QObject):
    """Wakes when told."""

    changed = Signal()
    recovered = Signal()


class MadeUpHall:
    """What a board asks its hall; ``call`` adds an entry to the journal."""

    def __init__(self, hall: str = "demo") -> None:
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.plan: HallPlan = load_hall(hall).plan
        self.entries: list[Entry] = []
        self.seq = 1
        self.feed = StillFeed()
        self._calls = deque((self._found(n) for n in range(SHOWN)), maxlen=SHOWN)

    def state(self) -> BoardState:
        """Return a board with calls in every place: a board asks again when a day is over."""
        return BoardState(self.plan, self.now(), [*self._calls], ["A901", "A902", "A903", "A904"])

    def now(self) -> HallNow:
        """Return how full it is."""
        wait = WaitRange(10, 30)
        lines = {q.code: QueueLine(q.code, 7, None, 1, 0, wait) for q in self.plan.queues}
        windows = frozenset(w.code for w in self.plan.windows)
        return HallNow(self.clock(), self.seq, 7, windows, lines)

    def news(self, _seq: int, _head: str = "") -> BoardNews:
        """Hand out what has been called since."""
        entries, self.entries = self.entries, []
        return BoardNews(self.seq, entries)

    def call(self, turn: int) -> None:
        """Call a number to a window, in turn around the hall."""
        window = self.plan.windows[turn % len(self.plan.windows)]
        service = self.plan.services[turn % len(self.plan.services)]
        label = _label(turn)
        self.seq += 1
        facts: dict[str, Any] = {"turn": turn, "label": label, "service": service.code}
        about = (label, window.number, window.zone, service.name, self.clock())
        self._calls.appendleft(BoardCall(turn, *about, calls=1, active=False, awaited=True))
        self._add("ticket.called", window.zone, window.code, facts)

    def miss(self, turn: int) -> None:
        """Say that nobody came for a number."""
        window = self.plan.windows[turn % len(self.plan.windows)]
        self.seq += 1
        facts: dict[str, Any] = {"turn": turn, "label": _label(turn)}
        self._add("ticket.no_show", window.zone, window.code, {**facts, "calls": 3})

    def tell(self) -> None:
        """Wake the board."""
        self.feed.changed.emit()

    def _add(self, kind: str, zone: str, window: str, facts: dict[str, Any]) -> None:
        at = self.clock()
        self.entries.append(Entry(self.seq, at, kind, zone, window, "", "bench", facts, ""))

    def _found(self, n: int) -> BoardCall:
        window, service = self.plan.windows[n], self.plan.services[n]
        at = self.clock() - timedelta(seconds=50 + n)
        about = (_label(n), window.number, window.zone, service.name, at)
        return BoardCall(-n - 1, *about, calls=1, active=False, awaited=False)


def _label(turn: int) -> str:
    return f"{'ABCG'[turn % 4]}{turn % 1000:03}"


def made_up_board(
    hall: MadeUpHall,
    size: Sequence[int],
    *,
    painted: Painted | None = None,
    voice: Voice | None = None,
    clock: HallClock | None = None,
) -> tuple[App, CallBoard]:
    """Return a board on its screen; stop it, and close the application, when done."""
    app = make_application(["hallclient"], styled=False)
    desk = BoardDesk(
        hall,  # type: ignore[arg-type] # asks the same questions
        StillWorker(),  # type: ignore[arg-type]
        hall.feed,  # type: ignore[arg-type]
        app.words,
        painted=painted,
        voice=voice,
    )
    board = CallBoard(desk, Look(load_theme()), clock=clock)
    board.setGeometry(0, 0, size[0], size[1])
    board.show()
    board.start()
    return app, board
