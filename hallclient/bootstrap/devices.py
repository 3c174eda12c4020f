"""Devices that are opened a moment after the first screen is there, drivers and all."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from hallclient.services.ports_devices import DeviceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.bootstrap.print_station import PrintStation
    from hallclient.bootstrap.window_devices import OwnDevices
    from hallclient.services.slip import Slip

AFTER_SCREEN_MS = 50


class LateDevices:
    """The devices of a window's own PC, and ``RatingKeypadPort`` for its keypad.

    ``make`` is called once; what it makes is not started yet.
    """

    def __init__(self, make: "Callable[[], OwnDevices]") -> None:
        self._make = make
        self._made: OwnDevices | None = None

    @property
    def state(self) -> DeviceState:
        """Where the keypad stands; opening before there is one."""
        keypad = None if self._made is None else self._made.keypad
        return DeviceState.OPENING if keypad is None else keypad.state

    def start(self) -> None:
        """Open the ports once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._opened)

    def ask(self, turn_key: int) -> None:
        """Light the keypad for a turn."""
        keypad = self._opened().keypad
        if keypad is not None:
            keypad.ask(turn_key)

    def cancel(self, turn_key: int) -> None:
        """Stop waiting for a turn."""
        keypad = self._opened().keypad
        if keypad is not None:
            keypad.cancel(turn_key)

    def close(self) -> None:
        """Release the ports."""
        if self._made is not None:
            self._made.close()

    def _opened(self) -> "OwnDevices":
        if self._made is None:
            self._made = self._make()
            self._made.start()
        return self._made


class LatePrinter:
    """Fulfils ``services.ports_devices.TicketPrinterPort``; ``make`` is called once."""

    def __init__(self, make: "Callable[[], PrintStation]") -> None:
        self._make = make
        self._station: PrintStation | None = None
        self._jobs = False

    @property
    def state(self) -> DeviceState:
        """Where the printer stands; opening before there is one."""
        return DeviceState.OPENING if self._station is None else self._station.state

    def start(self) -> None:
        """Open the port once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._opened)

    def start_jobs(self) -> None:
        """Print also what others ask for: the hall is there, and the citizens see it."""
        self._jobs = True
        if self._station is not None:
            self._station.start_jobs()

    def print_slip(self, slip: "Slip") -> int:
        """Queue a slip and return its request number."""
        return self._opened().print_slip(slip)

    def set_free(self, free: bool) -> None:  # noqa: FBT001 - ``KioskDesk.paper_free``
        """Take whether no citizen waits for paper."""
        if self._station is not None:
            self._station.set_free(free=free)

    def close(self) -> None:
        """Release the port."""
        if self._station is not None:
            self._station.close()

    def _opened(self) -> "PrintStation":
        if self._station is None:
            self._station = self._make()
            if self._jobs:
                self._station.start_jobs()
        return self._station
