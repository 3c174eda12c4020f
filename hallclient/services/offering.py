"""What is counted in a queue at a moment, for the rule that says whether it gives a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY
from hallclient.domain.itinerary import to_come
from hallclient.domain.limits import (
    Demand,
    NoTicket,
    closing_counter,
    limit_of,
    overloaded,
    work_per_window,
)
from hallclient.domain.ticket import TicketStatus
from hallclient.services.hours import local_time
from hallclient.services.requeueing import may_come_back

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue
    from hallclient.domain.ticket import Ticket
    from hallclient.services.store import Reader, Transaction


def check_limits(
    reader: Reader,
    queue: Queue,
    person: str = "",
    wanted: int = 1,
    *,
    each: int = 1,
    besides: int = 0,
) -> None:
    """Raise ``NoTicket`` when a queue gives no ticket, or not so many, at the reader's moment.

    ``each`` is how many places one of the tickets needs. ``besides`` is the person's ticket that is
    just being changed: it is no second one.
    """
    plan = reader.plan
    held, missed = own_tickets(reader, queue, person, besides)
    counters = reader.counters() if _counts(plan, (queue,)) else {}
    demand = Demand(
        counters=counters,
        booked=_booked(reader, (queue,)).get(queue.code, ()),
        work_minutes=_work(reader, plan.queues_near[queue.code]).get(queue.code, 0.0),
        held=held,
        missed=missed,
        wanted=wanted * each,
        closing=counters.get(closing_counter(queue.code), 0) > 0,
        stopped=reader.queue_count(queue.id).stopped,
    )
    limit = limit_of(plan, queue, local_time(plan, reader.now), demand)
    if limit is not None:
        raise NoTicket(queue.code, replace(limit, left=limit.left // each))


def demands(
    reader: Reader,
    waiting: Mapping[str, int],
    open_windows: frozenset[str],
    closed: frozenset[str] = frozenset(),
) -> dict[str, Demand]:
    """Return what is counted in every queue by its code, for somebody nobody knows.

    ``closed`` are the queues that were closed for their load at the look before.
    """
    plan = reader.plan
    counters = reader.counters() if _counts(plan, plan.queues) else {}
    early = closes_early(plan)
    work = work_per_window(plan, waiting, open_windows, _busy(reader)) if early else {}
    booked = _booked(reader, plan.queues)
    stopped = {stop.queue_id for stop in reader.queue_stops()}
    return {
        queue.code: Demand(
            counters,
            booked.get(queue.code, ()),
            work.get(queue.code, 0.0),
            closing=queue.code in closed or counters.get(closing_counter(queue.code), 0) > 0,
            stopped=queue.id in stopped,
        )
        for queue in plan.queues
    }


def closed_for_load(plan: HallPlan, found: Mapping[str, Demand], now: datetime) -> frozenset[str]:
    """Return the queues that give no ticket because of the work that waits."""
    local = local_time(plan, now)
    return frozenset(code for code, one in found.items() if overloaded(plan, code, local, one))


def note_load(tx: Transaction, given: Collection[str]) -> None:
    """Remember which queues the last ticket has closed, and which are open again.

    Every kiosk goes by it: what is closed opens for all of them, and only with less work. The
    queues that have just ``given`` the ticket were open, whatever was noted before.
    """
    if not closes_early(tx.plan):
        return
    work, counters, local = _work(tx), tx.counters(), local_time(tx.plan, tx.now)
    for code, minutes in work.items():
        name = closing_counter(code)
        was = counters.get(name, 0) > 0
        shut = was and code not in given
        closed = overloaded(tx.plan, code, local, Demand(work_minutes=minutes, closing=shut))
        if closed is not was:
            tx.add_to_counter(name, 1 if closed else -counters[name])


def own_tickets(reader: Reader, queue: Queue, person: str, besides: int = 0) -> tuple[str, str]:
    """Return the person's open ticket of a queue and the one that was missed, by their labels.

    A ticket with several services is also of the queues that it comes to later.
    """
    if not person or not reader.plan.rules.one_ticket:
        return "", ""
    here = {service.id for service in reader.plan.services if service.queue == queue.code}
    own = [
        ticket
        for ticket in reader.tickets_of(person)
        if ticket.id != besides
        and (
            ticket.queue_id == queue.id
            or any(step.service_id in here for step in to_come(reader.steps(ticket.id)))
        )
    ]
    held = next((one.label for one in own if _is_open(one)), "")
    return held, next((one.label for one in own if may_come_back(reader, one)), "")


def _is_open(ticket: Ticket) -> bool:
    return ticket.status not in (TicketStatus.ENDED, TicketStatus.NO_SHOW)


def _booked(reader: Reader, queues: tuple[Queue, ...]) -> dict[str, tuple[datetime, ...]]:
    """Return the slots of today's appointments that may still come and need a number."""
    counted = {q.id: q.code for q in queues if q.day_quota or q.slice_quota}
    if not counted:
        return {}
    plan = reader.plan
    midnight = _midnight(reader) + A_DAY
    since = reader.now - timedelta(minutes=plan.rules.booking_late_minutes)
    found: dict[str, tuple[datetime, ...]] = {}
    for queue_id, starts_at in reader.still_booked(since, midnight):
        code = counted.get(queue_id)
        if code is not None:
            found[code] = (*found.get(code, ()), local_time(plan, starts_at))
    return found


def expects_appointments(reader: Reader) -> bool:
    """Return whether there can be an appointment today: one that is bookable here, or imported."""
    if any(queue.slice_booked for queue in reader.plan.queues):
        return True
    begin = _midnight(reader)
    return reader.any_appointment(begin, begin + A_DAY)


def _midnight(reader: Reader) -> datetime:
    local = local_time(reader.plan, reader.now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _counts(plan: HallPlan, queues: tuple[Queue, ...]) -> bool:
    """Return whether the day's counters limit any of these queues."""
    return closes_early(plan) or any(queue.day_quota or queue.slice_quota for queue in queues)


def closes_early(plan: HallPlan) -> bool:
    """Return whether queues close by the work that waits."""
    return bool(plan.rules.closing_load_percent and plan.hours)


def _work(reader: Reader, near: Collection[str] | None = None) -> dict[str, float]:
    plan = reader.plan
    if not closes_early(plan):
        return {}
    work = reader.at_work()
    waiting = {plan.queue_by_id(queue_id).code: count for queue_id, count in work.waiting.items()}
    windows = frozenset(window.code for window in plan.windows if window.id in work.open)
    busy = frozenset(window.code for window in plan.windows if window.id in work.busy)
    return work_per_window(plan, waiting, windows, busy, near)


def _busy(reader: Reader) -> frozenset[str]:
    """Return the windows that have somebody before them."""
    busy = reader.at_work().busy
    return frozenset(window.code for window in reader.plan.windows if window.id in busy)
