"""The rules of a profile: which frames mean what, what is sent, how either side answers."""

import re
from dataclasses import dataclass

from hallclient.devices.codec.patterns import Piece


@dataclass(frozen=True, slots=True)
class EventRule:
    """Frames that mean one event. No ``funcs`` is any function."""

    name: str
    funcs: tuple[int, ...]
    pieces: tuple[Piece, ...]
    pattern: re.Pattern[bytes]
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """What the host sends. ``bare`` goes out without frame or line end."""

    func: int
    pieces: tuple[Piece, ...]
    pattern: re.Pattern[bytes]
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How frames are answered: those of ``to_func``, or (``None``) those that are an event.

    ``func`` ``None`` repeats the frame's; ``data`` ``None`` echoes the frame's.
    """

    to_func: int | None
    func: int | None
    data: bytes | None
    optional_literals: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How the device acknowledges a command: ``func`` and how the data begins (``None`` any).

    ``same_func`` wants the command's own function.
    """

    func: int | None
    same_func: bool
    data: bytes
    commands: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """A command to be sent whenever so many seconds went without another."""

    seconds: float
    command: str
