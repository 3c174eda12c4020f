"""One row of a hall file, whether it was a TOML table or a line of a spreadsheet.

A ``Row`` hands out typed values and notes a problem for each that is not right; it then returns a
harmless value, so that reading goes on and everything wrong is told at once. Values of a
spreadsheet are text: numbers, lists (``A;B``) and times are read out of it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import TypeVar

from hallclient.domain.text import Language, LocalText
from hallclient.services.hallfile.problems import Problems, did_you_mean, listing, shown

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
LATIN_ROOM = 3
"""An English name may be this many times as long as the Chinese one."""

E = TypeVar("E", bound=StrEnum)


@dataclass(slots=True)
class Row:
    """Values by key; a text in three languages has the keys ``name.zh-CN`` and so on."""

    label: str
    file: str
    line: int
    values: Mapping[str, object]
    problems: Problems
    lines: Mapping[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def wrong(self, key: str, text: str) -> None:
        """Note a problem at the line of a key."""
        line = self.lines.get(key, self.line)
        self.problems.add(self.file, line, ".".join(k for k in (self.label, key) if k), text)

    def has(self, key: str) -> bool:
        """Return whether there is anything under a key."""
        self.known.add(key)
        return self.values.get(key) not in (None, "")

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.values:
            if key in self.known:
                continue
            stem = key.split(".")[0] + "."
            known = sorted(k for k in self.known if k.startswith(stem)) or sorted(self.known)
            near = did_you_mean(key, known) or f"; keys are {listing(known)}"
            self.wrong(key, f"unknown key{near}")

    def text(self, key: str, limit: int, *, required: bool = False) -> str:
        """Return a text of at most ``limit`` characters, without blanks at its ends."""
        if not self.has(key):
            if required:
                self.wrong(key, "missing; give a text")
            return ""
        value = self.values[key]
        if not isinstance(value, str):
            self.wrong(key, f'{shown(value)} is not a text; write it in quotes, "…"')
            return ""
        return self._clean(key, value, limit, required=required)

    def _clean(self, key: str, value: str, limit: int, *, required: bool) -> str:
        text = value.strip()
        if required and not text:
            self.wrong(key, "empty; give a text")
        elif any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in text):
            self.wrong(key, f"{shown(text)} has control characters in it; type it anew")
        elif len(text) > limit:
            self.wrong(key, f"{shown(text)} has {len(text)} characters; at most {limit} fit")
        return text

    def local(self, key: str, limit: int, *, required: bool = False) -> LocalText:
        """Return a text in the hall's languages; a bare one is Simplified Chinese."""
        chinese = f"{key}.{Language.ZH_CN}"
        main = chinese if self.has(chinese) else key
        self.known.update({key, chinese})
        return LocalText(
            self.text(main, limit, required=required),
            self.text(f"{key}.{Language.ZH_HANT}", limit),
            self.text(f"{key}.{Language.EN}", limit * LATIN_ROOM),
        )

    def code(self, key: str, *, required: bool = True) -> str:
        """Return a code: the stable key of a part, or a reference to one."""
        text = self.text(key, 32, required=required)
        if text and not CODE.fullmatch(text):
            self.wrong(key, f"{shown(text)} is not a code; use A-Z, a-z, 0-9, _ . - up to 32")
        return text

    def words(self, key: str, limit: int) -> tuple[str, ...]:
        """Return a list of texts; a spreadsheet separates them by ``;``."""
        if not self.has(key):
            return ()
        value = self.values[key]
        if isinstance(value, str):
            value = [part for part in value.split(";") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self.wrong(key, f'{shown(value)} is not a list of texts; write ["A", "B"]')
            return ()
        return tuple(self._clean(key, part, limit, required=True) for part in value)

    def integer(self, key: str, default: int | None, low: int, high: int) -> int:
        """Return a whole number within bounds; without a default it must be there."""
        return int(self._number(key, default, low, high, whole=True))

    def number(self, key: str, default: float | None, low: float, high: float) -> float:
        """Return a number within bounds."""
        return self._number(key, default, low, high, whole=False)

    def _number(
        self, key: str, default: float | None, low: float, high: float, *, whole: bool
    ) -> float:
        if not self.has(key):
            if default is None:
                self.wrong(key, f"missing; give a number from {low:g} to {high:g}")
            return low if default is None else default
        value = _as_number(self.values[key])
        kind = "whole number" if whole else "number"
        if value is None or (whole and value != int(value)) or not low <= value <= high:
            what = shown(self.values[key])
            self.wrong(key, f"{what} is not a {kind} from {low:g} to {high:g}")
            return low
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return yes or no: true/false in TOML; 1/0, yes/no or 是/否 in a spreadsheet."""
        if not self.has(key):
            return default
        value = self.values[key]
        answer = value if isinstance(value, bool) else _YES_NO.get(str(value).strip().lower())
        if answer is None:
            self.wrong(key, f"{shown(value)} is neither yes nor no; write true or false")
        return bool(answer)

    def choice(self, key: str, options: type[E], default: E | None = None) -> E:
        """Return one of the words of an enumeration."""
        text = self.text(key, 40, required=default is None)
        words = [str(option) for option in options]
        if text in words:
            return options(text)
        if text:
            near = did_you_mean(text, words) or f"; one of {listing(words)}"
            self.wrong(key, f"{shown(text)} is not known{near}")
        return default if default is not None else next(iter(options))

    def clock(self, key: str, default: time | None = None) -> time:
        """Return a local time, ``9:00`` or ``"09:00"``; seconds are not kept."""
        if not self.has(key):
            if default is None:
                self.wrong(key, 'missing; give a time like "09:00"')
            return default or time(0)
        value = self.values[key]
        if isinstance(value, time):
            return value.replace(second=0, microsecond=0)
        match = _CLOCK.fullmatch(str(value).strip())
        if not match:
            self.wrong(key, f'{shown(value)} is not a time; write "09:00"')
            return time(0)
        return time(int(match[1]), int(match[2]))


_YES_NO = {
    "true": True, "yes": True, "1": True, "是": True,
    "false": False, "no": False, "0": False, "否": False,
}  # fmt: skip


def _as_number(value: object) -> float | None:
    """Return the number in a value, or None; a truth value is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e12 else None  # also drops nan and infinity
