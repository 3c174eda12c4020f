"""What is said of an emergency: what has happened, what to do, where to go, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.domain.public_text import shown_words
from hallclient.domain.publication import EmergencyKind

if TYPE_CHECKING:
    from hallclient.domain.publication import Publication
    from hallclient.phrases import Speech

TITLE, WHERE = 24, 60
"""Most characters of an own title, and of where to go."""


@dataclass(frozen=True, slots=True)
class EmergencyWords:
    """``title`` begins with the word for a drill where it is one; ``todo`` has up to two lines."""

    title: str
    todo: str
    where: str
    """Empty where the hall named no place."""


def emergency_words(one: Publication, speech: Speech) -> EmergencyWords:
    """Return the words of an emergency."""
    kind = one.emergency or EmergencyKind.OTHER
    if kind is EmergencyKind.OTHER:
        title = shown_words(one.title.text(speech.language), TITLE)
        todo = speech("emergency.todo.another")
    else:
        title = speech(f"emergency.title.{kind.value}")
        todo = speech(f"emergency.todo.{kind.value}")
    if one.drill:
        title = speech("emergency.drill_title", title=title)
    return EmergencyWords(title, todo, shown_words(one.text.text(speech.language), WHERE))


def staff_line(one: Publication, speech: Speech) -> str:
    """Return what the staff shall do, in one short line for a clerk's bar."""
    title = emergency_words(one, speech).title
    kind = one.emergency or EmergencyKind.OTHER
    what = "another" if kind is EmergencyKind.OTHER else kind.value
    return speech("emergency.staff", title=title, todo=speech(f"emergency.staff_todo.{what}"))
