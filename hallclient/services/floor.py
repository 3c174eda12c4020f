"""The floor at one moment, as those see it who run it: windows, queues, figures, staff, devices.

One look at the database makes all of it. Numbers of ratings are sums over the whole hall; no level
and nobody's own share is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY, WorkCalendar, sessions_on
from hallclient.services.alarms import alarms_now
from hallclient.services.floor_staff import FloorStaff, absent_now, floor_staff, in_office
from hallclient.services.helping import seen_calls
from hallclient.services.hours import local_time
from hallclient.services.store_floor import WaitFacts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, time

    from hallclient.domain.alarm import Alarm
    from hallclient.domain.bulletin import Bulletin
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue, Service, ServiceWindow, Staff, Zone
    from hallclient.domain.rules import HallRules
    from hallclient.domain.shift import Shift
    from hallclient.domain.text import LocalText
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn
    from hallclient.services.helping import Help
    from hallclient.services.stations import DeviceRecord
    from hallclient.services.store import QueueCount, Reader
    from hallclient.services.store_floor import HalfHour, QueueStop

WAITS_OVER = timedelta(minutes=60)
"""The waits of a queue are of those who were called within so long."""
NOBODY_CALLED = WaitFacts(0)


class WindowLook(StrEnum):
    """What a window's tile says."""

    SERVING = "serving"
    CALLED = "called"
    FREE = "free"
    LONG = "long"
    """Serving beyond the hall's limit."""
    PAUSED = "paused"
    CLOSED = "closed"
    """Nobody has signed in."""
    ABSENT = "absent"
    """Nobody has signed in though the usual clerk should be here."""


@dataclass(frozen=True, slots=True)
class FloorWindow:
    """A window's tile. ``since`` is the beginning of what ``look`` says."""

    window: ServiceWindow
    look: WindowLook
    since: datetime | None = None
    minutes: int = 0
    staff: Staff | None = None
    """Who sits there, or who is absent; never with a PIN's hash."""
    ticket: Ticket | None = None
    turn: Turn | None = None
    service: Service | None = None
    reason: str = ""
    """Of the pause."""
    lent: bool = False
    """Serves other queues than usual today."""


@dataclass(frozen=True, slots=True)
class FloorZone:
    """A row of tiles; ``departments`` are those whose windows stand there."""

    zone: Zone
    departments: tuple[LocalText, ...]
    windows: tuple[FloorWindow, ...]


@dataclass(frozen=True, slots=True)
class FloorQueue:
    """A row of the queue table. ``wait`` is of the last hour, in seconds."""

    queue: Queue
    waiting: int
    windows: int
    """Open windows that serve it."""
    wait: WaitFacts = NOBODY_CALLED
    oldest_at: datetime | None = None
    longest_minutes: int = 0
    limit_minutes: int = 0
    """The longest wait that raises no alarm."""
    department: str = ""
    """Code of the one department whose services it has, empty for several."""
    stop: QueueStop | None = None

    @property
    def too_long(self) -> bool:
        """Return whether the longest wait is beyond the limit."""
        return self.longest_minutes > self.limit_minutes

    @property
    def stopped(self) -> bool:
        """Return whether it gives out no numbers today."""
        return self.stop is not None


@dataclass(frozen=True, slots=True)
class FloorFigures:
    """The row of figures. Waits in seconds; None where there is nothing to say yet."""

    waiting: int
    half_wait: int | None
    """Half of those called in the last hour waited no longer."""
    most_wait: int | None
    """Nine of ten."""
    issued: int
    issued_before: int | None
    """On the same weekday a week ago up to this time; None when the hall was closed then."""
    before: date | None
    finished: int
    abandoned: int
    due_today: int
    overdue: int
    rated: int
    satisfied: int
    """Of ``rated``: 满意率 counts levels 5, 4 and 3 (domain.md §3)."""


@dataclass(frozen=True, slots=True)
class FloorDevice:
    """A device of any station; ``silent``: its station has not spoken for too long."""

    record: DeviceRecord
    window: ServiceWindow | None
    silent: bool


@dataclass(frozen=True, slots=True)
class FloorHours:
    """Whether the hall is open now, and until when (local time; None: it has no hours)."""

    open: bool
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class FloorState:
    """Everything a supervisor's console shows."""

    plan: HallPlan
    now: datetime
    day: date | None
    hours: FloorHours
    zones: tuple[FloorZone, ...]
    queues: tuple[FloorQueue, ...]
    figures: FloorFigures
    trend: tuple[HalfHour, ...]
    staff: FloorStaff
    devices: tuple[FloorDevice, ...]
    help: tuple[Help, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    """The heaviest first."""
    bulletins: tuple[Bulletin, ...] = ()

    @property
    def windows(self) -> tuple[FloorWindow, ...]:
        """Return the windows of all zones."""
        return tuple(window for zone in self.zones for window in zone.windows)


def floor_state(reader: Reader, member: Staff | None = None) -> FloorState:
    """Return the floor at the moment of ``reader``, with the alarms that are a member's."""
    plan = reader.plan
    shifts = tuple(reader.open_shifts())
    windows = _windows(reader, shifts)
    queues = _queues(reader, shifts)
    return FloorState(
        plan=plan,
        now=reader.now,
        day=reader.day,
        hours=floor_hours(plan, reader.now),
        zones=_zones(plan, windows),
        queues=queues,
        figures=_figures(reader, queues),
        trend=tuple(reader.half_hours(reader.day)) if reader.day else (),
        staff=floor_staff(reader, shifts),
        devices=_devices(reader),
        help=tuple(seen_calls(reader)),
        alarms=alarms_now(reader, member),
        bulletins=tuple(reader.bulletins()),
    )


def floor_hours(plan: HallPlan, now: datetime) -> FloorHours:
    """Return whether any queue is served now, and when the last of them closes."""
    if not plan.hours:
        return FloorHours(open=True)
    local = local_time(plan, now)
    calendar = WorkCalendar.of(plan.calendar)
    closing = [
        session.closes
        for queue in {session.queue for session in plan.hours}
        for session in sessions_on(plan.hours, queue, local.date(), calendar)
        if session.opens <= local.time() < session.closes
    ]
    return FloorHours(bool(closing), max(closing, default=None))


def department_of(plan: HallPlan, queue: str) -> str:
    """Return the department that alone has services in a queue; empty where there are several."""
    owners = {service.department for service in plan.listed if service.queue == queue}
    return owners.pop() if len(owners) == 1 else ""


# Windows


def _windows(reader: Reader, shifts: Sequence[Shift]) -> dict[str, FloorWindow]:
    plan = reader.plan
    turns = {turn.window_id: turn for turn in reader.active_turns()}
    # One question for all: a hall of 220 windows would ask 220 times.
    tickets = {ticket.id: ticket for ticket in reader.open_tickets()} if turns else {}
    by_window = {shift.window_id: shift for shift in shifts}
    lent = {one.window_id for one in reader.lent_windows()}
    absent = {member.window: member for member in absent_now(reader, shifts)}
    found = {}
    for window in plan.windows:
        turn, shift = turns.get(window.id), by_window.get(window.id)
        found[window.code] = _tile(
            reader,
            window,
            shift,
            turn,
            tickets.get(turn.ticket_id) if turn else None,
            absent.get(window.code),
            lent=window.id in lent,
        )
    return found


def _tile(
    reader: Reader,
    window: ServiceWindow,
    shift: Shift | None,
    turn: Turn | None,
    ticket: Ticket | None,
    absent: Staff | None,
    *,
    lent: bool,
) -> FloorWindow:
    plan = reader.plan
    look, since = _look(plan.rules, reader.now, shift, turn)
    member = plan.staff_by_id(shift.staff_id) if shift else None
    if look is WindowLook.CLOSED and absent is not None:
        look, member = WindowLook.ABSENT, absent
    return FloorWindow(
        window=window,
        look=look,
        since=since,
        minutes=minutes_between(since, reader.now),
        staff=in_office(member) if member else None,
        ticket=ticket,
        turn=turn,
        service=plan.service_by_id(ticket.service_id) if ticket else None,
        reason=shift.pause_reason if shift else "",
        lent=lent,
    )


def _look(
    rules: HallRules, now: datetime, shift: Shift | None, turn: Turn | None
) -> tuple[WindowLook, datetime | None]:
    if turn is not None:
        if turn.started_at is None:
            return WindowLook.CALLED, turn.called_at
        long = now - turn.started_at > timedelta(minutes=rules.long_serving_minutes)
        return WindowLook.LONG if long else WindowLook.SERVING, turn.started_at
    if shift is None:
        return WindowLook.CLOSED, None
    if shift.paused_at is not None:
        return WindowLook.PAUSED, shift.paused_at
    return WindowLook.FREE, shift.signed_in_at


def minutes_between(since: datetime | None, now: datetime) -> int:
    """Return whole minutes since a moment, 0 for none and for one to come."""
    return max(0, (now - since) // timedelta(minutes=1)) if since else 0


def _zones(plan: HallPlan, windows: Mapping[str, FloorWindow]) -> tuple[FloorZone, ...]:
    rows = []
    for zone in plan.zones:
        own = tuple(windows[window.code] for window in plan.windows if window.zone == zone.code)
        codes = dict.fromkeys(one.window.department for one in own if one.window.department)
        names = tuple(plan.department_of[c].name for c in codes if c in plan.department_of)
        if own:
            rows.append(FloorZone(zone, names, own))
    return tuple(rows)


# Queues


def _queues(reader: Reader, shifts: Sequence[Shift]) -> tuple[FloorQueue, ...]:
    plan, now = reader.plan, reader.now
    counts = {count.queue_id: count for count in reader.queue_counts()}
    waits = reader.waits_since(now - WAITS_OVER)
    stops = {stop.queue_id: stop for stop in reader.queue_stops()}
    open_ids = {shift.window_id for shift in shifts if shift.open_for_calls}
    serving = [window for window in plan.windows if window.id in open_ids]
    return tuple(
        _row(
            plan,
            queue,
            counts.get(queue.id),
            sum(queue.code in window.queues for window in serving),
            waits.get(queue.id, NOBODY_CALLED),
            stops.get(queue.id),
            now,
        )
        for queue in plan.queues
    )


def _row(
    plan: HallPlan,
    queue: Queue,
    count: QueueCount | None,
    windows: int,
    wait: WaitFacts,
    stop: QueueStop | None,
    now: datetime,
) -> FloorQueue:
    oldest = count.oldest_at if count else None
    return FloorQueue(
        queue=queue,
        waiting=count.waiting if count else 0,
        windows=windows,
        wait=wait,
        oldest_at=oldest,
        longest_minutes=minutes_between(oldest, now),
        limit_minutes=plan.rules.alarm_wait_minutes,
        department=department_of(plan, queue.code),
        stop=stop,
    )


# Figures


def _figures(reader: Reader, queues: Sequence[FloorQueue]) -> FloorFigures:
    day = reader.day
    figures = reader.day_figures() if day else None
    before = day - 7 * A_DAY if day else None
    issued_before = reader.issued_by(before, reader.now - 7 * A_DAY) if before else 0
    staff_days = reader.staff_days(day) if day else ()
    today = local_time(reader.plan, reader.now).date()
    due = [case.due_on for case in reader.cases_due(today) if case.due_on]
    whole = reader.waits_since(reader.now - WAITS_OVER).get(0, NOBODY_CALLED)
    return FloorFigures(
        waiting=sum(row.waiting for row in queues),
        half_wait=whole.p50,
        most_wait=whole.p90,
        issued=figures.issued if figures else 0,
        issued_before=issued_before or None,
        before=before if issued_before else None,
        finished=figures.served if figures else 0,
        abandoned=(figures.no_shows + figures.abandoned) if figures else 0,
        due_today=sum(one == today for one in due),
        overdue=sum(one < today for one in due),
        rated=sum(one.rated for one in staff_days),
        satisfied=sum(one.satisfied for one in staff_days),
    )


def _devices(reader: Reader) -> tuple[FloorDevice, ...]:
    plan = reader.plan
    return tuple(
        FloorDevice(record, plan.window_of.get(record.report.window), record.silent(reader.now))
        for record in reader.devices()
    )
