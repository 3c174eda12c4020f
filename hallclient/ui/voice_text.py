"""What is read out, cut into clips: the longest known phrases, then names, numbers and letters.

A text becomes tokens: a Chinese sign, a word, a number, a time, a ticket's label. Punctuation is no
token, it only makes a pause. A line is read whole or not at all: one part without a clip and
:meth:`Cutter.cut` returns nothing. Imports the standard library only: the renderer uses it too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

ZH, EN = "zh", "en"
_TOKEN = re.compile(
    r"(?P<label>(?<![A-Za-z0-9])[A-Z]{1,2}\d{2,4}(?![A-Za-z0-9]))"
    r"|(?P<time>(?<!\d)\d{1,2}:\d{2}(?!\d))"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ]|['’](?=[A-Za-z]))*)"
    r"|(?P<range>(?<=\d)\s?[–～~]\s?(?=\d))"
    r"|(?P<pause>[\s，。、；：！？“”‘’「」『』《》〈〉（）()\[\]【】…—–·｜|/,.;:!?\"'-])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_DIGITS = "零一二三四五六七八九"
_SPELLED_FROM = 5
"""A number of so many digits is no count: it is read digit by digit."""
_LONGEST = 300
"""A line of more tokens is not read."""
_WORD_LETTERS = 8
"""A word of at most so many capitals that has no clip is spelled."""


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a text; ``pause`` when punctuation stands before it."""

    text: str
    pause: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A clip in a line: its key in the bank, and whether a pause goes before it."""

    key: str
    pause: bool


def tokens(text: str, language: str) -> tuple[Token, ...]:
    """Cut a text; ``language`` is ``zh`` or ``en``."""
    found: list[Token] = []
    pause = False
    for match in _TOKEN.finditer(text):
        kind, part = match.lastgroup, match.group()
        if kind == "pause":
            pause = pause or not part.isspace() or language == EN
            continue
        for index, one in enumerate(_parts(kind or "", part, language)):
            found.append(Token(one, pause and index == 0))
        pause = False
    return tuple(found)


def _parts(kind: str, part: str, language: str) -> Iterable[str]:
    if kind == "time":
        return _time(part, language)
    if kind == "range":
        return ("到",) if language == ZH else ("to",)
    if kind == "word":
        return (part.replace("’", "'"),)
    return (part,)


def _time(text: str, language: str) -> tuple[str, ...]:
    hour, minute = text.split(":")
    if language == ZH:
        return (str(int(hour)), "点") if minute == "00" else (str(int(hour)), "点", minute, "分")
    half = "AM" if int(hour) % 24 < 12 else "PM"
    twelve = str(int(hour) % 12 or 12)
    if minute == "00":
        return twelve, half
    if minute.startswith("0"):
        return twelve, "oh", minute[1], half
    return twelve, minute, half


def _same(text: str) -> str:
    return text.casefold()


def phrase(text: str, language: str) -> tuple[str, ...]:
    """Return a phrase as it is compared: its tokens without punctuation and capitals."""
    return tuple(_same(token.text) for token in tokens(text, language))


class Cutter:
    """Cuts lines into the clips of one bank."""

    def __init__(self, keys: Iterable[str], aliases: Mapping[str, str], language: str) -> None:
        self._language = language
        self._keys = frozenset(keys)
        self._starts: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        spoken = [(key, key) for key in self._keys]
        spoken += [(text, key) for text, key in aliases.items() if key in self._keys]
        for text, key in spoken:
            whole = phrase(text, language)
            if whole:
                self._starts.setdefault(whole[0], []).append((whole, key))
        for found in self._starts.values():
            found.sort(key=lambda one: -len(one[0]))

    def cut(self, text: str) -> tuple[Said, ...] | None:
        """Return a line's clips in order, or None when a part of it has no clip."""
        line = tokens(text, self._language)
        return self._rest(line, 0, set()) if len(line) <= _LONGEST else None

    def known_part(self, text: str) -> str:
        """Return a text with … for what has no clip, and for every figure: fit for a log."""
        line, parts, start = tokens(text, self._language), [], 0
        between = " " if self._language == EN else ""
        while start < len(line):
            length, known = 1, ""
            for length, _keys in self._choices(line, start):
                known = between.join(token.text for token in line[start : start + length])
                break
            parts.append("…" if not known or any(sign.isdigit() for sign in known) else known)
            start += length
        return between.join(part for i, part in enumerate(parts) if parts[i - 1 : i] != [part])

    def _rest(self, line: tuple[Token, ...], start: int, dead: set[int]) -> tuple[Said, ...] | None:
        if start == len(line):
            return ()
        if start in dead:
            return None
        for length, keys in self._choices(line, start):
            rest = self._rest(line, start + length, dead)
            if rest is not None:
                first, *more = keys
                said = Said(first, line[start].pause), *(Said(key, pause=False) for key in more)
                return (*said, *rest)
        dead.add(start)
        return None

    def _choices(
        self, line: tuple[Token, ...], start: int
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield what can be said from here on: how many tokens, and the clips for them."""
        for whole, key in self._starts.get(_same(line[start].text), ()):
            part = line[start : start + len(whole)]
            if tuple(_same(token.text) for token in part) == whole:
                yield len(whole), (key,)
        keys = self._figures(line[start].text)
        if keys and self._keys.issuperset(keys):
            yield 1, keys

    def _figures(self, text: str) -> tuple[str, ...]:
        if text.isascii() and text.isdigit():
            return number(text, self._language)
        letters = text.rstrip("0123456789")
        if not (letters.isascii() and letters.isalpha() and letters.isupper()):
            return ()
        if len(letters) > _WORD_LETTERS:
            return ()
        return (*letters, *spelled(text[len(letters) :], self._language))


def number(text: str, language: str) -> tuple[str, ...]:
    """Return the clips of a number: 28 is a count, 007 and 0285551234 are spelled."""
    if len(text) >= _SPELLED_FROM or (len(text) > 1 and text.startswith("0")):
        return spelled(text, language)
    return counted(int(text), language)


def spelled(digits: str, language: str) -> tuple[str, ...]:
    """Return digits one by one; in Chinese by pairs, a lone syllable sounds clipped."""
    if language == EN:
        return tuple("oh" if digit == "0" else digit for digit in digits)
    pairs = tuple(digits[i : i + 2] for i in range(0, len(digits), 2))
    return tuple(in_signs(pair) if len(pair) == 2 else pair for pair in pairs)


def in_signs(digits: str) -> str:
    """Return digits in Chinese signs: 07 is 零七."""
    return "".join(_DIGITS[int(digit)] for digit in digits)


def counted(count: int, language: str) -> tuple[str, ...]:
    """Return the clips of a count up to 9999."""
    if count <= 100:
        return (str(count),)
    return tuple(_english(count) if language == EN else _chinese(count))


def _english(count: int) -> Iterator[str]:
    thousands, rest = divmod(count, 1000)
    hundreds, last = divmod(rest, 100)
    if thousands:
        yield from (str(thousands), "thousand")
    if hundreds:
        yield from (str(hundreds), "hundred")
    if last:
        yield str(last)


def _chinese(count: int) -> Iterator[str]:
    thousands, rest = divmod(count, 1000)
    hundreds, last = divmod(rest, 100)
    if thousands:
        yield f"{_DIGITS[thousands]}千"
    if hundreds:
        yield f"{_DIGITS[hundreds]}百"
    elif thousands and last >= 10:
        yield "0"
    if 0 < last < 10:
        yield f"零{_DIGITS[last]}"
    elif 10 <= last < 20:
        yield "一十" if last == 10 else f"一十{_DIGITS[last - 10]}"
    elif last:
        yield str(last)
