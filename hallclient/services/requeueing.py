"""A no-show is back and waits again (过号重排)."""

from datetime import timedelta

from hallclient.domain.dispatch import requeue_key
from hallclient.domain.errors import Refused
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Move, after
from hallclient.services.store import Reader, Transaction


def let_in_again(tx: Transaction, ticket: Ticket, *, whenever: bool = False) -> Ticket:
    """Let a no-show wait again, a few places behind the next.

    ``whenever`` is for a clerk who calls the number by choice: it may have been missed long ago.
    Raises ``NotAllowed`` for any other ticket, ``Refused`` when it came back often enough today
    or was missed too long ago.
    """
    rules = tx.plan.rules
    becomes = after(ticket.status, Move.REQUEUE)
    if ticket.requeued >= rules.requeue_per_day:
        raise Refused("requeue_limit", "requeued as often as allowed", limit=rules.requeue_per_day)
    if not whenever and _is_stale(tx, ticket):
        minutes = rules.no_show_valid_minutes
        raise Refused("requeue_late", "missed too long ago", label=ticket.label, minutes=minutes)
    key = requeue_key(tx.nth_waiting_key(ticket.queue_id, rules.requeue_behind), tx.now)
    moved = tx.move_ticket(ticket, becomes, claim_at=key, requeued=ticket.requeued + 1)
    zone = tx.plan.queue_by_id(ticket.queue_id).zone
    tx.record("ticket.requeued", f"ticket:{ticket.id}", {"label": ticket.label}, zone=zone)
    tx.wake(f"zone:{zone}")
    return moved


def may_come_back(reader: Reader, ticket: Ticket) -> bool:
    """Return whether a ticket was missed and may wait again now."""
    return (
        ticket.status is TicketStatus.NO_SHOW
        and ticket.requeued < reader.plan.rules.requeue_per_day
        and not _is_stale(reader, ticket)
    )


def _is_stale(reader: Reader, ticket: Ticket) -> bool:
    """Return whether the number was missed longer ago than the hall allows; 0 allows the day."""
    minutes = reader.plan.rules.no_show_valid_minutes
    turn = reader.turn_of_ticket(ticket.id)
    if not minutes or turn is None or turn.ended_at is None:
        return False
    return reader.now - turn.ended_at > timedelta(minutes=minutes)
