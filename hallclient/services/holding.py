"""Held tickets (挂起): the citizen steps aside, the window is free, the claim is kept.

A held ticket goes on at the window that holds it, and, unless it is held for that window only, at
every window that serves its queue. Whoever takes it up begins a turn that is no call (``calls`` 0).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.holding import Hold, HoldKind
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Move, Outcome, after
from hallclient.services.choosing import chosen_ticket, is_own
from hallclient.services.days import changing
from hallclient.services.seat import is_bound

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.journal import Json
    from hallclient.domain.parts import ServiceWindow
    from hallclient.services.seat import Seat
    from hallclient.services.store import Reader, Store, Transaction

_NO_WINDOW = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket that a window may take up again. ``here``: this window holds it."""

    ticket: Ticket
    hold: Hold
    here: bool


def hold(seat: Seat, kind: HoldKind, reason: str, at: datetime | None = None) -> None:
    """Let the citizen step aside (a form, a copy); ``reason`` is the hall's, or empty.

    ``at`` is a moment that is over, now when it is left out.
    """
    tx = seat.tx
    at = at or tx.now
    if reason and reason not in tx.plan.rules.hold_reasons:
        raise NotAllowed("unknown_reason", "this is not a reason of this hall")
    turn, ticket = seat.holding()
    ticket = tx.move_ticket(ticket, after(ticket.status, Move.HOLD))
    if kind is HoldKind.HERE:
        tx.bind_ticket(ticket, seat.window.id, None)
    tx.save_turn(replace(turn, ended_at=at, result=Outcome.HELD))
    tx.save_hold(Hold(ticket.id, turn.id, seat.window.id, kind, reason, at))
    facts: dict[str, Json] = {"ticket": ticket.id, "label": ticket.label, "kind": kind}
    seat.record("turn.held", f"turn:{turn.id}", {**facts, "reason": reason})


def resume(seat: Seat, which: int | str | None) -> None:
    """Go on with a held ticket: by id, by name (see ``choosing``), or the one held here last."""
    seat.check_free()
    ticket = _held(seat, which)
    becomes = after(ticket.status, Move.RESUME)
    _check_here(seat, ticket)
    tx = seat.tx
    ticket = seat.take(ticket, becomes)
    tx.drop_hold(ticket.id)
    turn = seat.add_turn(ticket, called=False)
    seat.record("turn.resumed", f"turn:{turn.id}", {"ticket": ticket.id, "label": ticket.label})


def release(seat: Seat, which: int | str) -> None:
    """Let a held ticket wait again, by the claim it has."""
    ticket = _held(seat, which)
    becomes = after(ticket.status, Move.RELEASE)
    _check_here(seat, ticket)
    tx = seat.tx
    ticket = seat.take(ticket, becomes)
    tx.drop_hold(ticket.id)
    queue = tx.plan.queue_by_id(ticket.queue_id)
    facts = {"label": ticket.label, "queue": queue.code}
    seat.record("ticket.released", f"ticket:{ticket.id}", facts)
    tx.wake(f"zone:{queue.zone}")


def come_back(store: Store, actor: str, ticket_id: int) -> None:
    """我回来了: let a held ticket wait again because its citizen says so, by the claim it has.

    What is held for one window waits for that window. Nothing happens to a ticket that is held no
    longer; raises ``NotAllowed`` for one that waits for an event: only staff know whether it came.
    """
    with changing(store, actor) as tx:
        ticket, held = tx.ticket(ticket_id), tx.hold(ticket_id)
        if ticket is None or held is None:
            return
        if not returns_by_itself(held.kind):
            raise NotAllowed("waits_for_event", f"ticket {ticket.label} waits for an event")
        tx.move_ticket(ticket, after(ticket.status, Move.RELEASE))
        tx.drop_hold(ticket.id)
        queue, window = tx.plan.queue_by_id(ticket.queue_id), tx.plan.window_by_id(held.window_id)
        bound: dict[str, Json] = {"bound": True} if is_bound(ticket) else {}
        facts: dict[str, Json] = {"label": ticket.label, "queue": queue.code, **bound}
        tx.record("ticket.released", f"ticket:{ticket.id}", facts, zone=queue.zone)
        tx.wake(f"zone:{queue.zone}", f"window:{window.code}")


def returns_by_itself(kind: HoldKind) -> bool:
    """Return whether the citizen may say that a held ticket goes on."""
    return kind is not HoldKind.EVENT


def resumable(reader: Reader, window: ServiceWindow) -> tuple[Held, ...]:
    """Return the held tickets that a window may take up again: its own first, oldest first."""
    queues = [reader.plan.queue(code).id for code in window.queues]
    found = [
        Held(ticket, one, one.window_id == window.id)
        for ticket, one in reader.held_for(window.id, queues)
    ]
    return tuple(sorted(found, key=lambda held: (not held.here, held.hold.at, held.ticket.id)))


def let_go(
    tx: Transaction, window: ServiceWindow | None, staff_id: int | None
) -> tuple[Ticket, ...]:
    """Free what only this window or this person could go on with: they are there no more.

    Tickets that wait for them wait for anybody, those held for the window may go on at every window
    of their queue. Returns them.
    """
    window_id = window.id if window is not None else _NO_WINDOW
    freed = [tx.bind_ticket(one, None, None) for one in tx.waiting_for(window_id, staff_id)]
    for one in tx.holds():
        held = tx.ticket(one.ticket_id)
        if one.window_id == window_id and one.kind is HoldKind.HERE and held is not None:
            tx.save_hold(replace(one, kind=HoldKind.ANY))
            freed.append(tx.bind_ticket(held, None, None))
    for ticket in freed:
        queue = tx.plan.queue_by_id(ticket.queue_id)
        facts = {"label": ticket.label, "queue": queue.code, "was": ticket.status.value}
        tx.record("ticket.freed", f"ticket:{ticket.id}", facts, zone=queue.zone)
        tx.wake(f"zone:{queue.zone}")
    return tuple(freed)


def _check_here(seat: Seat, ticket: Ticket) -> None:
    elsewhere = ticket.window_id not in (None, seat.window.id)
    if elsewhere or not is_own(seat, ticket):
        raise Refused("not_this_window", f"ticket {ticket.label} is not for this window")


def _held(seat: Seat, which: int | str | None) -> Ticket:
    if isinstance(which, str):
        return chosen_ticket(seat, which, (TicketStatus.HELD,))
    if which is None:
        return _last_held(seat)
    ticket = seat.tx.ticket(which)
    if ticket is None:
        raise NotFound("unknown_ticket", f"there is no ticket {which}")
    return ticket


def _last_held(seat: Seat) -> Ticket:
    """Return what this window held last; what waits for an event comes behind all else."""
    here = [held for held in resumable(seat.tx, seat.window) if held.here]
    if not here:
        raise NotAllowed("nothing_held", "this window holds no ticket")
    last = max(
        here,
        key=lambda held: (held.hold.kind is not HoldKind.EVENT, held.hold.at, held.hold.turn_id),
    )
    return last.ticket
