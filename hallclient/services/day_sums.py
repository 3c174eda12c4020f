"""Sums over days: of what is kept where a day's mark stands, else counted from the history.

Both give the same figures; a test proves it for days made at random, on both databases. Days are
business days; what moments tell (ratings, decided cases) belongs to the day they fall on.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.case_figures import CaseSums, Decided, decided_of, sums_of
from hallclient.domain.day_stats import DayCounts, total_of
from hallclient.services.case_opening import clock_of
from hallclient.services.day_records import Done, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from hallclient.domain.day_stats import DayKey
    from hallclient.domain.hall import HallPlan
    from hallclient.services.public_records import RatingCell
    from hallclient.services.store import Reader

_OPEN: Final = 8 * A_DAY
"""Behind the last day that is over: today, and what a day left open since brought."""
NOBODYS: Final = 0
"""The id of no member of staff: nobody's turns are left out."""


def moments(plan: HallPlan, first: date, last: date) -> tuple[datetime, datetime]:
    """Return when business days begin and are over."""
    zone, start = plan.time_zone, plan.rules.day_start
    return day_began(first, zone, start), day_began(last + A_DAY, zone, start)


def floor_sums(
    reader: Reader, first: date, last: date, *parts: Part, waits: bool = True, counted: bool = False
) -> dict[tuple[Any, ...], DayCounts]:
    """Return what tickets and turns of days come to, together, or by the parts named.

    Without ``waits`` nothing is known of percentiles. ``counted``: of days that are over, only what
    is kept, however long ago; ``uncounted`` tells how many are left out.
    """
    over = reader.last_over() if counted else None
    found: dict[tuple[Any, ...], list[DayCounts]] = defaultdict(list)
    for begins, ends, kept in _spans(reader, Done.FLOOR, first, last):
        if kept:
            for key, counts in reader.day_counts(begins, ends, *parts, waits=waits):
                found[key].append(counts)
            continue
        for day in _each(begins if over is None else max(begins, over + A_DAY), ends):
            for where, counts in reader.counted_day(day).items():
                found[_parts_of(day, where, parts)].append(counts)
    return {key: total_of(several) for key, several in found.items()}


def uncounted(reader: Reader, first: date, last: date) -> int:
    """Return how many days are over and not counted yet, or are to be counted anew."""
    over = reader.last_over()
    if over is None:
        return 0
    spans = _spans(reader, Done.FLOOR, first, min(last, over))
    return sum((ends - begins).days + 1 for begins, ends, kept in spans if not kept)


def case_sums(reader: Reader, first: date, last: date) -> dict[int, CaseSums]:
    """Return what the cases decided on days come to, by service."""
    sums: dict[int, CaseSums] = defaultdict(CaseSums)
    for begins, ends, kept in _spans(reader, Done.CASES, first, last):
        part = reader.case_days(begins, ends) if kept else decided_cases(reader, begins, ends)
        for service, one in part.items():
            sums[service] += one
    return dict(sums)


def rating_sums(
    reader: Reader, first: date, last: date, without: int = NOBODYS
) -> Iterator[RatingCell]:
    """Yield what was counted of ratings, without the turns of one member of staff.

    Kept are all turns together, so the days on which that person worked are counted anew.
    """
    own = reader.worked_on(without, first, last) if without else frozenset()
    for begins, ends, kept in _spans(reader, Done.RATINGS, first, last, own):
        if kept:
            yield from reader.rating_days(begins, ends)
        else:
            yield from reader.rating_cells(*moments(reader.plan, begins, ends), without)


def rated_services(reader: Reader, first: date, last: date) -> dict[int, tuple[int, int]]:
    """Return by service how many active ratings count, and how many of them are good."""
    found: dict[int, tuple[int, int]] = {}
    for begins, ends, kept in _spans(reader, Done.RATINGS, first, last):
        if kept:
            cells = reader.rating_days(begins, ends)
            counts = [(c.service_id, (c.tally.active, c.tally.satisfied)) for c in cells]
        else:
            counts = list(reader.rating_counts(*moments(reader.plan, begins, ends)).items())
        for service, (rated, good) in counts:
            known = found.get(service, (0, 0))
            found[service] = (known[0] + rated, known[1] + good)
    return {service: count for service, count in found.items() if count[0]}


def decided_cases(reader: Reader, first: date, last: date) -> dict[int, CaseSums]:
    """Return the same of cases from the history."""
    plan = reader.plan
    begin, end = moments(plan, first, last)
    finished = reader.cases_finished(begin, end)
    stood = reader.suspensions_of([case.id for case in finished])
    decided: dict[int, list[Decided]] = defaultdict(list)
    for case in finished:
        clock = clock_of(plan, plan.service_by_id(case.service_id))
        fact = decided_of(case, stood.get(case.id, ()), clock)
        if fact is not None:
            decided[case.service_id].append(fact)
    return {service: sums_of(facts) for service, facts in decided.items()}


def _spans(
    reader: Reader, what: Done, first: date, last: date, anew: frozenset[date] = frozenset()
) -> Iterator[tuple[date, date, bool]]:
    """Yield stretches of days that are kept, or are not; ``anew`` are taken as not kept."""
    oldest, over = reader.first_day(), reader.last_over()
    if oldest is None or over is None:
        return
    # Before the first day there is nothing, and behind today nothing yet: years of asking.
    first, last = max(first, oldest), min(last, over + _OPEN)
    days = list(_each(first, last))
    kept = reader.days_done(what, first, last) - anew if days else frozenset()
    for stands, group in groupby(days, kept.__contains__):
        stretch: Sequence[date] = list(group)
        yield stretch[0], stretch[-1], stands


def _each(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += A_DAY


def _parts_of(day: date, key: DayKey, parts: Sequence[Part]) -> tuple[Any, ...]:
    values: Mapping[Part, Any] = {
        Part.QUEUE: key.queue_id,
        Part.SERVICE: key.service_id,
        Part.WINDOW: key.window_id,
        Part.STAFF: key.staff_id,
        Part.DAY: day,
    }
    return tuple(values[part] for part in parts)
