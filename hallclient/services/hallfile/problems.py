"""What is wrong in a hall file.

::

    HallFileError          the hall file cannot be used; ``problems`` lists everything found

Every problem names the file, the line and the key, and says what would be right:
``demo.toml:41: queues.B.series: there is no series "X"; series are A, B, C``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NoReturn

SHOWN = 30
"""Problems that the text of the error spells out; the rest is counted."""
LONGEST = 60
"""Characters of a word in a list of words."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. ``line`` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.text) if part)


class HallFileError(Exception):
    """The hall file cannot be used. The text has one line per problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"… and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Problems:
    """Collects problems, so that a hall file is told everything at once."""

    found: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is usable but worth knowing, such as a file that is not UTF-8."""

    def add(self, file: str, line: int, key: str, text: str) -> None:
        """Note one problem and go on."""
        self.found.append(Problem(file, line, key, text))

    def fail(self, file: str, line: int, text: str) -> NoReturn:
        """Note one problem after which there is nothing to go on with."""
        self.add(file, line, "", text)
        raise HallFileError(self.found)

    def stop_if_any(self) -> None:
        """Raise ``HallFileError`` with everything found so far."""
        if self.found:
            raise HallFileError(self.found)


def shown(value: object, limit: int = 40) -> str:
    """Return a value as a message quotes it: on one line, cut, without control characters."""
    text = "".join(c if c.isprintable() else "?" for c in str(value)[: limit + 1])
    return f'"{text[:limit]}…"' if len(text) > limit else f'"{text}"'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean X?)``, or nothing when no known word is close."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def listing(words: Iterable[str], limit: int = 20) -> str:
    """Return words for a message, cut after ``limit``; a very long word is cut, too."""
    every = [word if len(word) <= LONGEST else f"{word[:LONGEST]}…" for word in words]
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more
