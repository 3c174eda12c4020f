"""A ticket leaves its window unfinished and goes on later: hold, resume, transfer.

Each keeps ``claim_at``. Holding ends the turn; whoever takes the ticket up again begins a new one
that is no call (``calls`` 0). A held ticket can be taken up where it was held and at every window
that serves its queue.
"""

from dataclasses import replace

from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue, ServiceWindow
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Move, Outcome, after
from hallclient.services.choosing import chosen_ticket, is_own
from hallclient.services.seat import Seat


def hold(seat: Seat) -> None:
    """Let the citizen step aside (a form, a copy); the window is free meanwhile."""
    turn, ticket = seat.holding()
    tx = seat.tx
    tx.move_ticket(ticket, after(ticket.status, Move.HOLD))
    tx.save_turn(replace(turn, ended_at=tx.now, result=Outcome.HELD))
    seat.record("turn.held", f"turn:{turn.id}", {"ticket": ticket.id, "label": ticket.label})


def resume(seat: Seat, which: int | str | None) -> None:
    """Go on with a held ticket: by id, by name (see ``choosing``), or the one held here last."""
    seat.check_free()
    ticket = _held(seat, which)
    tx = seat.tx
    becomes = after(ticket.status, Move.RESUME)
    if not is_own(seat, ticket):
        raise Refused("not_this_window", f"ticket {ticket.label} is not for this window")
    tx.move_ticket(ticket, becomes)
    turn = seat.add_turn(ticket, called=False)
    seat.record("turn.resumed", f"turn:{turn.id}", {"ticket": ticket.id, "label": ticket.label})


def transfer(seat: Seat, queue: Queue, to_window: ServiceWindow | None = None) -> None:
    """Send the ticket on to another queue, where it waits by the claim it has."""
    turn, ticket = seat.holding()
    tx = seat.tx
    becomes = after(ticket.status, Move.TRANSFER)
    before = tx.plan.queue_by_id(ticket.queue_id)
    if queue.id == ticket.queue_id:
        raise Refused("same_queue", f"ticket {ticket.label} is from queue {queue.code} already")
    tx.save_turn(replace(turn, ended_at=tx.now, result=Outcome.TRANSFERRED))
    tx.move_ticket(ticket, becomes, queue_id=queue.id)
    seat.record(
        "ticket.transferred",
        f"ticket:{ticket.id}",
        {
            "turn": turn.id,
            "label": ticket.label,
            "from": before.code,
            "to": queue.code,
            "to_window": to_window.code if to_window else None,
        },
    )
    tx.wake(f"zone:{queue.zone}")
    if to_window is not None:
        tx.wake(f"window:{to_window.code}")


def window_numbered(plan: HallPlan, number: str) -> ServiceWindow:
    """Return the window with a number; zeros before it do not count. Raises ``NotFound``."""
    wanted = number.strip().lstrip("0")
    for window in plan.windows:
        if wanted and window.number.lstrip("0") == wanted:
            return window
    raise NotFound("unknown_window", "this hall has no window of that number")


def _held(seat: Seat, which: int | str | None) -> Ticket:
    if isinstance(which, str):
        return chosen_ticket(seat, which, (TicketStatus.HELD,))
    if which is None:
        here = seat.tx.held([seat.window.id])
        if not here:
            raise NotAllowed("nothing_held", "this window holds no ticket")
        return max(here, key=lambda c: (c.turn.ended_at or c.turn.called_at, c.turn.id)).ticket
    ticket = seat.tx.ticket(which)
    if ticket is None:
        raise NotFound("unknown_ticket", f"there is no ticket {which}")
    return ticket
