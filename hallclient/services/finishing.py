"""The end of a turn: its outcome, its case, what was missing, and where the ticket goes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.case import CASE_OUTCOMES
from hallclient.domain.ending import Ending
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import RATED_OUTCOMES, Move, Turn, after
from hallclient.services.case_opening import case_facts, check_ending, open_case
from hallclient.services.notes import add_note
from hallclient.services.seat import Seat
from hallclient.services.steps import step_done

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.journal import Json


def finish(seat: Seat, ending: Ending, at: "datetime | None" = None) -> None:
    """Record the outcome, open its case, ask for the rating; ``at`` a moment that is over, or now.

    A ticket with steps left is sent on to the next one's queue, by the key it has.
    """
    turn, ticket = seat.holding()
    tx = seat.tx
    after(ticket.status, Move.FINISH)  # or a no, before anything is written
    service = tx.plan.service_by_id(ticket.service_id)
    ending = check_ending(service, ending)
    outcome = ending.outcome
    facts: dict[str, Json] = {"label": ticket.label, "outcome": outcome}
    if ending.missing:
        facts["missing"] = list(ending.missing)
    at = at or tx.now
    asked = at if outcome in RATED_OUTCOMES else None
    ended = replace(turn, ended_at=at, result=outcome, rating_asked_at=asked)
    tx.save_turn(ended)
    following = step_done(tx, ticket, ended)
    if following is None:
        tx.move_ticket(ticket, after(ticket.status, Move.FINISH))
    if outcome in CASE_OUTCOMES:
        facts |= case_facts(open_case(tx, ended, ticket, service, ending))
    else:
        add_note(seat, ticket, ending.note)
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
