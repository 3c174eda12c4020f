"""The slots of a queue: slices of its sessions that take so many appointments each.

The slices are those of the quotas (``limits``). One that does not fit whole before the session
closes, or begins when no tickets are given out, is no slot. Imported appointments may begin
anywhere in a slice and count in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hallclient.domain.calendar import A_DAY
from hallclient.domain.hall import HallPlan
from hallclient.domain.limits import slices_on
from hallclient.domain.parts import Queue

_FARTHEST = timedelta(days=60)
"""A hall that works less often than once in two months has no days to offer."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slice that can be booked. ``room`` is how many more it takes; the start is in UTC."""

    starts_at: datetime
    minutes: int
    room: int

    @property
    def ends_at(self) -> datetime:
        """Return when the next one begins."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class BookingDay:
    """A day that can be booked, with the slots that are still ahead, earliest first."""

    day: date
    slots: tuple[Slot, ...]

    @property
    def room(self) -> int:
        """Return how many appointments the day still takes."""
        return sum(slot.room for slot in self.slots)


def booking_days(plan: HallPlan, queue: Queue, today: date) -> tuple[date, ...]:
    """Return the days a queue can be booked for: the next that have hours for it, today first."""
    if not queue.slice_booked or not plan.hours:
        return ()
    days: list[date] = []
    day = today
    while len(days) < plan.rules.booking_days and day < today + _FARTHEST:
        if plan.sessions_on(queue.code, day):
            days.append(day)
        day += A_DAY
    return tuple(days)


def slots_of(
    plan: HallPlan, queue: Queue, day: date, booked: Mapping[datetime, int], now: datetime
) -> tuple[Slot, ...]:
    """Return a day's slots that begin at ``now`` or later, the full ones with no room.

    ``booked`` is the number of appointments by their beginning (``Reader.booked``).
    """
    slots: list[Slot] = []
    length = timedelta(minutes=queue.slice_minutes)
    for begin in _begins(plan, queue, day):
        taken = sum(count for at, count in booked.items() if begin <= at < begin + length)
        if begin >= now:
            slots.append(Slot(begin, queue.slice_minutes, max(0, queue.slice_booked - taken)))
    return tuple(slots)


def slice_taken(
    plan: HallPlan, queue: Queue, booked: Mapping[datetime, int], at: datetime
) -> int | None:
    """Return how many appointments the slice of a moment has; None outside the queue's hours.

    Any slice will do, also one that is cut short: for what was booked elsewhere.
    """
    local = at.astimezone(ZoneInfo(plan.time_zone))
    for part in slices_on(plan, queue, local.date(), local):
        if part.starts <= local < part.ends:
            return sum(count for when, count in booked.items() if part.starts <= when < part.ends)
    return None


def _begins(plan: HallPlan, queue: Queue, day: date) -> Iterable[datetime]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(plan.time_zone))
    whole = timedelta(minutes=queue.slice_minutes)
    for part in slices_on(plan, queue, day, midnight) if plan.hours else ():
        given_out = plan.tickets_open(queue.code, part.starts).open
        if given_out and part.ends - part.starts == whole:
            yield part.starts.astimezone(UTC)
