"""Caller, keypad and strip on a window's own PC, opened together. Imported late, drivers and all.

The keypad is the bar's: its presenter asks it. Caller and strip have an attendant, which makes
moves of presses and shows the window's state; both find each other's moves by the hall's feed.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from hallclient.bootstrap.floor_devices import FloorDevice, WindowEars, floor_device, report
from hallclient.config import Settings
from hallclient.devices.at_window import own_devices
from hallclient.devices.caller import HardwareCaller
from hallclient.devices.links import Links
from hallclient.devices.strip import WindowStrip
from hallclient.phrases import Phrases
from hallclient.services.attendant import Attendant, WindowDevices
from hallclient.services.calling import Calling
from hallclient.services.handing_out import window_station
from hallclient.services.ports_devices import CallerPress, DeviceState
from hallclient.services.shifts import Shifts
from hallclient.services.stations import Reporter
from hallclient.services.store import Feed, Store

if TYPE_CHECKING:
    from hallclient.bootstrap.halls import LateHall
    from hallclient.devices.keypad import RatingKeypad
    from hallclient.services.pin_guard import PinGuard
    from hallclient.storage.store import SqlStore
    from hallclient.window.keypad import KeypadEars

CLOSE_S = 3.0
LAST_WORDS_S = 0.5


class OwnDevices:
    """The devices that the settings name, on their links. Close it before its hall.

    ``calling`` makes the moves of presses of a store and the window's code; ``pins`` counts wrong
    PINs, those typed on the bar too.
    """

    def __init__(
        self,
        settings: Settings,
        hall: "LateHall",
        ears: "KeypadEars",
        calling: Callable[[Store, str], Calling],
        rating_seconds: float,
        pins: "PinGuard | None" = None,
    ) -> None:
        own = settings.window
        self._window = own.window
        self._hall = hall
        self._stores: list[SqlStore] = []
        self._links = Links()
        self._reporter = Reporter(self._store, window_station(own.window))
        self.keypad: RatingKeypad[int] | None = None
        self._caller: HardwareCaller | None = None
        self._strip: WindowStrip | None = None
        hearing = WindowEars(self._pressed, ears.rated, ears.expired, rating_seconds)
        for found in own_devices(own):
            link = self._links.at(found.port, found.profile.port)
            device = floor_device(link, found.profile, found.address, hearing)
            self._take(device)
            report(
                self._reporter,
                device,
                found.profile,
                name=found.name,
                port=found.port,
                window=own.window,
            )
        shifts = partial(Shifts, guard=pins)
        self._attendant = self._attended(calling, shifts, settings.language)

    def start(self) -> None:
        """Open the ports and begin to serve. Once."""
        self._links.start()
        if self._attendant is not None:
            self._attendant.start()

    def close(self) -> None:
        """Leave nothing on strip and display that will not stay true; release the ports."""
        if self._attendant is not None:
            self._attendant.close(CLOSE_S)
        told = (self._strip, self._caller)
        settling = [one.settle() for one in told if one and one.state is DeviceState.READY]
        for settled in settling:
            settled.wait(LAST_WORDS_S)
        self._reporter.close()
        self._links.close()
        for store in self._stores:
            store.close()

    def _take(self, device: FloorDevice) -> None:
        if isinstance(device, HardwareCaller):
            self._caller = device
        elif isinstance(device, WindowStrip):
            self._strip = device
        else:
            self.keypad = device

    def _attended(
        self,
        calling: Callable[[Store, str], Calling],
        shifts: Callable[[Store, str], Shifts],
        language: str,
    ) -> Attendant | None:
        if self._caller is None and self._strip is None:
            return None
        devices = WindowDevices(self._caller, self._strip, asked_elsewhere=self.keypad is not None)
        windows = {self._window: devices}
        say = Phrases(language)
        return Attendant(self._store, self._feed, windows, say, calling=calling, shifts=shifts)

    def _pressed(self, press: CallerPress) -> None:
        if self._attendant is not None:
            self._attendant.pressed(self._window, press)

    def _store(self) -> Store:
        store = self._hall.open().another_store()
        self._stores.append(store)
        return store

    def _feed(self, *scopes: str) -> Feed:
        return self._hall.open().feed(*scopes)
