"""A busy floor that nobody has to play: every state of a window, a queue and an alarm at once."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import TypeVar

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb
from hallclient.domain.hall import HallPlan
from hallclient.domain.helping import HelpCall
from hallclient.domain.parts import Queue, Service, ServiceWindow, Staff, StaffRole, Zone
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.services.floor import (
    FloorDevice,
    FloorFigures,
    FloorQueue,
    FloorState,
    FloorWindow,
    FloorZone,
    WindowLook,
    floor_hours,
)
from hallclient.services.floor_records import HalfHour, QueueStop, WaitFacts
from hallclient.services.floor_staff import FloorStaff
from hallclient.services.helping import Help
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceRecord, DeviceReport

P = TypeVar("P", Queue, ServiceWindow, Service, Staff, Zone)
NOW = datetime(2026, 11, 20, 6, 54, tzinfo=UTC)
"""Friday, six to three in the afternoon in Shanghai."""
_LOOKS = (
    *(WindowLook.SERVING,) * 24,
    WindowLook.CALLED,
    WindowLook.FREE,
    *(WindowLook.LONG,) * 2,
    *(WindowLook.PAUSED,) * 2,
    *(WindowLook.CLOSED,) * 5,
    WindowLook.ABSENT,
)
_TICKETS = (WindowLook.SERVING, WindowLook.CALLED, WindowLook.LONG)
_ISSUED = (24, 40, 54, 64, 58, 46, 33, 28, 31, 39, 52, 43)
_FINISHED = (11, 27, 40, 46, 47, 41, 33, 25, 23, 29, 32, 33)


def busy_floor(plan: HallPlan, *, seed: int = 5) -> FloorState:
    """Return a floor on which everything happens."""
    dice = random.Random(seed)  # noqa: S311 - a picture, not a secret
    looks = list(_LOOKS)
    dice.shuffle(looks)
    clerks = [member for member in plan.staff if member.role is StaffRole.CLERK]
    turning, sitting = cycle(looks), cycle(clerks)
    windows = {
        w.code: _window(plan, w.code, next(turning), next(sitting), dice) for w in plan.windows
    }
    zones = []
    for zone in plan.zones:
        own = tuple(one for one in windows.values() if one.window.zone == zone.code)
        codes = dict.fromkeys(one.window.department for one in own)
        names = tuple(plan.department_of[c].name for c in codes if c in plan.department_of)
        if own:
            zones.append(FloorZone(zone, names, own))
    queues = tuple(_queue(plan, at, dice) for at in range(len(plan.queues)))
    here = tuple(one.staff for one in windows.values() if one.staff)
    absent = tuple(o.staff for o in windows.values() if o.look is WindowLook.ABSENT and o.staff)
    return FloorState(
        plan=plan,
        now=NOW,
        day=NOW.date(),
        hours=floor_hours(plan, NOW),
        zones=tuple(zones),
        queues=queues,
        figures=FloorFigures(72, 990, 2250, 512, 468, NOW.date(), 387, 11, 2, 1, 265, 260),
        trend=_trend(),
        staff=FloorStaff(here[:-2], len(here), clerks_free(plan), tuple(clerks[-1:]), absent),
        devices=_devices(plan),
        alarms=_alarms(plan, tuple(windows.values()), queues),
    )


def quiet_floor(plan: HallPlan) -> FloorState:
    """Return a floor on which nobody waits and nothing is wrong (12f)."""
    busy = busy_floor(plan)
    queues = tuple(
        replace(row, waiting=0, longest_minutes=0, wait=WaitFacts(0), stop=None)
        for row in busy.queues
    )
    return replace(busy, queues=queues, alarms=())


def numbered_plan(plan: HallPlan) -> HallPlan:
    """Return a plan with numbers as storage gives them out."""
    return replace(
        plan,
        queues=_numbered(plan.queues),
        windows=_numbered(plan.windows),
        services=_numbered(plan.services),
        staff=_numbered(plan.staff),
        zones=_numbered(plan.zones),
    )


def _numbered(parts: tuple[P, ...]) -> tuple[P, ...]:
    return tuple(replace(part, id=n) for n, part in enumerate(parts, 1))


def clerks_free(plan: HallPlan) -> tuple[Staff, ...]:
    """Return two who sit at no window."""
    return tuple(m for m in plan.staff if m.role is StaffRole.CLERK)[-3:-1]


def call_for_help() -> Help:
    """Return a call for help from a kiosk, two minutes old."""
    return Help(HelpCall(7, "K1", NOW - timedelta(minutes=2)), NOW)


def _window(
    plan: HallPlan, code: str, look: WindowLook, clerk: Staff, dice: random.Random
) -> FloorWindow:
    window = plan.window_of[code]
    queue = plan.queue_of[window.queues[0]]
    service = next((s for s in plan.services if s.queue == queue.code), None)
    minutes = {WindowLook.LONG: 41, WindowLook.PAUSED: 22}.get(look, dice.randrange(1, 26))
    ticket = None
    if look in _TICKETS and service is not None:
        label = f"{plan.series_of[queue.series].prefix}{dice.randrange(20, 180):03}"
        ticket = _ticket(label, queue.id, service.id)
    return FloorWindow(
        window=window,
        look=look,
        since=NOW - timedelta(minutes=minutes),
        minutes=0 if look is WindowLook.CLOSED else minutes,
        staff=None if look is WindowLook.CLOSED else clerk,
        ticket=ticket,
        service=service if ticket else None,
        reason=dice.choice(("meal", "files", "device")) if look is WindowLook.PAUSED else "",
        lent=dice.random() < 0.05,
    )


def _ticket(label: str, queue: int, service: int) -> Ticket:
    return Ticket(
        id=1,
        request_id="",
        token="0" * 16,
        day=NOW.date(),
        series_id=1,
        number=1,
        label=label,
        queue_id=queue,
        service_id=service,
        priority=PriorityClass.NORMAL,
        claim_at=NOW,
        issued_at=NOW,
        status=TicketStatus.SERVING,
        channel=Channel.KIOSK,
        language="zh-CN",
    )


def _queue(plan: HallPlan, at: int, dice: random.Random) -> FloorQueue:
    queue = plan.queues[at]
    waiting = (27, 7, 16, 0, 9, 8, 5)[at % 7]
    p10 = dice.uniform(2, 12)
    wait = WaitFacts(0) if at % 11 == 8 else _wait(p10, dice)
    longest = 38 if at == 6 else dice.randrange(5, 29)
    stop = QueueStop(queue.id, 1, NOW, "full") if at == 4 else None
    return FloorQueue(
        queue, waiting, dice.randrange(0, 8), wait, NOW, longest if waiting else 0, 30, "", stop
    )


def _wait(p10: float, dice: random.Random) -> WaitFacts:
    half = p10 + dice.uniform(4, 12)
    return WaitFacts(
        20, round(p10 * 60), round(half * 60), round((half + dice.uniform(6, 17)) * 60)
    )


def _trend() -> tuple[HalfHour, ...]:
    begins = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    return tuple(
        HalfHour(begins + timedelta(minutes=30 * at), issued, finished)
        for at, (issued, finished) in enumerate(zip(_ISSUED, _FINISHED, strict=True))
    )


def _devices(plan: HallPlan) -> tuple[FloorDevice, ...]:
    window = plan.windows[-1]
    reports = (
        ("K1", DeviceReport("printer", DeviceKind.PRINTER, DeviceState.READY, paper_left=400)),
        ("K2", DeviceReport("printer", DeviceKind.PRINTER, DeviceState.READY, trouble="paper_low")),
        (
            f"W{window.code}",
            DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.STALE, window=window.code),
        ),
    )
    since = NOW - timedelta(minutes=6)
    return tuple(
        FloorDevice(
            DeviceRecord(station, report, since, NOW),
            plan.window_of.get(report.window),
            silent=False,
        )
        for station, report in reports
    )


def _alarms(
    plan: HallPlan, windows: tuple[FloorWindow, ...], queues: tuple[FloorQueue, ...]
) -> tuple[Alarm, ...]:
    """Return one of most kinds."""
    late = max(queues, key=lambda row: row.longest_minutes)
    long = next(one for one in windows if one.look is WindowLook.LONG)
    absent = next(one for one in windows if one.look is WindowLook.ABSENT)
    label = long.ticket.label if long.ticket else ""
    last = plan.windows[-1].code
    wait: dict[str, str | int] = {
        "minutes": late.longest_minutes, "limit": 30, "waiting": late.waiting,
        "windows": 3, "floaters": 2,
    }  # fmt: skip
    case: dict[str, str | int] = {
        "count": 1, "case": 1, "number": "BDC-20261112-0233", "due": "2026-11-19", "list": 0,
    }  # fmt: skip
    serving: dict[str, str | int] = {
        "number": long.window.number, "label": label, "minutes": 41, "usual": 15,
    }  # fmt: skip
    keypad: dict[str, str | int] = {
        "station": f"W{last}", "device": "keypad", "trouble": "offline", "minutes": 6,
    }  # fmt: skip
    paper: dict[str, str | int] = {
        "station": "K2", "device": "printer", "trouble": "paper_low", "minutes": 6, "left": 40,
    }  # fmt: skip
    now, soon, know = Severity.NOW, Severity.SOON, Severity.KNOW
    return (
        Alarm(AlarmKind.LONG_WAIT, now, Verb.ASSIGN, f"queue:{late.queue.code}", facts=wait),
        Alarm(AlarmKind.CASE_OVERDUE, now, Verb.SHOW_CASE, "cases-overdue:BDC", facts=case),
        Alarm(
            AlarmKind.CLERK_ABSENT, now, Verb.SHOW_WINDOW, f"window:{absent.window.code}",
            facts={"number": absent.window.number, "name": "赵强"}, taken_by="陈建国",
        ),
        Alarm(
            AlarmKind.LONG_SERVING, soon, Verb.SHOW_WINDOW, f"window:{long.window.code}",
            facts=serving,
        ),
        Alarm(AlarmKind.KEYPAD, soon, Verb.SHOW_DEVICE, f"device:W{last}/keypad", facts=keypad),
        Alarm(
            AlarmKind.LOW_RATING, soon, Verb.FOLLOW_UP, "ratings:BDC",
            facts={"count": 1, "label": "A019", "overdue": 0},
        ),
        Alarm(AlarmKind.PRINTER, know, Verb.TAKE, "device:K2/printer", facts=paper),
        Alarm(AlarmKind.CALENDAR, know, Verb.TAKE, "calendar:2027", facts={"year": 2027}),
    )  # fmt: skip
