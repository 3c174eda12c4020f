"""What a board says, in one language or in two at once (mock-up 09b)."""

import re
import unicodedata
from datetime import date

from hallclient.domain.text import LocalText
from hallclient.phrases import Phrases
from hallclient.ui.words import Words

ENGLISH = "en"
_PAUSES = re.compile(r"(?<=[，。；：！？])|(?<=[.,;:!?] )")
_WORDS = re.compile(r"(?<= )|(?<=[\u2e80-\uffff])(?=[\u2e80-\uffff])(?![，。；：！？、”’」』）])")


class Said(str):
    """A text, and the same in English behind it; ``also`` is empty where one language is enough."""

    __slots__ = ("also",)
    also: str

    def __new__(cls, text: str, also: str = "") -> "Said":
        """Make a text; English that says the same is none."""
        made = super().__new__(cls, text)
        made.also = also if also != text else ""
        return made

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and also_of(self) == also_of(other, also_of(self))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def also_of(text: object, default: str = "") -> str:
    """Return the English behind a text; a plain text has ``default``."""
    return text.also if isinstance(text, Said) else default


class Saying:
    """The words of a board: those of the present language, with English behind on a bilingual one.

    On a board in English nothing stands behind.
    """

    def __init__(self, words: Words, *, bilingual: bool = False) -> None:
        self._words = words
        self._bilingual = bilingual
        self._english: Phrases | None = None

    @property
    def both(self) -> bool:
        """Whether two languages are shown just now."""
        return self._bilingual and self._words.language != ENGLISH

    @property
    def english(self) -> bool:
        """Whether English is the language of this board: its words are long."""
        return self._words.language == ENGLISH

    def __call__(self, key: str, **values: object) -> Said:
        """Return a message; a value that is ``Said`` is put into each language by its own text."""
        if not self.both:
            return Said(self._words(key, **values))
        english = {name: also_of(value) or value for name, value in values.items()}
        return Said(self._words(key, **values), self._speech()(key, **english))

    def text(self, text: LocalText) -> Said:
        """Return a text of the hall as plain words."""
        own = clean(text.text(self._words.language))
        return Said(own, clean(text.en)) if self.both else Said(own)

    def long_date(self, day: date) -> Said:
        """Return a day with its weekday."""
        own = self._words.long_date(day)
        return Said(own, _short(self._speech(), day)) if self.both else Said(own)

    def minutes(self, low: int, high: int) -> str:
        """Return a range of minutes as figures."""
        return self._words.minutes(low, high)

    def joined(self, parts: "list[Said]", between: str = " ") -> Said:
        """Return texts as one, each language by itself."""
        kept = [part for part in parts if part]
        also = [also_of(part) for part in kept]
        return Said(between.join(kept), between.join(text for text in also if text))

    def _speech(self) -> Phrases:
        if self._english is None:
            self._english = Phrases(ENGLISH)
        return self._english


def _short(speech: Phrases, day: date) -> str:
    """Return Fri 20 Nov."""
    weekday = speech(f"common.weekday.d{day.isoweekday()}")
    month = speech(f"common.month.m{day.month}")
    return f"{weekday[:3]} {day.day} {month[:3]}"


def shares(text: str, many: int) -> list[str]:
    """Return a text in so many parts of about the same width, at pauses where it has enough.

    Fewer parts where there are not as many words.
    """
    pieces = [piece for piece in _PAUSES.split(text) if piece.strip()]
    if len(pieces) < many:
        pieces = [piece for piece in _WORDS.split(text) if piece]
    whole = sum(map(_breadth, pieces))
    made, gone = [""] * many, 0.0
    for piece in pieces:
        middle = gone + _breadth(piece) / 2
        made[min(many - 1, int(middle * many / whole))] += piece
        gone += _breadth(piece)
    return [part.strip() for part in made if part.strip()]


def _breadth(text: str) -> float:
    return sum(1.0 if sign > "\u2e80" else 0.55 for sign in text)


def clean(text: str) -> str:
    """Return a text of a hall as plain words: no line ends, no signs that steer or hide text."""
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or not _steers(c))
    return " ".join(kept.split())


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Cn"}
