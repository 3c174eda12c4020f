"""An errand: a matter that a village agent carries for somebody (帮办代办, domain.md §2).

The one table of its moves is here::

    received ── carry ──> carried ── return ──> returned ── sign ──> signed
        └─ cancel ──> cancelled         └─ carry ──┘ (once more: something was missing)

It can be cancelled only while the papers are still at the station; from then on it comes back, with
a result, and is signed for.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from hallclient.domain.errors import NotAllowed, Refused

MOST_PAPERS, LONGEST_PAPER = 30, 60
LONGEST_OFFICE, LONGEST_RESULT = 40, 100
LONGEST_NAME, LONGEST_PHONE = 60, 24
LONGEST_DAYS = 365
SOON_DAYS = 1
"""An errand due today or on the next day is marked."""


class ErrandState(StrEnum):
    """Where an errand is, in the columns of the ledger (代办台账)."""

    RECEIVED = "received"
    CARRIED = "carried"
    RETURNED = "returned"
    SIGNED = "signed"
    CANCELLED = "cancelled"


class ErrandMove(StrEnum):
    """What can happen to an errand after it was received."""

    CARRY = "carry"
    RETURN = "return"
    SIGN = "sign"
    CANCEL = "cancel"


ALLOWED: dict[tuple[ErrandState, ErrandMove], ErrandState] = {
    (ErrandState.RECEIVED, ErrandMove.CARRY): ErrandState.CARRIED,
    (ErrandState.RECEIVED, ErrandMove.CANCEL): ErrandState.CANCELLED,
    (ErrandState.CARRIED, ErrandMove.RETURN): ErrandState.RETURNED,
    (ErrandState.RETURNED, ErrandMove.CARRY): ErrandState.CARRIED,
    (ErrandState.RETURNED, ErrandMove.SIGN): ErrandState.SIGNED,
}
OPEN = (ErrandState.RECEIVED, ErrandState.CARRIED, ErrandState.RETURNED)
OVER = (ErrandState.SIGNED, ErrandState.CANCELLED)


class Due(StrEnum):
    """How an open errand stands to the day it is due; nothing is due once it is back."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    FINE = "fine"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Errand:
    """One line of the ledger. Times are UTC.

    ``mask`` is the principal's name for a screen (王*芳); name and telephone are ``sealed`` with
    the hall's key, empty when the station has none. ``papers`` are the materials that were handed
    over, in the words of the service's list or the agent's own.
    """

    id: int
    number: str
    service_id: int
    staff_id: int
    state: ErrandState
    received_at: datetime
    mask: str = field(default="", repr=False)
    sealed: bytes = field(default=b"", repr=False)
    papers: tuple[str, ...] = ()
    due_on: date | None = None
    carried_at: datetime | None = None
    carried_to: str = ""
    """The office that has it now (镇便民服务中心)."""
    returned_at: datetime | None = None
    signed_at: datetime | None = None
    """Signed for by the principal; of a cancelled errand: papers handed back."""
    result: str = ""
    """What came back: a certificate, a refusal with its reason."""
    ticket_id: int | None = None
    request_id: str = ""
    """What received it, made once a form; empty: it cannot be asked again."""


def after(state: ErrandState, move: ErrandMove) -> ErrandState:
    """Return the state a move leads to, or raise ``NotAllowed``."""
    target = ALLOWED.get((state, move))
    if target is None:
        raise NotAllowed(
            "errand_moved", f"an errand that is {state} cannot {move}", state=state, move=move
        )
    return target


def can(state: ErrandState, move: ErrandMove) -> bool:
    """Return whether a move exists from a state."""
    return (state, move) in ALLOWED


def carried(errand: Errand, office: str, at: datetime) -> Errand:
    """Return the errand on its way to an office; what an earlier trip brought is over."""
    where = plain_text(office, LONGEST_OFFICE, "bad_office")
    state = after(errand.state, ErrandMove.CARRY)
    return replace(
        errand, state=state, carried_at=at, carried_to=where, returned_at=None, result=""
    )


def returned(errand: Errand, result: str, at: datetime) -> Errand:
    """Return the errand back at the station with what came of it."""
    came = plain_text(result, LONGEST_RESULT, "bad_result")
    state = after(errand.state, ErrandMove.RETURN)
    return replace(errand, state=state, returned_at=at, result=came)


def signed(errand: Errand, at: datetime) -> Errand:
    """Return the errand signed for by its principal."""
    return replace(errand, state=after(errand.state, ErrandMove.SIGN), signed_at=at)


def cancelled(errand: Errand, reason: str, at: datetime) -> Errand:
    """Return the errand called off before it was carried, its papers handed back."""
    why = plain_text(reason, LONGEST_RESULT, "bad_result")
    return replace(errand, state=after(errand.state, ErrandMove.CANCEL), signed_at=at, result=why)


def due_mark(errand: Errand, today: date) -> Due:
    """Return how an errand stands to its day."""
    if errand.due_on is None or errand.state not in (ErrandState.RECEIVED, ErrandState.CARRIED):
        return Due.NONE
    left = (errand.due_on - today).days
    if left < 0:
        return Due.LATE
    if left == 0:
        return Due.TODAY
    return Due.SOON if left <= SOON_DAYS else Due.FINE


def errand_number(day: date, count: int) -> str:
    """Return the number of the ``count``-th errand of a day, short enough to be told by phone."""
    return f"D{day:%y%m%d}-{count:03d}"


def masked_name(name: str) -> str:
    """Return a name as a screen may show it: 王*芳, 王*, 欧**娜, J*** S****."""
    words = name.split()
    if len(words) > 1:
        return " ".join(word[0] + "*" * (len(word) - 1) for word in words)
    plain = words[0] if words else ""
    if len(plain) <= 2 or plain.isascii():
        return plain[:1] + "*" * max(1, len(plain) - 1) if plain else ""
    return plain[0] + "*" * min(len(plain) - 2, _MOST_STARS) + plain[-1]


def plain_text(text: str, longest: int, key: str) -> str:
    """Return one line of text without odd spaces; ``Refused`` when empty, long or not a text."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(line) <= longest or any(unicodedata.category(c) in _NO_TEXT for c in line):
        what = key.removeprefix("bad_")
        raise Refused(key, f"the {what} is a line of 1 to {longest} characters", most=longest)
    return line


def plain_phone(text: str) -> str:
    """Return a telephone number of any kind as digits, ``+`` and ``-``; "" for none.

    Raises ``Refused`` without the number.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    digits = sum(sign.isdigit() for sign in plain)
    if plain and not (
        plain.isascii()
        and len(plain) <= LONGEST_PHONE
        and 5 <= digits <= 16
        and all(sign.isdigit() or sign in "+-()" for sign in plain)
    ):
        raise Refused("bad_phone", "this is not a telephone number")
    return plain


_MOST_STARS = 3
_NO_TEXT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
