"""日报, 周报, 月报, 年报: a period of the floor, and the periods of its kind before it.

Read from closed days that are counted, however long ago, and from the days that are still open:
a console asks for it while the hall works, so nothing of the history itself is looked at. Days
that are over and not counted are left out, and told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from hallclient.domain.calendar import A_DAY
from hallclient.domain.day_stats import DayCounts, total_of
from hallclient.services.day_records import Part
from hallclient.services.day_sums import floor_sums, uncounted
from hallclient.services.floor_report import By, FloorReport, report_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hallclient.services.store import Reader


class Span(StrEnum):
    """How long a period is; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


STEP: Final = {Span.DAY: 31, Span.WEEK: 13, Span.MONTH: 3, Span.YEAR: 1}
"""So many are read at a time: a season of the biggest hall is half a million rows."""
BACK: Final = {Span.DAY: 31, Span.WEEK: 26, Span.MONTH: 24, Span.YEAR: 10}
"""So many periods stand side by side, the last one with them."""
WITHIN: Final = {Span.DAY: By.DAY, Span.WEEK: By.DAY, Span.MONTH: By.DAY, Span.YEAR: By.MONTH}
"""What a period is made of, where its rows are shorter periods."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both in it."""

    span: Span
    first: date
    last: date

    @classmethod
    def of(cls, span: Span, day: date) -> Period:
        """Return the period that a day is in."""
        if span is Span.DAY:
            return cls(span, day, day)
        if span is Span.WEEK:
            monday = day - (day.isoweekday() - 1) * A_DAY
            return cls(span, monday, monday + 6 * A_DAY)
        if span is Span.MONTH:
            first = day.replace(day=1)
            return cls(span, first, (first + 31 * A_DAY).replace(day=1) - A_DAY)
        return cls(span, date(day.year, 1, 1), date(day.year, 12, 31))

    def before(self) -> Period:
        """Return the period of the same kind before it."""
        return Period.of(self.span, self.first - A_DAY)

    def after(self) -> Period:
        """Return the one behind it."""
        return Period.of(self.span, self.last + A_DAY)


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """What a period brought. ``oldest`` is the hall's first day.

    Days up to ``until``, not with it, are over; of these, ``missing`` are not counted yet.
    """

    period: Period
    report: FloorReport
    oldest: date | None
    until: date
    missing: int


@dataclass(frozen=True, slots=True)
class Past:
    """Periods side by side, the oldest first; their counts say nothing of percentiles.

    ``missing`` are the days among them that are not counted yet.
    """

    periods: tuple[tuple[Period, DayCounts], ...]
    missing: int


def period_report(reader: Reader, period: Period, by: By) -> PeriodReport:
    """Return the rows of a period."""
    report = report_of(reader, period.first, period.last, by, counted=True)
    missing = uncounted(reader, period.first, period.last)
    over = reader.last_over()
    until = period.first if over is None else over + A_DAY
    return PeriodReport(period, report, reader.first_day(), until, missing)


def periods_until(last: Period, oldest: date | None) -> tuple[Period, ...]:
    """Return the periods that stand side by side, the oldest first, as far as the hall goes."""
    periods = [last]
    while len(periods) < BACK[last.span] and oldest is not None and periods[-1].first > oldest:
        periods.append(periods[-1].before())
    return tuple(reversed(periods))


def past_of(reader: Reader, periods: Sequence[Period]) -> Past:
    """Return periods that follow one another."""
    span, first, end = periods[0].span, periods[0].first, periods[-1].last
    days: dict[Period, list[DayCounts]] = defaultdict(list)
    for (day,), counts in floor_sums(
        reader, first, end, Part.DAY, waits=False, counted=True
    ).items():
        days[Period.of(span, day)].append(counts)
    shown = tuple((period, total_of(days[period])) for period in periods)
    return Past(shown, uncounted(reader, first, end))
