"""Who makes a move, looked up anew in every transaction: rights may be gone since the sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hallclient.domain.errors import Refused
from hallclient.domain.rights import RIGHTS, Right, check, may
from hallclient.services.shifts import hash_pin, pin_fits

if TYPE_CHECKING:
    from hallclient.domain.parts import Staff, StaffRole
    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.store import Reader, Store

FLOOR_SCOPE = "floor"
"""The wake-up scope of consoles: what somebody did about the floor."""
GUARD = "console"
"""The name under which wrong PINs are counted at a station."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who has signed in at a console: a supervisor, a lead, or an usher with fewer rights."""

    code: str
    name: str
    role: StaffRole
    department: str = ""

    @property
    def actor(self) -> str:
        """Who does it, for the journal."""
        return f"staff:{self.code}"

    @property
    def watches(self) -> bool:
        """Return whether the floor is shown: an usher sees the calls for help only."""
        return Right.WATCH in RIGHTS[self.role]


def sign_in(store: Store, guard: PinGuard, code: str, pin: str) -> Supervisor:
    """Return who a staff number and its PIN belong to.

    Raises ``Refused``: ``pin_wait`` while no PIN may be tried, ``sign_in_failed`` in the same
    words for an unknown number and a wrong PIN, ``no_right`` for staff with nothing to do here.
    """
    member = store.plan().staff_of.get(code.strip())
    # An unknown number costs the time of a wrong PIN: numbers cannot be sounded out.
    fitting = member.pin_hash if member else _nobody()
    fits = guard.check(GUARD, lambda: pin_fits(fitting, pin) and member is not None)
    if member is None or not fits:
        raise Refused("sign_in_failed", "staff number and PIN do not fit")
    check(member, Right.USHER)
    return Supervisor(member.code, member.name, member.role, member.department)


def member_with(reader: Reader, code: str, right: Right, department: str = "") -> Staff:
    """Return a member of staff who has a right now, or raise ``Refused`` (``no_right``)."""
    member = reader.plan.staff_of.get(code)
    if member is None:
        raise Refused("no_right", "this member of staff has left the hall", right=right.value)
    check(member, right, department)
    return member


def has_anywhere(member: Staff, right: Right) -> bool:
    """Return whether a member has a right over anything at all: a lead, over the own department."""
    return may(member, right, member.department)


@cache
def _nobody() -> str:
    return hash_pin("nobody")
