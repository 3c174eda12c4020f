"""Ports for the devices of the floor: what printers, keypads, callers, strips and readers can do.

Results come back by callbacks that run in the worker thread of the device's port; a screen wraps
them in a queued signal. Nothing here blocks the caller.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # a role must not load for a port's names what it prints by and by
    from hallclient.services.slip import Slip

KeyT_contra = TypeVar("KeyT_contra", contravariant=True)


class DeviceState(StrEnum):
    """Where a device's link stands; every state but ``CLOSED`` is left without help."""

    ABSENT = "absent"  # nothing at this address, tried again about twice a second
    OPENING = "opening"
    READY = "ready"
    STALE = "stale"  # the port is open, the device does not answer
    FAILED = "failed"  # the port cannot be used: another owner, no permission, not a serial port
    CLOSED = "closed"


class DeviceKind(StrEnum):
    """What a device is to the hall."""

    PRINTER = "printer"
    KEYPAD = "keypad"
    CALLER = "caller"
    STRIP = "strip"
    CARD_READER = "card-reader"
    SCANNER = "scanner"
    MODEM = "modem"
    SCREEN = "screen"
    """The screen at a window, which is a program and no thing on a port."""
    BACKUP = "backup"
    """No device: what a PC says of the hall's backups (``services.backups``)."""


class PrintResult(StrEnum):
    """What is known about the paper after a print request."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"  # certain: no byte of the ticket reached the printer
    UNKNOWN = "unknown"  # some bytes may have gone out; reprint only with a mark


class PrintTrouble(StrEnum):
    """Why a slip was not printed, or what the printer said when the outcome is unknown.

    Each tells what a person must do; the words are ``printer.<value>`` of the catalogue.
    """

    PAPER_OUT = "paper_out"  # put in a new roll
    COVER_OPEN = "cover_open"  # close the cover
    CUTTER = "cutter"  # clear the cutter, switch off and on
    ERROR = "error"  # a hot head, a jam or a fault: let it cool, switch off and on
    OFFLINE = "offline"  # the port is there, the printer silent or off line: power and cable
    ABSENT = "absent"  # the port is missing, busy or lost: cable and settings


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """The end of one print request.

    ``first_byte_at`` is the ``time.monotonic`` second at which the port took the ticket's first
    bytes, ``None`` when it took none. ``paper_low`` is the printer's near-end sensor.
    """

    request: int
    result: PrintResult
    trouble: PrintTrouble | None = None
    first_byte_at: float | None = None
    paper_low: bool = False


class TicketPrinterPort(Protocol):
    """Prints tickets and other slips, one after the other."""

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        ...

    def print_slip(self, slip: "Slip") -> int:
        """Queue a slip and return its request number; exactly one outcome follows."""
        ...


class RatingKeypadPort(Protocol[KeyT_contra]):
    """Asks for the rating of one turn after another; a turn is known by its key."""

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        ...

    def ask(self, turn_key: KeyT_contra) -> None:
        """Light the keypad; a level or an expiry follows, unless the turn is cancelled.

        A turn still being asked expires at once. Expiry is no rating.
        """
        ...

    def cancel(self, turn_key: KeyT_contra) -> None:
        """Stop waiting for this turn without any callback; unknown keys are ignored."""
        ...


class CallerKey(StrEnum):
    """What a key of a hardware caller asks for; the profile maps keys to these."""

    CALL = "call"  # with digits: that number, out of order
    RECALL = "recall"
    START = "start"
    NO_SHOW = "no_show"
    FINISH = "finish"  # with a digit: that outcome, 1-6; without: the service's usual one
    HOLD = "hold"
    RESUME = "resume"  # with digits: that number
    PAUSE = "pause"  # and back to work; a digit is the reason's place in the hall's list
    TRANSFER = "transfer"  # digits: the number of a window
    ASK_AGAIN = "ask_again"
    SIGN_IN = "sign_in"  # digits: staff number and PIN in two presses
    SIGN_OUT = "sign_out"
    LINE = "line"  # the one-metre line was crossed


@dataclass(frozen=True, slots=True)
class CallerPress:
    """One press of a hardware caller. ``digits`` may be a PIN and stay out of the printed form."""

    key: CallerKey
    digits: str = field(default="", repr=False)


class CallerPort(Protocol):
    """A hardware caller: presses come by its callback, its small display shows digits."""

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        ...

    def show(self, text: str) -> None:
        """Show digits and blanks, right-aligned; the last text wins. Other characters are blank."""
        ...

    def beep(self) -> None:
        """Give one sound."""
        ...


class StripColour(StrEnum):
    """A colour a strip knows; one without colours ignores it."""

    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"


class StripPort(Protocol):
    """The LED strip over a window."""

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        ...

    def show(self, text: str, colour: StripColour = StripColour.RED) -> None:
        """Show one line; the last text wins, and is sent again when the strip comes back."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who put a card on the reader, as a kiosk may know it; the number never leaves the driver.

    ``person`` is the keyed hash for today (``services.persons``), empty where the hall has no key;
    ``mask`` is the name for a screen (王*芳), ``tail`` the last four of the number for the clerk's,
    ``case_key`` the person's key for cases. Age is used and not kept.
    """

    person: str = field(repr=False)
    mask: str = field(repr=False)
    elderly: bool = field(default=False, repr=False)
    tail: str = field(default="", repr=False)
    case_key: str = field(default="", repr=False)


class CardReaderPort(Protocol):
    """An ID card reader at a kiosk. Until it is allowed it notices a card and reads none."""

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        ...

    def allow(self, *, reading: bool) -> None:
        """Let the card that lies there be read, or the next one: the notice was accepted."""
        ...


class MessageFate(StrEnum):
    """What became of a text message."""

    SENT = "sent"
    FAILED = "failed"  # certain: it did not go out; may be tried again
    UNKNOWN = "unknown"  # it may have gone out: never tried again


class MessageSenderPort(Protocol):
    """Sends text messages, one after the other. Blocks its caller; not for a UI thread."""

    def send(self, number: str, text: str, *, minutes: int) -> MessageFate:
        """Send a message that is of use for so many minutes; numbers and texts are never logged."""
        ...

    def close(self) -> None:
        """Let the modem or gateway go."""
        ...
