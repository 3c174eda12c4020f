"""What storage is asked and told of closed days: what they brought, counted once. See ``store``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # a role must not load for a port what it does not use
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from hallclient.domain.case_figures import CaseSums
    from hallclient.domain.day_stats import DayCounts, DayKey
    from hallclient.services.day_records import Done, Part
    from hallclient.services.public_records import RatingCell


class DayQuestions(Protocol):
    """What can be asked about closed days."""

    def first_day(self) -> date | None:
        """Return the first business day there ever was."""
        ...

    def last_over(self) -> date | None:
        """Return the last calendar day of which nothing is open any more; None before the first."""
        ...

    def days_done(self, what: Done, first: date, last: date) -> frozenset[date]:
        """Return the days from ``first`` to ``last`` for which something stands."""
        ...

    def counted_day(self, day: date) -> Mapping[DayKey, DayCounts]:
        """Count a business day from its history."""
        ...

    def day_counts(
        self, first: date, last: date, *parts: Part, waits: bool = True
    ) -> Sequence[tuple[tuple[Any, ...], DayCounts]]:
        """Return what is kept of days, together, or by the parts named; whatever marks say.

        Waits by the minute are in it unless a part is a window or a member of staff, or nobody
        asks for them (``waits``): of years they take most of the time.
        """
        ...

    def worked_on(self, staff_id: int, first: date, last: date) -> frozenset[date]:
        """Return the days of which rows of a member of staff are kept."""
        ...

    def rating_days(self, first: date, last: date) -> Sequence[RatingCell]:
        """Return what is kept of the ratings of days; for those who may see ratings only."""
        ...

    def case_days(self, first: date, last: date) -> Mapping[int, CaseSums]:
        """Return by service what is kept of the cases decided on days."""
        ...


class DayChanges(Protocol):
    """What is kept of them."""

    def keep_floor(self, day: date, rows: Mapping[DayKey, DayCounts]) -> None:
        """Keep a day's rows in place of those before."""
        ...

    def keep_ratings(self, day: date, cells: Iterable[RatingCell]) -> None:
        """Keep what was counted of a day's ratings."""
        ...

    def keep_cases(self, day: date, sums: Mapping[int, CaseSums]) -> None:
        """Keep the sums of the cases decided on a day, by service."""
        ...

    def mark_day(self, day: date, what: Done) -> None:
        """Note that something stands for a day."""
        ...

    def unmark_day(self, day: date, *what: Done) -> None:
        """Let a day be counted anew: something of it has changed."""
        ...

    def cut_links(self, before: date, limit: int) -> int:
        """Cut the links of tickets of the oldest day before one that has any; return how many."""
        ...

    def drop_ratings(self, before: date, limit: int) -> int:
        """Delete the oldest ratings given before a day, with all that was said about them.

        Only of days that are counted: the counts stay.
        """
        ...

    def drop_weeks(self, before: date) -> int:
        """Delete the totals of members of staff of weeks before a day; return how many."""
        ...
