"""Who works on cases outside a window: behind staff number and PIN."""

from dataclasses import replace
from functools import cache

from hallclient.domain.errors import Refused
from hallclient.domain.parts import Staff
from hallclient.domain.rights import Right, may
from hallclient.services.pin_guard import PinGuard
from hallclient.services.shifts import hash_pin, pin_fits
from hallclient.services.store import Store

GUARD = "cases"
"""The name under which wrong PINs are counted at a station."""


def sign_in(store: Store, guard: PinGuard, code: str, pin: str) -> Staff:
    """Return who a staff number and its PIN belong to.

    Raises ``Refused``: ``pin_wait`` while no PIN may be tried, ``sign_in_failed`` in the same
    words for an unknown number and a wrong PIN, ``no_right`` for staff who have no cases.
    """
    member = store.plan().staff_of.get(code.strip())
    # An unknown number costs the time of a wrong PIN: numbers cannot be sounded out.
    fitting = member.pin_hash if member else _nobody()
    fits = guard.check(GUARD, lambda: pin_fits(fitting, pin) and member is not None)
    if member is None or not fits:
        raise Refused("sign_in_failed", "staff number and PIN do not fit")
    if not (may(member, Right.SERVE) or may(member, Right.CASES, member.department)):
        raise Refused("no_right", f"a {member.role} has no cases", right=Right.CASES.value)
    return replace(member, pin_hash="")


@cache
def _nobody() -> str:
    return hash_pin("nobody")
