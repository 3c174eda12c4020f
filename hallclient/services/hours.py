"""Local time and opening hours of a hall, for services and screens."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hallclient.domain.calendar import OpenState
from hallclient.domain.hall import HallPlan


def local_time(plan: HallPlan, at: datetime) -> datetime:
    """Return a moment in the hall's time zone."""
    return at.astimezone(ZoneInfo(plan.time_zone))


def queue_open(plan: HallPlan, queue: str, at: datetime) -> OpenState:
    """Return whether a queue gives out tickets at a moment."""
    return plan.tickets_open(queue, local_time(plan, at))
