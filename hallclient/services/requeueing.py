"""A no-show is back and waits again (过号重排)."""

from hallclient.domain.dispatch import requeue_key
from hallclient.domain.errors import Refused
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Move, after
from hallclient.services.store import Transaction


def let_in_again(tx: Transaction, ticket: Ticket) -> Ticket:
    """Let a no-show wait again, a few places behind the next.

    Raises ``NotAllowed`` for any other ticket, ``Refused`` when it came back often enough today.
    """
    rules = tx.plan.rules
    becomes = after(ticket.status, Move.REQUEUE)
    if ticket.requeued >= rules.requeue_per_day:
        raise Refused("requeue_limit", "requeued as often as allowed", limit=rules.requeue_per_day)
    key = requeue_key(tx.nth_waiting_key(ticket.queue_id, rules.requeue_behind), tx.now)
    moved = tx.move_ticket(ticket, becomes, claim_at=key, requeued=ticket.requeued + 1)
    zone = tx.plan.queue_by_id(ticket.queue_id).zone
    tx.record("ticket.requeued", f"ticket:{ticket.id}", {"label": ticket.label}, zone=zone)
    tx.wake(f"zone:{zone}")
    return moved
