"""Who of the staff is in the hall: on duty, floating, on leave, absent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.parts import StaffRole
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Staff
    from hallclient.domain.shift import Shift
    from hallclient.services.store import Reader


@dataclass(frozen=True, slots=True)
class FloorStaff:
    """Who is here. ``expected`` counts those with a usual window and those who came besides."""

    on_duty: tuple[Staff, ...] = ()
    expected: int = 0
    floaters: tuple[Staff, ...] = ()
    """Clerks without a usual window who sit at none now (机动)."""
    on_leave: tuple[Staff, ...] = ()
    absent: tuple[Staff, ...] = ()
    """Whose usual window waits for them (未到岗)."""


def in_office(member: Staff) -> Staff:
    """Return a member of staff as a screen may know them: without the PIN's hash."""
    return replace(member, pin_hash="")


def floor_staff(
    reader: Reader, shifts: Sequence[Shift], leave: frozenset[int], absent: Sequence[Staff]
) -> FloorStaff:
    """Return who is here at the moment of ``reader``, without those on leave or absent."""
    here = {shift.staff_id for shift in shifts}
    staff = reader.plan.staff
    on_duty = [m for m in staff if m.id in here]
    usual = {m.id for m in staff if m.window} - leave
    free = [m for m in staff if m.role is StaffRole.CLERK and not m.window]
    return FloorStaff(
        on_duty=_shown(on_duty),
        expected=len(usual | {m.id for m in on_duty}),
        floaters=_shown([m for m in free if m.id not in here and m.id not in leave]),
        on_leave=_shown([m for m in staff if m.id in leave]),
        absent=_shown(absent),
    )


def absent_now(reader: Reader, shifts: Sequence[Shift], leave: frozenset[int]) -> tuple[Staff, ...]:
    """Return whose usual window should be served by now, who is at none and not on leave.

    Nobody is absent where somebody else sits, and in a hall without hours.
    """
    plan = reader.plan
    minutes = plan.rules.alarm_absent_minutes
    if not minutes or not plan.hours:
        return ()
    here = {shift.staff_id for shift in shifts} | leave
    taken = {shift.window_id for shift in shifts}
    due = _queues_due(plan, reader.now, timedelta(minutes=minutes))
    missing = []
    for member in plan.staff:
        window = plan.window_of.get(member.window)
        if window is None or member.id in here or window.id in taken:
            continue
        if due.intersection(window.queues):
            missing.append(member)
    return tuple(missing)


def _queues_due(plan: HallPlan, now: datetime, late: timedelta) -> set[str]:
    """Return the queues that have been open for so long, and still are."""
    local = local_time(plan, now)
    return {
        queue.code
        for queue in plan.queues
        for session in plan.sessions_on(queue.code, local.date())
        if datetime.combine(local.date(), session.opens, local.tzinfo) + late <= local
        and local.time() < session.closes
    }


def _shown(members: Sequence[Staff]) -> tuple[Staff, ...]:
    return tuple(in_office(member) for member in members)
