"""Device profiles: how a make of keypad talks, read from ``resources/devices/*.toml``.

A profile says where its facts come from (``evidence``), and maps bytes to levels explicitly,
because the fielded maps differ wildly (devices.md §2.1). Reading is strict: an unknown or missing
key, a level outside 1-5 or the same bytes twice is refused with file and key named.
"""

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hallclient import assets
from hallclient.devices.frames import CHECKSUMS, FIELDS, Frame, FrameFormat, Part

LEVELS = range(1, 6)
BAUDS = range(300, 921_601)
GAPS_MS = range(1, 1001)


class ProfileError(Exception):
    """A device profile cannot be used; the text names file and key."""


class Evidence(StrEnum):
    """What stands behind a profile; none has met real hardware unless it says so."""

    HARDWARE = "hardware"
    VENDOR_DOC = "vendor-doc"
    SOURCE = "source"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class KeypadEvent:
    """A known event. ``level`` (1-5) stays out of the printed form: logs never show a rating."""

    name: str
    level: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How frames of one function are answered."""

    to_func: int
    func: int
    echo: bool
    optional_literals: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """One make of rating keypad: frames, events, commands, acknowledgement, addresses."""

    name: str
    evidence: Evidence
    baud: int
    frame: FrameFormat
    command_offset: int
    event_offset: int
    commands: dict[str, tuple[int, bytes]]
    events: dict[tuple[int, bytes], KeypadEvent]
    ack: Acknowledgement | None

    def command(self, name: str, address: int) -> bytes:
        """Return a named command for the device at this address; ``KeyError`` if unknown."""
        func, data = self.commands[name]
        return self.frame.encode(Frame(address + self.command_offset & 0xFF, func, data))

    def speaks_from(self, address: int) -> int:
        """Return the address byte in frames of the device at this address."""
        return address + self.event_offset & 0xFF

    def event(self, frame: Frame) -> KeypadEvent | None:
        """Return what a frame means, ``None`` for anything the profile does not list."""
        return self.events.get((frame.func, frame.data))

    def acknowledge(self, frame: Frame) -> bytes | None:
        """Return the answer this frame wants, if any."""
        if self.ack is None or frame.func != self.ack.to_func:
            return None
        answer = Frame(frame.addr, self.ack.func, frame.data if self.ack.echo else b"")
        return self.frame.encode(answer, optional_literals=self.ack.optional_literals)


def load_profile(name: str) -> DeviceProfile:
    """Return a packaged profile by name (``ff68-keypad``) or the one in a TOML file."""
    path = Path(name) if name.endswith(".toml") else assets.path("devices", f"{name}.toml")
    try:
        return parse_profile(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError as error:
        raise ProfileError(f"there is no device profile {path.name}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name}: cannot be read") from error


def parse_profile(text: str, source: str) -> DeviceProfile:
    """Return the profile in a TOML text; ``ProfileError`` names ``source`` and key."""
    try:
        return _profile(_Table(tomllib.loads(text), ""))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{source}: {error}") from error
    except ValueError as error:
        raise ProfileError(f"{source}: {error}") from error


class _Table:
    """A TOML table read key by key; what is left unread at the end was a mistake."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, dict):
            raise ValueError(f"[{where}] must be a table")  # noqa: TRY004  one refusal for all
        self._left: dict[str, Any] = dict(content)
        self.where = where

    def take(self, key: str, kind: type, default: object = None) -> Any:
        value = self._left.pop(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{self.name(key)} must be given as {kind.__name__}")
        return value

    def byte(self, key: str, default: int | None = None) -> int:
        return self.number(key, range(0x100), default)

    def number(self, key: str, known: range, default: int | None = None) -> int:
        value = self.take(key, int, default)
        if value not in known:
            raise ValueError(f"{self.name(key)} must be from {known.start} to {known.stop - 1}")
        return int(value)

    def octets(self, key: str) -> bytes:
        text = self.take(key, str)
        try:
            return bytes.fromhex(text)
        except ValueError as error:
            raise ValueError(f"{self.name(key)} must be hexadecimal bytes") from error

    def names(self, key: str, known: frozenset[str]) -> tuple[str, ...]:
        values = self.take(key, list)
        if not values or not all(isinstance(value, str) and value in known for value in values):
            raise ValueError(f"{self.name(key)} must list some of {', '.join(sorted(known))}")
        return tuple(values)

    def choice(self, key: str, known: frozenset[str], default: str | None = None) -> str:
        value = self.take(key, str, default)
        if value not in known:
            raise ValueError(f"{self.name(key)} must be one of {', '.join(sorted(known))}")
        return str(value)

    def table(self, key: str) -> "_Table":
        return _Table(self._left.pop(key, None), self.name(key))

    def keys(self) -> list[str]:
        return list(self._left)

    def finish(self) -> None:
        if self._left:
            raise ValueError(f"{self.name(next(iter(self._left)))} is not known")

    def name(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


def _profile(root: _Table) -> DeviceProfile:
    device, port, address = root.table("device"), root.table("port"), root.table("address")
    device.choice("kind", frozenset({"rating-keypad"}))
    port.choice("bytes", frozenset({"8N1"}))
    ack = _ack(root.table("ack")) if "ack" in root.keys() else None  # noqa: SIM118  not a mapping
    profile = DeviceProfile(
        name=device.take("name", str),
        evidence=Evidence(device.choice("evidence", frozenset(Evidence))),
        baud=port.number("baud", BAUDS),
        frame=_frame(root.table("frame")),
        command_offset=address.byte("command_offset", 0),
        event_offset=address.byte("event_offset", 0),
        commands=_commands(root.table("commands")),
        events=_events(root.take("events", list)),
        ack=ack,
    )
    for table in (device, port, address, root):
        table.finish()
    return profile


def _frame(table: _Table) -> FrameFormat:
    length, check = table.table("len"), table.table("sum")
    countable = frozenset({"addr", "func", "data"})
    frame = FrameFormat(
        layout=tuple(_part(item) for item in table.take("layout", list)),
        len_size=length.take("size", int, 1),
        len_endian="little" if length.choice("endian", _ENDIANS, "big") == "little" else "big",
        len_counts=length.names("counts", countable),
        max_data=length.byte("max_data"),
        checksum=check.choice("algorithm", frozenset(CHECKSUMS)),
        sum_over=check.names("over", countable | {"len"}),
        gap_seconds=table.number("gap_ms", GAPS_MS) / 1000,
    )
    for inner in (length, check, table):
        inner.finish()
    _check_layout(frame)
    return frame


_ENDIANS = frozenset({"big", "little"})


def _check_layout(frame: FrameFormat) -> None:
    names = [part.name for part in frame.layout]
    if FIELDS - set(names):
        raise ValueError("frame.layout must hold len, addr, func, data and sum")
    if any(names.count(name) > 1 for name in FIELDS - {"len"}):
        raise ValueError("frame.layout may repeat len only")
    if names.index("len") > names.index("data"):
        raise ValueError("frame.layout must have len before data")
    if names.index("sum") < max(names.index(name) for name in frame.sum_over):
        raise ValueError("frame.layout must have sum after the fields it covers")
    if "data" not in frame.len_counts or not 1 <= frame.len_size <= 2:
        raise ValueError("frame.len must count data and take one or two bytes")


def _part(item: object) -> Part:
    text = str(item)
    if text in FIELDS:
        return Part(text)
    optional = text.endswith("?")
    try:
        (value,) = bytes.fromhex(text.removesuffix("?"))
    except ValueError as error:
        raise ValueError(f"frame.layout: {text!r} is neither a field nor a byte") from error
    return Part("literal", value, optional)


def _commands(table: _Table) -> dict[str, tuple[int, bytes]]:
    commands = {}
    for name in table.keys():  # noqa: SIM118  not a mapping, and it shrinks meanwhile
        entry = table.table(name)
        commands[name] = (entry.byte("func"), entry.octets("data"))
        entry.finish()
    if "ask" not in commands:
        raise ValueError("commands.ask is missing")
    return commands


def _events(items: list[object]) -> dict[tuple[int, bytes], KeypadEvent]:
    events: dict[tuple[int, bytes], KeypadEvent] = {}
    for number, item in enumerate(items, start=1):
        entry = _Table(item, f"events {number}")
        level = entry.number("level", LEVELS)
        key = (entry.byte("func"), entry.octets("data"))
        if key in events:
            raise ValueError(f"{entry.where} has the same bytes as an earlier event")
        events[key] = KeypadEvent(entry.choice("name", frozenset({"rated"})), level)
        entry.finish()
    return events


def _ack(table: _Table) -> Acknowledgement:
    ack = Acknowledgement(
        to_func=table.byte("to_func"),
        func=table.byte("func"),
        echo=table.choice("data", frozenset({"echo", "none"})) == "echo",
        optional_literals=table.take("optional_literals", bool, default=True),
    )
    table.finish()
    return ack
