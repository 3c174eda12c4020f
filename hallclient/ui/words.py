"""The words on the screen: the catalogue of the present language, switchable at run time."""

import re
from datetime import date
from typing import Final

from PySide6.QtCore import QObject, Signal

from hallclient.phrases import SOURCE, Phrases

_DAY_OF_MONTH: Final = re.compile(r"(?<=\d) (?=\D)")


class Words(QObject):
    """The messages of the present language; ``words("kiosk.home.ahead", n=3)``."""

    switched = Signal(str)
    """The new language's code. Pages write all their texts again."""

    def __init__(self, code: str = SOURCE, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phrases = Phrases(code)

    @property
    def language(self) -> str:
        """The present language's code."""
        return self._phrases.language

    def switch(self, code: str) -> None:
        """Change the language at once; FileNotFoundError when there is no such catalogue."""
        if code != self.language:
            self._phrases = Phrases(code)
            self.switched.emit(code)

    def __call__(self, key: str, **values: object) -> str:
        """Return a message, see ``Phrases``."""
        return self._phrases(key, **values)

    def long_date(self, day: date) -> str:
        """Return a day with its weekday: 11月20日 星期五, Friday 20 November.

        On a screen no line ends between the number of a day and its month.
        """
        return _DAY_OF_MONTH.sub("\N{NO-BREAK SPACE}", self._phrases.long_date(day))

    def minutes(self, low: int, high: int) -> str:
        """Return a range of minutes as figures only, with an en dash: 10–30."""
        return self._phrases.minutes(low, high)
