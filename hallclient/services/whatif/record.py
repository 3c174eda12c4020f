"""A day as it is played by ``services.whatif.play``: who came, who sat where, by which rules.

All times of day are seconds after ``DayRecord.midnight``, whole or not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.text import NO_TEXT, LocalText

OVERTIME_S = 90 * 60.0
"""So long after its closing a window goes on calling while somebody waits."""

Ranks = tuple[tuple[str, ...], ...]
"""Codes of queues, the first rank first, equals side by side."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One citizen and all that is true of them, whenever and wherever they are called.

    ``handling`` is from the start to the end, ``walks`` from the call to the start. ``slot`` is the
    time of an appointment. Who does not show up comes back ``returns_after`` the no-show, or never.
    """

    number: int
    at: float
    queue: str
    handling: float
    service: str = ""
    priority: PriorityClass = PriorityClass.NORMAL
    walks: float = 20.0
    slot: float | None = None
    shows_up: bool = True
    returns_after: float | None = None
    claim: float | None = None
    """When the claim counts from where that is known: a number that was sent on keeps its own."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of a window, from its first free moment after ``at``."""

    at: float
    lasts: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a window serves these queues.

    From ``closes`` on it leaves when nobody waits for it, at ``stops`` in any case; when the next
    span begins right there it goes on with those queues.
    """

    opens: float
    closes: float
    ranks: Ranks
    stops: float

    @property
    def queues(self) -> tuple[str, ...]:
        """Return all queues, best rank first."""
        return tuple(code for rank in self.ranks for code in rank)


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """A window's day; ``spans`` in order, none over another.

    ``refreshes`` is the second within ``DayRecord.looks_every`` in which an idle window looks.
    """

    number: str
    spans: tuple[Span, ...]
    pauses: tuple[Pause, ...] = ()
    refreshes: float = 0.0


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """A queue's day. ``ceiling_minutes`` None takes the hall's. Numbers are given out in between.

    ``opens`` and ``closes`` are when it is served, as the public is told.
    """

    code: str
    opens: float
    closes: float
    tickets_from: float
    tickets_until: float
    ceiling_minutes: int | None = None
    name: LocalText = NO_TEXT


@dataclass(frozen=True)
class DayRecord:
    """A whole day. Visits in any order, their numbers differ."""

    midnight: datetime
    visits: tuple[Visit, ...]
    windows: tuple[WindowRecord, ...]
    queues: tuple[QueueRecord, ...]
    rules: HallRules = field(default_factory=HallRules)
    call_again: float = 30.0
    """Seconds between two calls of a number that does not come."""
    between: float = 4.0
    """Seconds from the end of one turn to the next call."""
    looks_every: float = 5.0
    """Seconds after which an idle window sees who came; 0 sees at once."""

    @cached_property
    def queue_of(self) -> dict[str, QueueRecord]:
        """Queues by code."""
        return {queue.code: queue for queue in self.queues}

    @cached_property
    def window_of(self) -> dict[str, WindowRecord]:
        """Windows by number."""
        return {window.number: window for window in self.windows}
