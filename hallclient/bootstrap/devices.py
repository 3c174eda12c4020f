"""Devices that are opened a moment after the first screen is there, drivers and all."""

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QTimer

from hallclient.services.ports_devices import DeviceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.devices.keypad import RatingKeypad
    from hallclient.devices.link import Link
    from hallclient.devices.printer import TicketPrinter
    from hallclient.services.slip import TicketSlip

AFTER_SCREEN_MS = 50

DeviceT = TypeVar("DeviceT", bound="TicketPrinter | RatingKeypad[int]")


class _Late(Generic[DeviceT]):
    """A device on a link of its own; ``make`` is called once and gives both, not yet started."""

    def __init__(self, make: "Callable[[], tuple[DeviceT, Link]]") -> None:
        self._make = make
        self._made: tuple[DeviceT, Link] | None = None

    @property
    def state(self) -> DeviceState:
        """Where the device stands; opening before there is one."""
        return DeviceState.OPENING if self._made is None else self._made[0].state

    def start(self) -> None:
        """Open the port once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._opened)

    def close(self) -> None:
        """Release the port."""
        if self._made is not None:
            self._made[1].close()

    def _opened(self) -> DeviceT:
        if self._made is None:
            self._made = self._make()
            self._made[1].start()
        return self._made[0]


class LatePrinter(_Late["TicketPrinter"]):
    """Fulfils ``services.ports_devices.TicketPrinterPort``."""

    def print_ticket(self, slip: "TicketSlip") -> int:
        """Queue a ticket and return its request number."""
        return self._opened().print_ticket(slip)


class LateKeypad(_Late["RatingKeypad[int]"]):
    """Fulfils ``services.ports_devices.RatingKeypadPort``."""

    def ask(self, turn_key: int) -> None:
        """Light the keypad for a turn."""
        self._opened().ask(turn_key)

    def cancel(self, turn_key: int) -> None:
        """Stop waiting for a turn."""
        self._opened().cancel(turn_key)
