"""Devices that are opened a moment after the first screen is there, drivers and all."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from hallclient.services.ports_devices import DeviceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.devices.keypad import RatingKeypad
    from hallclient.devices.printer import TicketPrinter
    from hallclient.services.slip import Slip

AFTER_SCREEN_MS = 50


class LatePrinter:
    """Fulfils ``services.ports_devices.TicketPrinterPort``; ``make`` is called once."""

    def __init__(self, make: "Callable[[], TicketPrinter]") -> None:
        self._make = make
        self._printer: TicketPrinter | None = None

    @property
    def state(self) -> DeviceState:
        """Where the link stands; opening before there is one."""
        return DeviceState.OPENING if self._printer is None else self._printer.state

    def start(self) -> None:
        """Open the port once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._opened)

    def print_slip(self, slip: "Slip") -> int:
        """Queue a slip and return its request number."""
        return self._opened().print_slip(slip)

    def close(self) -> None:
        """Release the port."""
        if self._printer is not None:
            self._printer.close()

    def _opened(self) -> "TicketPrinter":
        if self._printer is None:
            self._printer = self._make()
            self._printer.start()
        return self._printer


class LateKeypad:
    """Fulfils ``services.ports_devices.RatingKeypadPort``; ``make`` is called once."""

    def __init__(self, make: "Callable[[], RatingKeypad[int]]") -> None:
        self._make = make
        self._keypad: RatingKeypad[int] | None = None

    @property
    def state(self) -> DeviceState:
        """Where the link stands; opening before there is one."""
        return DeviceState.OPENING if self._keypad is None else self._keypad.state

    def start(self) -> None:
        """Open the port once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._opened)

    def ask(self, turn_key: int) -> None:
        """Light the keypad for a turn."""
        self._opened().ask(turn_key)

    def cancel(self, turn_key: int) -> None:
        """Stop waiting for a turn."""
        self._opened().cancel(turn_key)

    def close(self) -> None:
        """Release the port."""
        if self._keypad is not None:
            self._keypad.close()

    def _opened(self) -> "RatingKeypad[int]":
        if self._keypad is None:
            self._keypad = self._make()
            self._keypad.start()
        return self._keypad
