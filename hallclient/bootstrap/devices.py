"""Devices that are opened a moment after the first screen is there, drivers and all."""

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from hallclient.services.ports_devices import DeviceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.bootstrap.print_station import PrintStation
    from hallclient.bootstrap.window_devices import OwnDevices
    from hallclient.devices.keypad import RatingKeypad
    from hallclient.services.slip import Slip

log = logging.getLogger(__name__)

AFTER_SCREEN_MS = 50
CLOSE_S = 5.0


class LateDevices:
    """The devices of a window's own PC, and ``RatingKeypadPort`` for its keypad.

    ``make`` is called once, in a thread of its own: the drivers take 50 ms to import, and the bar
    is on the screen already. What it makes is not started yet.
    """

    def __init__(self, make: "Callable[[], OwnDevices]") -> None:
        self._make = make
        self._made: OwnDevices | None = None
        self._wanted: int | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._open, name="devices", daemon=True)

    @property
    def state(self) -> DeviceState:
        """Where the keypad stands; opening before there is one."""
        keypad = self._keypad
        return DeviceState.OPENING if keypad is None else keypad.state

    def start(self) -> None:
        """Open the ports once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._begin)

    def ask(self, turn_key: int) -> None:
        """Light the keypad for a turn, as soon as there is one."""
        self._wanted = turn_key
        self._ask()

    def cancel(self, turn_key: int) -> None:
        """Stop waiting for a turn."""
        if self._wanted == turn_key:
            self._wanted = None
        if self._keypad is not None:
            self._keypad.cancel(turn_key)

    def close(self) -> None:
        """Release the ports."""
        self._closed = True
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)
        if self._made is not None:
            self._made.close()

    @property
    def _keypad(self) -> "RatingKeypad[int] | None":
        return None if self._made is None else self._made.keypad

    def _begin(self) -> None:
        if not self._closed:
            self._thread.start()

    def _ask(self) -> None:
        wanted, keypad = self._wanted, self._keypad
        if wanted is not None and keypad is not None:
            keypad.ask(wanted)

    def _open(self) -> None:
        try:
            made = self._make()
            made.start()
        except Exception:
            log.exception("the window's devices cannot be opened")
            return
        self._made = made
        self._ask()  # for a turn that was to be rated meanwhile; asking twice is asking once


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
