"""How the numbers and windows of a Mandarin call may be written down: every one of them, equally.

Pure: what a recogniser may write is a set of texts, read piece by piece (``Forms.after``), all in
signs, which stand for syllables one by one: 一百七十一 is not 170 and another. A number is written
digit by digit, one of four digits also as two pairs (一九，二四); a window is counted.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

SIGNS = "零一二三四五六七八九"
WINDOWS = 300
COUNTING = SIGNS + "十百"
COMMAS = (",", "，")
_SHORT = re.compile(r"[^\W\d零一二三四五六七八九十]{1,4}")
_WHOLE = re.compile(r"[^\d零一二三四五六七八九十]+")
_CLAUSE = re.compile(r"[^\W\d号號]{1,5}[,，](?=.)")


@dataclass(frozen=True)
class Forms:
    """Texts and what each of them means."""

    meaning: dict[str, str]

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Every beginning of every text."""
        return frozenset(text[:end] for text in self.meaning for end in range(len(text) + 1))

    def after(self, begun: str, pieces: Iterable[str]) -> list[str]:
        """Return the pieces with which a text can go on."""
        return [piece for piece in pieces if begun + piece in self.beginnings]


def count_zh(count: int) -> str:
    """Return a count of 1 to 999 as it is said: 12 is 十二, 110 is 一百一十."""
    hundreds, rest = divmod(count, 100)
    tens, ones = divmod(rest, 10)
    said = f"{SIGNS[hundreds]}百" if hundreds else ""
    if tens:
        said += "十" if tens == 1 and not hundreds else f"{SIGNS[tens]}十"
    elif hundreds and ones:
        said += "零"
    return said + (SIGNS[ones] if ones else "")


def in_signs(digits: str) -> str:
    """Return digits one by one: 102 is 一零二."""
    return "".join(SIGNS[int(digit)] for digit in digits)


def numbers() -> Forms:
    """Return all numbers of three and of four digits."""
    meaning = {in_signs(f"{n:03}"): f"{n:03}" for n in range(1000)}
    for n in range(10000):
        digits = f"{n:04}"
        for comma in ("", *COMMAS):
            meaning[in_signs(digits[:2]) + comma + in_signs(digits[2:])] = digits
    return Forms(meaning)


def windows() -> Forms:
    """Return all windows."""
    return Forms({count_zh(n): str(n) for n in range(1, WINDOWS + 1)})


def beginnings(text: str) -> list[str]:
    """Return how 请 and the letters were written down in a text, before its first digit.

    Up to four signs, for a digit may be among them as a homophone (清智,伊林,七五号 for 一零七五);
    or all of it, for letters may take more (请爱哲,夏二零六号 for HJ206); or what goes to the first
    comma, for a letter may be written as a digit (清四,零七,七六号 for C0776).
    """
    short, others = _SHORT.match(text), (_WHOLE.match(text), _CLAUSE.match(text))
    first = f"{short[0] if short else '请'},"
    return list(dict.fromkeys([first, *(other[0] for other in others if other)]))
