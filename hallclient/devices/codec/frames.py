"""Binary frames out of received bytes.

Rules of the decoder:

1. Bytes come in any chunking; what is not (yet) a frame stays in a buffer shorter than a frame.
2. A candidate that breaks a literal, the length rule, an escape or the sum loses its first byte
   only, and the rest is scanned again: a broken frame never takes its neighbour along.
3. A damaged length makes the decoder wait for bytes that never come. So after the line was
   silent for ``gap_seconds`` the owner calls ``gap()`` until nothing is pending.
4. A one-byte sum lets one damaged frame in 256 pass: the profile checks the content as well.
"""

import re
from collections.abc import Mapping

from hallclient.devices.codec.formats import Frame, FrameFormat, Part


class _IncompleteError(Exception):
    """More bytes are needed to decide."""


class _BrokenError(Exception):
    """These bytes are no frame."""


class FrameDecoder:
    """Turns received bytes into frames."""

    def __init__(self, frame_format: FrameFormat) -> None:
        self._format = frame_format
        self._variants = frame_format.variants()
        self._starts = _starts(self._variants)
        self._unescaped = {escape: byte for byte, escape in frame_format.escapes.items()}
        self._buffer = b""
        self._dropped = 0

    @property
    def pending(self) -> int:
        """How many received bytes wait for the rest of their frame."""
        return len(self._buffer)

    @property
    def dropped(self) -> int:
        """How many bytes were no part of a frame, in all."""
        return self._dropped

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames these bytes complete."""
        return self._scan(self._buffer + data)

    def gap(self) -> list[Frame]:
        """Give up the first pending byte after a silence, and scan the rest again."""
        self._dropped += min(1, self.pending)
        return self._scan(self._buffer[1:])

    def reset(self) -> None:
        """Forget what is pending (the port was opened anew)."""
        self._buffer = b""

    def _scan(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        done = 0
        while (start := self._next_start(data, done)) < len(data):
            self._dropped += start - done
            done = start
            try:
                frame, done = self._frame_at(data, start)
            except _IncompleteError:
                break
            except _BrokenError:
                self._dropped += 1
                done = start + 1
            else:
                frames.append(frame)
        else:
            self._dropped += len(data) - done
            done = len(data)
        self._buffer = data[done:]
        return frames

    def _next_start(self, data: bytes, done: int) -> int:
        found = self._starts.search(data, done)
        return found.start() if found else len(data)

    def _frame_at(self, data: bytes, start: int) -> tuple[Frame, int]:
        """Return the frame that begins here and its end, or raise what is the matter."""
        incomplete = False
        for variant in self._variants:
            try:
                return _Reading(self._format, self._unescaped, data, start).run(variant)
            except _IncompleteError:
                incomplete = True
            except _BrokenError:
                continue
        raise _IncompleteError if incomplete else _BrokenError


def _starts(variants: tuple[tuple[Part, ...], ...]) -> re.Pattern[bytes]:
    """Return what finds the next byte a frame may begin with."""
    first = {parts[0].constant if not parts[0].name else None for parts in variants}
    if None in first:
        return re.compile(b".", re.DOTALL)
    return re.compile(b"|".join(re.escape(literal) for literal in first if literal), re.DOTALL)


class _Reading:
    """One attempt to read a layout at one place."""

    def __init__(
        self, frame_format: FrameFormat, unescaped: Mapping[bytes, int], data: bytes, start: int
    ) -> None:
        self._format = frame_format
        self._unescaped = unescaped
        self._data = data
        self._at = start
        self._values: dict[str, bytes] = {}

    def run(self, parts: tuple[Part, ...]) -> tuple[Frame, int]:
        for part in parts:
            if part.name:
                self._named(part)
            else:
                self._literal(part)
        values, form = self._values, self._format
        addr = int.from_bytes(values.get("addr", b""), form.addr_endian)
        func = int.from_bytes(values.get("func", b""), form.func_endian)
        return Frame(addr, func, values.get("data", b"")), self._at

    def _literal(self, part: Part) -> None:
        literal = part.constant or b""
        if self._plain(len(literal)) != literal:
            raise _BrokenError
        for _ in range(part.most - 1):
            if not self._data.startswith(literal, self._at):
                break
            self._at += len(literal)

    def _named(self, part: Part) -> None:
        value = self._take(self._size(part))
        if not self._fits(part, value):
            raise _BrokenError
        self._values[part.name] = value

    def _size(self, part: Part) -> int:
        if part.name == "data" and "len" in self._values:
            return self._format.data_size(self._values["len"])
        return self._format.size_of(part)

    def _take(self, size: int) -> bytes:
        return self._escaped(size) if self._unescaped else self._plain(size)

    def _plain(self, size: int) -> bytes:
        value = self._data[self._at : self._at + size]
        if len(value) < size:
            raise _IncompleteError
        self._at += size
        return value

    def _escaped(self, size: int) -> bytes:
        value = bytearray()
        while len(value) < size:
            value.append(self._one_escaped())
        return bytes(value)

    def _one_escaped(self) -> int:
        first = self._plain(1)
        if first[0] not in self._format.escapes:
            return first[0]
        pair = first + self._plain(1)
        if pair not in self._unescaped:  # as a delimiter inside the frame is
            raise _BrokenError
        return self._unescaped[pair]

    def _fits(self, part: Part, value: bytes) -> bool:
        if part.constant is not None:
            return value == part.constant
        if part.name == "len":
            repeated = self._values.setdefault("len", value) == value
            return repeated and 0 <= self._format.data_size(value) <= self._format.max_data
        if part.name == "sum":
            return value == self._format.sum_of(self._values)
        return True
