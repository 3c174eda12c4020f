"""Device profiles: how a make of device talks, read from ``resources/devices/*.toml``.

A profile says where its facts come from (``evidence``), and maps bytes to meanings explicitly,
because the fielded maps differ wildly (devices.md §2.1). ``docs/writing-a-device-profile.md``
tells how to write one.

::

    ProfileError    the profile cannot be used; the text names file and key
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from hallclient import assets
from hallclient.devices.codec.formats import Decoder, Format, Frame, FrameFormat
from hallclient.devices.codec.patterns import Rules, fill
from hallclient.devices.profile_error import ProfileError
from hallclient.devices.profile_rules import (
    Acknowledgement,
    Command,
    Confirmation,
    EventRule,
    KeepAlive,
)
from hallclient.devices.transport import PortSettings
from hallclient.services.ports_devices import DeviceKind

__all__ = [
    "DEVICE_KINDS",
    "DeviceEvent",
    "DeviceProfile",
    "Evidence",
    "Example",
    "Kind",
    "PrinterFacts",
    "ProfileError",
    "load_profile",
    "parse_profile",
    "profiles",
    "read_text",
]


class Kind(StrEnum):
    """What kind of device a profile is for."""

    TICKET_PRINTER = "ticket-printer"
    RATING_KEYPAD = "rating-keypad"
    CALLER = "caller"
    WINDOW_STRIP = "window-strip"
    ID_CARD_READER = "id-card-reader"
    SCANNER = "scanner"
    SMS_MODEM = "sms-modem"


DEVICE_KINDS: Mapping[Kind, DeviceKind] = {
    Kind.TICKET_PRINTER: DeviceKind.PRINTER,
    Kind.RATING_KEYPAD: DeviceKind.KEYPAD,
    Kind.CALLER: DeviceKind.CALLER,
    Kind.WINDOW_STRIP: DeviceKind.STRIP,
    Kind.ID_CARD_READER: DeviceKind.CARD_READER,
    Kind.SCANNER: DeviceKind.SCANNER,
    Kind.SMS_MODEM: DeviceKind.MODEM,
}
"""What a kind of profile is to the hall."""


class Evidence(StrEnum):
    """What stands behind a profile; none has met real hardware unless it says so."""

    HARDWARE = "hardware"
    VENDOR_DOC = "vendor-doc"
    SOURCE = "source"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """A known event. What it carries stays out of the printed form: logs never show a rating.

    ``level`` is 1-5; ``digits`` may be a PIN, ``text`` a card. Names of a caller's events are the
    values of ``CallerKey``, a keypad's is ``rated``.
    """

    name: str
    level: int | None = field(default=None, repr=False)
    digits: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """What a ticket printer can do. ``dots`` is a line's width, 8 per millimetre.

    ``four_byte``: it prints all of GB18030, not the two-byte part only; ``native_qr``: ``GS ( k``;
    ``cutter``; ``reports``: it sends its state unasked (``GS a``).
    """

    paper: int
    dots: int
    four_byte: bool
    native_qr: bool
    cutter: bool
    reports: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Bytes seen on a line and what they are: a command to the device, or an event from it.

    ``event`` empty and no ``command``: the bytes mean nothing. ``answer`` is what they are
    acknowledged with; ``None`` leaves that open.
    """

    octets: bytes = field(repr=False)
    address: int = 0
    command: str = ""
    event: str = ""
    answer: bytes | None = field(default=None, repr=False)
    values: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """One make of device: its port, its frames both ways, and what they mean.

    A command that waits for an acknowledgement is sent ``retries`` more times, ``ack_seconds``
    apart. The same frame again within ``repeat_seconds`` is the device repeating itself. A device
    that must be asked is asked every ``poll_seconds``. 0 where the profile says nothing.
    """

    id: str
    name: str
    kind: Kind
    evidence: Evidence
    port: PortSettings
    outgoing: Format
    incoming: Format
    rules: Rules
    commands: Mapping[str, Command]
    events: tuple[EventRule, ...]
    command_offset: int = 0
    event_offset: int = 0
    ack: Acknowledgement | None = None
    confirmation: Confirmation | None = None
    retries: int = 0
    ack_seconds: float = 0.0
    repeat_seconds: float = 0.0
    poll_seconds: float = 0.0
    keep_alive: KeepAlive | None = None
    printer: PrinterFacts | None = None
    examples: tuple[Example, ...] = ()

    @property
    def gap_seconds(self) -> float:
        """Silence inside a frame from the device after which it is given up."""
        return self.incoming.gap_seconds

    def decoder(self) -> Decoder:
        """Return a new decoder of what the device sends."""
        return self.incoming.decoder()

    def encode(self, command: str, address: int = 0, **values: object) -> bytes:
        """Return a command as bytes.

        ``values`` fill its places: ``digits="012"``, ``text="…"`` with ``colour="red"``,
        ``level=3``, ``data=b"…"``, ``count=25``. ``KeyError`` when the profile has no such
        command, ``ValueError`` when a value is missing or does not fit.
        """
        known = self.commands[command]
        data = fill(known.pieces, self.rules, values)
        if known.bare:
            return data
        return self.outgoing.encode(Frame(_moved(address, self.command_offset), known.func, data))

    def speaks_from(self, address: int) -> int:
        """Return the address in frames of the device at this address; 0 where they have none."""
        return _moved(address, self.event_offset) if self.incoming.has_address else 0

    def event(self, frame: Frame) -> DeviceEvent | None:
        """Return what a frame means, ``None`` for anything the profile does not list.

        Our own command that a half-duplex adapter or the device sent back is no event.
        """
        if self.is_own_command(frame):
            return None
        for rule in self.events:
            if rule.funcs and frame.func not in rule.funcs:
                continue
            found = rule.pattern.fullmatch(frame.data)
            if found is not None:
                return self._read(rule.name, rule.level, found)
        return None

    @property
    def levels(self) -> int | None:
        """How many of the five levels can be given on a keypad; ``None`` for other devices."""
        if self.kind is not Kind.RATING_KEYPAD:
            return None
        return len({rule.level for rule in self.events if rule.level is not None})

    def acknowledge(self, frame: Frame) -> bytes | None:
        """Return the answer this frame wants, if any."""
        ack = self.ack
        if ack is None or not self._wants_ack(ack, frame):
            return None
        func = frame.func if ack.func is None else ack.func
        data = frame.data if ack.data is None else ack.data
        answer = Frame(frame.addr, func, data)
        if isinstance(self.outgoing, FrameFormat):
            return self.outgoing.encode(answer, optional_literals=ack.optional_literals)
        return self.outgoing.encode(answer)

    def is_ack(self, frame: Frame, command: str) -> bool:
        """Return whether a frame acknowledges this command; the caller looks at the address."""
        known = self.confirmation
        if known is None or not self.awaits_ack(command):
            return False
        func = self.commands[command].func if known.same_func else known.func
        return (func is None or frame.func == func) and frame.data.startswith(known.data)

    def awaits_ack(self, command: str) -> bool:
        """Return whether the device acknowledges this command."""
        known = self.confirmation
        return known is not None and command in known.commands

    def is_own_command(self, frame: Frame) -> bool:
        """Return whether a received frame is a command of ours that came back."""
        alike = self.outgoing is self.incoming and self.command_offset == self.event_offset
        return alike and self.heard(frame) is not None

    # The device's side, for emulators and tests.

    def device_decoder(self) -> Decoder:
        """Return a new decoder of what the host sends."""
        return self.outgoing.decoder()

    def heard(self, frame: Frame) -> DeviceEvent | None:
        """Return a command as the device understands it: its name, digits, text and level."""
        for name, command in self.commands.items():
            if command.func != frame.func or command.bare:
                continue
            found = command.pattern.fullmatch(frame.data)
            if found is not None:
                level = found.groupdict().get("level")
                return self._read(name, level[0] if level else None, found)
        return None

    def say(
        self, event: str, address: int = 0, *, level: int | None = None, **values: str
    ) -> bytes:
        """Return what the device at this address sends for an event; ``ValueError`` if none fits.

        The first fitting rule is taken; ``values`` are ``digits`` and ``text``.
        """
        given = {"digits": "", "text": "", **values}
        for rule in self.events:
            if (rule.name, rule.level) == (event, level):
                data = fill(rule.pieces, self.rules, given)
                func = rule.funcs[0] if rule.funcs else 0
                frame = Frame(self.speaks_from(address), func, data)
                if self.event(frame) == DeviceEvent(event, level, **values):
                    return self.incoming.encode(frame)
        raise ValueError(f"no {event} like this is in the profile")

    def confirm(self, command: str, address: int = 0) -> bytes:
        """Return how the device at this address acknowledges a command, nothing if it does not."""
        known = self.confirmation
        if known is None or not self.awaits_ack(command):
            return b""
        func = self.commands[command].func if known.same_func else known.func or 0
        return self.incoming.encode(Frame(self.speaks_from(address), func, known.data))

    def _wants_ack(self, ack: Acknowledgement, frame: Frame) -> bool:
        if ack.to_func is None:
            return self.event(frame) is not None
        return frame.func == ack.to_func

    def _read(self, name: str, level: int | None, found: re.Match[bytes]) -> DeviceEvent | None:
        places = found.groupdict()
        digits = self.rules.digits.decode(places.get("digits") or b"")
        try:
            text = self.rules.text.decode(places.get("text") or b"")
        except ValueError:
            return None
        return DeviceEvent(name, level, digits, text)


def load_profile(name: str) -> DeviceProfile:
    """Return a packaged profile by name (``ff68-keypad``) or the one in a TOML file."""
    path = profile_path(name)
    return parse_profile(read_text(path), path.name)


def profile_path(name: str) -> Path:
    """Return where a profile's text is: a packaged one by name, or a TOML file."""
    return Path(name) if name.endswith(".toml") else assets.path("devices", f"{name}.toml")


def read_text(path: Path) -> str:
    """Return the text of a profile's file; ``ProfileError`` names it."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProfileError(f"there is no device profile {path.name}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name}: cannot be read") from error


def parse_profile(text: str, source: str) -> DeviceProfile:
    """Return the profile in a TOML text; ``ProfileError`` names ``source`` and key."""
    from hallclient.devices.profile_reading import read_profile  # noqa: PLC0415  it makes profiles

    try:
        return read_profile(text, source.removesuffix(".toml"))
    except ValueError as error:
        raise ProfileError(f"{source}: {error}") from error


def profiles() -> tuple[DeviceProfile, ...]:
    """Return all packaged profiles, by name."""
    names = sorted(path.stem for path in assets.path("devices").glob("*.toml"))
    return tuple(load_profile(name) for name in names)


def _moved(address: int, offset: int) -> int:
    """Return an address with its offset; one-byte offsets wrap as the byte does."""
    return address + offset & 0xFF if offset else address
