"""Bring a hall up to its hall file: repeatable, with every difference in the journal."""

from collections.abc import Mapping
from dataclasses import replace

from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan, Staff
from hallclient.domain.halldiff import Change, diff_plans
from hallclient.services.shifts import hash_pin
from hallclient.services.store import Store, Transaction


def update_hall(store: Store, plan: HallPlan, pins: Mapping[str, str]) -> tuple[Change, ...]:
    """Make the running hall equal to ``plan`` and return what changed, nothing when it was equal.

    ``pins`` are first PINs by staff code: who has one already keeps it. Raises ``Refused`` while
    tickets wait in a queue, or a turn is open at a window, that the plan no longer has.
    """
    known = store.plan().staff_of
    wanted = replace(plan, staff=tuple(_with_pin(m, known.get(m.code), pins) for m in plan.staff))
    with store.change("hallfile") as tx:
        changes = diff_plans(tx.plan, wanted)
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


def _with_pin(member: Staff, known: Staff | None, pins: Mapping[str, str]) -> Staff:
    if member.pin_hash:
        return member
    if known is not None and known.pin_hash:
        return replace(member, pin_hash=known.pin_hash)
    pin = pins.get(member.code)
    return member if pin is None else replace(member, pin_hash=hash_pin(pin))


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
