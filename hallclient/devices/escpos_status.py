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

# n=3 only tells the kind of an error; that there is one, n=2 says, and every byte is wire time.
QUERY_KINDS = (1, 2, 4)
QUERY = b"".join(b"\x10\x04" + bytes((n,)) for n in QUERY_KINDS)
IDLE_ANSWER = 0x12


class PaperState(Enum):
    """What the paper sensors see."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"


class PrinterError(Enum):
    """The gravest error the printer reports."""

    NONE = "none"
    RECOVERABLE = "recoverable"  # a jam, a hot head: goes away by hand or by itself
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
        error=_error(
            recoverable=bool(n3 & 0x4C or (n2 & 0x40 and not n3 & 0x20)),
            unrecoverable=bool(n3 & 0x20),
        ),
    )


def status_from_asb(b1: int, b2: int, b3: int) -> PrinterStatus:
    """Return the state told by an ASB group (its fourth byte says nothing)."""
    return PrinterStatus(
        online=not b1 & 0x08,
        paper=_paper(near_end=bool(b3 & 0x03), out=bool(b3 & 0x0C)),
        cover_open=bool(b1 & 0x20),
        error=_error(recoverable=bool(b2 & 0x4C), unrecoverable=bool(b2 & 0x20)),
    )


def _paper(*, near_end: bool, out: bool) -> PaperState:
    if out:
        return PaperState.OUT
    return PaperState.NEAR_END if near_end else PaperState.OK


def _error(*, recoverable: bool, unrecoverable: bool) -> PrinterError:
    if unrecoverable:
        return PrinterError.UNRECOVERABLE
    return PrinterError.RECOVERABLE if recoverable else PrinterError.NONE


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
