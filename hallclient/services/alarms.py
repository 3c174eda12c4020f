"""What is the matter in the hall: the floor's facts, gathered for ``domain.alarm_rules``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.alarm_rules import (
    CaseFact,
    DeviceFact,
    FloorFacts,
    HelpFact,
    QueueFact,
    RatingFact,
    WindowFact,
    alarms_for,
    alarms_of,
)
from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.turn import Outcome
from hallclient.services.follow_ups import open_follow_ups
from hallclient.services.handing_out import window_station
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from hallclient.domain.alarm import Alarm
    from hallclient.domain.case import Case
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Staff
    from hallclient.services.floor import FloorDevice, FloorQueue, FloorState, FloorWindow
    from hallclient.services.helping import Help
    from hallclient.services.store import Reader

CALENDAR_AHEAD = timedelta(days=45)
"""Dates are counted so far ahead: a calendar that ends before is spoken of in time."""


def floor_alarms(reader: Reader, floor: FloorState, member: Staff | None) -> tuple[Alarm, ...]:
    """Return the alarms of a floor that are a member's (None: all), the heaviest first."""
    plan = reader.plan
    today = local_time(plan, reader.now).date()
    calendar = WorkCalendar.of(plan.calendar)
    staffed = {tile.window.code for tile in floor.windows if tile.staffed}
    facts = FloorFacts(
        now=reader.now,
        today=today,
        near_until=calendar.after(today, plan.rules.near_due_days),
        rules=plan.rules,
        open=floor.hours.open,
        floaters=len(floor.staff.floaters),
        queues=tuple(_queue(row) for row in floor.queues if row.waiting and row.oldest_at),
        windows=tuple(_window(tile) for tile in floor.windows),
        devices=tuple(_device(one, staffed) for one in floor.devices),
        cases=tuple(_case(plan, one) for one in running_cases(reader, today, calendar)),
        help=_calls(plan, floor.help),
        ratings=_ratings(reader, member),
        guessed_year=_guessed_year(plan, today, calendar),
        taken={one.key: plan.staff_by_id(one.staff_id).name for one in reader.alarms_taken()},
    )
    found = alarms_of(facts)
    return found if member is None else alarms_for(member, found)


def running_cases(reader: Reader, today: date, calendar: WorkCalendar) -> tuple[Case, ...]:
    """Return the cases whose time runs and is over soon, or is over: none that is suspended.

    A supplement whose list was told waits for the citizen, not for the hall.
    """
    until = calendar.after(today, reader.plan.rules.near_due_days)
    due = [
        case
        for case in reader.cases_due(until)
        if case.due_on and (case.kind is not Outcome.SUPPLEMENT or case.told_at is None)
    ]
    stands = reader.suspensions_of([case.id for case in due]) if due else {}
    return tuple(
        case for case in due if all(one.end is not None for one in stands.get(case.id, ()))
    )


def _queue(row: FloorQueue) -> QueueFact:
    assert row.oldest_at is not None  # noqa: S101 - only such rows are asked for
    return QueueFact(row.queue.code, row.department, row.waiting, row.oldest_at, row.windows)


def _window(tile: FloorWindow) -> WindowFact:
    turn = tile.turn
    served = turn.started_at if turn else None
    return WindowFact(
        code=tile.window.code,
        number=tile.window.number,
        department=tile.window.department,
        label=tile.ticket.label if tile.ticket else "",
        called_at=turn.last_called_at if turn and served is None else None,
        serving_since=served,
        paused_at=tile.paused_at,
        absent=tile.staff.name if tile.absent and tile.staff else "",
        usual_minutes=round(tile.service.minutes) if tile.service else 0,
    )


def _device(one: FloorDevice, staffed: Collection[str]) -> DeviceFact:
    report = one.record.report
    return DeviceFact(
        station=one.record.station,
        name=report.name,
        kind=report.kind.value,
        state=report.state.value,
        since=one.record.since,
        trouble=report.trouble,
        paper_left=report.paper_left,
        window=report.window,
        department=one.window.department if one.window else "",
        silent=one.silent,
        used=not report.window or report.window in staffed,
    )


def _case(plan: HallPlan, case: Case) -> CaseFact:
    assert case.due_on is not None  # noqa: S101 - see running_cases
    department = plan.service_by_id(case.service_id).department
    owes = case.kind is Outcome.SUPPLEMENT
    return CaseFact(case.id, case.number, department, case.due_on, owes)


def _calls(plan: HallPlan, calls: Sequence[Help]) -> tuple[HelpFact, ...]:
    windows = {window_station(window.code): window.number for window in plan.windows}
    return tuple(
        HelpFact(
            one.call.id,
            one.call.station,
            one.call.asked_at,
            windows.get(one.call.station, ""),
            one.name,
        )
        for one in calls
    )


def _ratings(reader: Reader, member: Staff | None) -> tuple[RatingFact, ...]:
    return tuple(
        RatingFact(one.label, one.department, one.given_at, one.overdue)
        for one in open_follow_ups(reader, member)
    )


def _guessed_year(plan: HallPlan, today: date, calendar: WorkCalendar) -> int:
    """Return the first year that due days may be counted in without a calendar; 0 for none."""
    if not any(s.promised_days or s.legal_days for s in plan.services):
        return 0
    years = (today.year, (today + CALENDAR_AHEAD).year)
    unknown = [year for year in years if not calendar.knows(today.replace(year=year, day=1))]
    return min(unknown, default=0)
