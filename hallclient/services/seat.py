"""A window in the middle of a change, with the one who sits there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.journal import Json
from hallclient.domain.parts import ServiceWindow
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Turn
from hallclient.services.days import changing
from hallclient.services.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Seat:
    """A staffed window inside one change."""

    tx: Transaction
    window: ServiceWindow
    shift: Shift

    def holding(self) -> tuple[Turn, Ticket]:
        """Return the active turn and its ticket, or raise ``NotAllowed``."""
        turn = self.tx.active_turn(self.window.id)
        if turn is None:
            raise NotAllowed("no_turn", "there is no ticket at this window")
        ticket = self.tx.ticket(turn.ticket_id)
        if ticket is None:
            raise NotFound("unknown_ticket", f"there is no ticket {turn.ticket_id}")
        return turn, ticket

    def check_free(self) -> None:
        """Raise ``NotAllowed`` unless somebody may come to this window now."""
        if not self.shift.open_for_calls:
            raise NotAllowed("window_paused", "nobody is called to a paused window")
        if self.tx.active_turn(self.window.id) is not None:
            raise NotAllowed("turn_open", "finish the ticket at this window first")

    def rank_of(self, ticket: Ticket) -> int:
        """Return the rank of a ticket's queue at this window, 0 when it does not serve it."""
        code = self.tx.plan.queue_by_id(ticket.queue_id).code
        ranks = enumerate(self.window.ranks, start=1)
        return next((rank for rank, codes in ranks if code in codes), 0)

    def add_turn(self, ticket: Ticket, *, called: bool) -> Turn:
        """Begin a turn: the ticket is called, or taken up again where it was held."""
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

    def record(self, kind: str, subject: str, data: dict[str, Json]) -> None:
        """Append to the journal of this window and wake who shows it."""
        self.tx.record(kind, subject, data, zone=self.window.zone, window=self.window.code)
        self.tx.wake(f"zone:{self.window.zone}", f"window:{self.window.code}")


@contextmanager
def seated(store: Store, window: str) -> Iterator[Seat]:
    """Begin a change at a window; raises ``NotAllowed`` when nobody has signed in there."""
    with changing(store, f"window:{window}") as tx:
        here = tx.plan.window(window)
        shift = tx.open_shift(here.id)
        if shift is None:
            raise NotAllowed("not_signed_in", "sign in at this window first")
        yield Seat(tx, here, shift)
