"""The figures of the floor: what waits now, and what the day brought so far.

The day so far is counted over all its tickets; in a big hall that takes as long as everything else
together, and nobody sees it change by the second. A console keeps it for half a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY
from hallclient.services.floor_queues import WAITS_OVER
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from datetime import date

    from hallclient.services.floor_records import HalfHour
    from hallclient.services.store import Reader

KEPT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class FloorFigures:
    """The row of figures. Waits in seconds; None where there is nothing to say yet."""

    waiting: int
    half_wait: int | None
    """Half of those called in the last hour waited no longer."""
    most_wait: int | None
    """Nine of ten."""
    issued: int
    issued_before: int | None
    """On the same weekday a week ago up to this time; None when the hall was closed then."""
    before: date | None
    finished: int
    abandoned: int
    due_today: int
    overdue: int
    rated: int
    satisfied: int
    """Of ``rated``: 满意率 counts levels 5, 4 and 3 (domain.md §3)."""


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """What the day brought up to a moment; ``figures`` with the waiting of that moment."""

    at: datetime
    day: date | None
    figures: FloorFigures
    trend: tuple[HalfHour, ...]

    def holds(self, reader: Reader) -> bool:
        """Return whether it may still be shown: the same day, and not long ago."""
        return self.day == reader.day and timedelta(0) <= reader.now - self.at < KEPT


def day_so_far(reader: Reader) -> DaySoFar:
    """Return what the open day brought up to the reader's moment."""
    day = reader.day
    figures = reader.day_figures() if day else None
    before = day - 7 * A_DAY if day else None
    issued_before = reader.issued_by(before, reader.now - 7 * A_DAY) if before else 0
    staff_days = reader.staff_days(day) if day else ()
    today = local_time(reader.plan, reader.now).date()
    from hallclient.services.case_views import pressing_cases  # noqa: PLC0415 - not for a start

    pressing = pressing_cases(reader)
    whole = reader.wait_since(reader.now - WAITS_OVER)
    told = FloorFigures(
        waiting=0,
        half_wait=whole.p50,
        most_wait=whole.p90,
        issued=figures.issued if figures else 0,
        issued_before=issued_before or None,
        before=before if issued_before else None,
        finished=figures.served if figures else 0,
        abandoned=(figures.no_shows + figures.abandoned) if figures else 0,
        due_today=sum(view.case.due_on == today and not view.overdue for view in pressing),
        overdue=sum(view.overdue for view in pressing),
        rated=sum(one.rated for one in staff_days),
        satisfied=sum(one.satisfied for one in staff_days),
    )
    return DaySoFar(reader.now, day, told, tuple(reader.half_hours(day)) if day else ())
