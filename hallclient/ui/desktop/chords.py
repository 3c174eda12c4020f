"""Keys as people write them: ``F1``, ``Ctrl+F8``, ``Ctrl+Shift+H``."""

import logging
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)

_ORDER = ("Ctrl", "Alt", "Shift", "Meta")
_KEY = re.compile(r"F([1-9]|1[0-9]|2[0-4])|[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Chord:
    """One key with the modifiers that must be held; ``key`` is F1 to F24, a letter or a digit."""

    key: str
    modifiers: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The chord as people write it."""
        return "+".join((*(name for name in _ORDER if name in self.modifiers), self.key))

    @property
    def types(self) -> bool:
        """Whether the chord would be a character for the program in front."""
        return (not self.key.startswith("F") and self.modifiers <= {"Shift"}) or len(self.key) == 0


def parse_chord(text: str) -> Chord:
    """Return the chord of a text. Raises ``ValueError`` with a sentence."""
    *names, key = (part.strip() for part in text.split("+"))
    modifiers = frozenset(name.capitalize() for name in names)
    key = key.upper()
    if not _KEY.fullmatch(key) or not modifiers <= set(_ORDER) or len(modifiers) != len(names):
        raise ValueError(f"{text!r} is no key: F1 to F24, a letter or a digit, with Ctrl, Alt …")
    chord = Chord(key, modifiers)
    if chord.types:
        raise ValueError(f"{text!r} would be typed: a letter or a digit needs Ctrl or Alt.")
    return chord


def usable(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return texts by name, emptied where a text is no key or an earlier name has it."""
    found: dict[str, str] = {}
    for name, text in wanted.items():
        found[name] = ""
        if not text:
            continue
        try:
            key = parse_chord(text).text
        except ValueError as error:
            log.warning("window.keys.%s: %s", name, error)
            continue
        if key in found.values():
            log.warning("window.keys.%s: %s is another key's already", name, key)
            continue
        found[name] = key
    return found


def candidates(wanted: Chord, others: Collection[Chord]) -> Iterator[Chord]:
    """Yield what may stand for a chord, the chord itself first; never what ``others`` want."""
    yield wanted
    for more in ({"Ctrl"}, {"Ctrl", "Shift"}, {"Ctrl", "Alt"}):
        chord = Chord(wanted.key, wanted.modifiers | more)
        if chord != wanted and chord not in others:
            yield chord
