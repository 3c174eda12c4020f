"""What a store is asked for and answers: counts, days, and the journal's end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a port knows names only: a role must not load for it what it does not use
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from hallclient.domain.journal import Entry
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many wait in a queue, and since when the longest of them."""

    queue_id: int
    waiting: int
    oldest_at: datetime | None
    last_called: str = ""
    """The label called last today."""
    stopped: bool = False
    """Whether the supervisor has stopped it."""
    early: int = 0
    """Those of ``waiting`` who came before their time and are ahead of nobody yet."""
    pace: str = field(default="", compare=False, repr=False)
    """How fast it goes, as stored (``domain.pace.Pace.of``)."""

    @property
    def ready(self) -> int:
        """Return how many may be called now: all of them are ahead of who joins."""
        return self.waiting - self.early


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries somebody follows; a kind that ends with a dot is all that begin so."""

    kinds: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    """Those of some zones only."""
    zones: tuple[str, ...] = ()
    """None: of all."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The journal's end at a moment, behind an entry that somebody knows."""

    seq: int
    head: str
    """The last entry, and its hash."""
    before: str
    """The hash of the known entry, empty where it is not there."""
    there: int
    """How many entries there are behind it, wanted or not; no more were counted than asked for."""
    entries: Sequence[Entry]
    """The wanted ones, oldest first."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """Ids of the windows that are open for calls, of those with somebody there, and who waits."""

    open: frozenset[int]
    busy: frozenset[int]
    waiting: Mapping[int, int]
    """By queue; where nobody waits there may be none."""


@dataclass(frozen=True, slots=True)
class Called:
    """A turn that was called, with its ticket."""

    turn: Turn
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A business day. ``head`` is the hash of the journal when it was closed."""

    day: date
    opened_at: datetime
    closed_at: datetime | None
    head: str | None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What became of a day's tickets: ``issued`` is the sum of the next three and of those open.

    ``no_shows`` were called, did not come and are not waiting again; ``abandoned`` ended without
    service and without a missed call; ``cases`` were accepted or refused.
    """

    issued: int
    served: int
    no_shows: int
    abandoned: int
    cases: int
