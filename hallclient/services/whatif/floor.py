"""The floor of a day while it is played: tickets, queues and windows as they are now."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum

from hallclient.domain.pace import Pace
from hallclient.domain.wait import Told
from hallclient.services.whatif.line import Key, Line
from hallclient.services.whatif.record import DayRecord, QueueRecord, Span, Visit, WindowRecord
from hallclient.services.whatif.result import Fate, TicketResult


class State(IntEnum):
    """What a window does."""

    AWAY = 0
    IDLE = 1
    BUSY = 2
    PAUSED = 3


@dataclass(slots=True)
class TicketNow:
    """A ticket of the day."""

    visit: Visit
    key: Key
    ahead: int
    free: int
    told: Told | None
    since: float
    """When its wait counts from: for an early appointment, when it may be called."""
    fate: Fate = Fate.ABANDONED
    called: float | None = None
    window: str = ""
    ended: float | None = None
    missed_at: float = 0.0
    requeued: int = 0


class QueueNow:
    """A queue of the day, with what it learns."""

    __slots__ = ("ceiling", "code", "line", "open", "pace", "record", "serving")

    def __init__(self, record: QueueRecord, day: DayRecord, pace: Pace | None) -> None:
        own = record.ceiling_minutes
        minutes = day.rules.ceiling_minutes if own is None else own
        self.record, self.code = record, record.code
        self.ceiling = timedelta(minutes=minutes)
        self.pace = Pace() if pace is None else replace(pace)
        self.line = Line()
        self.open = [0, 0]
        self.serving: list[WindowNow] = []
        """Windows that have this queue now, also while they pause or serve."""

    @property
    def windows(self) -> int:
        """Return how many open windows serve it, as ``domain.serving.open_windows`` counts."""
        return self.open[0] or self.open[1]


class WindowNow:
    """A window of the day."""

    __slots__ = (
        "busy_s",
        "calls",
        "number",
        "open_s",
        "order",
        "pauses",
        "queues",
        "record",
        "since",
        "span",
        "spans",
        "state",
        "wakes",
    )

    def __init__(self, order: int, record: WindowRecord) -> None:
        self.order, self.record, self.number = order, record, record.number
        self.spans = list(record.spans)
        self.pauses = sorted(record.pauses, key=lambda pause: pause.at)
        self.span: Span | None = None
        self.queues: list[tuple[int, QueueNow]] = []
        self.state = State.AWAY
        self.since = 0.0
        self.wakes = -1.0
        self.calls = 0
        self.open_s = self.busy_s = 0.0


def is_open(state: State) -> bool:
    """Return whether the hall counts such a window as open."""
    return state in (State.IDLE, State.BUSY)


def counted(window: WindowNow) -> set[tuple[str, int]]:
    """Return the queues at which a window counts, 0 for its first ones, 1 for others."""
    if not is_open(window.state):
        return set()
    return {(queue.code, min(rank - 1, 1)) for rank, queue in window.queues}


def told_of(one: TicketNow) -> TicketResult:
    """Return what became of a ticket."""
    return TicketResult(
        number=one.visit.number,
        queue=one.visit.queue,
        arrived=one.visit.at,
        fate=one.fate,
        ahead=one.ahead,
        free=one.free,
        told=one.told,
        called=one.called,
        window=one.window,
        ended=one.ended,
    )
