"""When a board says that the hall is closed, and when it opens again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue, SessionHours
from hallclient.services.board import HallNow
from hallclient.services.hours import local_time

SOON = timedelta(minutes=30)
"""So long before, a board says when numbers stop."""
SEARCH_DAYS = 30
"""The longest holiday plus reserve; beyond it no next day is promised."""


class Why(Enum):
    """Which words a closed board uses; the value ends a message key."""

    NOT_YET = "closed.not_yet"
    """The hall opens later today."""
    OVER = "closed.title"
    """Today's work is done."""
    DAY_OFF = "closed.day_off"
    LUNCH = "break.lunch"
    """The hall worked this morning and opens again today."""


class Stops(Enum):
    """What is said of the end of a session; the value ends a message key."""

    SOON = "soon"
    """Numbers are given out until ``at``, and again from ``again`` if that is known."""
    PAUSED = "paused"
    """No numbers now, again from ``again``; who has one is served."""
    OVER = "over"
    """No more numbers today; who has one is served. The hall closes ``at``."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a session as a board says it; local times of day."""

    how: Stops
    at: time
    again: time | None = None


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
    if any(plan.tickets_open(queue.code, local).open for queue in queues):
        return None
    opens = next_opening(plan, queues, local)
    if opens is not None and opens.date() == local.date():
        worked = _began(plan, queues, local)
        return Closed(Why.LUNCH if worked else Why.NOT_YET, opens)
    works_today = _first_opening(plan, queues, _midnight(local)) is not None
    return Closed(Why.OVER if works_today else Why.DAY_OFF, opens)


def closing_now(plan: HallPlan, zones: tuple[str, ...], at: datetime) -> Closing | None:
    """Return that numbers soon stop, or have stopped while people are still served.

    Of several queues the one that stops last counts: what is said is true for all of them.
    """
    queues = shown_queues(plan, zones)
    if not plan.hours or not queues:
        return None
    local = local_time(plan, at)
    now, today = local.time(), _sessions(plan, queues, local.date())
    running = [session for session in today if session.tickets_from <= now < session.tickets_until]
    later = [session.tickets_from for session in today if now < session.tickets_from]
    again = min(later, default=None)
    if running:
        until = max(session.tickets_until for session in running)
        soon = datetime.combine(local.date(), until) - local.replace(tzinfo=None) <= SOON
        return Closing(Stops.SOON, until, again) if soon else None
    stopped = [session.closes for session in today if session.tickets_until <= now]
    if not stopped:
        return None
    return Closing(Stops.PAUSED if again else Stops.OVER, max(stopped), again)


def _sessions(plan: HallPlan, queues: tuple[Queue, ...], day: date) -> list[SessionHours]:
    return [s for queue in queues for s in plan.sessions_on(queue.code, day)]


def _began(plan: HallPlan, queues: tuple[Queue, ...], local: datetime) -> bool:
    return any(s.opens <= local.time() for s in _sessions(plan, queues, local.date()))


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
    states = (plan.tickets_open(queue.code, local) for queue in queues)
    opens = [state.session.opens for state in states if state.session is not None]
    return datetime.combine(local.date(), min(opens), local.tzinfo) if opens else None


def _midnight(local: datetime) -> datetime:
    return datetime.combine(local.date(), time(), local.tzinfo)
