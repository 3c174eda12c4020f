"""The words of the product without a screen: one message catalogue per language.

``resources/i18n/<code>.toml`` holds the messages as tables, so ``[kiosk.home] take = "取号"`` is
key ``kiosk.home.take``. A table with ``one`` and ``other`` is one message that depends on ``n``.
zh-CN is the language the others are translated from (docs/adr/0002-message-catalogues.md).
Paper, text messages and the agent speak by ``Phrases``; a screen that switches its language while
it runs has ``ui.words.Words``.

    UnknownMessageError (KeyError)
"""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol

from hallclient import assets

log = logging.getLogger(__name__)

SOURCE = "zh-CN"
_PLURAL = {"one", "other"}


class UnknownMessageError(KeyError):
    """No catalogue has this key: a mistake in the program, found by a test."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the program speaks: its code and what it calls itself."""

    code: str
    name: str
    order: int


@cache
def catalogue(code: str, part: str = "") -> Mapping[str, str]:
    """Return a language's messages by full key; plural forms end in ``.one`` and ``.other``.

    ``part`` is a folder of messages that no screen needs at its start: ``doctor``.
    """
    with assets.path("i18n", part, f"{code}.toml").open("rb") as file:
        return MappingProxyType(_flatten(tomllib.load(file)))


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            flat |= _flatten(value, f"{key}.")
        else:
            flat[key] = str(value)
    return flat


@cache
def languages() -> tuple[Language, ...]:
    """Return every language that has a catalogue, in the order of the language switch."""
    found = []
    for file in assets.path("i18n").glob("*.toml"):
        # Only its head: reading all messages of all languages would cost a start 10 ms.
        head = "\n\n[".join(file.read_text("utf-8").split("\n\n[", 2)[:2])
        about = tomllib.loads(head)["language"]
        found.append(Language(file.stem, about["name"], int(about["order"])))
    return tuple(sorted(found, key=lambda language: language.order))


class Speech(Protocol):
    """Whatever says a message in one language: ``Phrases``, or the words of a screen."""

    @property
    def language(self) -> str:
        """The present language's code."""
        ...

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its placeholders filled."""
        ...

    def minutes(self, low: int, high: int) -> str:
        """Return a range of minutes as figures."""
        ...


class Phrases:
    """The messages of one language; ``phrases("kiosk.home.ahead", n=3)``."""

    def __init__(self, code: str = SOURCE, part: str = "") -> None:
        self._code = code
        self._part = part
        self._messages = catalogue(code, part)

    @property
    def language(self) -> str:
        """The language's code."""
        return self._code

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its placeholders filled; ``n`` also chooses the plural form.

        A key that only the source language has is said in the source language and logged.
        UnknownMessageError when no catalogue has it, KeyError when a value is missing.
        """
        found = _find(self._messages, key, values)
        if found is None:
            log.error("the catalogue %s lacks %s", self._code, key)
            found = _find(catalogue(SOURCE, self._part), key, values)
        if found is None:
            raise UnknownMessageError(key)
        return found.format_map(values) if values else found

    def long_date(self, day: date) -> str:
        """Return a day with its weekday: 11月20日 星期五, Friday 20 November."""
        return self(
            "common.date.long",
            month=self(f"common.month.m{day.month}"),
            day=day.day,
            weekday=self(f"common.weekday.d{day.isoweekday()}"),
        )

    def minutes(self, low: int, high: int) -> str:
        """Return a range of minutes as figures only, with an en dash: 10–30."""
        return f"{low}–{high}" if low != high else str(high)


def _find(messages: Mapping[str, str], key: str, values: Mapping[str, object]) -> str | None:
    if key in messages:
        return messages[key]
    if values.get("n") == 1 and f"{key}.one" in messages:
        return messages[f"{key}.one"]
    return messages.get(f"{key}.other")


def has_message(key: str) -> bool:
    """Return whether there are words for a key: those of an error that comes from outside."""
    return key in catalogue(SOURCE) or f"{key}.other" in catalogue(SOURCE)


def refusal_key(key: str, *tables: str) -> str:
    """Return the message for a rule's no (``DomainError.key``): of the first table that has it.

    Every role names its own table first and the common one, ``refused``, behind it; empty: none.
    """
    found = (f"{table}.{key}" for table in (*tables, "refused"))
    return next((name for name in found if has_message(name)), "")


def base_key(key: str) -> str:
    """Return a key without its plural form."""
    head, _, last = key.rpartition(".")
    return head if last in _PLURAL else key
