"""What is the matter in the hall: the floor's facts, gathered for ``domain.alarm_rules``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.alarm_rules import (
    CaseFact,
    DeviceFact,
    EmergencyFact,
    FloorFacts,
    HelpFact,
    OfflineFact,
    QueueFact,
    RatingFact,
    WindowFact,
    alarms_for,
    alarms_of,
)
from hallclient.domain.case_moves import CaseState
from hallclient.domain.due import guessed_year
from hallclient.services.announcing import fact_of
from hallclient.services.backups import backup_facts
from hallclient.services.boards import calls_unshown
from hallclient.services.case_views import CaseView, pressing_cases
from hallclient.services.follow_ups import open_follow_ups
from hallclient.services.handing_out import window_station
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from hallclient.domain.alarm import Alarm
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Staff
    from hallclient.domain.publication import Publication
    from hallclient.services.floor import FloorDevice, FloorQueue, FloorState, FloorWindow
    from hallclient.services.helping import Help
    from hallclient.services.store import Reader

SHOWN_TAKEN = timedelta(minutes=30)
"""A conflict of what was done offline is over so long after somebody took it."""


def floor_alarms(reader: Reader, floor: FloorState, member: Staff | None) -> tuple[Alarm, ...]:
    """Return the alarms of a floor that are a member's (None: all), the heaviest first."""
    plan = reader.plan
    today = local_time(plan, reader.now).date()
    staffed = {tile.window.code for tile in floor.windows if tile.staffed}
    facts = FloorFacts(
        now=reader.now,
        rules=plan.rules,
        open=floor.hours.open,
        emergencies=emergency_facts(floor.publications),
        floaters=len(floor.staff.floaters),
        queues=tuple(_queue(row) for row in floor.queues if row.waiting and row.oldest_at),
        windows=tuple(_window(tile) for tile in floor.windows),
        devices=tuple(_device(one, staffed) for one in floor.devices),
        cases=tuple(_case(view) for view in pressing_cases(reader)),
        help=_calls(plan, floor.help),
        ratings=_ratings(reader, member),
        offline=_offline(reader),
        boards=tuple(fact_of(board.record) for board in floor.boards),
        calls=calls_unshown(reader, floor.windows, floor.boards),
        backups=backup_facts(reader),
        guessed_year=guessed_year(
            plan.calendar, plan.services, today, keeps_hours=bool(plan.hours)
        ),
        taken={one.key: plan.staff_by_id(one.staff_id).name for one in reader.alarms_taken()},
    )
    found = alarms_of(facts)
    return found if member is None else alarms_for(member, found)


def emergency_facts(published: Iterable[Publication]) -> tuple[EmergencyFact, ...]:
    """Return the emergencies that stand."""
    return tuple(
        EmergencyFact(one.id, one.published_at)
        for one in published
        if one.emergency is not None and one.ended_at is None
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
        gone_at=tile.gone_at,
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


def _case(view: CaseView) -> CaseFact:
    case, due = view.case, view.case.due_on
    assert due is not None  # noqa: S101 - such a case has a day
    owes = view.state is CaseState.OWED
    return CaseFact(case.id, case.number, view.service.department, due, owes, overdue=view.overdue)


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


def _offline(reader: Reader) -> tuple[OfflineFact, ...]:
    plan = reader.plan
    return tuple(
        OfflineFact(
            turn_id=one.turn_id,
            number=window.number,
            department=window.department,
            label=one.label,
            kind=one.kind.value,
            wanted=one.wanted,
            at=one.at,
            taken_by="" if one.staff_id is None else plan.staff_by_id(one.staff_id).name,
        )
        for one in reader.offline_conflicts()
        if one.taken_at is None or reader.now - one.taken_at < SHOWN_TAKEN
        for window in (plan.window_by_id(one.window_id),)
    )
