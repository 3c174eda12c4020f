"""The end of a turn: its outcome, its case, what was missing, and where the ticket goes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import CASE_OUTCOMES, Case, case_number, due_on, is_done
from hallclient.domain.errors import NotAllowed
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import CLERK_OUTCOMES, RATED_OUTCOMES, Move, Outcome, Turn, after
from hallclient.services.days import today
from hallclient.services.hours import local_time
from hallclient.services.seat import Seat
from hallclient.services.steps import step_done
from hallclient.services.store import Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json


def finish(seat: Seat, outcome: Outcome, missing: tuple[str, ...]) -> None:
    """Record the outcome, open its case, ask for the rating. ``missing`` goes with a supplement.

    A ticket with steps left is sent on to the next one's queue, by the key it has.
    """
    if outcome not in CLERK_OUTCOMES:
        raise NotAllowed("not_an_outcome", f"{outcome} is not for a clerk to record")
    if missing and outcome is not Outcome.SUPPLEMENT:
        raise NotAllowed("nothing_missing", f"nothing is missing where the outcome is {outcome}")
    turn, ticket = seat.holding()
    tx = seat.tx
    after(ticket.status, Move.FINISH)  # or a no, before anything is written
    service = tx.plan.service_by_id(ticket.service_id)
    facts: dict[str, Json] = {"label": ticket.label, "outcome": outcome}
    if missing:
        facts["missing"] = list(_materials(service, missing))
    asked = tx.now if outcome in RATED_OUTCOMES else None
    ended = replace(turn, ended_at=tx.now, result=outcome, rating_asked_at=asked)
    tx.save_turn(ended)
    following = step_done(tx, ticket, ended)
    if following is None:
        tx.move_ticket(ticket, after(ticket.status, Move.FINISH))
    if outcome in CASE_OUTCOMES:
        case = _case(tx, ended, ticket, outcome)
        tx.add_case(case)
        facts |= {"case": case.id, "due": case.due_on.isoformat() if case.due_on else None}
    seat.record("turn.ended", f"turn:{turn.id}", facts)
    if following is not None:
        _send_on(seat, ended, ticket, following)


def _send_on(seat: Seat, turn: Turn, ticket: Ticket, service: Service) -> None:
    """Let the ticket wait for its next step, in the same transaction."""
    tx = seat.tx
    before, queue = tx.plan.queue_by_id(ticket.queue_id), tx.plan.queue(service.queue)
    becomes = after(ticket.status, Move.SEND_ON)
    tx.move_ticket(ticket, becomes, queue_id=queue.id, service_id=service.id)
    facts: dict[str, Json] = {"turn": turn.id, "label": ticket.label, "service": service.code}
    seat.record(
        "ticket.sent_on",
        f"ticket:{ticket.id}",
        {**facts, "from": before.code, "to": queue.code},
    )
    tx.wake(f"zone:{queue.zone}")


def _materials(service: Service, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Return the missing materials in the order of the service's own list.

    The journal takes public facts only: a text that is not on the list is refused.
    """
    known = [material.name.zh_cn for material in service.materials]
    if not set(missing) <= set(known):
        raise NotAllowed("unknown_material", f"service {service.code} asks for no such material")
    return tuple(name for name in known if name in missing)


def _case(tx: Transaction, turn: Turn, ticket: Ticket, outcome: Outcome) -> Case:
    service = tx.plan.service_by_id(ticket.service_id)
    accepted = local_time(tx.plan, tx.now).date()
    return Case(
        id=tx.new_id(),
        turn_id=turn.id,
        service_id=service.id,
        kind=outcome,
        number=case_number(today(tx), tx.count("case")),
        accepted_at=tx.now,
        due_on=due_on(outcome, service, accepted, WorkCalendar.of(tx.plan.calendar)),
        finished_at=tx.now if is_done(outcome) else None,
    )
