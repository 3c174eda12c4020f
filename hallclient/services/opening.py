"""When queues are served next, by the hall's hours and calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hallclient.domain.hall import HallPlan
from hallclient.services.hours import local_time

SEARCH_DAYS = 30
"""The longest holiday plus reserve; beyond it no day is promised."""


def next_opening(plan: HallPlan, queues: Iterable[str], at: datetime) -> datetime | None:
    """Return when any of these queues is served next after a moment, in UTC.

    None while one of them is served, in a hall without hours, and where nothing is known.
    """
    codes = tuple(queues)
    if not plan.hours or not codes:
        return None
    local = local_time(plan, at)
    for days in range(SEARCH_DAYS + 1):
        day = local.date() + timedelta(days=days)
        sessions = [one for code in codes for one in plan.sessions_on(code, day)]
        now = local.time() if not days else None
        if now is not None and any(one.opens <= now < one.closes for one in sessions):
            return None
        opens = [one.opens for one in sessions if now is None or now < one.opens]
        if opens:
            return datetime.combine(day, min(opens), local.tzinfo).astimezone(UTC)
    return None
