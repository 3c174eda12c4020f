"""The devices that hang at a window: by their profiles, and by the settings of its PC.

Light enough for a command that only checks them; the drivers are another matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hallclient.config import ConfigError, WindowSettings
from hallclient.devices.profile import DeviceProfile, Kind, load_profile
from hallclient.devices.transport import PortSettings, PortUnsuitable

_NAMES: Mapping[Kind, str] = {
    Kind.CALLER: "caller",
    Kind.RATING_KEYPAD: "keypad",
    Kind.WINDOW_STRIP: "strip",
}
"""The kinds that hang at a window, as people and settings call them."""

_MOST: Mapping[Kind, int] = {Kind.CALLER: 127, Kind.RATING_KEYPAD: 127, Kind.WINDOW_STRIP: 255}
"""The highest address; a keypad speaks from its own + 80h (devices.md §2.1)."""


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """A device on the window's own PC. ``name`` is what settings and the hall call it: keypad."""

    name: str
    port: str
    profile: DeviceProfile
    address: int


def check_device(profile: DeviceProfile, address: int) -> None:
    """Raise ``ConfigError`` when this is no device of a window, or cannot have this address."""
    if profile.kind not in _NAMES:
        raise ConfigError(f"Profile {profile.id} is for {profile.kind}, no device of a window.")
    _check_address(profile.kind, address)


def _check_address(kind: Kind, address: int) -> None:
    if not 1 <= address <= _MOST[kind]:
        raise ConfigError(f"A {_NAMES[kind]}'s address is 1 to {_MOST[kind]}, not {address}.")


def own_devices(own: WindowSettings) -> tuple[OwnDevice, ...]:
    """Return the devices that the settings name, checked.

    Raises ``ConfigError``, ``ProfileError``, and ``PortUnsuitable`` for those that cannot share
    a port.
    """
    named = (
        (Kind.CALLER, own.caller, own.caller_profile, own.caller_address),
        (Kind.RATING_KEYPAD, own.keypad, own.keypad_profile, own.keypad_address),
        (Kind.WINDOW_STRIP, own.strip, own.strip_profile, own.strip_address),
    )
    found = []
    for kind, port, profile_name, address in named:
        if port:
            _check_address(kind, address)
            profile = load_profile(profile_name)
            if profile.kind is not kind:
                raise ConfigError(f"Profile {profile.id} is for {profile.kind}, not for {kind}.")
            found.append(OwnDevice(_NAMES[kind], port, profile, address))
    _check_sharing(found, own.printer)
    return tuple(found)


def _check_sharing(devices: Sequence[OwnDevice], printer: str) -> None:
    lines: dict[str, tuple[str, PortSettings]] = {}
    for device in devices:
        if device.port == printer:
            raise PortUnsuitable(f"port {printer} cannot be the printer's and the {device.name}'s")
        ours = device.profile.port
        name, first = lines.setdefault(device.port, (device.name, ours))
        if (ours.baud, ours.handshake) != (first.baud, first.handshake):
            raise PortUnsuitable(
                f"{name} and {device.name} cannot share port {device.port}: "
                f"{first.baud} baud, {first.handshake}, and {ours.baud} baud, {ours.handshake}"
            )
