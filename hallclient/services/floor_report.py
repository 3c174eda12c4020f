"""The floor over months: tickets, turns and waits by queue, service, window, person or period.

Made of closed days that are counted, and of the history where they are not yet. For those who may
see how the hall does as a whole: supervisors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from hallclient.domain.day_stats import NOBODY, DayCounts, total_of
from hallclient.domain.errors import NotAllowed
from hallclient.domain.rights import Right
from hallclient.services.day_records import Part
from hallclient.services.day_sums import floor_sums
from hallclient.services.member import member_with

if TYPE_CHECKING:
    from datetime import date

    from hallclient.domain.hall import HallPlan
    from hallclient.services.store import Store

LONGEST_DAYS: Final = 3660
"""Ten years."""


class By(StrEnum):
    """What the rows of a report are."""

    QUEUE = "queue"
    SERVICE = "service"
    DEPARTMENT = "department"
    WINDOW = "window"
    STAFF = "staff"
    DAY = "day"
    MONTH = "month"


_PARTS: Final = {
    By.QUEUE: Part.QUEUE,
    By.SERVICE: Part.SERVICE,
    By.DEPARTMENT: Part.SERVICE,
    By.WINDOW: Part.WINDOW,
    By.STAFF: Part.STAFF,
    By.DAY: Part.DAY,
    By.MONTH: Part.DAY,
}
OF_TURNS: Final = frozenset({By.WINDOW, By.STAFF})
"""Reports without tickets: one is taken at no window and from nobody."""


@dataclass(frozen=True, slots=True)
class FloorRow:
    """A row: its code (of a period its first days, ISO), its name in zh-CN, what was counted."""

    code: str
    name: str
    counts: DayCounts


@dataclass(frozen=True, slots=True)
class FloorReport:
    """Rows from a business day to another, both in it; ``total`` of everything."""

    first: date
    last: date
    by: By
    rows: tuple[FloorRow, ...]
    total: DayCounts


def floor_report(store: Store, member: str, first: date, last: date, by: By) -> FloorReport:
    """Return what the business days from ``first`` to ``last`` brought.

    Raises ``Refused`` without the right, ``NotAllowed`` for a period that is none or too long.
    """
    if last < first:
        raise NotAllowed("bad_period", "the period ends before it begins")
    if (last - first).days >= LONGEST_DAYS:
        raise NotAllowed("long_period", f"at most {LONGEST_DAYS} days", most=LONGEST_DAYS)
    with store.look() as reader:
        member_with(reader, member, Right.ESTIMATES)
        plan = reader.plan
        sums = floor_sums(reader, first, last, _PARTS[by])
        total = floor_sums(reader, first, last).get((), DayCounts())
    groups: dict[tuple[str, str], list[DayCounts]] = {}
    for (value,), counts in sums.items():
        if by in OF_TURNS and value == NOBODY:
            continue
        groups.setdefault(_named(plan, by, value), []).append(counts)
    order = _order(plan, by)
    rows = (FloorRow(code, name, total_of(some)) for (code, name), some in groups.items())
    ordered = sorted(rows, key=lambda row: (order.get(row.code, len(order)), row.code))
    return FloorReport(first, last, by, tuple(ordered), total)


def _named(plan: HallPlan, by: By, value: Any) -> tuple[str, str]:
    if by is By.QUEUE:
        queue = plan.queue_by_id(value)
        return queue.code, queue.name.zh_cn
    if by in (By.SERVICE, By.DEPARTMENT):
        service = plan.service_by_id(value)
        if by is By.SERVICE:
            return service.code, service.name.zh_cn
        department = plan.department_of.get(service.department)
        return service.department, department.name.zh_cn if department else ""
    if by is By.WINDOW:
        window = plan.window_by_id(value)
        return window.code, window.number
    if by is By.STAFF:
        staff = plan.staff_by_id(value)
        return staff.code, staff.name
    text = value.isoformat()
    return (text if by is By.DAY else text[:7]), ""


def _order(plan: HallPlan, by: By) -> dict[str, int]:
    """Return the order of rows: as the hall file has them, periods by time."""
    parts: dict[By, Any] = {
        By.QUEUE: plan.queues,
        By.SERVICE: plan.services,
        By.DEPARTMENT: plan.departments,
        By.WINDOW: plan.windows,
        By.STAFF: plan.staff,
    }
    return {one.code: place for place, one in enumerate(parts.get(by, ()))}
