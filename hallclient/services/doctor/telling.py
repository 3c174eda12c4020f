"""Findings in words: for a terminal, for another program, for a small screen."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hallclient import __version__
from hallclient.phrases import Phrases
from hallclient.services.doctor.finding import Finding, Grade

PART = "doctor"
"""The doctor's catalogue is a file of its own: no screen reads it at its start."""

_MARKS = {Grade.GOOD: "✓", Grade.NOTE: "·", Grade.TROUBLE: "✗"}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in one language; ``means``, ``do`` and ``command`` may be empty."""

    key: str
    grade: Grade
    what: str
    means: str = ""
    do: str = ""
    command: str = ""


def tell(findings: Iterable[Finding], language: str) -> tuple[Told, ...]:
    """Return findings in words, troubles first, then notes, each in the order of the checks."""
    message = Phrases(language, PART)
    order = tuple(Grade.__members__.values())[::-1]
    found = sorted(findings, key=lambda finding: order.index(finding.grade))
    return tuple(_told(message, finding) for finding in found)


def _told(message: Phrases, finding: Finding) -> Told:
    key, facts = finding.key, finding.facts
    if finding.grade is Grade.GOOD:
        return Told(key, finding.grade, message(f"{key}.is", **facts))
    return Told(
        key,
        finding.grade,
        message(f"{key}.is", **facts),
        message(f"{key}.means", **facts),
        message(f"{key}.do", **facts),
        finding.command,
    )


def lines(told: Sequence[Told], language: str) -> Iterator[str]:
    """Yield what stands on a terminal."""
    message = Phrases(language, PART)
    for one in told:
        yield f"{_MARKS[one.grade]} {one.what}"
        for text in (one.means, one.do):
            if text:
                yield f"    {text}"
        if one.command:
            yield f"    $ {one.command}"
    count = sum(one.grade is Grade.TROUBLE for one in told)
    yield ""
    yield message("told.troubles", n=count) if count else message("told.well")


def title(station: str, now: datetime, language: str) -> str:
    """Return the first line: which PC, when, which program."""
    message = Phrases(language, PART)
    time = f"{now:%Y-%m-%d %H:%M}"
    return message("told.title", station=station, time=time, version=__version__)


def as_json(told: Sequence[Told]) -> str:
    """Return findings for another program."""
    listed = [
        {
            "check": one.key,
            "grade": one.grade.value,
            "is": one.what,
            "means": one.means,
            "do": one.do,
            "command": one.command,
        }
        for one in told
    ]
    return json.dumps({"findings": listed}, ensure_ascii=False, indent=1)


def language_of(environment: dict[str, str]) -> str:
    """Return the language that a session's locale asks for; English where it says nothing."""
    named = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG")
                  if environment.get(name)), "")  # fmt: skip
    named = named.replace("-", "_")
    if named.startswith(("zh_TW", "zh_HK", "zh_MO", "zh_Hant")):
        return "zh-Hant"
    return "zh-CN" if named.startswith("zh") else "en"
