"""The steps of a ticket with several services: how they begin, and how they go on.

A turn does the step that the ticket is at. When it ends and steps are left, the ticket is sent on
in the same transaction: it waits in the next queue by the key it has.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import (
    Step,
    StepState,
    Stop,
    done_by,
    misplaced,
    rearranged,
    to_come,
)
from hallclient.domain.limits import day_counter, slice_at, slice_counter
from hallclient.domain.parts import Queue, Service
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Turn
from hallclient.services.hours import local_time
from hallclient.services.store import Reader, Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json


def services_of_visit(plan: HallPlan, codes: Sequence[str], done: int = 0) -> tuple[Service, ...]:
    """Return the services of a visit in the order asked for; one named twice is one.

    ``done`` are those of the same ticket that are over. Raises ``NotFound`` for an unknown one, and
    ``Refused`` for more than the hall allows or an order in which one comes too early.
    """
    services = tuple(plan.service(code) for code in dict.fromkeys(codes))
    most = plan.rules.services_at_once
    if len(services) + done > max(most, 1):
        raise Refused("too_many_services", f"one ticket carries {most} services", most=most)
    check_order(services)
    return services


def check_order(services: Sequence[Service]) -> None:
    """Raise ``Refused`` when a service stands before one that has to come first."""
    stops = [Stop(s.code, s.queue, 0.0, 0.0, after=frozenset(s.after)) for s in services]
    wrong = misplaced(stops)
    if wrong is not None:
        late, early = wrong
        raise Refused("step_order", f"{early} comes before {late}", service=late, before=early)


def begin(tx: Transaction, ticket: Ticket, services: Sequence[Service]) -> tuple[Step, ...]:
    """Give a new ticket its steps; a ticket with one service has none."""
    if len(services) < 2:
        return ()
    steps = rearranged(ticket.id, (), [service.id for service in services])
    tx.save_steps(ticket.id, steps)
    for service in services[1:]:
        take_place(tx, tx.plan.queue(service.queue))
    named: list[Json] = [service.code for service in services]
    tx.record("ticket.steps", f"ticket:{ticket.id}", {"label": ticket.label, "services": named})
    return steps


def take_place(tx: Transaction, queue: Queue) -> None:
    """Count a ticket against the quotas of a queue."""
    part = slice_at(tx.plan, queue, local_time(tx.plan, tx.now))
    tx.tally(day_counter(queue.code), slice_counter(queue.code, part))


def step_done(tx: Transaction, ticket: Ticket, turn: Turn) -> Service | None:
    """Note that a turn has done the ticket's present step; return what the ticket is for next.

    What the hall no longer has is dropped on the way.
    """
    steps = tx.steps(ticket.id)
    if not steps:
        return None
    steps = done_by(steps, turn.id)
    following = None
    for step in to_come(steps):
        following = _still_offered(tx.plan, step)
        if following is not None:
            break
        gone = replace(step, state=StepState.DROPPED)
        steps = tuple(gone if one is step else one for one in steps)
    tx.save_steps(ticket.id, steps)
    return following


def _still_offered(plan: HallPlan, step: Step) -> Service | None:
    try:
        service = plan.service_by_id(step.service_id)
    except NotFound:
        return None
    known = service.code in plan.service_of and service.queue in plan.queue_of
    return plan.service(service.code) if known else None


def service_of_turn(
    reader: Reader, turn: Turn, ticket: Ticket, steps: Sequence[Step] | None = None
) -> Service:
    """Return what a turn was for: its ticket may be on its way to another service by now.

    ``steps`` are the ticket's, where they were read already.
    """
    if not turn.active:
        for step in reader.steps(ticket.id) if steps is None else steps:
            if step.turn_id == turn.id:
                return reader.plan.service_by_id(step.service_id)
    return reader.plan.service_by_id(ticket.service_id)


def following_service(reader: Reader, turn: Turn, steps: Sequence[Step]) -> Service | None:
    """Return where a ticket with these steps goes, or went, from a turn: to the step behind it."""
    left = to_come(steps)
    behind = left[1:] if turn.active else left
    return reader.plan.service_by_id(behind[0].service_id) if behind else None
