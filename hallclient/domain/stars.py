"""Stars beside a clerk's photo: of which ratings, when they move (visual.md, Window screen).

The clerk sees this screen too and may write down every day what stands there. Ratings therefore
join in batches of at least ten, by whole closed days and within a calendar month: all that can be
told from two days' stars is something about the sum of a batch, never which of its ratings was
what. A month leaves whole. What stands changes only when ten ratings or more have come or gone, so
that one that is set aside later (an appeal) is not told by a difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

BATCH: Final = 10
"""Also the fewest ratings that show stars at all."""
MONTHS: Final = 3
"""Calendar months, the present one among them."""


@dataclass(frozen=True, slots=True)
class DayLevels:
    """The active ratings of one person on one closed day: how many, and the sum of their levels."""

    day: date
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Score:
    """Tenths of a star, 10 to 50, of so many ratings."""

    tenths: int
    ratings: int


def first_day(through: date) -> date:
    """Return the first day whose ratings count for stars up to a day."""
    months = through.year * 12 + through.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def score_of(days: Iterable[DayLevels]) -> Score | None:
    """Return the score of one person's closed days, in order; None before the first batch."""
    count = total = 0
    for _month, some in groupby(days, key=lambda one: (one.day.year, one.day.month)):
        joined = _joined(tuple(some))
        count, total = count + joined[0], total + joined[1]
    # Half a tenth goes up, on every machine alike.
    return Score((20 * total + count) // (2 * count), count) if count else None


def next_score(now: Score | None, before: Score | None, *, month_left: bool) -> Score | None:
    """Return what is shown: ``before`` stands until a whole batch has come.

    Fewer ratings than before are shown only when a month has left: a batch that falls apart
    because one of its ratings was set aside would tell so.
    """
    if before is None:
        return now
    more = (now.ratings if now is not None else 0) - before.ratings
    return now if more >= BATCH or (month_left and more <= -BATCH) else before


def _joined(days: Sequence[DayLevels]) -> tuple[int, int]:
    count = total = waiting = waiting_total = 0
    for day in days:
        waiting, waiting_total = waiting + day.count, waiting_total + day.total
        if waiting >= BATCH:
            count, total = count + waiting, total + waiting_total
            waiting = waiting_total = 0
    return count, total
