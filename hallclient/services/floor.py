"""The floor at one moment, as those see it who run it: windows, queues, figures, staff, devices.

One look at the database makes all of it. Numbers of ratings are sums over the whole hall; no level
and nobody's own share is in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.services.floor_figures import DaySoFar, FloorFigures, day_so_far
from hallclient.services.floor_queues import FloorQueue, department_of, floor_queues
from hallclient.services.floor_staff import FloorStaff, absent_now, floor_staff
from hallclient.services.floor_windows import (
    FloorWindow,
    FloorZone,
    WindowLook,
    floor_windows,
    floor_zones,
    minutes_between,
)
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from hallclient.domain.alarm import Alarm
    from hallclient.domain.bulletin import Bulletin
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import ServiceWindow, Staff
    from hallclient.domain.publication import Publication
    from hallclient.services.boards import FloorBoard
    from hallclient.services.floor_records import HalfHour
    from hallclient.services.helping import Help
    from hallclient.services.stations import DeviceRecord
    from hallclient.services.store import Reader

__all__ = [
    "DaySoFar",
    "FloorDevice",
    "FloorFigures",
    "FloorHours",
    "FloorQueue",
    "FloorStaff",
    "FloorState",
    "FloorWindow",
    "FloorZone",
    "WindowLook",
    "day_so_far",
    "department_of",
    "floor_state",
    "minutes_between",
]


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
    boards: tuple[FloorBoard, ...] = ()
    help: tuple[Help, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    """The heaviest first."""
    bulletins: tuple[Bulletin, ...] = ()
    publications: tuple[Publication, ...] = ()

    @property
    def windows(self) -> tuple[FloorWindow, ...]:
        """Return the windows of all zones."""
        return tuple(window for zone in self.zones for window in zone.windows)


def floor_state(
    reader: Reader, member: Staff | None = None, so_far: DaySoFar | None = None
) -> FloorState:
    """Return the floor at the moment of ``reader``, with the alarms that are a member's.

    No member: all of them. ``so_far`` saves the counting of the day to whoever has just done it.
    """
    # A console's first screen asks for the sign-in and shows no floor.
    from hallclient.services.alarms import floor_alarms  # noqa: PLC0415
    from hallclient.services.boards import floor_boards  # noqa: PLC0415
    from hallclient.services.helping import seen_calls  # noqa: PLC0415

    plan = reader.plan
    shifts = tuple(reader.open_shifts())
    leave = reader.on_leave()
    absent = absent_now(reader, shifts, leave)
    windows = floor_windows(reader, shifts, absent)
    queues = floor_queues(reader, shifts)
    past = so_far or day_so_far(reader)
    floor = FloorState(
        plan=plan,
        now=reader.now,
        day=reader.day,
        hours=floor_hours(plan, reader.now),
        zones=floor_zones(plan, windows),
        queues=queues,
        figures=replace(past.figures, waiting=sum(row.waiting for row in queues)),
        trend=past.trend,
        staff=floor_staff(reader, shifts, leave, absent),
        devices=_devices(reader),
        boards=floor_boards(reader),
        help=tuple(seen_calls(reader)),
        bulletins=tuple(reader.bulletins()),
        publications=tuple(reader.publications()),
    )
    return replace(floor, alarms=floor_alarms(reader, floor, member))


def floor_hours(plan: HallPlan, now: datetime) -> FloorHours:
    """Return whether any queue is served now, and when the last of them closes."""
    if not plan.hours:
        return FloorHours(open=True)
    local = local_time(plan, now)
    closing = [
        session.closes
        for queue in {session.queue for session in plan.hours}
        for session in plan.sessions_on(queue, local.date())
        if session.opens <= local.time() < session.closes
    ]
    return FloorHours(bool(closing), max(closing, default=None))


def _devices(reader: Reader) -> tuple[FloorDevice, ...]:
    plan = reader.plan
    return tuple(
        FloorDevice(record, plan.window_of.get(record.report.window), record.silent(reader.now))
        for record in reader.devices()
    )
