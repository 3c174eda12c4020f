"""More than one service at a window: a ticket of its own for it, or one more step of this one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.itinerary import Step, StepState, rearranged, to_come
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.services.issuing import IssuedTicket, Terms, TicketRequest, new_ticket, seen
from hallclient.services.offering import check_limits, note_load
from hallclient.services.steps import services_of_visit, take_place

if TYPE_CHECKING:
    from hallclient.domain.journal import Json
    from hallclient.domain.parts import Service
    from hallclient.domain.turn import Turn
    from hallclient.services.seat import Seat


def split_off(seat: Seat, code: str) -> IssuedTicket:
    """Give the citizen at the window a ticket for another service, by the claim of this one.

    A step of that service still to come leaves this ticket, and takes its place in the queue along.
    """
    turn, ticket = _served(seat)
    tx = seat.tx
    request = f"split {turn.id} {code}"
    known = tx.ticket_by_request(request)
    if known is not None:
        return seen(tx, known, as_told=True)
    service = _other(seat, ticket, code)
    coming = to_come(tx.steps(ticket.id))
    left = [step for step in coming if step.service_id != service.id]
    placed = len(left) < len(coming)
    queue = tx.plan.queue(service.queue)
    check_limits(tx, queue, wanted=int(not placed))
    asked = TicketRequest(
        request, code, Channel.WINDOW, ticket.language, ticket.priority, ticket.station
    )
    terms = Terms(claim_at=ticket.claim_at, parent_id=ticket.id, placed=placed)
    issued = new_ticket(tx, asked, terms)
    new = issued.ticket
    note_load(tx, (queue.code,))
    if tx.steps(ticket.id):
        wanted = [step.service_id for step in left]
        tx.save_steps(ticket.id, rearranged(ticket.id, tx.steps(ticket.id), wanted))
    person = tx.person_note(ticket.id)
    if person is not None:
        tx.save_person_note(replace(person, ticket_id=new.id))
    facts: dict[str, Json] = {"turn": turn.id, "label": ticket.label, "new": new.label}
    seat.record("ticket.split", f"ticket:{ticket.id}", {**facts, "service": service.code})
    tx.wake(f"zone:{queue.zone}")
    return issued


def add_step(seat: Seat, code: str) -> None:
    """Add a service at the end of what the ticket at the window is for."""
    _turn, ticket = _served(seat)
    tx = seat.tx
    service = _other(seat, ticket, code)
    steps = tuple(tx.steps(ticket.id)) or (Step(ticket.id, 1, ticket.service_id),)
    left = [step.service_id for step in to_come(steps)]
    done = {step.service_id for step in steps if step.state is StepState.DONE}
    if service.id in done:
        raise Refused("service_done", "this is done already")
    if service.id in left:
        raise Refused("same_service", f"ticket {ticket.label} is for {code} already")
    wanted = [*left, service.id]
    codes = [tx.plan.service_by_id(one).code for one in wanted]
    services_of_visit(tx.plan, [c for c in codes if c in tx.plan.service_of], len(done))
    queue = tx.plan.queue(service.queue)
    check_limits(tx, queue, besides=ticket.id)
    if service.id not in {step.service_id for step in steps}:
        take_place(tx, queue)
    tx.save_steps(ticket.id, rearranged(ticket.id, steps, wanted))
    facts: dict[str, Json] = {"label": ticket.label, "service": service.code}
    seat.record("ticket.step_added", f"ticket:{ticket.id}", facts)


def _served(seat: Seat) -> tuple[Turn, Ticket]:
    turn, ticket = seat.holding()
    if ticket.status is not TicketStatus.SERVING:
        raise NotAllowed("not_serving", f"ticket {ticket.label} is {ticket.status}")
    return turn, ticket


def _other(seat: Seat, ticket: Ticket, code: str) -> Service:
    service = seat.tx.plan.service(code)
    if service.id == ticket.service_id:
        raise Refused("same_service", f"ticket {ticket.label} is for {code} already")
    return service
