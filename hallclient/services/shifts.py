"""Staff at a window: sign in and out, hand over, pause with a reason, resume."""

from dataclasses import dataclass, replace
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hallclient.domain import rights
from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.journal import Json
from hallclient.domain.parts import ServiceWindow, Staff
from hallclient.domain.rights import Right
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket
from hallclient.services.days import changing
from hallclient.services.holding import Held, let_go, resumable
from hallclient.services.pin_guard import PinGuard
from hallclient.services.seat import check_serves
from hallclient.services.store import Store, Transaction
from hallclient.services.windows import WindowState, bound_to, window_state

# OWASP's smallest advised cost: some 20 ms on an old PC, and a hall of 220 loads in seconds.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_pin(pin: str) -> str:
    """Return the argon2 hash of a PIN, salted: two hashes of one PIN differ."""
    return _HASHER.hash(pin)


def pin_fits(pin_hash: str, pin: str) -> bool:
    """Return whether a PIN belongs to a hash."""
    try:
        return _HASHER.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What a window leaves behind when its clerk goes now.

    ``ticket`` is at the window: it has to be finished, or handed over with the window. Who is
    ``held`` here or ``bound`` to the window or the person may go on elsewhere after a sign-out.
    """

    ticket: Ticket | None = None
    held: tuple[Held, ...] = ()
    bound: tuple[Ticket, ...] = ()
    waiting: int = 0

    @property
    def nothing(self) -> bool:
        """Return whether nobody is left who counts on this window."""
        return self.ticket is None and not self.held and not self.bound


class Shifts:
    """The staff of one window.

    ``guard`` counts wrong PINs of this window, however they are typed in; every hand of one
    terminal shares it, and its memory outlives a restart.
    """

    def __init__(self, store: Store, window: str, guard: PinGuard | None = None) -> None:
        self._store = store
        self._window = window
        self._guard = guard or PinGuard()

    def sign_in(self, staff_code: str, pin: str) -> WindowState:
        """Begin a shift. Whoever sat here before is signed out; an open turn goes on.

        A window somebody left without signing out is taken over so. Raises ``Refused``:
        ``pin_wait`` while no PIN may be tried, ``sign_in_failed`` in the same words for an unknown
        number and a wrong PIN, ``no_right`` for staff who do not serve.
        """
        member = self._checked(staff_code, pin)
        with changing(self._store, f"staff:{member.code}") as tx:
            return self._begin(tx, member, "replaced")

    def hand_over(self, staff_code: str, pin: str) -> WindowState:
        """Give the window, as it is, to the next: the open turn goes on with them.

        What is held for this window and who waits for it or for the one who leaves stay with the
        window. Raises what :meth:`sign_in` does, and ``NotAllowed`` when nobody sits here.
        """
        member = self._checked(staff_code, pin)
        with changing(self._store, f"staff:{member.code}") as tx:
            leaving = self._own(tx)
            if leaving.staff_id == member.id:
                raise NotAllowed("same_person", "this member of staff sits here already")
            for ticket in tx.waiting_for(leaving.window_id, leaving.staff_id):
                if ticket.staff_id is not None:
                    tx.bind_ticket(ticket, leaving.window_id, None)
                    facts: dict[str, Json] = {"label": ticket.label, "window": self._window}
                    tx.record("ticket.bound", f"ticket:{ticket.id}", facts)
            return self._begin(tx, member, "handed_over")

    def left_behind(self) -> LeftBehind:
        """Return what would be left behind by a sign-out now; for the question before it."""
        with self._store.look() as reader:
            window = reader.plan.window(self._window)
            turn = reader.active_turn(window.id)
            own = {reader.plan.queue(code).id for code in window.queues}
            counts = reader.queue_counts()
            return LeftBehind(
                ticket=reader.ticket(turn.ticket_id) if turn else None,
                held=tuple(one for one in resumable(reader, window) if one.here),
                bound=bound_to(reader, window, reader.open_shift(window.id)),
                waiting=sum(count.waiting for count in counts if count.queue_id in own),
            )

    def sign_out(self) -> WindowState:
        """End the shift; not while a ticket is at the window.

        Whoever was bound to the window or the person is for anybody again.
        """
        with changing(self._store, f"window:{self._window}") as tx:
            shift = self._own(tx)
            if tx.active_turn(shift.window_id) is not None:
                raise NotAllowed("turn_open", "finish the ticket at this window first")
            end_shift(tx, shift, "signed_out")
            return window_state(tx, tx.plan.window(self._window))

    def pause(self, reason: str) -> WindowState:
        """Pause with one of the hall's reasons; not while a ticket is at the window."""
        with changing(self._store, f"window:{self._window}") as tx:
            shift = self._serving(tx)
            if reason not in tx.plan.rules.pause_reasons:
                raise NotAllowed("unknown_reason", "this is not a reason of this hall")
            if tx.active_turn(shift.window_id) is not None:
                raise NotAllowed("turn_open", "finish the ticket at this window first")
            if shift.paused_at is None:
                paused = replace(shift, paused_at=tx.now, pause_reason=reason, resumed_at=None)
                tx.save_shift(paused)
                _record(tx, "window.paused", paused, {"reason": reason})
            return window_state(tx, tx.plan.window(self._window))

    def resume(self) -> WindowState:
        """End the pause."""
        with changing(self._store, f"window:{self._window}") as tx:
            shift = self._serving(tx)
            if shift.paused_at is not None:
                resumed = replace(shift, paused_at=None, pause_reason="", resumed_at=tx.now)
                tx.save_shift(resumed)
                seconds = int((tx.now - shift.paused_at).total_seconds())
                facts: dict[str, Json] = {"seconds": seconds, "reason": shift.pause_reason}
                _record(tx, "window.resumed", resumed, facts)
            return window_state(tx, tx.plan.window(self._window))

    def _begin(self, tx: Transaction, member: Staff, why: str) -> WindowState:
        """Let a member of staff sit here, and nobody else; they sit nowhere else any more."""
        window = tx.plan.window(self._window)
        here = tx.open_shift(window.id)
        if here is not None and here.staff_id == member.id:
            return window_state(tx, window)
        for shift in tx.open_shifts():
            if shift.staff_id == member.id:
                _leave_window(tx, shift)
        if here is not None:
            _end(tx, here, why)
            let_go(tx, None, here.staff_id)
        shift = Shift(tx.new_id(), member.id, window.id, signed_in_at=tx.now)
        tx.add_shift(shift)
        _record(tx, "shift.began", shift, {"staff": member.code})
        return window_state(tx, window)

    def _checked(self, staff_code: str, pin: str) -> Staff:
        member = self._store.plan().staff_of.get(staff_code.strip())
        # An unknown number costs the time of a wrong PIN: numbers cannot be sounded out.
        fitting = member.pin_hash if member else _nobody()
        known = member is not None
        if not self._guard.check(
            f"window:{self._window}", lambda: pin_fits(fitting, pin) and known
        ):
            member = None
        if member is None:
            raise Refused("sign_in_failed", "staff number and PIN do not fit")
        rights.check(member, Right.SERVE)
        return member

    def _own(self, tx: Transaction) -> Shift:
        shift = tx.open_shift(tx.plan.window(self._window).id)
        if shift is None:
            raise NotAllowed("not_signed_in", "sign in at this window first")
        return shift

    def _serving(self, tx: Transaction) -> Shift:
        shift = self._own(tx)
        check_serves(tx.plan, shift)
        return shift


def end_shift(tx: Transaction, shift: Shift, why: str) -> tuple[Ticket, ...]:
    """End a shift after which nobody is at its window; return the tickets it frees.

    Whoever waits for the window or the person, or is held for the window only, is for anybody
    again. An open turn is the caller's to end.
    """
    _end(tx, shift, why)
    return let_go(tx, tx.plan.window_by_id(shift.window_id), shift.staff_id)


def _leave_window(tx: Transaction, shift: Shift) -> None:
    """End the shift of somebody who sits down elsewhere: whoever waits for them comes along."""
    _end(tx, shift, "moved")
    let_go(tx, tx.plan.window_by_id(shift.window_id), None)


def _end(tx: Transaction, shift: Shift, why: str) -> None:
    ended = replace(shift, signed_out_at=tx.now, paused_at=None, pause_reason="")
    tx.save_shift(ended)
    _record(tx, "shift.ended", ended, {"why": why})


def _record(tx: Transaction, kind: str, shift: Shift, data: dict[str, Json]) -> None:
    window: ServiceWindow = tx.plan.window_by_id(shift.window_id)
    tx.record(kind, f"shift:{shift.id}", data, zone=window.zone, window=window.code)
    tx.wake(f"zone:{window.zone}", f"window:{window.code}")


@cache
def _nobody() -> str:
    return hash_pin("nobody")
