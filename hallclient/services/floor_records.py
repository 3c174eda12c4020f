"""What storage keeps of the floor, one row each: stops, lent windows, waits, staff days, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - storage reads the hints of the dataclasses
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn


@dataclass(frozen=True, slots=True)
class QueueStop:
    """A queue that gives out no numbers for the rest of the day, or until it is opened again."""

    queue_id: int
    staff_id: int
    at: datetime
    reason: str = ""
    """One of ``STOP_REASONS`` (``services.supervising``)."""


@dataclass(frozen=True, slots=True)
class LentWindow:
    """The queues that a window serves today in place of its usual ones."""

    window_id: int
    ranks: tuple[tuple[str, ...], ...]
    staff_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """How long those waited who were called since a moment, in seconds; None when nobody was."""

    called: int
    p10: int | None = None
    p50: int | None = None
    p90: int | None = None


@dataclass(frozen=True, slots=True)
class HalfHour:
    """What happened in half an hour of a day, from ``begins`` on."""

    begins: datetime
    issued: int
    finished: int


@dataclass(frozen=True, slots=True)
class StaffDay:
    """One member of staff on one closed day; seconds are sums. Ratings are counts, never a level.

    The database hands it to nobody but the chore that makes ``OwnTotals`` of it.
    """

    staff_id: int
    day: date
    served: int
    serving_seconds: int
    waiting_seconds: int
    rated: int
    satisfied: int
    """Levels 5, 4 and 3 among the active ratings (满意率 counts 基本满意 as well)."""


@dataclass(frozen=True, slots=True)
class OwnTotals:
    """What a clerk may see of the own week: totals up to a closed day (visual.md §5).

    ``rated`` and ``satisfied`` grow by whole batches of at least five ratings.
    """

    staff_id: int
    week: date
    """Its Monday."""
    through: date
    served: int
    serving_seconds: int
    waiting_seconds: int
    promised: int
    late: int
    rated: int
    satisfied: int


class OfflineKind(StrEnum):
    """What a window can do without the database."""

    FINISH = "finish"
    HOLD = "hold"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class OfflineMove:
    """What a window did without the database, once it was handed in (离线续办).

    ``wanted`` is the outcome, or how the ticket was held; of a rating nothing. ``made_at`` is the
    terminal's time, ``at`` that of handing in. ``trouble`` is why it could not be done any more,
    empty when it was; somebody (``staff_id``) looks after that since ``taken_at``.
    """

    request_id: str
    turn_id: int
    window_id: int
    label: str
    kind: OfflineKind
    wanted: str
    made_at: datetime
    at: datetime
    trouble: str = ""
    staff_id: int | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn that ended today at a window, with its ticket; for the clerk's history."""

    turn: Turn
    ticket: Ticket
