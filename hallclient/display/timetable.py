"""When a board says that the hall is closed, and when it opens again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum

from hallclient.domain.calendar import WorkCalendar, tickets_open
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue
from hallclient.services.board import HallNow
from hallclient.services.hours import local_time

SEARCH_DAYS = 30
"""The longest holiday plus reserve; beyond it no next day is promised."""


class Why(Enum):
    """Which words a closed board uses; the value ends a message key."""

    NOT_YET = "not_yet"
    """The hall opens later today."""
    OVER = "title"
    """Today's work is done."""
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True)
class Closed:
    """A hall at rest. ``opens`` is the next opening in local time, None if none is known."""

    why: Why
    opens: datetime | None


def shown_queues(plan: HallPlan, zones: Iterable[str]) -> tuple[Queue, ...]:
    """Return the queues of these zones, all of them when there is no zone."""
    wanted = frozenset(zones)
    return tuple(queue for queue in plan.queues if not wanted or queue.zone in wanted)


def closed_now(
    plan: HallPlan, zones: tuple[str, ...], hall: HallNow, at: datetime
) -> Closed | None:
    """Return that the hall is closed: outside hours, no window open, nobody waiting."""
    queues = shown_queues(plan, zones)
    if not plan.hours or not queues:
        return None
    windows = (w.code for w in plan.windows if not zones or w.zone in zones)
    waiting = any(hall.lines[q.code].waiting for q in queues if q.code in hall.lines)
    if waiting or not hall.open_windows.isdisjoint(windows):
        return None
    local = local_time(plan, at)
    calendar = WorkCalendar.of(plan.calendar)
    if any(tickets_open(plan.hours, queue.code, local, calendar).open for queue in queues):
        return None
    opens = next_opening(plan, queues, local)
    if opens is not None and opens.date() == local.date():
        return Closed(Why.NOT_YET, opens)
    works_today = _first_opening(plan, queues, _midnight(local)) is not None
    return Closed(Why.OVER if works_today else Why.DAY_OFF, opens)


def next_opening(plan: HallPlan, queues: tuple[Queue, ...], local: datetime) -> datetime | None:
    """Return when one of the queues opens next after a local time."""
    today = _first_opening(plan, queues, local)
    if today is not None:
        return today
    midnight = _midnight(local)
    for days in range(1, SEARCH_DAYS + 1):
        found = _first_opening(plan, queues, midnight + timedelta(days=days))
        if found is not None:
            return found
    return None


def _first_opening(plan: HallPlan, queues: tuple[Queue, ...], local: datetime) -> datetime | None:
    calendar = WorkCalendar.of(plan.calendar)
    states = (tickets_open(plan.hours, queue.code, local, calendar) for queue in queues)
    opens = [state.session.opens for state in states if state.session is not None]
    return datetime.combine(local.date(), min(opens), local.tzinfo) if opens else None


def _midnight(local: datetime) -> datetime:
    return datetime.combine(local.date(), time(), local.tzinfo)
