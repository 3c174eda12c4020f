"""A text in the languages of a hall: what a hall file says to people."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language of the screens; the value is its code."""

    ZH_CN = "zh-CN"
    ZH_HANT = "zh-Hant"
    EN = "en"


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in the languages of the hall. A missing one falls back to Simplified Chinese."""

    zh_cn: str
    zh_hant: str = ""
    en: str = ""

    def text(self, language: str) -> str:
        """Return the text in ``language`` (a ``Language`` or its code)."""
        if language == Language.ZH_HANT:
            return self.zh_hant or self.zh_cn
        if language == Language.EN:
            return self.en or self.zh_cn
        return self.zh_cn


NO_TEXT = LocalText("")
