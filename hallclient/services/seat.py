"""A window in the middle of a change, with the one who sits there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from hallclient.domain import rights
from hallclient.domain.errors import Conflict, NotAllowed, NotFound, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import Json
from hallclient.domain.parts import ServiceWindow
from hallclient.domain.rights import Right
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Turn
from hallclient.services.days import changing
from hallclient.services.store import Reader, Store, Transaction

NOT_ON_BOARDS = ("turn.ended", "rating.asked", "note.added")
"""Entries that change nothing the boards of a zone show: a third of what windows do in a burst."""
_PATIENT = (*NOT_ON_BOARDS, "turn.started")
"""Entries that nobody waits for but the clerk, who has the answer."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A staffed window inside one change."""

    tx: Transaction
    window: ServiceWindow
    shift: Shift
    meant: Turn | None = None
    """The turn that whoever moves here sees: one of another turn is not made. None: any."""

    def holding(self) -> tuple[Turn, Ticket]:
        """Return the active turn and its ticket, or raise ``NotAllowed``."""
        turn = self.tx.active_turn(self.window.id)
        if turn is None:
            raise NotAllowed("no_turn", "there is no ticket at this window")
        self.check_meant(turn)
        return turn, self.ticket_of(turn)

    def last(self) -> Turn:
        """Return the turn that ended last at this window, or raise ``NotAllowed``."""
        turn = self.tx.last_turn(self.window.id)
        if turn is None:
            raise NotAllowed("no_turn", "no ticket has been served at this window")
        self.check_meant(turn)
        return turn

    def check_meant(self, turn: Turn) -> None:
        """Raise ``Conflict`` where whoever moves here sees another turn than this one.

        Another terminal went on, or a failover has lost what this one did.
        """
        if self.meant is not None and self.meant.id != turn.id:
            raise Conflict("turn_changed", "another ticket is at this window by now")

    def ticket_of(self, turn: Turn) -> Ticket:
        """Return the ticket of a turn."""
        ticket = self.tx.ticket(turn.ticket_id)
        if ticket is None:
            raise NotFound("unknown_ticket", f"there is no ticket {turn.ticket_id}")
        return ticket

    def check_free(self) -> None:
        """Raise ``NotAllowed`` unless somebody may come to this window now."""
        if not self.shift.open_for_calls:
            raise NotAllowed("window_paused", "nobody is called to a paused window")
        if self.tx.active_turn(self.window.id) is not None:
            raise NotAllowed("turn_open", "finish the ticket at this window first")

    def rank_of(self, ticket: Ticket) -> int:
        """Return the rank of a ticket at this window, 0 when it is not for this window.

        A ticket bound to this window or its clerk is for it, whatever queue it waits in; one that
        is bound elsewhere never is.
        """
        if is_bound(ticket):
            if not bound_here(self.tx, self.window, ticket):
                return 0
            return rank_at(self.tx.plan, self.window, ticket) or 1
        return rank_at(self.tx.plan, self.window, ticket)

    def take(self, ticket: Ticket, becomes: TicketStatus) -> Ticket:
        """Let a ticket come to a window, or wait for any; it is bound to nobody from now on."""
        moved = self.tx.move_ticket(ticket, becomes)
        return self.tx.bind_ticket(moved, None, None) if is_bound(moved) else moved

    def add_turn(self, ticket: Ticket, *, called: bool) -> Turn:
        """Begin a turn: the ticket is called, or goes on without a call."""
        now = self.tx.now
        turn = Turn(
            id=self.tx.new_id(),
            ticket_id=ticket.id,
            window_id=self.window.id,
            staff_id=self.shift.staff_id,
            called_at=now,
            last_called_at=now,
            calls=1 if called else 0,
            started_at=None if called else now,
        )
        self.tx.add_turn(turn)
        return turn

    def record(self, kind: str, subject: str, data: Mapping[str, Json]) -> None:
        """Append to the journal of this window and wake who shows it."""
        self.tx.record(kind, subject, data, zone=self.window.zone, window=self.window.code)
        zones = () if kind in NOT_ON_BOARDS else (f"zone:{self.window.zone}",)
        self.tx.wake(f"window:{self.window.code}", *zones, patient=kind in _PATIENT)


def rank_at(plan: HallPlan, window: ServiceWindow, ticket: Ticket) -> int:
    """Return the rank of a ticket's queue at a window, 0 when it does not serve it."""
    code = plan.queue_by_id(ticket.queue_id).code
    ranks = enumerate(window.ranks, start=1)
    return next((rank for rank, codes in ranks if code in codes), 0)


def is_bound(ticket: Ticket) -> bool:
    """Return whether a ticket is for one window or one person only."""
    return ticket.window_id is not None or ticket.staff_id is not None


def bound_here(reader: Reader, window: ServiceWindow, ticket: Ticket) -> bool:
    """Return whether a bound ticket is for this window, or for who sits there."""
    if ticket.window_id is not None:
        return ticket.window_id == window.id
    shift = reader.open_shift(window.id)
    return shift is not None and shift.staff_id == ticket.staff_id


@contextmanager
def seated(store: Store, window: str, meant: Turn | None = None) -> Iterator[Seat]:
    """Begin a change at a window; ``meant`` is the turn that is seen there (``Seat.meant``).

    Raises ``NotAllowed`` when nobody has signed in there, and ``Refused`` when whoever has may no
    longer serve: the hall file may have changed since.
    """
    with changing(store, f"window:{window}") as tx:
        here = tx.plan.window(window)
        shift = tx.open_shift(here.id)
        if shift is None:
            raise NotAllowed("not_signed_in", "sign in at this window first")
        check_serves(tx.plan, shift)
        yield Seat(tx, here, shift, meant)


def check_serves(plan: HallPlan, shift: Shift) -> None:
    """Raise ``Refused`` (``no_right``) unless a shift's member is still here and may serve."""
    known = plan.staff_by_id(shift.staff_id)
    member = plan.staff_of.get(known.code)
    if member is None or member.id != known.id:
        raise Refused("no_right", "this member of staff has left the hall", right=Right.SERVE.value)
    rights.check(member, Right.SERVE)
