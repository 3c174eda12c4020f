"""The devices of a window by their profiles: made on a link, and reported to the hall."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hallclient.devices.at_window import check_device
from hallclient.devices.caller import HardwareCaller
from hallclient.devices.keypad import RATING_SECONDS, RatingKeypad
from hallclient.devices.link import Link
from hallclient.devices.profile import DEVICE_KINDS, DeviceProfile, Kind
from hallclient.devices.strip import WindowStrip
from hallclient.services.ports_devices import CallerPress, DeviceState
from hallclient.services.stations import DeviceReport, Reporter

FloorDevice = HardwareCaller | WindowStrip | RatingKeypad[int]


@dataclass(frozen=True, slots=True)
class WindowEars:
    """Who hears what a window's devices say; all are called in the thread of the port."""

    pressed: Callable[[CallerPress], None]
    rated: Callable[[int, int], None]
    """Turn and level."""
    expired: Callable[[int], None]
    rating_seconds: float = RATING_SECONDS


def floor_device(link: Link, profile: DeviceProfile, address: int, ears: WindowEars) -> FloorDevice:
    """Return a device that has joined a link which has not started; raises ``ConfigError``."""
    check_device(profile, address)
    if profile.kind is Kind.CALLER:
        return HardwareCaller(link, profile, address, ears.pressed)
    if profile.kind is Kind.WINDOW_STRIP:
        return WindowStrip(link, profile, address)
    return RatingKeypad(
        link,
        profile,
        rated=ears.rated,
        expired=ears.expired,
        address=address,
        rating_seconds=ears.rating_seconds,
    )


def report(
    reporter: Reporter,
    device: FloorDevice,
    profile: DeviceProfile,
    *,
    name: str,
    port: str,
    window: str,
) -> None:
    """Tell the hall where a device stands, now and at every change."""
    row = DeviceReport(
        name=name,
        kind=DEVICE_KINDS[profile.kind],
        state=device.state,
        profile=profile.id,
        port=port,
        window=window,
        levels=profile.levels,
    )

    def changed(state: DeviceState) -> None:
        reporter.note(replace(row, state=state))

    device.watch(changed)
    reporter.note(replace(row, state=device.state))
