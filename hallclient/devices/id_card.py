"""The text of an identity card as a SAM reader gives it (devices.md §2.3).

256 bytes of UTF-16LE in fields of fixed size; the character at byte 248 tells the kind of card.
What is read is checked: dates, the number's own check digit and the day of birth in it. Nothing of
it is in printed forms or errors, and nothing here keeps it.

::

    CardError (ValueError)    the text is no card this program can read
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

SIZE = 256
LONG_TERM = "长期"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_CITIZEN = (
    ("name", 30), ("sex", 2), ("nation", 4), ("born", 16), ("address", 70), ("number", 36),
    ("issuer", 30), ("valid_from", 16), ("valid_to", 16), ("", 36),
)  # fmt: skip
_PERMIT = (
    ("name", 30), ("sex", 2), ("", 4), ("born", 16), ("address", 70), ("number", 36),
    ("issuer", 30), ("valid_from", 16), ("valid_to", 16), ("", 28), ("kind", 2), ("", 6),
)  # fmt: skip
_FOREIGN = (
    ("latin_name", 120), ("sex", 2), ("number", 30), ("nation", 6), ("name", 30),
    ("valid_from", 16), ("valid_to", 16), ("born", 16), ("", 4), ("issuer", 8), ("kind", 2),
    ("", 6),
)  # fmt: skip


class CardError(ValueError):
    """The text is no card this program can read; says why without saying what stood there."""


class CardKind(StrEnum):
    """What kind of card it is."""

    CITIZEN = "citizen"
    PERMIT = "permit"  # residence permit of people from Hong Kong, Macao and Taiwan
    FOREIGN = "foreign"  # permanent residence card


_MARKS = {CardKind.PERMIT: "J", CardKind.FOREIGN: "I"}
_LAYOUTS = {
    CardKind.CITIZEN: _CITIZEN,
    CardKind.PERMIT: _PERMIT,
    CardKind.FOREIGN: _FOREIGN,
}


@dataclass(frozen=True, slots=True)
class IdCard:
    """A card that was read. Only its kind is in the printed form.

    ``sex`` is 1 male, 2 female; ``nation`` the code of the ethnic group or, on a foreign
    resident's card, of the country; ``valid_to`` is ``None`` for 长期.
    """

    kind: CardKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    born: date = field(repr=False)
    sex: int = field(repr=False)
    valid_from: date = field(repr=False)
    valid_to: date | None = field(repr=False)
    issuer: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    nation: str = field(default="", repr=False)
    latin_name: str = field(default="", repr=False)

    @property
    def masked_number(self) -> str:
        """The number for a screen: the first and the last of it only."""
        return f"{self.number[:1]}{'*' * (len(self.number) - 2)}{self.number[-1:]}"

    @property
    def masked_name(self) -> str:
        """The name for a screen: its first character only."""
        name = self.name or self.latin_name
        return f"{name[:1]}{'*' * (len(name) - 1)}"

    def valid_on(self, day: date) -> bool:
        """Return whether the card is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def read_card(text: str) -> IdCard:
    """Return the card in the text of a read; CardError when it is none."""
    data = _encoded(text)
    if len(data) != SIZE:
        raise CardError("the text of the card has the wrong length")
    kind = _kind(data)
    fields = dict(_split(data, _LAYOUTS[kind]))
    card = IdCard(
        kind=kind,
        name=fields["name"],
        number=fields["number"],
        born=_date(fields["born"]),
        sex=_sex(fields["sex"]),
        valid_from=_date(fields["valid_from"]),
        valid_to=_until(fields["valid_to"]),
        issuer=fields["issuer"],
        address=fields.get("address", ""),
        nation=fields.get("nation", ""),
        latin_name=fields.get("latin_name", ""),
    )
    _check(card)
    return card


def card_text(card: IdCard) -> str:
    """Return the text that a reader would give for this card, for emulators.

    CardError when something does not fit its field.
    """
    values = {
        "name": card.name,
        "latin_name": card.latin_name,
        "number": card.number,
        "born": _digits(card.born),
        "sex": str(card.sex),
        "valid_from": _digits(card.valid_from),
        "valid_to": LONG_TERM if card.valid_to is None else _digits(card.valid_to),
        "issuer": card.issuer,
        "address": card.address,
        "nation": card.nation,
        "kind": _MARKS.get(card.kind, ""),
    }
    return b"".join(
        _padded(values.get(name, ""), size) for name, size in _LAYOUTS[card.kind]
    ).decode("utf-16-le")


def is_id_number(number: str) -> bool:
    """Return whether this is an 18-character number whose check digit is right (GB 11643)."""
    digits = number[:17]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECK[total % 11] == number[17]


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-16-le")
    except UnicodeEncodeError:
        raise CardError("the text of the card is damaged") from None


def _kind(data: bytes) -> CardKind:
    mark = _text(data[248:250])
    known = {mark: kind for kind, mark in _MARKS.items()} | {"": CardKind.CITIZEN}
    if mark not in known:
        raise CardError("this kind of card is not known")
    return known[mark]


def _split(data: bytes, layout: Iterable[tuple[str, int]]) -> Iterable[tuple[str, str]]:
    at = 0
    for name, size in layout:
        if name:
            yield name, _text(data[at : at + size])
        at += size


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-16-le").strip(" \0\u3000")
    except UnicodeDecodeError:
        raise CardError("the text of the card is damaged") from None


def _padded(text: str, size: int) -> bytes:
    data = _encoded(text)
    if len(data) > size:
        raise CardError("a field of the card is too long")
    return data + " ".encode("utf-16-le") * ((size - len(data)) // 2)


def _digits(day: date) -> str:
    return f"{day:%Y%m%d}"


def _date(text: str) -> date:
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise CardError("a date on the card is damaged")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise CardError("a date on the card is damaged") from None


def _until(text: str) -> date | None:
    return None if text == LONG_TERM else _date(text)


def _sex(text: str) -> int:
    if text not in ("0", "1", "2", "9"):
        raise CardError("the sex on the card is damaged")
    return int(text)


def _check(card: IdCard) -> None:
    if not (card.name or card.latin_name):
        raise CardError("the card has no name")
    if card.valid_to is not None and card.valid_to < card.valid_from:
        raise CardError("the card's dates contradict each other")
    if card.kind is CardKind.FOREIGN and len(card.number) == 15:
        _check_old_foreign(card.number)
    elif not is_id_number(card.number):
        raise CardError("the number's check digit is wrong")
    elif card.number[6:14] != _digits(card.born):
        raise CardError("number and day of birth contradict each other")


def _check_old_foreign(number: str) -> None:
    """Check the shape of a number of three letters and twelve digits."""
    letters, digits = number[:3], number[3:]
    if not (letters.isascii() and letters.isalpha() and digits.isascii() and digits.isdigit()):
        raise CardError("the card's number is damaged")
