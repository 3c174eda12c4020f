"""What an ESC/POS printer says about itself (devices.md §1): bytes in, frozen events out, no I/O.

Every byte tells by its own bits what it is, so any chunking and any interleaving parse alike:

=====================  =================================================================
``x & 93h == 12h``     an answer to ``DLE EOT n``; which n, only the asker knows
``x & 93h == 10h``     the first of four bytes of an automatic status (ASB)
``x & 90h == 00h``     one of the other three, while a group is open
``11h`` / ``13h``      XON / XOFF
=====================  =================================================================
"""

from dataclasses import dataclass
from enum import Enum

from hallclient.services.ports_devices import PrintTrouble

# n=3 only tells the kind of an error; that there is one, n=2 says, and every byte is wire time.
QUERY_KINDS = (1, 2, 4)
QUERY = b"".join(b"\x10\x04" + bytes((n,)) for n in QUERY_KINDS)
QUERY_ERROR = b"\x10\x04\x03"
IDLE_ANSWER = 0x12
ERROR_BIT = 0x40  # of the answer to n=2
# Tell by yourself when you go on or off line (02), are in error (04), run low on paper (08). A
# printer answers with its state at once, and forgets the wish at each initialisation.
ASB_ON = b"\x1da\x0e"


class PaperState(Enum):
    """What the paper sensors see."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"


class PrinterError(Enum):
    """The gravest error the printer reports."""

    NONE = "none"
    RECOVERABLE = "recoverable"  # a hot head, a jam: goes away by itself or by hand
    CUTTER = "cutter"
    UNRECOVERABLE = "unrecoverable"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The state of a printer at one moment."""

    online: bool = True
    paper: PaperState = PaperState.OK
    cover_open: bool = False
    error: PrinterError = PrinterError.NONE

    @property
    def can_print(self) -> bool:
        """Whether a ticket sent now would come out."""
        return (
            self.online
            and not self.cover_open
            and self.paper is not PaperState.OUT
            and self.error is PrinterError.NONE
        )

    @property
    def paper_low(self) -> bool:
        """Whether somebody should bring a new roll."""
        return self.paper is not PaperState.OK

    @property
    def trouble(self) -> PrintTrouble | None:
        """Why this printer prints nothing, ``None`` when it would print; what to do comes first."""
        causes = {
            PrintTrouble.COVER_OPEN: self.cover_open,
            PrintTrouble.PAPER_OUT: self.paper is PaperState.OUT,
            PrintTrouble.CUTTER: self.error is PrinterError.CUTTER,
            PrintTrouble.ERROR: self.error is not PrinterError.NONE,
            PrintTrouble.OFFLINE: not self.online,
        }
        return next((trouble for trouble, there in causes.items() if there), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a ``DLE EOT``."""

    value: int


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """A whole ASB group."""

    status: PrinterStatus


@dataclass(frozen=True, slots=True)
class FlowControl:
    """XOFF (``stopped``) or XON."""

    stopped: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """A byte that is nothing we know."""

    value: int


StatusEvent = Answer | AutomaticStatus | FlowControl | Noise


def status_from_answers(n1: int, n2: int, n4: int, n3: int = IDLE_ANSWER) -> PrinterStatus:
    """Return the state told by the ``DLE EOT`` answers to n = 1, 2, 4, and 3 if it was asked."""
    return PrinterStatus(
        online=not n1 & 0x08,
        paper=_paper(near_end=bool(n4 & 0x0C), out=bool(n4 & 0x60 or n2 & 0x20)),
        cover_open=bool(n2 & 0x04),
        error=_error(n3, any_error=bool(n2 & ERROR_BIT)),
    )


def status_from_asb(b1: int, b2: int, b3: int) -> PrinterStatus:
    """Return the state told by an ASB group (its fourth byte says nothing)."""
    return PrinterStatus(
        online=not b1 & 0x08,
        paper=_paper(near_end=bool(b3 & 0x03), out=bool(b3 & 0x0C)),
        cover_open=bool(b1 & 0x20),
        error=_error(b2),
    )


def _paper(*, near_end: bool, out: bool) -> PaperState:
    if out:
        return PaperState.OUT
    return PaperState.NEAR_END if near_end else PaperState.OK


def _error(bits: int, *, any_error: bool = False) -> PrinterError:
    """Return the gravest error; n=3 and the second byte of an ASB name them by the same bits."""
    if bits & 0x20:
        return PrinterError.UNRECOVERABLE
    if bits & 0x08:
        return PrinterError.CUTTER
    return PrinterError.RECOVERABLE if bits & 0x44 or any_error else PrinterError.NONE


class StatusParser:
    """Classifies the bytes a printer sends."""

    def __init__(self) -> None:
        self._group = bytearray()

    def feed(self, data: bytes) -> list[StatusEvent]:
        """Return the events these bytes complete, in order."""
        events = (self._classify(value) for value in data)
        return [event for event in events if event is not None]

    def _classify(self, value: int) -> StatusEvent | None:
        if value & 0x93 == 0x12:
            return Answer(value)
        if value in {0x11, 0x13}:
            return FlowControl(stopped=value == 0x13)
        if value & 0x93 == 0x10:
            self._group[:] = (value,)
            return None
        if self._group and not value & 0x90:
            return self._continue_group(value)
        self._group.clear()
        return Noise(value)

    def _continue_group(self, value: int) -> AutomaticStatus | None:
        self._group.append(value)
        if len(self._group) < 4:
            return None
        b1, b2, b3, _ = self._group
        self._group.clear()
        return AutomaticStatus(status_from_asb(b1, b2, b3))
