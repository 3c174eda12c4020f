"""A ticket: one citizen's place today. Labels are shown, ids and tokens are keys."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hallclient.domain.errors import NotFound
from hallclient.domain.rules import PriorityClass
from hallclient.domain.wait import Told

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without the letters that are misread (Crockford)."""

TOKEN_LENGTH = 16
TOKEN_BYTES = 10


class TicketStatus(StrEnum):
    """Where a ticket is."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    NO_SHOW = "no_show"
    ENDED = "ended"


class Channel(StrEnum):
    """How a ticket came about."""

    KIOSK = "kiosk"
    USHER = "usher"
    BOOKED = "booked"
    OFFLINE = "offline"
    WINDOW = "window"
    """Split off another ticket at a window."""
    REPLAY = "replay"


class Delivery(StrEnum):
    """How the citizen got the number: on paper, or by reading it from the screen."""

    PAPER = "paper"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket. ``claim_at`` is its sort key in the queue, ties by ``id``; times are UTC.

    ``station`` is where it was taken and its paper comes out, empty for nowhere known.
    """

    id: int
    request_id: str
    token: str
    day: date
    series_id: int
    number: int
    label: str
    queue_id: int
    service_id: int
    priority: PriorityClass
    claim_at: datetime
    issued_at: datetime
    status: TicketStatus
    channel: Channel
    language: str
    delivered_at: datetime | None = None
    ended_at: datetime | None = None
    requeued: int = 0
    station: str = ""
    callable_from: datetime | None = None
    """An appointment that came early is not called before, unless nobody else waits; None: now."""
    window_id: int | None = None
    """Waits for, or is held by, this window only."""
    staff_id: int | None = None
    """Waits for this member of staff only, wherever they sit."""
    parent_id: int | None = None
    """The ticket it was split off."""
    first_queue_id: int | None = None
    """The queue it was issued for."""
    first_called_at: datetime | None = None
    """When it was called for the first time, whatever became of that call."""
    told: Told | None = None
    """The wait that was told with it, None for none, or where it was changed before its call."""


def token_from(random_bytes: bytes) -> str:
    """Return the 16-character token of 10 random bytes (80 bits)."""
    if len(random_bytes) != TOKEN_BYTES:
        raise ValueError(f"a token takes {TOKEN_BYTES} bytes, not {len(random_bytes)}")
    value = int.from_bytes(random_bytes)
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(75, -1, -5))


def number_at(count: int, digits: int) -> int:
    """Return the number of the ``count``-th ticket of a series and day.

    The numbers that kiosks give out without the database (800–999, or 8000–9999 in a series of
    four digits) are stepped over, so that a busy day runs on with one digit more.
    """
    if count < 1:
        raise ValueError("tickets are counted from 1")
    own = 799 if digits == 3 else 7999
    offline = 200 if digits == 3 else 2000
    return count if count <= own else count + offline


def count_at(number: int, digits: int) -> int:
    """Return which ticket of a series and day has this number, 0 for a kiosk's own."""
    own = 799 if digits == 3 else 7999
    offline = 200 if digits == 3 else 2000
    if number <= own:
        return number
    return number - offline if number > own + offline else 0


def is_offline(name: str) -> bool:
    """Return whether a label, or its bare number, is one that a kiosk gives out by itself."""
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not (digits.isascii() and digits.isdigit() and len(name) - len(digits) <= 2):
        return False
    first = {3: 800, 4: 8000}.get(len(digits))
    return first is not None and int(digits) >= first


def not_known(name: str) -> NotFound:
    """Return what to raise for a label, number or token that today has no ticket.

    A number of a kiosk's own is no mistake: it comes in when the kiosk has the database again.
    """
    if is_offline(name):
        return NotFound("ticket_offline", f"{name} was given out offline and is not in yet")
    return NotFound("unknown_ticket", "there is no such ticket today")


def label_of(prefix: str, number: int, digits: int) -> str:
    """Return the label people see, ``B107``."""
    return f"{prefix}{number:0{digits}d}"


def short_code(ticket: Ticket) -> str:
    """Return the code for the telephone: month and day, label, last four of the token."""
    return f"{ticket.day:%m%d}-{ticket.label}-{ticket.token[-4:]}"
