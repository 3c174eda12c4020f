"""Bring a hall up to its hall file: repeatable, with every difference in the journal."""

from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.halldiff import Change, diff_plans
from hallclient.domain.ticket import Ticket
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
        _end_shifts(tx, wanted)
        tx.save_plan(wanted)
        for change in changes:
            tx.record(
                f"hall.{change.kind}",
                f"{change.part}:{change.code}",
                {"fields": list(change.fields)},
            )
        tx.wake("hall", *(f"zone:{zone.code}" for zone in wanted.zones))
        return changes


def _end_shifts(tx: Transaction, wanted: HallPlan) -> None:
    """End the shifts of windows and staff that go: nobody could make a move there, or leave.

    A turn that is open at such a member's window goes on with whoever signs in there next.
    """
    for shift in tx.open_shifts():
        window, member = tx.plan.window_by_id(shift.window_id), tx.plan.staff_by_id(shift.staff_id)
        if window.code not in wanted.window_of or member.code not in wanted.staff_of:
            from hallclient.services.shifts import end_shift  # noqa: PLC0415 - argon2, rare

            end_shift(tx, shift, "left_hall")


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
        _check_bound(tx.plan, wanted, ticket)
    for turn in tx.active_turns():
        window = tx.plan.window_by_id(turn.window_id)
        if window.code not in wanted.window_of:
            raise Refused(
                "window_in_use",
                f"window {window.number} cannot go yet: a turn is open there",
                window=window.number,
            )


def _check_bound(plan: HallPlan, wanted: HallPlan, ticket: Ticket) -> None:
    """Raise ``Refused`` when a ticket waits for a window or a person that is about to go."""
    window = plan.window_by_id(ticket.window_id) if ticket.window_id else None
    member = plan.staff_by_id(ticket.staff_id) if ticket.staff_id else None
    if window is not None and window.code not in wanted.window_of:
        raise Refused(
            "window_in_use",
            f"window {window.number} cannot go yet: ticket {ticket.label} is for it",
            window=window.number,
        )
    if member is not None and member.code not in wanted.staff_of:
        raise Refused(
            "staff_in_use",
            f"staff member {member.code} cannot go yet: ticket {ticket.label} is for them",
            staff=member.code,
            label=ticket.label,
        )
