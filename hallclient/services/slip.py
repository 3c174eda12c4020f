"""What stands on paper, already in the reader's words: a ticket, or a slip made of blocks.

Whoever builds the slip chooses the language and decides what is promised ("scan to follow" only
where the hall has a follow URL); whoever prints it only lays it out.
"""

from dataclasses import dataclass
from enum import StrEnum

CROCKFORD = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
TOKEN_LENGTH = 16
MAX_QR_PAYLOAD = 120
MAX_SPACE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSlip:
    """The words of one ticket.

    ``wait_caption`` and ``wait_text`` are ``None`` while there is no estimate. ``materials`` is
    empty unless the citizen asked for the list. ``steps`` are the services of a ticket with
    several, in order. ``reprint_mark`` stands on every copy after the first, ``class_mark`` on
    a ticket that goes ahead; it does not say why. Raises
    ``ValueError`` when the token is not 16 Crockford characters or the follow URL cannot stand
    in a QR code as plain ASCII.
    """

    hall_name: str
    label: str
    service_name: str
    zone: str
    windows: str
    people_ahead: int
    ahead_caption: str
    ahead_text: str
    token: str
    qr_title: str
    qr_lines: tuple[str, ...]
    missed_title: str
    missed_text: str
    issued_at_text: str
    code: str
    valid_text: str
    wait_caption: str | None = None
    wait_text: str | None = None
    follow_url: str | None = None
    phone_text: str | None = None
    materials: tuple[str, ...] = ()
    materials_title: str = ""
    steps: tuple[str, ...] = ()
    steps_title: str = ""
    reprint_mark: str | None = None
    class_mark: str | None = None

    def __post_init__(self) -> None:
        if len(self.token) != TOKEN_LENGTH or not CROCKFORD.issuperset(self.token):
            raise ValueError(f"a ticket token is {TOKEN_LENGTH} Crockford characters")
        _check_qr(self.qr_payload, "the follow URL with the token")

    @property
    def qr_payload(self) -> str:
        """What the QR code holds: follow URL and token, or the token alone."""
        return f"{self.follow_url or ''}{self.token}"


class TextSize(StrEnum):
    """How large a line is, in steps that every printer has (devices.md §1)."""

    NORMAL = "normal"
    TALL = "tall"  # as wide as normal, twice as high
    DOUBLE = "double"  # twice as wide and high; tall where that is wider than the paper
    LARGEST = "largest"  # a number: as large as one line holds


class Align(StrEnum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; it is wrapped to the paper, and an empty one prints nothing."""

    text: str
    size: TextSize = TextSize.NORMAL
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A caption at the left and its value at the right, on one line where it holds both."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class CheckList:
    """Lines with an empty box each, to tick off."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code, centred. Raises ``ValueError`` for what cannot stand in one as plain ASCII."""

    payload: str

    def __post_init__(self) -> None:
        if not self.payload:
            raise ValueError("an empty QR code says nothing")
        _check_qr(self.payload, "the text of a QR code")


@dataclass(frozen=True, slots=True)
class Space:
    """Empty lines, at most ten: room for a seal or a signature."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= MAX_SPACE:
            raise ValueError(f"a space is 1 to {MAX_SPACE} lines")


Block = Text | Pair | Rule | CheckList | QrCode | Space


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """Any slip but a ticket: a title, centred and double, and what stands below it.

    ``reprint_mark`` stands above the title on every copy after the first.
    """

    title: str
    blocks: tuple[Block, ...]
    reprint_mark: str | None = None


Slip = TicketSlip | PaperSlip
"""What a printer prints."""


def _check_qr(payload: str, what: str) -> None:
    if not (payload.isascii() and payload.isprintable()) or " " in payload:
        raise ValueError(f"{what} must be printable ASCII without spaces")
    if len(payload) > MAX_QR_PAYLOAD:
        raise ValueError(f"{what} is over {MAX_QR_PAYLOAD} characters")
