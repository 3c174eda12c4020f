"""Frames of serial devices, described by a profile and decoded without I/O (devices.md §2).

Rules of the decoder:

1. Bytes come in any chunking; what is not (yet) a frame stays in a buffer shorter than a frame.
2. A candidate that breaks a literal, the length rule or the sum loses its first byte only, and
   the rest is scanned again: a broken frame never takes its neighbour along.
3. A damaged length makes the decoder wait for bytes that never come. So after the line was
   silent for ``gap_seconds`` the owner calls ``gap()`` until nothing is pending.
4. A one-byte sum lets one damaged frame in 256 pass: the profile checks the content as well.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from operator import xor
from typing import Literal

Endian = Literal["big", "little"]


def _sum8(data: bytes) -> int:
    return sum(data) & 0xFF


def _xor8(data: bytes) -> int:
    return reduce(xor, data, 0)


def _lrc8(data: bytes) -> int:
    return -sum(data) & 0xFF


CHECKSUMS: dict[str, Callable[[bytes], int]] = {"sum8": _sum8, "xor8": _xor8, "lrc8": _lrc8}
FIELDS = frozenset({"len", "addr", "func", "data", "sum"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a layout: a literal byte (perhaps left out by some senders) or a named field."""

    name: str
    literal: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One checked frame. ``data`` may hold a rating and stays out of its printed form."""

    addr: int
    func: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFormat:
    """The shape of a protocol's frames. Sizes are bytes, ``gap_seconds`` is inter-byte silence."""

    layout: tuple[Part, ...]
    len_size: int
    len_endian: Endian
    len_counts: tuple[str, ...]
    max_data: int
    checksum: str
    sum_over: tuple[str, ...]
    gap_seconds: float

    def encode(self, frame: Frame, *, optional_literals: bool = True) -> bytes:
        """Return the frame as bytes; ``ValueError`` when it does not fit the format."""
        if len(frame.data) > self.max_data:
            raise ValueError(f"frame data is over {self.max_data} bytes")
        values = {"addr": bytes((frame.addr,)), "func": bytes((frame.func,)), "data": frame.data}
        length = sum(len(values[name]) for name in self.len_counts)
        values["len"] = length.to_bytes(self.len_size, self.len_endian)
        values["sum"] = bytes((self.sum_of(values),))
        return b"".join(
            values[part.name] if part.literal is None else bytes((part.literal,))
            for part in self.layout
            if optional_literals or not part.optional
        )

    def sum_of(self, values: dict[str, bytes]) -> int:
        """Return the checksum over the named fields, in the profile's order."""
        return CHECKSUMS[self.checksum](b"".join(values[name] for name in self.sum_over))

    def variants(self) -> tuple[tuple[Part, ...], ...]:
        """Return the layout with and without each optional literal, longest first."""
        choices = [(True, False) if part.optional else (True,) for part in self.layout]
        kept = (
            tuple(part for part, keep in zip(self.layout, keeps, strict=True) if keep)
            for keeps in product(*choices)
        )
        return tuple(sorted(kept, key=len, reverse=True))


class _IncompleteError(Exception):
    """More bytes are needed to decide."""


class _BrokenError(Exception):
    """These bytes are no frame."""


class FrameDecoder:
    """Turns received bytes into frames."""

    def __init__(self, frame_format: FrameFormat) -> None:
        self._format = frame_format
        self._variants = frame_format.variants()
        self._buffer = bytearray()
        self.dropped = 0

    @property
    def pending(self) -> int:
        """How many received bytes wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames these bytes complete."""
        self._buffer += data
        return self._scan()

    def gap(self) -> list[Frame]:
        """Give up the first pending byte after a silence, and scan the rest again."""
        self._drop(1)
        return self._scan()

    def reset(self) -> None:
        """Forget what is pending (the port was opened anew)."""
        self._buffer.clear()

    def _drop(self, count: int) -> None:
        self.dropped += min(count, len(self._buffer))
        del self._buffer[:count]

    def _scan(self) -> list[Frame]:
        frames: list[Frame] = []
        while self._buffer:
            try:
                frame, size = self._first()
            except _IncompleteError:
                break
            except _BrokenError:
                self._drop(1)
            else:
                del self._buffer[:size]
                frames.append(frame)
        return frames

    def _first(self) -> tuple[Frame, int]:
        """Return the frame at the buffer's start and its size, or raise what is the matter."""
        incomplete = False
        for variant in self._variants:
            try:
                return _Reading(self._format, bytes(self._buffer)).run(variant)
            except _IncompleteError:
                incomplete = True
            except _BrokenError:
                continue
        raise _IncompleteError if incomplete else _BrokenError


class _Reading:
    """One attempt to read a layout at the start of a buffer."""

    def __init__(self, frame_format: FrameFormat, buffer: bytes) -> None:
        self._format = frame_format
        self._buffer = buffer
        self._position = 0
        self._values: dict[str, bytes] = {}

    def run(self, parts: Iterable[Part]) -> tuple[Frame, int]:
        for part in parts:
            value = self._take(self._size(part))
            if not self._fits(part, value):
                raise _BrokenError
            self._values[part.name] = value
        frame = Frame(self._values["addr"][0], self._values["func"][0], self._values["data"])
        return frame, self._position

    def _size(self, part: Part) -> int:
        if part.name == "len":
            return self._format.len_size
        return self._data_size() if part.name == "data" else 1

    def _take(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._buffer):
            raise _IncompleteError
        value = self._buffer[self._position : end]
        self._position = end
        return value

    def _fits(self, part: Part, value: bytes) -> bool:
        if part.literal is not None:
            return value[0] == part.literal
        if part.name == "len":
            repeated = self._values.setdefault("len", value) == value
            return repeated and 0 <= self._data_size() <= self._format.max_data
        if part.name == "sum":
            return value[0] == self._format.sum_of(self._values)
        return True

    def _data_size(self) -> int:
        counted = int.from_bytes(self._values["len"], self._format.len_endian)
        others = sum(1 for name in self._format.len_counts if name != "data")
        return counted - others
