"""Who comes to a window: next, chosen, again, sent on; who is here, and who did not come."""

from dataclasses import replace

from hallclient.domain.dispatch import Why, choose
from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.journal import Json
from hallclient.domain.rating import check_ask
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Move, Outcome, after, check_no_show, check_recall
from hallclient.services.choosing import chosen_ticket
from hallclient.services.requeueing import let_in_again
from hallclient.services.seat import Seat, is_bound
from hallclient.services.windows import candidates, line_at, to_serve_on


def call_next(seat: Seat) -> None:
    """Call the ticket whose turn it is, if anybody waits."""
    seat.check_free()
    found, tickets = candidates(
        seat.tx.plan, seat.window, line_at(seat.tx, seat.window, seat.shift)
    )
    choice = choose(found, seat.tx.now)
    if choice is not None:
        picked = choice.candidate
        why: dict[str, Json] = {"why": choice.why, "rank": picked.rank, "others": len(found) - 1}
        _call(seat, tickets[picked.ticket_id], why)


def call_chosen(seat: Seat, name: str, reason: str) -> None:
    """Call a ticket out of order; a no-show is let in again first."""
    tx = seat.tx
    seat.check_free()
    if reason not in tx.plan.rules.chosen_reasons:
        raise NotAllowed("unknown_reason", "this is not a reason of this hall")
    ticket = chosen_ticket(seat, name, (TicketStatus.WAITING, TicketStatus.NO_SHOW))
    rank = _own_rank(seat, ticket)
    if ticket.status is TicketStatus.NO_SHOW:
        ticket = let_in_again(tx, ticket, whenever=True)
    found, _tickets = candidates(tx.plan, seat.window, line_at(tx, seat.window, seat.shift))
    others = sum(head.ticket_id != ticket.id for head in found)
    _call(seat, ticket, {"why": Why.CHOSEN, "rank": rank, "reason": reason, "others": others})


def requeue(seat: Seat, name: str) -> None:
    """Let a no-show of this window's queues wait again, by the hall's rules."""
    ticket = chosen_ticket(seat, name, (TicketStatus.NO_SHOW,))
    after(ticket.status, Move.REQUEUE)
    _own_rank(seat, ticket)
    let_in_again(seat.tx, ticket)
    seat.tx.wake(f"window:{seat.window.code}")


def recall(seat: Seat) -> None:
    """Call the same ticket once more."""
    turn, ticket = seat.holding()
    after(ticket.status, Move.RECALL)
    check_recall(turn, seat.tx.plan.rules, seat.tx.now)
    again = replace(turn, calls=turn.calls + 1, last_called_at=seat.tx.now)
    seat.tx.save_turn(again)
    seat.record(
        "ticket.recalled",
        f"ticket:{ticket.id}",
        {"turn": turn.id, "label": ticket.label, "calls": again.calls},
    )


def start(seat: Seat) -> None:
    """Begin to serve."""
    turn, ticket = seat.holding()
    seat.tx.move_ticket(ticket, after(ticket.status, Move.START))
    seat.tx.save_turn(replace(turn, started_at=seat.tx.now))
    seat.record("turn.started", f"turn:{turn.id}", {"label": ticket.label})


def no_show(seat: Seat) -> None:
    """Record that the citizen did not come after enough calls."""
    turn, ticket = seat.holding()
    becomes = after(ticket.status, Move.NO_SHOW)
    check_no_show(turn, seat.tx.plan.rules)
    seat.tx.move_ticket(ticket, becomes)
    seat.tx.save_turn(replace(turn, ended_at=seat.tx.now, result=Outcome.NO_SHOW))
    seat.record(
        "ticket.no_show",
        f"ticket:{ticket.id}",
        {"turn": turn.id, "label": ticket.label, "calls": turn.calls},
    )


def serve_on(seat: Seat) -> None:
    """Do the next step of the ticket that this window has just sent on; nobody is called."""
    seat.check_free()
    turn = seat.last()
    ticket = seat.ticket_of(turn)
    if not to_serve_on(seat.tx, seat.window, turn, ticket):
        raise NotAllowed("no_next_step", f"ticket {ticket.label} has no next step for this window")
    ticket = seat.take(ticket, after(ticket.status, Move.SERVE_ON))
    began = seat.add_turn(ticket, called=False)
    service = seat.tx.plan.service_by_id(ticket.service_id).code
    facts: dict[str, Json] = {"ticket": ticket.id, "label": ticket.label, "service": service}
    seat.record("turn.served_on", f"turn:{began.id}", facts)


def ask_again(seat: Seat) -> None:
    """Ask once more for the rating of the turn that ended last here."""
    turn = seat.last()
    check_ask(turn)
    seat.tx.save_turn(replace(turn, rating_asked_at=seat.tx.now))
    seat.record("rating.asked", f"turn:{turn.id}", {})


def _own_rank(seat: Seat, ticket: Ticket) -> int:
    rank = seat.rank_of(ticket)
    if not rank:
        raise Refused("not_this_window", f"ticket {ticket.label} is not for this window")
    return rank


def _call(seat: Seat, ticket: Ticket, why: dict[str, Json]) -> None:
    tx = seat.tx
    bound: dict[str, Json] = {"bound": True} if is_bound(ticket) else {}
    ticket = seat.take(ticket, after(ticket.status, Move.CALL))
    turn = seat.add_turn(ticket, called=True)
    seat.record(
        "ticket.called",
        f"ticket:{ticket.id}",
        {
            "turn": turn.id,
            "label": ticket.label,
            "service": tx.plan.service_by_id(ticket.service_id).code,
            "queue": tx.plan.queue_by_id(ticket.queue_id).code,
            "claim_seconds": int((tx.now - ticket.claim_at).total_seconds()),
            **why,
            **bound,
        },
    )
