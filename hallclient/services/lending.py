"""Which queues a window serves today, windows that somebody left, and who is on leave (调人)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.rights import Right, may
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Move, Outcome, after
from hallclient.services.days import changing
from hallclient.services.floor import department_of
from hallclient.services.floor_records import LentWindow
from hallclient.services.member import FLOOR_SCOPE, member_with
from hallclient.services.shifts import end_shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.journal import Json
    from hallclient.domain.parts import ServiceWindow, Staff
    from hallclient.services.store import Store, Transaction

MOST_RANKS = 4


class Lending:
    """Moves about windows and people by one member of staff (the staff number)."""

    def __init__(self, store: Store, member: str) -> None:
        self._store = store
        self._member = member

    def assign(self, window: str, ranks: Sequence[Sequence[str]]) -> None:
        """Let a window serve these queues today, rank 1 first.

        Raises ``NotFound`` for an unknown window or queue, ``NotAllowed`` for ranks that say
        nothing or something twice, ``Refused`` without the right, and where people wait in a queue
        that no window would serve any more.
        """
        wanted = tuple(tuple(rank) for rank in ranks)
        with changing(self._store, f"staff:{self._member}") as tx:
            here = tx.plan.window(window)
            who = member_with(tx, self._member, Right.ASSIGN, here.department)
            _check_ranks(tx.plan, wanted)
            _check_queues(tx.plan, who, here, wanted)
            if wanted == here.ranks:
                return
            _check_served(tx, here, wanted)
            tx.lend_window(LentWindow(here.id, wanted, who.id, tx.now))
            listed: list[Json] = [list(rank) for rank in wanted]
            _record(tx, "window.lent", here, {"ranks": listed})

    def give_back(self, window: str) -> None:
        """Let a window serve its usual queues again; nothing happens to one that does."""
        with changing(self._store, f"staff:{self._member}") as tx:
            here = tx.plan.window(window)
            member_with(tx, self._member, Right.ASSIGN, here.department)
            if tx.give_back_window(here.id):
                _record(tx, "window.given_back", here, {})

    def close_window(self, window: str) -> None:
        """Close a window that somebody left: signed out, and its tickets wait for any window again.

        Raises ``NotAllowed`` where nobody is signed in and no ticket is in hand.
        """
        with changing(self._store, f"staff:{self._member}") as tx:
            here = tx.plan.window(window)
            member_with(tx, self._member, Right.ASSIGN, here.department)
            returned = _return_turn(tx, here)
            shift = tx.open_shift(here.id)
            if shift is None and not returned:
                raise NotAllowed("window_not_open", f"nobody works at window {here.number}")
            if shift is not None:
                end_shift(tx, shift, "closed")
            _record(tx, "window.closed", here, {})

    def leave(self, staff: str, *, on_leave: bool = True) -> None:
        """Note that somebody is on leave today, or is not. Raises ``Refused`` for one who is here.

        Of a lead, the own department's staff.
        """
        with changing(self._store, f"staff:{self._member}") as tx:
            whom = tx.plan.staff_of.get(staff)
            if whom is None:
                raise NotFound("unknown_part", "this hall has no such member of staff")
            member_with(tx, self._member, Right.ASSIGN, whom.department)
            if on_leave and any(shift.staff_id == whom.id for shift in tx.open_shifts()):
                raise Refused("staff_here", "who has signed in is not on leave")
            if (whom.id in tx.on_leave()) is not on_leave:
                tx.mark_leave(whom.id, on_leave=on_leave)
                tx.record("staff.leave", f"staff:{whom.id}", {"on": on_leave})
                tx.wake(FLOOR_SCOPE)


def _check_ranks(plan: HallPlan, ranks: tuple[tuple[str, ...], ...]) -> None:
    queues = [code for rank in ranks for code in rank]
    for code in queues:
        plan.queue(code)
    if not queues or not all(ranks) or len(set(queues)) < len(queues) or len(ranks) > MOST_RANKS:
        raise NotAllowed("bad_ranks", "each queue once, in one to four ranks that are not empty")


def _check_queues(
    plan: HallPlan, who: Staff, window: ServiceWindow, ranks: tuple[tuple[str, ...], ...]
) -> None:
    """Raise ``Refused`` when a lead sends a window to the queue of another department."""
    added = {code for rank in ranks for code in rank} - set(window.queues)
    for code in sorted(added):
        owner = department_of(plan, code)
        if owner and not may(who, Right.ASSIGN, owner):
            raise Refused("no_right", f"queue {code} is another department's", right="assign")


def _check_served(
    tx: Transaction, window: ServiceWindow, ranks: tuple[tuple[str, ...], ...]
) -> None:
    """Raise ``Refused`` when people wait in a queue that no window would serve any more."""
    lost = set(window.queues) - {code for rank in ranks for code in rank}
    for other in tx.plan.windows:
        if other.id != window.id:
            lost -= set(other.queues)
    for code in sorted(lost):
        count = tx.queue_count(tx.plan.queue(code).id)
        if count.waiting:
            raise Refused(
                "queue_left_alone",
                f"{count.waiting} wait in queue {code}, no other window serves it",
                queue=code,
                waiting=count.waiting,
            )


def _return_turn(tx: Transaction, window: ServiceWindow) -> bool:
    """Let the ticket in hand wait again by the claim it has; return whether there was one."""
    turn = tx.active_turn(window.id)
    ticket = tx.ticket(turn.ticket_id) if turn else None
    if turn is None or ticket is None:
        return False
    tx.save_turn(replace(turn, ended_at=tx.now, result=Outcome.RETURNED))
    if ticket.status is not TicketStatus.WAITING:
        tx.move_ticket(ticket, after(ticket.status, Move.RETURN))
    queue = tx.plan.queue_by_id(ticket.queue_id)
    data: dict[str, Json] = {"turn": turn.id, "label": ticket.label, "queue": queue.code}
    tx.record("ticket.returned", f"ticket:{ticket.id}", data, zone=window.zone, window=window.code)
    tx.wake(f"zone:{queue.zone}")
    return True


def _record(tx: Transaction, kind: str, window: ServiceWindow, data: dict[str, Json]) -> None:
    tx.record(kind, f"window:{window.id}", data, zone=window.zone, window=window.code)
    tx.wake(f"zone:{window.zone}", f"window:{window.code}", FLOOR_SCOPE)
