"""How digits and text stand in the data of a frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class DigitRule:
    """``zero`` is the byte of 0, the others follow; ``blank`` stands for any other character."""

    zero: int = 0x30
    blank: int | None = None

    def encode(self, digits: str, width: int = 0) -> bytes:
        """Return digits; with a width right-aligned in it, where too many lose the left ones.

        ``ValueError`` where a blank is needed and not known.
        """
        if width:
            digits = digits[-width:].rjust(width)
        return bytes(self._byte(character) for character in digits)

    def decode(self, data: bytes) -> str:
        """Return the digits that these bytes stand for; blanks before and behind are left out."""
        return "".join(
            " " if value == self.blank else _DIGITS[value - self.zero] for value in data
        ).strip()

    @property
    def known(self) -> bytes:
        """The bytes of the ten digits."""
        return bytes(range(self.zero, self.zero + 10))

    def _byte(self, character: str) -> int:
        if character in _DIGITS:
            return self.zero + int(character)
        if self.blank is None:
            raise ValueError("only digits can be sent to this device")
        return self.blank


@dataclass(frozen=True, slots=True)
class TextRule:
    """How text stands in data.

    ``colours`` maps a colour's name to its byte, which stands in a ``{colour}`` place or, with
    ``colour_each``, after every character. What does not fit ``max_bytes`` is cut off at a
    character; a character the device lacks becomes ``unknown``.
    """

    encoding: str = "ascii"
    max_bytes: int = 4096
    unknown: str = "?"
    colours: Mapping[str, int] = field(default_factory=dict)
    colour_each: bool = False

    def encode(self, text: str, colour: str = "") -> bytes:
        """Return the text as the device wants it; an unknown colour is the first one."""
        encoded = bytearray()
        for character in text:
            item = self._character(character)
            if self.colour_each:
                item += self.colour(colour)
            if len(encoded) + len(item) > self.max_bytes:
                break
            encoded += item
        return bytes(encoded)

    def decode(self, data: bytes) -> str:
        """Return the text in these bytes; ``ValueError`` when it is none."""
        if self.colour_each:
            data = self._without_colours(data)
        return data.decode(self.encoding)

    def colour(self, name: str) -> bytes:
        """Return a colour's byte; the first colour for one the device does not have."""
        return bytes((self.colours.get(name, next(iter(self.colours.values()))),))

    def _character(self, character: str) -> bytes:
        if not character.isprintable():
            character = " "
        try:
            return character.encode(self.encoding)
        except UnicodeEncodeError:
            return self.unknown.encode(self.encoding)

    def _without_colours(self, data: bytes) -> bytes:
        text, at = bytearray(), 0
        while at < len(data):
            size = 1 if data[at] < 0x80 else 2
            text += data[at : at + size]
            at += size + 1
        return bytes(text)
