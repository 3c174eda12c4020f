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
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.services.day_records import Part
from hallclient.services.day_sums import floor_sums
from hallclient.services.member import member_with

if TYPE_CHECKING:
    from datetime import date

    from hallclient.domain.hall import HallPlan
    from hallclient.services.store import Reader, Store

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
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_PARTS: Final = {
    By.QUEUE: Part.QUEUE,
    By.SERVICE: Part.SERVICE,
    By.DEPARTMENT: Part.SERVICE,
    By.WINDOW: Part.WINDOW,
    By.STAFF: Part.STAFF,
    By.DAY: Part.DAY,
    By.WEEK: Part.DAY,
    By.MONTH: Part.DAY,
    By.YEAR: Part.DAY,
}
OF_TURNS: Final = frozenset({By.WINDOW, By.STAFF})
"""Reports without tickets: one is taken at no window and from nobody."""


@dataclass(frozen=True, slots=True)
class FloorRow:
    """A row: its code, its name, what was counted.

    A period has no name; its code is 2026-11-20, 2026-W47, 2026-11 or 2026.
    """

    code: str
    name: LocalText
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
        return report_of(reader, first, last, by)


def report_of(
    reader: Reader, first: date, last: date, by: By, *, counted: bool = False
) -> FloorReport:
    """Return the same without asking who wants it; ``counted`` as ``floor_sums`` has it."""
    plan = reader.plan
    sums = floor_sums(reader, first, last, _PARTS[by], counted=counted)
    if by in OF_TURNS:
        total = floor_sums(reader, first, last, counted=counted).get((), DayCounts())
    else:
        total = total_of(sums.values())
    groups: dict[tuple[str, LocalText], list[DayCounts]] = {}
    for (value,), counts in sums.items():
        if by in OF_TURNS and value == NOBODY:
            continue
        groups.setdefault(_named(plan, by, value), []).append(counts)
    order = _order(plan, by)
    rows = (FloorRow(code, name, total_of(some)) for (code, name), some in groups.items())
    ordered = sorted(rows, key=lambda row: (order.get(row.code, len(order)), row.code))
    return FloorReport(first, last, by, tuple(ordered), total)


def _named(plan: HallPlan, by: By, value: Any) -> tuple[str, LocalText]:
    if by is By.QUEUE:
        queue = plan.queue_by_id(value)
        return queue.code, queue.name
    if by in (By.SERVICE, By.DEPARTMENT):
        service = plan.service_by_id(value)
        if by is By.SERVICE:
            return service.code, service.name
        department = plan.department_of.get(service.department)
        return service.department, department.name if department else NO_TEXT
    if by is By.WINDOW:
        window = plan.window_by_id(value)
        return window.code, LocalText(window.number)
    if by is By.STAFF:
        staff = plan.staff_by_id(value)
        return staff.code, LocalText(staff.name)
    return period_code(by, value), NO_TEXT


def period_code(by: By, day: date) -> str:
    """Return the code of the day, week, month or year that a day is in."""
    if by is By.WEEK:
        return f"{day:%G-W%V}"
    return day.isoformat()[: {By.DAY: 10, By.MONTH: 7, By.YEAR: 4}[by]]


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
