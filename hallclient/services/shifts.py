"""Staff at a window: sign in and out, pause with a reason, resume."""

from dataclasses import replace
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.journal import Json
from hallclient.domain.parts import Staff
from hallclient.domain.shift import Shift
from hallclient.services.days import changing
from hallclient.services.store import Store, Transaction
from hallclient.services.windows import WindowState, window_state

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


class Shifts:
    """The staff of one window."""

    def __init__(self, store: Store, window: str) -> None:
        self._store = store
        self._window = window

    def sign_in(self, staff_code: str, pin: str) -> WindowState:
        """Begin a shift. Whoever sat here before is signed out; an open turn goes on.

        Raises ``Refused`` in the same words for an unknown number and a wrong PIN.
        """
        member = self._checked(staff_code, pin)
        with changing(self._store, f"staff:{member.code}") as tx:
            window = tx.plan.window(self._window)
            here = tx.open_shift(window.id)
            if here is not None and here.staff_id == member.id:
                return window_state(tx, window)
            elsewhere = [s for s in tx.open_shifts() if s.staff_id == member.id]
            for shift in [here, *elsewhere] if here else elsewhere:
                self._end(tx, shift, "replaced" if shift is here else "moved")
            shift = Shift(tx.new_id(), member.id, window.id, signed_in_at=tx.now)
            tx.add_shift(shift)
            self._record(tx, "shift.began", shift, {"staff": member.code})
            return window_state(tx, window)

    def sign_out(self) -> WindowState:
        """End the shift; not while a ticket is at the window."""
        with changing(self._store, f"window:{self._window}") as tx:
            shift = self._own(tx)
            if tx.active_turn(shift.window_id) is not None:
                raise NotAllowed("turn_open", "finish the ticket at this window first")
            self._end(tx, shift, "signed_out")
            return window_state(tx, tx.plan.window(self._window))

    def pause(self, reason: str) -> WindowState:
        """Pause with one of the hall's reasons; not while a ticket is at the window."""
        with changing(self._store, f"window:{self._window}") as tx:
            shift = self._own(tx)
            if reason not in tx.plan.rules.pause_reasons:
                raise NotAllowed("unknown_reason", f"{reason!r} is not a reason of this hall")
            if tx.active_turn(shift.window_id) is not None:
                raise NotAllowed("turn_open", "finish the ticket at this window first")
            if shift.paused_at is None:
                paused = replace(shift, paused_at=tx.now, pause_reason=reason)
                tx.save_shift(paused)
                self._record(tx, "window.paused", paused, {"reason": reason})
            return window_state(tx, tx.plan.window(self._window))

    def resume(self) -> WindowState:
        """End the pause."""
        with changing(self._store, f"window:{self._window}") as tx:
            shift = self._own(tx)
            if shift.paused_at is not None:
                resumed = replace(shift, paused_at=None, pause_reason="")
                tx.save_shift(resumed)
                seconds = int((tx.now - shift.paused_at).total_seconds())
                self._record(tx, "window.resumed", resumed, {"seconds": seconds})
            return window_state(tx, tx.plan.window(self._window))

    def _checked(self, staff_code: str, pin: str) -> Staff:
        member = self._store.plan().staff_of.get(staff_code)
        # An unknown number costs the time of a wrong PIN: numbers cannot be sounded out.
        fits = pin_fits(member.pin_hash if member else _nobody(), pin)
        if member is None or not fits:
            raise Refused("sign_in_failed", "staff number and PIN do not fit")
        return member

    def _own(self, tx: Transaction) -> Shift:
        shift = tx.open_shift(tx.plan.window(self._window).id)
        if shift is None:
            raise NotAllowed("not_signed_in", "sign in at this window first")
        return shift

    def _end(self, tx: Transaction, shift: Shift, why: str) -> None:
        ended = replace(shift, signed_out_at=tx.now, paused_at=None, pause_reason="")
        tx.save_shift(ended)
        self._record(tx, "shift.ended", ended, {"why": why})

    @staticmethod
    def _record(tx: Transaction, kind: str, shift: Shift, data: dict[str, Json]) -> None:
        window = tx.plan.window_by_id(shift.window_id)
        tx.record(kind, f"shift:{shift.id}", data, zone=window.zone, window=window.code)
        tx.wake(f"zone:{window.zone}", f"window:{window.code}")


@cache
def _nobody() -> str:
    return hash_pin("nobody")
