"""From what a recogniser wrote down to a number and a window, without knowing what was said.

English: digits and number words are read as they stand. Mandarin: the small recogniser writes
homophones (四班一后 for 四八一号) and tidies numbers up (三百六 for 三八六), so its syllables are
compared with the syllables of calls: every three- and four-digit number and every window up to 300
competes. The nearest ones are put to it as sentences, digit by digit, and what it finds the most
likely of what it has heard counts; then every other digit in the least certain place.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Protocol

from pypinyin import lazy_pinyin

from hallclient.lab.voice.sounds import count_zh

WINDOWS = 300
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: value for value, word in enumerate(_ONES)} | {
    word: 20 + 10 * place for place, word in enumerate(_TENS)
}
_DIGITS = ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu")
_TAIL = ("hao", "chuang", "kou", "ban", "li", "ye", "wu")
_WINDOW = re.compile(r"(\d+)(?=\D{0,3}(?:窗|撑|撐|穿|$))")
_INITIAL = re.compile(r"zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]")
_BEGINNING = re.compile(r"[^\W\d零一二三四五六七八九十]{1,4}")
_LETTERS = (1.0, 0.5, 0.0, 0.1, 0.2, 0.4, 0.8)
"""请 and a letter are two syllables, with another letter three or more (W has three)."""
Syllables = tuple[str, ...]


NUMBERS_EACH, WINDOWS_EACH = 3, 3
"""Of each reading, so many numbers of each length and windows are weighed."""
LONGER = 4.0
"""What another digit is worth; one that was not said costs 5 to 10, one that was 0 to 2."""


class Ear(Protocol):
    """The recogniser with one call in its ear."""

    def weigh(self, texts: list[list[str]]) -> list[list[float]]:
        """Return for each piece of each text the logarithm of how likely it is."""


def understood(texts: Sequence[str], language: str, ear: Ear | None = None) -> tuple[str, str]:
    """Return digits and window; by the readings alone where there is no ear to ask again."""
    if language == "en":
        return _english(texts[0])
    numbers, windows = _nearest(texts)
    return (numbers[0], windows[0]) if ear is None else _weighed(texts, ear)


def _weighed(texts: Sequence[str], ear: Ear) -> tuple[str, str]:
    numbers, windows = _nearest(texts)
    numbers, windows = _of_each_length(numbers), windows[: 2 * WINDOWS_EACH]
    for text in texts:
        its_numbers, its_windows = _nearest([text])
        numbers += _of_each_length(its_numbers)
        windows += its_windows[:WINDOWS_EACH]
    begin = _beginning(texts[0])
    calls = [(numbers[0], window) for window in dict.fromkeys(windows)]
    window = max(_weights(ear, begin, calls), key=_likely)[1][1]
    calls = [(number, window) for number in dict.fromkeys(numbers)]
    weights, (number, _) = max(_weights(ear, begin, calls), key=_likely)
    digits = weights[1 : 1 + len(number)]
    for place in sorted(range(len(number)), key=lambda one: digits[one])[:2]:
        others = [number[:place] + str(other) + number[place + 1 :] for other in range(10)]
        calls = [(other, window) for other in others]
        number = max(_weights(ear, begin, calls), key=_likely)[1][0]
    return number, window


def _likely(weighed: tuple[list[float], tuple[str, str]]) -> float:
    """Return how likely a call is; a longer text is less likely as such."""
    weights, (number, _) = weighed
    return sum(weights) + LONGER * len(number)


def _of_each_length(numbers: list[str]) -> list[str]:
    return [
        number
        for length in (3, 4)
        for number in [one for one in numbers if len(one) == length][:NUMBERS_EACH]
    ]


def _beginning(text: str) -> str:
    """Return 请 and the letters as they were written down: 亲爱 for 请A."""
    found = _BEGINNING.match(text)
    return f"{found[0] if found else '请'}，"


def _weights(
    ear: Ear, begin: str, calls: list[tuple[str, str]]
) -> Iterator[tuple[list[float], tuple[str, str]]]:
    yield from zip(ear.weigh([_sentence(begin, *call) for call in calls]), calls, strict=True)


def _sentence(begin: str, number: str, window: str) -> list[str]:
    signs = ("零一二三四五六七八九"[int(digit)] for digit in number)
    return [begin, *signs, "号，到", count_zh(int(window)), "号窗口办理业务。"]


def _english(text: str) -> tuple[str, str]:
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


def _nearest(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return numbers and windows, the nearest first."""
    heard = [_syllables(text) for text in texts]
    far = {w: sum(_ends(one, said)[0] for one in heard) for w, said in _windows().items()}
    windows = sorted(far, key=lambda w: far[w])
    window = windows[0]
    heads = [one[: _ends(one, _windows()[window])[1]] for one in heard]
    numbers = {digits for head in heads for digits in _candidates(head)}
    numbers = {*numbers, "000"}
    near = {one: sum(_distance(head, _number(one)) for head in heads) for one in numbers}
    return sorted(numbers, key=lambda one: (near[one], one)), windows


@cache
def _windows() -> dict[str, Syllables]:
    return {
        str(n): ("hao", "dao", *lazy_pinyin(count_zh(n)), *_TAIL) for n in range(1, WINDOWS + 1)
    }


def _number(digits: str) -> Syllables:
    return tuple(_DIGITS[int(digit)] for digit in digits)


def _syllables(text: str) -> Syllables:
    text = _WINDOW.sub(lambda m: _counted(m[1]), text)
    text = re.sub(r"\d", lambda m: "零一二三四五六七八九"[int(m[0])], text)
    said = lazy_pinyin(re.sub(r"[^\w]|_", "", text.replace("幺", "一")))
    return tuple(one.casefold() for one in said)


def _counted(digits: str) -> str:
    """Return a window's number in signs.

    一百五十七 is also written down as 150 and 7 (1507), 九十一 as 9 and 11 (911).
    """
    if len(digits) == 4 and digits[2] == "0":
        digits = digits[:2] + digits[3]
    elif len(digits) == 3 and int(digits) > WINDOWS and digits[1] == "1":
        digits = digits[0] + digits[2]
    return count_zh(int(digits)) if 0 < int(digits) < 1000 else digits


def _ends(heard: Syllables, said: Syllables, before: tuple[float, ...] = ()) -> tuple[float, int]:
    """Return how near a call's end is to what was heard at its end, and where it begins there.

    ``before`` is what so many syllables before it cost, from none on.
    """
    row = [
        (before[min(start, len(before) - 1)] if before else 0.0, start)
        for start in range(len(heard) + 1)
    ]
    for syllable in said:
        above, row = row, [(row[0][0] + 1, 0)]
        for place, other in enumerate(heard):
            row.append(
                min(
                    (above[place][0] + _apart(syllable, other), above[place][1]),
                    (above[place + 1][0] + 1, above[place + 1][1]),
                    (row[place][0] + 1, row[place][1]),
                )
            )
    return row[-1]


def _distance(heard: Syllables, said: Syllables) -> float:
    return _ends(heard, said, _LETTERS)[0]


def _candidates(head: Syllables) -> Iterator[str]:
    """Yield the numbers whose digits sound most like some syllables of what was heard."""
    near = [sorted(range(10), key=lambda d: _apart(_DIGITS[d], one))[:3] for one in head[-6:]]
    for length in (3, 4):
        for start in range(max(0, len(near) - length + 1)):
            for digits in product(*near[start : start + length]):
                yield "".join(map(str, digits))


@cache
def _apart(one: str, other: str) -> float:
    """Return how different two syllables are, 0 to 1: how they begin counts for more."""
    begins, ends = _parted(one), _parted(other)
    return 0.6 * (begins[0] != ends[0]) + 0.4 * _strange(begins[1], ends[1])


def _parted(syllable: str) -> tuple[str, str]:
    found = _INITIAL.match(syllable)
    size = len(found[0]) if found else 0
    return syllable[:size], syllable[size:]


def _strange(one: str, other: str) -> float:
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, start=1):
        above, row = row, [i]
        for j, its in enumerate(other, start=1):
            row.append(min(above[j - 1] + (sign != its), above[j] + 1, row[j - 1] + 1))
    return row[-1] / max(len(one), len(other), 1)
