"""Find a service by initials, by Chinese characters, by both mixed, or by English words.

Initials stand in the hall file's plan beside the names (二手房 → ESF), one letter a character. So
letters and characters match together, and the letters that were typed can be shown as the
characters they may mean, without a dictionary in the kiosk.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.domain.text import Language, LocalText

LONGEST = 12
SUGGESTED = 5
_LETTERS_OF_A_WORD = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A service that was found, and which characters of its name answered (start, end)."""

    service: Service
    marked: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Spelt:
    """A name without its signs, in capitals, and the letter of each of its characters.

    ``places`` are where the characters stand in the name.
    """

    signs: str
    letters: str
    places: tuple[int, ...]

    def find(self, wanted: str) -> tuple[int, int] | None:
        """Return from where to where the name answers, signs in between included."""
        start = self._start(wanted)
        if start < 0:
            return None
        return self.places[start], self.places[start + len(wanted) - 1] + 1

    def _start(self, wanted: str) -> int:
        start = (self.letters if wanted.isascii() else self.signs).find(wanted)
        if start >= 0 or not any(sign.isascii() for sign in wanted):
            return start
        if wanted.isascii():
            return self.signs.find(wanted)
        for first in range(len(self.signs) - len(wanted) + 1):
            end = first + len(wanted)
            pairs = zip(wanted, self.letters[first:end], self.signs[first:end], strict=True)
            if all(sign in pair for sign, *pair in pairs):
                return first
        return -1


def cleaned(text: str) -> str:
    """Return what counts of a typed text: letters in capitals, no digits, no spaces."""
    kept = [sign.upper() for sign in text if sign.isalpha()]
    return "".join(kept)[:LONGEST]


def find(plan: HallPlan, text: str, language: str) -> tuple[Match, ...]:
    """Return the services that answer to ``text``, names that begin with it first."""
    return find_in(plan.listed, text, language)


def find_in(services: Iterable[Service], text: str, language: str) -> tuple[Match, ...]:
    """Return those of some services that answer to ``text``, as :func:`find` does."""
    wanted = cleaned(text)
    if not wanted:
        return ()
    ranked: list[tuple[int, int, Match]] = []
    for index, service in enumerate(services):
        rank, marked = _answer(service, wanted, language)
        if rank is not None:
            ranked.append((rank, index, Match(service, marked)))
    return tuple(match for _, _, match in sorted(ranked, key=lambda found: found[:2]))


def suggestions(services: Iterable[Service], text: str, language: str) -> tuple[str, ...]:
    """Return the characters that the last letters may mean, the most usual first."""
    wanted = cleaned(text)
    typed = _last_letters(wanted)
    if language == Language.EN or not 0 < len(typed) <= _LETTERS_OF_A_WORD:
        return ()
    before = wanted[: len(wanted) - len(typed)]
    votes: Counter[str] = Counter()
    for service in services:
        for spelt in _spellings(service, language, shown=True):
            votes.update(set(_readings(spelt, before, typed)))
    return tuple(word for word, _ in votes.most_common(SUGGESTED))


def with_suggestion(text: str, characters: str) -> str:
    """Return a text whose last letters became characters."""
    return cleaned(text[: len(text) - len(_last_letters(text))] + characters)


def _last_letters(text: str) -> str:
    return text[len(text.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) :]


def _readings(spelt: _Spelt, before: str, typed: str) -> Iterator[str]:
    """Yield the runs of Chinese characters in a name that the letters stand for."""
    start = spelt.letters.find(typed)
    while start >= 0:
        word = spelt.signs[start : start + len(typed)]
        if spelt.signs[:start].endswith(before) and not any(sign.isascii() for sign in word):
            yield word
        start = spelt.letters.find(typed, start + 1)


def _answer(service: Service, wanted: str, language: str) -> tuple[int | None, tuple[int, int]]:
    name = service.name.text(language)
    own, *others = _spellings(service, language)
    place = own.find(wanted)
    if place is not None:
        shown = place if language != Language.EN else (0, 0)
        return (0 if place[0] == own.places[0] else 2), shown
    if language == Language.EN and _english(name, wanted):
        return 1, (0, 0)
    found = [spot[0] for other in others if (spot := other.find(wanted)) is not None]
    if found:
        return (1 if 0 in found else 3), (0, 0)
    return _by_initials(service.initials, wanted), (0, 0)


def _by_initials(initials: Sequence[str], wanted: str) -> int | None:
    """Rank letters that a hall file gave by hand and that stand for no character each."""
    if any(word.startswith(wanted) for word in initials):
        return 1
    return 3 if any(wanted in word for word in initials) else None


def _english(name: str, wanted: str) -> bool:
    parts = ["".join(sign for sign in word if sign.isalpha()).upper() for word in name.split()]
    initials = "".join(word[:1] for word in parts)
    ends = ("".join(parts[start:]) for start in range(len(parts)))
    return initials.startswith(wanted) or any(end.startswith(wanted) for end in ends)


def _spellings(service: Service, language: str, *, shown: bool = False) -> tuple[_Spelt, ...]:
    """Return the name as it is shown, then its other names; ``shown``: only in this script."""
    return _spelt_names(service.name, service.aliases, service.initials, language, shown)


@lru_cache(maxsize=8192)
def _spelt_names(
    name: LocalText,
    aliases: tuple[str, ...],
    initials: tuple[str, ...],
    language: str,
    shown: bool,  # noqa: FBT001 - part of the key
) -> tuple[_Spelt, ...]:
    names = (name.zh_cn, *aliases)
    spelt = [_spelt(*pair) for pair in zip_longest(names, initials[: len(names)], fillvalue="")]
    hant = _spelt(name.zh_hant or name.zh_cn, initials[0] if initials else "")
    if language == Language.ZH_HANT:
        return (hant,) if shown else (hant, *spelt)
    return tuple(spelt) if shown else (spelt[0], hant, *spelt[1:])


def _spelt(name: str, letters: str) -> _Spelt:
    """Put letters below the characters they belong to; a name that does not fit has none."""
    places = tuple(place for place, sign in enumerate(name) if sign.isalnum())
    signs = "".join(name[place].upper()[:1] for place in places)
    if len(signs) != len(letters):
        letters = "-" * len(signs)
    return _Spelt(signs, letters, places)
