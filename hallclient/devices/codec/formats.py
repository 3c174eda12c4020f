"""What the frames of a protocol look like; encoding them.

A layout is a row of parts: bare literal bytes, and named parts that an escape rule applies to.
``addr``, ``func``, ``len``, ``data`` and ``sum`` have a meaning, other names are constants or
bytes of no interest. A protocol may lay out both directions differently: then it has two formats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, Protocol

from hallclient.devices.codec.checksums import CHECKSUMS

Endian = Literal["big", "little"]
FIELDS = ("len", "addr", "func", "data", "sum")


@dataclass(frozen=True, slots=True)
class Frame:
    """One checked frame; of a line protocol, a line. ``data`` may hold a rating and is not shown.

    ``addr`` and ``func`` are 0 where the protocol has none.
    """

    addr: int
    func: int
    data: bytes = field(repr=False)


class Decoder(Protocol):
    """Turns received bytes into frames; owned by one thread."""

    @property
    def pending(self) -> int:
        """How many received bytes wait for the rest of their frame."""
        ...

    @property
    def dropped(self) -> int:
        """How many bytes were no part of a frame, in all."""
        ...

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames these bytes complete."""
        ...

    def gap(self) -> list[Frame]:
        """Give up what cannot be waited for after a silence; repeat until nothing is pending."""
        ...

    def reset(self) -> None:
        """Forget what is pending (the port was opened anew)."""
        ...


class Format(Protocol):
    """The shape of what goes one way on a line."""

    @property
    def gap_seconds(self) -> float:
        """Silence after which an unfinished frame is given up."""
        ...

    @property
    def has_address(self) -> bool:
        """Whether frames tell who sent them or whom they are for."""
        ...

    def encode(self, frame: Frame) -> bytes:
        """Return the frame as bytes; ``ValueError`` when it does not fit."""
        ...

    def decoder(self) -> Decoder:
        """Return a new decoder."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a layout.

    A bare literal has a ``constant`` and an empty name; sent ``most`` times, taken once to
    ``most`` times; ``optional`` ones are left out by some senders. A named part without
    ``constant`` and unknown by name is ``size`` bytes of no interest, sent as zeros.
    """

    name: str
    constant: bytes | None = None
    size: int = 1
    most: int = 1
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFormat:
    """Binary frames. Sizes are bytes; ``escapes`` maps a byte to what stands for it on the line."""

    layout: tuple[Part, ...]
    max_data: int
    gap_seconds: float
    len_size: int = 1
    len_endian: Endian = "big"
    len_counts: tuple[str, ...] = ()
    addr_size: int = 1
    addr_endian: Endian = "big"
    func_size: int = 1
    func_endian: Endian = "big"
    checksum: str = "sum8"
    sum_over: tuple[str, ...] = ()
    sum_endian: Endian = "big"
    escapes: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def has_address(self) -> bool:
        """Whether the layout has an address."""
        return any(part.name == "addr" for part in self.layout)

    def encode(self, frame: Frame, *, optional_literals: bool = True) -> bytes:
        """Return the frame as bytes; ``ValueError`` when it does not fit the format."""
        if len(frame.data) > self.max_data:
            raise ValueError(f"frame data is over {self.max_data} bytes")
        values = self._values(frame)
        return b"".join(
            self._on_the_line(part, values)
            for part in self.layout
            if optional_literals or not part.optional
        )

    def decoder(self) -> "Decoder":
        """Return a new decoder of these frames."""
        from hallclient.devices.codec.frames import FrameDecoder  # noqa: PLC0415  it reads formats

        return FrameDecoder(self)

    def size_of(self, part: Part) -> int:
        """Return the bytes of a part other than variable data."""
        sizes = {
            "len": self.len_size,
            "addr": self.addr_size,
            "func": self.func_size,
            "sum": CHECKSUMS[self.checksum][1],
        }
        return sizes.get(part.name, part.size)

    def sum_of(self, values: Mapping[str, bytes]) -> bytes:
        """Return the checksum over the named parts, in the profile's order."""
        function, size = CHECKSUMS[self.checksum]
        covered = b"".join([values[name] for name in self.sum_over])
        return function(covered).to_bytes(size, self.sum_endian)

    def data_size(self, length: bytes) -> int:
        """Return the bytes of data that a ``len`` stands for; negative when it is impossible."""
        counted = int.from_bytes(length, self.len_endian)
        return counted - self.counted_besides_data()

    def counted_besides_data(self) -> int:
        """Return how many bytes ``len`` counts besides the data."""
        return sum(
            self.size_of(Part(name)) if name in FIELDS else self._named(name).size
            for name in self.len_counts
            if name != "data"
        )

    def variants(self) -> tuple[tuple[Part, ...], ...]:
        """Return the layout with and without each optional part.

        The shortest is first: it is complete first when bytes come one by one, and what is found
        must not depend on the chunks.
        """
        choices = [(True, False) if part.optional else (True,) for part in self.layout]
        kept = {
            tuple(part for part, keep in zip(self.layout, keeps, strict=True) if keep): None
            for keeps in product(*choices)
        }
        return tuple(sorted(kept, key=len))

    def _named(self, name: str) -> Part:
        return next(part for part in self.layout if part.name == name)

    def _values(self, frame: Frame) -> dict[str, bytes]:
        values = {part.name: part.constant or bytes(part.size) for part in self.layout if part.name}
        try:
            values["addr"] = frame.addr.to_bytes(self.addr_size, self.addr_endian)
            values["func"] = frame.func.to_bytes(self.func_size, self.func_endian)
            values["data"] = frame.data
            length = len(frame.data) + self.counted_besides_data()
            values["len"] = length.to_bytes(self.len_size, self.len_endian)
        except OverflowError:
            raise ValueError("address, function or length does not fit the frame") from None
        values["sum"] = self.sum_of(values) if self.sum_over else b""
        return values

    def _on_the_line(self, part: Part, values: Mapping[str, bytes]) -> bytes:
        if not part.name:
            return (part.constant or b"") * part.most
        value = values[part.name]
        if not self.escapes:
            return value
        return b"".join([self.escapes.get(byte, bytes((byte,))) for byte in value])


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFormat:
    """Lines of text. The first of ``ends`` is sent; any ends a received line.

    ``prompts`` are a line by themselves, without an end (a modem's ``> ``).
    """

    ends: tuple[bytes, ...]
    max_data: int
    gap_seconds: float
    prompts: tuple[bytes, ...] = ()
    has_address: bool = field(default=False, init=False)

    def encode(self, frame: Frame) -> bytes:
        """Return the line with its end; ``ValueError`` when it does not fit the format."""
        if len(frame.data) > self.max_data:
            raise ValueError(f"the line is over {self.max_data} bytes")
        return frame.data + self.ends[0]

    def decoder(self) -> "Decoder":
        """Return a new decoder of these lines."""
        from hallclient.devices.codec.lines import LineDecoder  # noqa: PLC0415  it reads formats

        return LineDecoder(self)
