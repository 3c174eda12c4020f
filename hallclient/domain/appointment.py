"""An appointment: a service at a slot of a day, booked elsewhere or here (architecture.md §4).

Who is called when. The claim of an appointment is ``max(slot, arrival)`` less the booking credit,
so coming early wins nothing over the slot and coming late costs what it took. It is called from ten
minutes before the slot, earlier only while nobody else waits in its queue. More than fifteen
minutes late it is a walk-in from its arrival. All three numbers are the hall's own.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hallclient.domain.dispatch import claim_at
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.text import Language

CODE_LENGTH = 9
"""Digits of a code: eight that are drawn and one that finds a slip of the finger."""


class AppointmentState(StrEnum):
    """Where an appointment is. One that never came stays booked and goes with its day."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class BookedBy(StrEnum):
    """Where an appointment comes from."""

    IMPORT = "import"
    KIOSK = "kiosk"
    USHER = "usher"


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment. Times are UTC; ``code`` is what the citizen types or shows as a QR code.

    ``person`` is a keyed hash of the day and the ID number (``services.persons``), empty when no
    ID is known. ``external`` is the number that the city's system gave, one of a kind in a hall.
    """

    id: int
    code: str
    service_id: int
    queue_id: int
    starts_at: datetime
    minutes: int
    source: BookedBy
    state: AppointmentState
    made_at: datetime
    person: str = field(default="", repr=False)
    external: str = ""
    language: str = Language.ZH_CN
    ticket_id: int | None = None


class Timing(StrEnum):
    """How an arrival fits its slot."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What becomes of a citizen who checks in: the ticket's key, and from when it is called.

    ``minutes`` is how far from the slot's beginning the arrival was, never negative.
    ``callable_from`` is None when it may be called at once.
    """

    timing: Timing
    starts_at: datetime
    minutes: int
    claim_at: datetime
    callable_from: datetime | None = None


def arrival(
    slot: datetime,
    now: datetime,
    rules: HallRules,
    priority: PriorityClass = PriorityClass.NORMAL,
) -> Arrival:
    """Return what an arrival at ``now`` for a slot means. Credits do not add up: the larger counts.

    Property: ``claim_at`` is never more than the larger credit before ``now``, so that an
    appointment overtakes by a bounded time like everybody else.
    """
    away = int(abs(now - slot) / timedelta(minutes=1))
    if now > slot + timedelta(minutes=rules.booking_late_minutes):
        return Arrival(Timing.LATE, slot, away, claim_at(now, priority, rules))
    credit = timedelta(minutes=max(rules.booking_credit_minutes, rules.credit(priority)))
    opens = slot - timedelta(minutes=rules.booking_early_minutes)
    early = now < opens
    return Arrival(
        Timing.EARLY if early else Timing.ON_TIME,
        slot,
        away,
        max(slot, now) - credit,
        opens if early else None,
    )


def code_of(drawn: int) -> str:
    """Return the code of a drawn number: its last eight digits and a check digit."""
    digits = f"{drawn % 10 ** (CODE_LENGTH - 1):0{CODE_LENGTH - 1}d}"
    return digits + str((11 - _product(digits)) % 10)


def is_code(text: str) -> bool:
    """Return whether a text can be the code of an appointment; a slip of the finger cannot."""
    if len(text) != CODE_LENGTH or not (text.isascii() and text.isdigit()):
        return False
    return code_of(int(text[:-1])) == text


def spaced(code: str) -> str:
    """Return a code as people read it, ``482 173 650``; other numbers stay as they are."""
    if not is_code(code):
        return code
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def _product(digits: str) -> int:
    """Return the running product of ISO 7064, MOD 11,10 (the check of many identity numbers)."""
    product = 10
    for digit in digits:
        product = 2 * ((product + int(digit)) % 10 or 10) % 11
    return product
