"""Whether a queue gives a ticket now, and if not: why, and from when it does again.

One rule for the transaction that issues and for the screen that offers. Whoever asks brings what
is counted; the first reason that holds is the one told:

1. closed: outside the hours in which tickets are given out;
2. stopped by the supervisor;
3. the person has an open ticket of this queue, or missed one that may come back;
4. the day's quota is gone;
5. closing early: the waiting work exceeds the time that is left today;
6. the time slice is full.

Quotas count what was issued and what appointments still to come will need.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from hallclient.domain.calendar import A_DAY
from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue, SessionHours

LOOK_AHEAD = 21
"""Days searched for the next opening; the longest holiday with its weekends is shorter."""
REOPENS = 0.8
"""Once closed for its load, a queue opens again only below this share of the load that closed it:
one person served more or less does not open and close it again and again."""


class Stop(StrEnum):
    """Why there is no ticket; also the key of the words for it (``refused.<key>``)."""

    CLOSED = "queue_closed"
    STOPPED = "queue_stopped"
    HAS_TICKET = "has_ticket"
    MISSED = "has_missed"
    DAY_FULL = "day_full"
    CLOSING = "closing_early"
    SLICE_FULL = "slice_full"


@dataclass(frozen=True, slots=True)
class Limit:
    """A no. ``again`` is when tickets are given out next, in the hall's time; None: not soon.

    ``label`` is the ticket that the person has. ``left`` is how many numbers are left where more
    were wanted.
    """

    stop: Stop
    again: datetime | None = None
    label: str = ""
    left: int = 0


class NoTicket(Refused):
    """A queue gives no ticket now; ``limit`` says why, ``queue`` is its code."""

    def __init__(self, queue: str, limit: Limit) -> None:
        facts: dict[str, str | int] = {"queue": queue, "label": limit.label, "left": limit.left}
        if limit.again is not None:
            facts["again"] = limit.again.isoformat()
        super().__init__(limit.stop, f"queue {queue} gives no ticket now: {limit.stop}", **facts)
        self.queue = queue
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Slice:
    """A time slice of a queue, in the hall's time; ``starts`` is also an appointment's slot."""

    starts: datetime
    ends: datetime

    @property
    def name(self) -> str:
        """Return the start as counters spell it: 0930."""
        return f"{self.starts:%H%M}"


@dataclass(frozen=True, slots=True)
class Demand:
    """What is counted in a queue at a moment.

    ``counters`` are those of the business day, ``booked`` the starts (hall's time) of appointments
    still to come today, ``work_minutes`` what each of its windows has before it. ``held`` is the
    person's open ticket of this queue, ``missed`` one that may come back. ``wanted`` tickets.
    ``closing`` says that the queue was closed for its load when it was looked at last, ``stopped``
    that the supervisor has stopped it.
    """

    counters: Mapping[str, int] = field(default_factory=dict)
    booked: tuple[datetime, ...] = ()
    work_minutes: float = 0.0
    held: str = ""
    missed: str = ""
    wanted: int = 1
    closing: bool = False
    stopped: bool = False


NO_DEMAND = Demand()


def day_counter(queue: str) -> str:
    """Return the name of the counter of a queue's tickets of a day."""
    return f"queue:{queue}"


def slice_counter(queue: str, part: Slice) -> str:
    """Return the name of the counter of a queue's tickets of a slice."""
    return f"slice:{queue}:{part.name}"


def closing_counter(queue: str) -> str:
    """Return the name of the counter that is above 0 while a queue is closed for its load."""
    return f"closing:{queue}"


def limit_of(plan: HallPlan, queue: Queue, local: datetime, demand: Demand) -> Limit | None:
    """Return why a queue gives no ticket at a local time, None when it does."""
    for check in (_hours, _stopped, _own_ticket, _day_quota, _load, _slice_quota):
        limit = check(plan, queue, local, demand)
        if limit is not None:
            return limit
    return None


def _hours(plan: HallPlan, queue: Queue, local: datetime, _demand: Demand) -> Limit | None:
    if plan.tickets_open(queue.code, local).open:
        return None
    return Limit(Stop.CLOSED, next_opening(plan, queue.code, local))


def _stopped(_plan: HallPlan, _queue: Queue, _local: datetime, demand: Demand) -> Limit | None:
    # Nobody knows when it is opened again: it may be in a minute.
    return Limit(Stop.STOPPED) if demand.stopped else None


def _own_ticket(_plan: HallPlan, _queue: Queue, _local: datetime, demand: Demand) -> Limit | None:
    if demand.held:
        return Limit(Stop.HAS_TICKET, label=demand.held)
    return Limit(Stop.MISSED, label=demand.missed) if demand.missed else None


def _day_quota(plan: HallPlan, queue: Queue, local: datetime, demand: Demand) -> Limit | None:
    used = demand.counters.get(day_counter(queue.code), 0) + len(demand.booked)
    left = _left(queue.day_quota, used)
    if left >= demand.wanted:
        return None
    return Limit(Stop.DAY_FULL, _next_day(plan, queue.code, local), left=left)


def _load(plan: HallPlan, queue: Queue, local: datetime, demand: Demand) -> Limit | None:
    if not overloaded(plan, queue.code, local, demand):
        return None
    return Limit(Stop.CLOSING, _next_day(plan, queue.code, local))


def _slice_quota(plan: HallPlan, queue: Queue, local: datetime, demand: Demand) -> Limit | None:
    if not queue.slice_quota:
        return None
    left = _slice_left(queue, slice_at(plan, queue, local), demand)
    if left >= demand.wanted:
        return None
    return Limit(Stop.SLICE_FULL, _next_slice(plan, queue, local, demand), left=left)


# Slices


def slices_on(plan: HallPlan, queue: Queue, day: date, local: datetime) -> tuple[Slice, ...]:
    """Return a queue's slices of a day, from each session's opening, the last one cut at its close.

    ``local`` lends its time zone. A hall without hours counts them from midnight.
    """
    found: list[Slice] = []
    for opens, closes in _spans(plan, queue.code, day):
        begin, end = (datetime.combine(day, at, local.tzinfo) for at in (opens, closes))
        step = timedelta(minutes=max(1, queue.slice_minutes))
        while begin < end:
            found.append(Slice(begin, min(begin + step, end)))
            begin += step
    return tuple(found)


def slice_at(plan: HallPlan, queue: Queue, local: datetime) -> Slice:
    """Return the slice that a ticket issued now belongs to.

    Before a session opens it is its first one, after it has closed its last one.
    """
    parts = slices_on(plan, queue, local.date(), local)
    for part in parts:
        if local < part.ends:
            return part
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return parts[-1] if parts else Slice(start, start + A_DAY)


def _spans(plan: HallPlan, queue: str, day: date) -> tuple[tuple[time, time], ...]:
    if not plan.hours:
        return ((time.min, time.max),)
    return tuple((session.opens, session.closes) for session in plan.sessions_on(queue, day))


def _slice_left(queue: Queue, part: Slice, demand: Demand) -> int:
    booked = sum(part.starts <= at < part.ends for at in demand.booked)
    return _left(
        queue.slice_quota, demand.counters.get(slice_counter(queue.code, part), 0) + booked
    )


def _next_slice(plan: HallPlan, queue: Queue, local: datetime, demand: Demand) -> datetime | None:
    for session in plan.sessions_on(queue.code, local.date()):
        until = datetime.combine(local.date(), session.tickets_until, local.tzinfo)
        starts = datetime.combine(local.date(), session.tickets_from, local.tzinfo)
        for part in slices_on(plan, queue, local.date(), local):
            inside = starts <= part.starts < until
            if part.starts > local and inside and _slice_left(queue, part, demand) > 0:
                return part.starts
    return _next_day(plan, queue.code, local)


# Quotas and load


_ENDLESS = 1_000_000


def _left(quota: int, used: int) -> int:
    return max(0, quota - used) if quota else _ENDLESS


def overloaded(plan: HallPlan, queue: str, local: datetime, demand: Demand) -> bool:
    """Return whether a queue's work exceeds the share of today's time that the hall allows."""
    percent = plan.rules.closing_load_percent * (REOPENS if demand.closing else 1.0)
    if not percent or not demand.work_minutes or not plan.hours:
        return False
    return demand.work_minutes * 100 >= percent * minutes_left(plan, queue, local)


def minutes_left(plan: HallPlan, queue: str, local: datetime) -> float:
    """Return how long a queue is still served today: what waits goes on after a break."""
    return _minutes_left(plan.sessions_on(queue, local.date()), local)


@lru_cache(maxsize=16)
def _minutes_left(sessions: tuple[SessionHours, ...], local: datetime) -> float:
    # Most queues of a hall have the same hours, and all of them are looked at at one moment.
    left = 0.0
    for session in sessions:
        opens, closes = (
            datetime.combine(local.date(), at, local.tzinfo)
            for at in (session.opens, session.closes)
        )
        left += max(0.0, (closes - max(local, opens)).total_seconds() / 60)
    return left


def work_per_window(
    plan: HallPlan,
    waiting: Mapping[str, int],
    open_windows: frozenset[str],
    busy: frozenset[str] = frozenset(),
    near: Collection[str] | None = None,
) -> dict[str, float]:
    """Return the minutes of work before each window of a queue, by the queue's code.

    A queue's work is its tickets by the typical minutes of its services, shared among the open
    windows that serve it. A window has work of all its queues, and half a service more while it is
    ``busy`` with somebody. 0 where no window is open, or nobody knows how long a service takes:
    such a queue does not close early.

    Where a queue and all ``near`` it (``HallPlan.queues_near``) are asked for, only its own minutes
    are sure.
    """
    windows_of = plan.windows_serving
    serving: dict[str, list[str]] = {}
    for code in windows_of if near is None else near:
        served_by = [window.code for window in windows_of[code] if window.code in open_windows]
        if served_by:
            serving[code] = served_by
    halves, typical = plan.half_a_service, plan.typical_minutes
    serves = {one for served_by in serving.values() for one in served_by}
    per_window = {one: halves[one] if one in busy else 0.0 for one in serves}
    for code, served_by in serving.items():
        share = waiting.get(code, 0) * typical.get(code, 0.0) / len(served_by)
        if share:
            for one in served_by:
                per_window[one] += share
    return {
        code: sum([per_window[one] for one in served_by]) / len(served_by)
        for code, served_by in serving.items()
    }


# Openings


def next_opening(plan: HallPlan, queue: str, local: datetime) -> datetime | None:
    """Return when tickets of a queue are given out next after ``local``."""
    return next((at for at in _openings(plan, queue, local.date(), local) if at > local), None)


def _next_day(plan: HallPlan, queue: str, local: datetime) -> datetime | None:
    if not plan.hours:
        return datetime.combine(local.date() + A_DAY, plan.rules.day_start, local.tzinfo)
    return next(_openings(plan, queue, local.date() + A_DAY, local), None)


def _openings(plan: HallPlan, queue: str, first: date, local: datetime) -> Iterator[datetime]:
    for offset in range(LOOK_AHEAD):
        day = first + offset * A_DAY
        for session in plan.sessions_on(queue, day):
            yield datetime.combine(day, session.tickets_from, local.tzinfo)
