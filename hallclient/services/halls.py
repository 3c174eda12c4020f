"""Bring a hall up to its hall file: repeatable, with every difference in the journal."""

from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.halldiff import Change, diff_plans
from hallclient.services.store import Store, Transaction


def update_hall(store: Store, wanted: HallPlan) -> tuple[Change, ...]:
    """Make the running hall equal to ``wanted`` and return what changed, nothing when it was equal.

    Raises ``Refused`` while tickets wait in a queue, or a turn is open at a window, that the new
    plan no longer has.
    """
    with store.change("hallfile") as tx:
        changes = diff_plans(tx.plan.as_filed, wanted)
        if not changes:
            return ()
        _check_in_use(tx, wanted)
        tx.save_plan(wanted)
        for change in changes:
            tx.record(
                f"hall.{change.kind}",
                f"{change.part}:{change.code}",
                {"fields": list(change.fields)},
            )
        tx.wake("hall", *(f"zone:{zone.code}" for zone in wanted.zones))
        return changes


def _check_in_use(tx: Transaction, wanted: HallPlan) -> None:
    for ticket in tx.open_tickets():
        queue = tx.plan.queue_by_id(ticket.queue_id)
        if queue.code not in wanted.queue_of:
            raise Refused(
                "queue_in_use",
                f"queue {queue.code} cannot go yet: ticket {ticket.label} is still open",
                queue=queue.code,
                label=ticket.label,
            )
    for turn in tx.active_turns():
        window = tx.plan.window_by_id(turn.window_id)
        if window.code not in wanted.window_of:
            raise Refused(
                "window_in_use",
                f"window {window.number} cannot go yet: a turn is open there",
                window=window.number,
            )
