"""From what a recogniser wrote down of an English call to a number and a window.

Digits and number words are read as they stand, without knowing what was said. Mandarin needs none
of this: there tools/hear_calls.py tells the number and the window itself.
"""

import re

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: value for value, word in enumerate(_ONES)} | {
    word: 20 + 10 * place for place, word in enumerate(_TENS)
}


def english(text: str) -> tuple[str, str]:
    """Return digits and window."""
    number, _, window = text.casefold().rpartition("window")
    words = re.findall(r"\d|[a-z]+", number)
    digits = [word if word.isdigit() else _digit(word) for word in words]
    return "".join(digits), str(_count(window))


def _digit(word: str) -> str:
    value = _VALUES.get(word, _VALUES.get(word.removesuffix("s"), 10))
    return str(value) if value < 10 else ""


def _count(text: str) -> int:
    total = 0
    joined = re.sub(r"(?<=\d)-(?=\d)", "", text)
    for word in re.findall(r"\d+|[a-z]+", joined):
        if word == "hundred":
            total = max(1, total) * 100
        else:
            total += int(word) if word.isdigit() else _VALUES.get(word, 0)
    return total
