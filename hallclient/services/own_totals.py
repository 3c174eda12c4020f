"""What a clerk sees of the own week: sums up to a closed day, from which no rating can be told.

Theory of operation. A day joins the ratings' sum only with a batch: the days since the last batch
wait until they have five ratings together. Whoever looks every day sees the sum stand still or grow
by five at least, never by one (visual.md §5). What has joined never changes: a rating that is put
aside later would be told by the difference.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.turn import Outcome
from hallclient.services.floor_records import OwnTotals
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from hallclient.domain.case import Case
    from hallclient.domain.hall import HallPlan
    from hallclient.services.floor_records import StaffDay
    from hallclient.services.store import Reader, Store

BATCH = 5


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - day.weekday() * A_DAY


def satisfied_percent(totals: OwnTotals) -> int | None:
    """Return 满意率 in whole per cent, None before the first batch."""
    return round(100 * totals.satisfied / totals.rated) if totals.rated else None


def week_totals(
    staff_id: int,
    days: Sequence[StaffDay],
    through: date,
    before: OwnTotals | None = None,
) -> OwnTotals:
    """Return the totals of a week's closed days (of one member of staff, in order).

    ``before`` are the totals last shown; of the same week, their ratings stay in the sum.
    """
    joined = _joined(days)
    week = monday(through)
    if before is not None and before.week == week and joined[0] - before.rated < BATCH:
        joined = (before.rated, before.satisfied)
    return OwnTotals(
        staff_id=staff_id,
        week=week,
        through=through,
        served=sum(day.served for day in days),
        serving_seconds=sum(day.serving_seconds for day in days),
        waiting_seconds=sum(day.waiting_seconds for day in days),
        promised=0,
        late=0,
        rated=joined[0],
        satisfied=joined[1],
    )


def _joined(days: Iterable[StaffDay]) -> tuple[int, int]:
    """Return how many ratings have joined the sum, and how many of them are satisfied."""
    rated = satisfied = waiting = waiting_satisfied = 0
    for day in days:
        waiting += day.rated
        waiting_satisfied += day.satisfied
        if waiting >= BATCH:
            rated, satisfied = rated + waiting, satisfied + waiting_satisfied
            waiting = waiting_satisfied = 0
    return rated, satisfied


def promises(plan: HallPlan, cases: Iterable[Case], through: date) -> dict[int, tuple[int, int]]:
    """Return by member of staff how many promised cases they accepted, and how many are late.

    Late is finished after its day, or still open after it at the end of ``through``.
    """
    found: dict[int, tuple[int, int]] = {}
    for case in cases:
        if case.kind is not Outcome.PROMISED or case.staff_id is None:
            continue
        finished = case.finished_at
        end = local_time(plan, finished).date() if finished else through
        late = case.due_on is not None and end > case.due_on
        known = found.get(case.staff_id, (0, 0))
        found[case.staff_id] = (known[0] + 1, known[1] + late)
    return found


def last_closed(reader: Reader) -> date | None:
    """Return the last business day that is closed, None before the first."""
    return next((day.day for day in reader.days(8) if day.closed_at is not None), None)


def newest_totals(reader: Reader, through: date) -> tuple[OwnTotals, ...]:
    """Return the totals of all who worked in the week up to a closed day, those that changed."""
    plan, first = reader.plan, monday(through)
    by_staff: dict[int, list[StaffDay]] = {}
    for offset in range((through - first).days + 1):
        for one in reader.staff_days(first + offset * A_DAY):
            by_staff.setdefault(one.staff_id, []).append(one)
    zone, start = plan.time_zone, plan.rules.day_start
    began, ended = (day_began(day, zone, start) for day in (first, through + A_DAY))
    kept = promises(
        plan,
        (case for case in reader.cases_between(began, ended) if began <= case.accepted_at < ended),
        through,
    )
    found = []
    for staff_id, days in by_staff.items():
        before = reader.own_totals(staff_id)
        totals = week_totals(staff_id, days, through, before)
        accepted, late = kept.get(staff_id, (0, 0))
        totals = replace(totals, promised=accepted, late=late)
        if totals != before:
            found.append(totals)
    return tuple(found)


def write_totals(store: Store, actor: str, several: Sequence[OwnTotals]) -> None:
    """Store totals in one transaction; nothing is journalled: they are a view of what is."""
    with store.change(actor) as tx:
        for totals in several:
            tx.save_own_totals(totals)
