"""What is counted in a queue at a moment, for the rule that says whether it gives a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.appointment import AppointmentState
from hallclient.domain.limits import Demand, NoTicket, limit_of, work_per_window
from hallclient.domain.ticket import TicketStatus
from hallclient.services.hours import local_time
from hallclient.services.requeueing import may_come_back

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue
    from hallclient.domain.ticket import Ticket
    from hallclient.services.store import Reader


def check_limits(reader: Reader, queue: Queue, person: str = "", wanted: int = 1) -> None:
    """Raise ``NoTicket`` when a queue gives no ticket, or not so many, at the reader's moment."""
    plan = reader.plan
    held, missed = _own(reader, queue, person)
    demand = Demand(
        counters=reader.counters() if queue.day_quota or queue.slice_quota else {},
        booked=_booked(reader, (queue,)).get(queue.code, ()),
        work_minutes=_work(reader).get(queue.code, 0.0),
        held=held,
        missed=missed,
        wanted=wanted,
    )
    limit = limit_of(plan, queue, local_time(plan, reader.now), demand)
    if limit is not None:
        raise NoTicket(queue.code, limit)


def demands(
    reader: Reader, waiting: Mapping[str, int], open_windows: frozenset[str]
) -> dict[str, Demand]:
    """Return what is counted in every queue by its code, for somebody nobody knows."""
    plan = reader.plan
    limited = any(queue.day_quota or queue.slice_quota for queue in plan.queues)
    counters = reader.counters() if limited else {}
    work = work_per_window(plan, waiting, open_windows) if _closes_early(plan) else {}
    booked = _booked(reader, plan.queues)
    return {
        queue.code: Demand(counters, booked.get(queue.code, ()), work.get(queue.code, 0.0))
        for queue in plan.queues
    }


def _own(reader: Reader, queue: Queue, person: str) -> tuple[str, str]:
    """Return the person's open ticket of a queue and the one that was missed, by their labels."""
    if not person or not reader.plan.rules.one_ticket:
        return "", ""
    own = [ticket for ticket in reader.tickets_of(person) if ticket.queue_id == queue.id]
    held = next((one.label for one in own if _is_open(one)), "")
    return held, next((one.label for one in own if may_come_back(reader, one)), "")


def _is_open(ticket: Ticket) -> bool:
    return ticket.status not in (TicketStatus.ENDED, TicketStatus.NO_SHOW)


def _booked(reader: Reader, queues: tuple[Queue, ...]) -> dict[str, tuple[datetime, ...]]:
    """Return the slots of today's appointments that may still come and need a number."""
    counted = {q.id: q.code for q in queues if q.slice_booked and (q.day_quota or q.slice_quota)}
    if not counted:
        return {}
    plan = reader.plan
    local = local_time(plan, reader.now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    since = reader.now - timedelta(minutes=plan.rules.booking_late_minutes)
    only = next(iter(counted)) if len(counted) == 1 else None
    found: dict[str, tuple[datetime, ...]] = {}
    for one in reader.appointments(since, midnight, only):
        code = counted.get(one.queue_id)
        if code is not None and one.state is AppointmentState.BOOKED:
            found[code] = (*found.get(code, ()), local_time(plan, one.starts_at))
    return found


def _closes_early(plan: HallPlan) -> bool:
    return bool(plan.rules.closing_load_percent and plan.hours)


def _work(reader: Reader) -> dict[str, float]:
    plan = reader.plan
    if not _closes_early(plan):
        return {}
    open_ids = {shift.window_id for shift in reader.open_shifts() if shift.open_for_calls}
    waiting = {
        plan.queue_by_id(count.queue_id).code: count.waiting for count in reader.queue_counts()
    }
    windows = frozenset(window.code for window in plan.windows if window.id in open_ids)
    return work_per_window(plan, waiting, windows)
