"""Text as a ticket printer can show it: which characters, how wide, where lines break. Pure.

A printer's own font is the two-byte part of GB18030, in some models (``four_byte``) also the
Chinese characters of the four-byte part: ``¥`` becomes ``￥``, any other character beyond it
``〓``, unless the line is *drawn* (escpos.py), then it stays. Control characters and marks that
reorder text are dropped, so no text can hold a command.
"""

import unicodedata
from functools import lru_cache

SUBSTITUTE = "〓"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_TSHEG = "\N{TIBETAN MARK INTERSYLLABIC TSHEG}"
_NO_START = "，。、；：？！”’）》〉】" + _TSHEG


def printable(text: str, *, drawn: bool = False, four_byte: bool = False) -> str:
    """Return ``text`` as it will stand there; ``drawn`` keeps what the printer's font lacks."""
    return "".join(_shown(character, drawn, four_byte) for character in text)


def native(text: str, *, four_byte: bool = False) -> bool:
    """Tell whether the printer's own font has all of a printable text."""
    return not any(_lacks(character, four_byte) for character in text)


def columns_of(text: str) -> int:
    """Return the width of printable text in Latin columns at size 1x1."""
    return sum(_columns(character) for character in text)


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if not _beyond(character):
        return 2
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _beyond(character: str) -> bool:
    return len(character.encode("gb18030")) > 2


def _lacks(character: str, four_byte: bool) -> bool:  # noqa: FBT001  kept cheap: one a character
    return _beyond(character) and not (four_byte and _columns(character) == 2)


@lru_cache(maxsize=4096)
def _shown(character: str, drawn: bool, four_byte: bool) -> str:  # noqa: FBT001  the same
    if character == "\N{YEN SIGN}":
        return "￥"
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character in "\t\n\r":
        return " "
    if category in {"Cc", "Cf"}:
        return character if drawn and character in _JOINERS else ""
    if category in {"Cs", "Co", "Cn"}:
        return SUBSTITUTE
    return _lacking(character, drawn=drawn) if _lacks(character, four_byte) else character


def _lacking(character: str, *, drawn: bool) -> str:
    if unicodedata.category(character) == "Zs":
        return " "
    if drawn:
        return character
    return "" if "VARIATION SELECTOR" in unicodedata.name(character, "") else SUBSTITUTE


def balanced(text: str, columns: int) -> list[str]:
    """Wrap a centred text into lines of like length: a last line of one character looks lost."""
    lines = wrap(text, columns)
    for narrower in range(-(-columns_of(text) // max(1, len(lines))), columns):
        even = wrap(text, narrower)
        if len(even) == len(lines):
            return even
    return lines


def padded(text: str, columns: int) -> str:
    """Return the text in the middle of a full line."""
    spare = columns - columns_of(text)
    return " " * (spare // 2) + text + " " * (spare - spare // 2)


def wrap(text: str, columns: int) -> list[str]:
    """Break printable text into lines of at most ``columns``, at spaces where there are some.

    Chinese breaks anywhere, but closing punctuation is not left to start a line. Spaces at a
    break are dropped.
    """
    lines: list[str] = []
    rest = text.strip(" ")
    while rest:
        end = _line_end(rest, columns)
        lines.append(rest[:end].rstrip(" "))
        rest = rest[end:].lstrip(" ")
    return lines


def _line_end(text: str, columns: int) -> int:
    """Return how many characters of ``text`` go on the next line, at least one."""
    used = 0
    end = len(text)
    for index, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            end = max(1, index)
            break
    if end == len(text) or text[end] == " ":
        return end
    return _good_break(text, end)


def _good_break(text: str, end: int) -> int:
    """Move a break back to a word's start, or before the character a closing mark belongs to."""
    start = end
    while start > 0 and _in_word(text[start]) and _in_word(text[start - 1]):
        start -= 1
    if start == 0:
        start = end
    if text[start] in _NO_START and start > 1:
        start -= 1
    return start


def _in_word(character: str) -> bool:
    """Tell whether a character holds to its neighbours: letters of alphabets, not Chinese."""
    return character not in " " + _TSHEG and _columns(character) < 2
