"""Patterns of frame data: hexadecimal bytes, 'ASCII' and ``{places}``, both ways.

``{digits}`` is digits by the profile's digit rule, ``{digits:1-6}`` one to six of them,
``{digits:6}`` six places, filled with blanks where they are sent; ``{text}`` text to the end,
``{text:256}`` of so many bytes; ``{skip:4}`` bytes of no interest. Only sent are ``{level}`` (one
byte), ``{colour}`` (one byte), ``{data}`` (as it is) and ``{count}`` (a number in ASCII). What
stands in ``u8[ … ]``, ``u16le[ … ]`` (also ``be``, ``u32``) is led by its length.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hallclient.devices.codec.formats import Endian
from hallclient.devices.codec.values import DigitRule, TextRule

_TOKEN = re.compile(
    r"\s*(?:(?P<hex>(?:[0-9A-Fa-f]{2})+)(?![0-9A-Za-z\[])|'(?P<ascii>[ -&(-~]*)'"
    r"|\{(?P<place>[a-z]+)(?::(?P<least>\d{1,4})(?:-(?P<most>\d{1,4}))?)?\}"
    r"|u(?P<bits>8|16|32)(?P<endian>le|be)?\[|(?P<close>\]))\s*"
)
RECEIVED = frozenset({"digits", "text", "skip"})
SENT = frozenset({"digits", "text", "level", "colour", "data", "count"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a value; ``most`` 0 is any number of bytes."""

    name: str
    least: int = 0
    most: int = 0

    @property
    def fixed(self) -> bool:
        """Whether it has one length only."""
        return self.least == self.most > 0


@dataclass(frozen=True, slots=True)
class Block:
    """Parts led by their length."""

    size: int
    endian: Endian
    parts: tuple["Piece", ...]


Piece = bytes | Place | Block


@dataclass(frozen=True, slots=True)
class Rules:
    """How values stand in data."""

    digits: DigitRule
    text: TextRule


def parse_pattern(text: str, places: frozenset[str]) -> tuple[Piece, ...]:
    """Return the pieces of a pattern; ``ValueError`` says what is wrong with it."""
    pieces, rest = _pieces(_tokens(text), places)
    if rest:
        raise ValueError("a ] too many")
    _check(list(_places(pieces)))
    return pieces


def _places(pieces: tuple[Piece, ...]) -> Iterator[Place]:
    for piece in pieces:
        if isinstance(piece, Place):
            yield piece
        elif isinstance(piece, Block):
            yield from _places(piece.parts)


def _check(places: list[Place]) -> None:
    """Refuse what could not be told apart, or only by trying all ways."""
    names = [place.name for place in places if place.name != "skip"]
    if len(set(names)) < len(names):
        raise ValueError("a place may stand once only")
    open_ = [place for place in places if place.name in ("text", "skip") and not place.fixed]
    if len(open_) > 1:
        raise ValueError("only one {text} or {skip} may have a length that varies")


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"{text[at:].strip()!r} is neither bytes nor a place")
        yield token
        at = token.end()


def _pieces(
    tokens: Iterator[re.Match[str]], places: frozenset[str]
) -> tuple[tuple[Piece, ...], bool]:
    """Return pieces up to a closing bracket, and whether there was one."""
    pieces: list[Piece] = []
    for token in tokens:
        if token["close"]:
            return tuple(pieces), True
        if token["bits"]:
            inner, closed = _pieces(tokens, places)
            if not closed:
                raise ValueError("a ] is missing")
            endian: Endian = "little" if token["endian"] == "le" else "big"
            pieces.append(Block(int(token["bits"]) // 8, endian, inner))
        elif token["place"]:
            pieces.append(_place(token, places))
        else:
            plain = bytes.fromhex(token["hex"]) if token["hex"] else token["ascii"].encode("ascii")
            pieces.append(plain)
    return tuple(pieces), False


def _place(token: re.Match[str], places: frozenset[str]) -> Place:
    name = token["place"]
    if name not in places:
        raise ValueError(f"{{{name}}} is none of {', '.join(sorted(places))}")
    least = int(token["least"] or 0)
    place = Place(name, least, int(token["most"] or least))
    if place.most < least:
        raise ValueError(f"{token[0].strip()} ends before it begins")
    return place


def fill(pieces: tuple[Piece, ...], rules: Rules, values: Mapping[str, object]) -> bytes:
    """Return the data with its places filled; ``ValueError`` where a value is missing or wrong."""
    return b"".join(_filled(piece, rules, values) for piece in pieces)


def _filled(piece: Piece, rules: Rules, values: Mapping[str, object]) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, Block):
        inner = fill(piece.parts, rules, values)
        return len(inner).to_bytes(piece.size, piece.endian) + inner
    return _value(piece, rules, values)


def _value(place: Place, rules: Rules, values: Mapping[str, object]) -> bytes:
    if place.name == "skip":
        return bytes(place.least)
    if place.name == "colour":
        return rules.text.colour(str(values.get("colour", "")))
    return _given(place, rules, values)


def _given(place: Place, rules: Rules, values: Mapping[str, object]) -> bytes:
    value = values.get(place.name)
    if place.name == "digits" and isinstance(value, str):
        return rules.digits.encode(value, place.least if place.fixed else 0)
    if place.name == "text" and isinstance(value, str):
        return rules.text.encode(value, str(values.get("colour", "")))
    if place.name == "data" and isinstance(value, bytes):
        return value
    if place.name == "level" and isinstance(value, int) and 0 <= value < 0x100:
        return bytes((value,))
    if place.name == "count" and isinstance(value, int):
        return str(value).encode("ascii")
    raise ValueError(f"the command needs a fitting {place.name}")


def matcher(pieces: tuple[Piece, ...], rules: Rules, *, blanks: bool = False) -> re.Pattern[bytes]:
    """Return what matches exactly the data of this pattern; groups ``digits``, ``text``, ``level``.

    ``blanks`` says whether a blank may stand for a digit, as on a display.
    """
    return re.compile(_expressions(pieces, rules, blanks=blanks), re.DOTALL)


def _expressions(pieces: tuple[Piece, ...], rules: Rules, *, blanks: bool) -> bytes:
    return b"".join(_expression(piece, rules, blanks=blanks) for piece in pieces)


def _expression(piece: Piece, rules: Rules, *, blanks: bool) -> bytes:
    if isinstance(piece, bytes):
        return re.escape(piece)
    if isinstance(piece, Block):
        return b".{%d}" % piece.size + _expressions(piece.parts, rules, blanks=blanks)
    most = b"%d" % piece.most if piece.most else b""
    times = b"{%d,%s}" % (piece.least, most)
    if piece.name == "digits":
        known = rules.digits.known
        if blanks and rules.digits.blank is not None:
            known += bytes((rules.digits.blank,))
        return b"(?P<digits>[%s]%s)" % (re.escape(known), times)
    return _ANY.get(piece.name, b".%s") % times if piece.name not in _ONE else _ONE[piece.name]


_ANY = {"text": b"(?P<text>.%s)"}
_ONE = {"level": b"(?P<level>.)", "colour": b"."}
