"""Read the lines of ``[[agent.lines]]``: what hangs where, and what is wrong, each by its place.

What is wrong is left out, and told; everything else goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hallclient.agent.lines import Fault
from hallclient.config import LineDevice, LineSettings, Settings
from hallclient.devices.profile import (
    DEVICE_KINDS,
    DeviceProfile,
    Kind,
    ProfileError,
    load_profile,
)

ATTENDED = (Kind.RATING_KEYPAD, Kind.CALLER, Kind.WINDOW_STRIP)
"""What belongs to a window and works without a program of its own."""


@dataclass(frozen=True, slots=True)
class PlannedDevice:
    """A device on a line. ``name`` is the hall's (``keypad 12``), ``window`` a window's code."""

    name: str
    profile: DeviceProfile
    address: int
    window: str


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A port with what hangs there: at least one device, all at the same speed."""

    port: str
    devices: tuple[PlannedDevice, ...]


@dataclass(frozen=True, slots=True)
class LinePlan:
    """All lines that can be opened, and what is wrong with the rest."""

    lines: tuple[PlannedLine, ...]
    faults: tuple[Fault, ...]

    @property
    def windows(self) -> tuple[str, ...]:
        """The windows' codes, in the order of the settings."""
        found = (device.window for line in self.lines for device in line.devices)
        return tuple(dict.fromkeys(found))


class _WrongError(Exception):
    """A setting that cannot be; the text is a sentence about its place."""


def plan_lines(settings: Settings) -> LinePlan:
    """Return the lines of this PC's settings. Never raises."""
    return _Reading(settings).plan()


class _Reading:
    """What was read so far: whoever comes second to a port, an address or a window is wrong."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._faults: list[Fault] = []
        self._ports = {same_port(port): f"{name} has it, too" for name, port in _others(settings)}
        self._seats: dict[str, str] = {}

    def plan(self) -> LinePlan:
        lines = []
        for number, line in enumerate(self._settings.agent.lines, start=1):
            place = f"agent.lines {number}"
            try:
                self._take_port(line, place)
            except _WrongError as error:
                self._faults.append(Fault(place, str(error)))
                continue
            devices = tuple(self._devices(line, place))
            if devices:
                lines.append(PlannedLine(line.port, devices))
        return LinePlan(tuple(lines), tuple(self._faults))

    def _take_port(self, line: LineSettings, place: str) -> None:
        if not line.port:
            raise _WrongError("It names no port.")
        if line.port.startswith("file:"):
            raise _WrongError(f"{line.port} is for printers; a line is a serial port or socket://.")
        if not line.devices:
            raise _WrongError("It names no devices.")
        taken = self._ports.setdefault(same_port(line.port), f"{place} has it already")
        if taken != f"{place} has it already":
            raise _WrongError(f"The port {line.port} has one owner: {taken}.")

    def _devices(self, line: LineSettings, place: str) -> Iterator[PlannedDevice]:
        addresses: dict[tuple[Kind, int], str] = {}
        first: DeviceProfile | None = None
        for number, device in enumerate(line.devices, start=1):
            here = f"{place}, device {number}"
            try:
                profile = _profile(device)
                _check_speed(profile, first or profile)
                _take_address(addresses, device, profile, here)
                planned = self._seated(device, profile, here)
            except _WrongError as error:
                self._faults.append(Fault(here, str(error)))
            else:
                first = first or profile
                yield planned

    def _seated(self, device: LineDevice, profile: DeviceProfile, here: str) -> PlannedDevice:
        if not device.window:
            raise _WrongError("It names no window.")
        name = f"{DEVICE_KINDS[profile.kind]} {device.window}"
        taken = self._seats.setdefault(name, here)
        if taken != here:
            raise _WrongError(f"Window {device.window} has a {profile.kind} already: {taken}.")
        return PlannedDevice(name, profile, device.address, device.window)


def _profile(device: LineDevice) -> DeviceProfile:
    if not device.profile:
        raise _WrongError("It names no profile; hallclient device profile list shows them.")
    try:
        profile = load_profile(device.profile)
    except ProfileError as error:
        text = str(error)
        raise _WrongError(f"{text[:1].upper()}{text[1:]}.") from error
    if profile.kind not in ATTENDED:
        kinds = ", ".join(ATTENDED)
        raise _WrongError(f"A {profile.kind} does not belong on a line of the agent: {kinds} do.")
    _check_address(profile, device.address)
    return profile


def _check_address(profile: DeviceProfile, address: int) -> None:
    offset = max(profile.command_offset, profile.event_offset)
    fits = address > 0 and (not offset or address + offset <= 0xFF)
    try:
        profile.encode(_ASKED[profile.kind], address, digits="", text="", colour="red")
    except (KeyError, ValueError):
        fits = False
    if profile.outgoing.has_address and not fits:
        raise _WrongError(f"No {profile.kind} of {profile.id} has the address {address}.")


def _take_address(
    addresses: dict[tuple[Kind, int], str], device: LineDevice, profile: DeviceProfile, here: str
) -> None:
    # A keypad hangs on its caller and has the same number (devices.md §2.1).
    address = device.address if profile.outgoing.has_address else 0
    other = addresses.setdefault((profile.kind, address), here)
    if other != here:
        raise _WrongError(f"Its address {device.address} is that of {other}.")


_ASKED = {Kind.RATING_KEYPAD: "ask", Kind.CALLER: "show", Kind.WINDOW_STRIP: "show"}


def _check_speed(profile: DeviceProfile, first: DeviceProfile) -> None:
    ours, theirs = profile.port, first.port
    if (ours.baud, ours.handshake) != (theirs.baud, theirs.handshake):
        raise _WrongError(
            f"{profile.id} needs {ours.baud} baud, {ours.handshake}, "
            f"but this line runs at {theirs.baud} baud, {theirs.handshake}."
        )


def _others(settings: Settings) -> Iterator[tuple[str, str]]:
    """Return the ports that something else on this PC was given."""
    kiosk, window = settings.kiosk, settings.window
    named = {
        "kiosk.printer": kiosk.printer,
        "window.keypad": window.keypad,
        "window.caller": window.caller,
        "window.strip": window.strip,
        "window.printer": window.printer,
        "sms.modem": settings.sms.modem,
    }
    yield from ((name, port) for name, port in named.items() if port)
    for number, role in enumerate(settings.agent.roles, start=1):
        yield from ((f"agent.roles {number}", word) for word in role.arguments)


def same_port(port: str) -> str:
    """Return a port's own name: udev gives it others."""
    try:
        return str(Path(port).resolve()) if port.startswith("/") else port
    except (OSError, RuntimeError, ValueError):  # a loop of links, no name at all: no port either
        return port
