"""One finding of the doctor: what is, how bad that is, and the command that mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Fact = str | int


class Grade(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    NOTE = "note"  # works today; somebody should know
    TROUBLE = "trouble"  # somebody has to do something


@dataclass(frozen=True, slots=True)
class Finding:
    """``key`` names the words (``is``, ``means``, ``do``) of the doctor's catalogue.

    ``command`` is what to type, in no language; empty where there is none. No personal fact and no
    password belongs into ``facts``: a report is sent to strangers.
    """

    key: str
    grade: Grade
    facts: Mapping[str, Fact] = field(default_factory=dict)
    command: str = ""


def good(key: str, /, **facts: Fact) -> Finding:
    """Return a finding that all is well."""
    return Finding(key, Grade.GOOD, facts)


def note(key: str, command: str = "", /, **facts: Fact) -> Finding:
    """Return a finding that somebody should know of."""
    return Finding(key, Grade.NOTE, facts, command)


def trouble(key: str, command: str = "", /, **facts: Fact) -> Finding:
    """Return a finding that somebody has to do something about."""
    return Finding(key, Grade.TROUBLE, facts, command)
