"""When the hall's chores are due."""

from datetime import datetime

from hallclient.domain.calendar import business_day
from hallclient.domain.hall import HallPlan


def due(now: datetime, last_run: datetime | None, plan: HallPlan) -> bool:
    """Return whether a chore of every business day is to be looked at again.

    At the first look, on every new business day however late it is noticed, and also on an earlier
    one: a clock that was set ahead and back must not keep a chore waiting for as long. Chores do
    nothing twice, so a look too many is free.
    """
    if last_run is None:
        return True
    zone, start = plan.time_zone, plan.rules.day_start
    return business_day(last_run, zone, start) != business_day(now, zone, start)
