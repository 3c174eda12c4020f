"""A ticket leaves its window unfinished and waits again: transfer, return to the pool.

Each keeps ``claim_at``. A ticket may be sent to one window or one person: it is bound to them, and
a candidate nowhere else, until they take it or are gone (``holding.let_go``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.turn import Move, Outcome, Turn, after
from hallclient.services.notes import add_note
from hallclient.services.seat import Seat, rank_at

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.journal import Json
    from hallclient.domain.parts import Queue, ServiceWindow
    from hallclient.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class _Goal:
    """Where a ticket is sent."""

    queue: Queue
    window: ServiceWindow | None = None
    staff_id: int | None = None
    staff: str = ""


def transfer(seat: Seat, queue: str, note: str) -> None:
    """Send the ticket on to another queue, where it waits by the claim it has."""
    _turn, ticket = seat.holding()
    goal = seat.tx.plan.queue(queue)
    after(ticket.status, Move.TRANSFER)
    if goal.id == ticket.queue_id:
        raise Refused("same_queue", f"ticket {ticket.label} is from queue {goal.code} already")
    _send(seat, _Goal(goal), note)


def transfer_to_window(seat: Seat, number: str, note: str) -> None:
    """Send the ticket to the staffed window with a number."""
    _turn, ticket = seat.holding()
    plan = seat.tx.plan
    window = window_numbered(plan, number)
    after(ticket.status, Move.TRANSFER)
    if window.id == seat.window.id:
        raise Refused("same_window", f"ticket {ticket.label} is at this window already")
    if seat.tx.open_shift(window.id) is None:
        raise Refused("window_not_staffed", f"nobody is at window {window.number}")
    _send(seat, _Goal(_queue_at(plan, window, ticket), window), note)


def transfer_to_staff(seat: Seat, code: str, note: str) -> None:
    """Send the ticket to a member of staff who is at a window now, wherever they sit later."""
    _turn, ticket = seat.holding()
    tx = seat.tx
    member = tx.plan.staff_of.get(code.strip())
    after(ticket.status, Move.TRANSFER)
    if member is None:
        raise NotFound("unknown_part", "this hall has no such member of staff")
    if member.id == seat.shift.staff_id:
        raise Refused("same_window", f"ticket {ticket.label} is at this window already")
    shift = next((one for one in tx.open_shifts() if one.staff_id == member.id), None)
    if shift is None:
        raise Refused("staff_not_here", f"{member.code} is at no window")
    window = tx.plan.window_by_id(shift.window_id)
    queue = _queue_at(tx.plan, window, ticket)
    _send(seat, _Goal(queue, window, member.id, member.code), note)


def return_to_pool(seat: Seat, note: str) -> None:
    """Let the ticket wait again by the claim it has; any window of its queue may call it."""
    turn, ticket = seat.holding()
    tx = seat.tx
    becomes = after(ticket.status, Move.RETURN)
    _leave(seat, turn, ticket, Outcome.RETURNED, note)
    tx.move_ticket(ticket, becomes)
    queue = tx.plan.queue_by_id(ticket.queue_id)
    facts: dict[str, Json] = {"turn": turn.id, "label": ticket.label, "queue": queue.code}
    seat.record("ticket.returned", f"ticket:{ticket.id}", facts)
    tx.wake(f"zone:{queue.zone}")


def window_numbered(plan: HallPlan, number: str) -> ServiceWindow:
    """Return the window with a number; zeros before it do not count. Raises ``NotFound``."""
    wanted = number.strip().lstrip("0")
    for window in plan.windows:
        if wanted and window.number.lstrip("0") == wanted:
            return window
    raise NotFound("unknown_window", "this hall has no window of that number")


def _queue_at(plan: HallPlan, window: ServiceWindow, ticket: Ticket) -> Queue:
    """Return where a ticket waits for a window: in its own queue, if the window serves that."""
    if rank_at(plan, window, ticket) or not window.queues:
        return plan.queue_by_id(ticket.queue_id)
    return plan.queue(window.queues[0])


def _send(seat: Seat, goal: _Goal, note: str) -> None:
    turn, ticket = seat.holding()
    tx = seat.tx
    before = tx.plan.queue_by_id(ticket.queue_id)
    becomes = after(ticket.status, Move.TRANSFER)
    _leave(seat, turn, ticket, Outcome.TRANSFERRED, note)
    moved = tx.move_ticket(ticket, becomes, queue_id=goal.queue.id)
    window = goal.window
    if window is not None:
        tx.bind_ticket(moved, None if goal.staff else window.id, goal.staff_id)
    facts: dict[str, Json] = {
        "turn": turn.id,
        "label": ticket.label,
        "from": before.code,
        "to": goal.queue.code,
        "to_window": window.code if window else None,
    }
    if goal.staff:
        facts["to_staff"] = goal.staff
    seat.record("ticket.transferred", f"ticket:{ticket.id}", facts)
    tx.wake(f"zone:{goal.queue.zone}")
    if window is not None:
        tx.wake(f"window:{window.code}")


def _leave(seat: Seat, turn: Turn, ticket: Ticket, result: Outcome, note: str) -> None:
    add_note(seat, ticket, note)
    seat.tx.save_turn(replace(turn, ended_at=seat.tx.now, result=result))
