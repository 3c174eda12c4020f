"""Emulators by profile, for the command line and for whole lines."""

from collections.abc import Callable
from pathlib import Path

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.card_reader import EmulatedCardReader
from hallclient.devices.emulators.device import EmulatedDevice
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.scanner import EmulatedScanner
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import DeviceProfile, Kind

_Maker = Callable[[DeviceProfile, int, Path | None, EmulatedBus | None], EmulatedDevice]

_MAKERS: dict[Kind, _Maker] = {
    Kind.RATING_KEYPAD: lambda p, at, link, bus: EmulatedKeypad(p, address=at, link=link, bus=bus),
    Kind.CALLER: lambda p, at, link, bus: EmulatedCaller(p, address=at, link=link, bus=bus),
    Kind.WINDOW_STRIP: lambda p, at, link, bus: EmulatedStrip(p, address=at, link=link, bus=bus),
    Kind.ID_CARD_READER: lambda p, _, link, bus: EmulatedCardReader(p, link=link, bus=bus),
    Kind.SCANNER: lambda p, _, link, bus: EmulatedScanner(p, link=link, bus=bus),
}
KINDS = frozenset(_MAKERS)
"""The kinds of device there is an emulator for in this package."""


def emulate(
    profile: DeviceProfile,
    *,
    address: int = 1,
    link: Path | None = None,
    bus: EmulatedBus | None = None,
) -> EmulatedDevice:
    """Return a running emulator of a profile; ``KeyError`` for a kind without one here."""
    return _MAKERS[profile.kind](profile, address, link, bus)
