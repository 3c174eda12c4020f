"""Ports for the devices of a role: what a ticket printer and a rating keypad can do.

Results come back by callbacks that run in the worker thread of the device's port; a screen wraps
them in a queued signal. Nothing here blocks the caller.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from hallclient.services.slip import TicketSlip

KeyT_contra = TypeVar("KeyT_contra", contravariant=True)


class DeviceState(StrEnum):
    """Where a device's link stands; every state but ``CLOSED`` is left without help."""

    ABSENT = "absent"  # nothing at this address, tried again about twice a second
    OPENING = "opening"
    READY = "ready"
    STALE = "stale"  # the port is open, the device does not answer
    FAILED = "failed"  # the port cannot be used: another owner, no permission, not a serial port
    CLOSED = "closed"


class PrintResult(StrEnum):
    """What is known about the paper after a print request."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"  # certain: no byte of the ticket reached the printer
    UNKNOWN = "unknown"  # some bytes may have gone out; reprint only with a mark


class PrintTrouble(StrEnum):
    """Why a ticket was not printed, or what the printer said when the outcome is unknown."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"  # the port is there, the printer is silent, offline or in error
    ABSENT = "absent"  # the port is missing, busy or lost


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
    """Prints tickets, one after the other."""

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        ...

    def print_ticket(self, slip: TicketSlip) -> int:
        """Queue a ticket and return its request number; exactly one outcome follows."""
        ...

    def close(self) -> None:
        """Release the port; requests still queued end as not printed."""
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

    def close(self) -> None:
        """Release the port; a turn still being asked gets no callback."""
        ...
