"""Where to go, in words: floor, zone, windows."""

from dataclasses import dataclass

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue, Zone, windows_text
from hallclient.domain.text import Language
from hallclient.phrases import Speech


@dataclass(frozen=True, slots=True)
class ZoneWords:
    """A zone's name in three parts: 一楼 **B** 区. ``letter`` is "" when it has no short name."""

    before: str
    letter: str
    after: str
    whole: str


def zone_words(zone: Zone, language: str) -> ZoneWords:
    """Return the words of a zone; the floor stands first unless the name has it already."""
    name, floor = zone.name.text(language), zone.floor.text(language)
    if floor in name:
        floor = ""
    gap = ", " if language == Language.EN else " " if name[:1].isascii() else ""
    whole = f"{floor}{gap}{name}" if floor else name
    if not (len(zone.letter) == 1 and zone.letter.isascii() and whole.count(zone.letter) == 1):
        return ZoneWords("", "", "", whole)
    before, _, after = whole.partition(zone.letter)
    return ZoneWords(before.strip(), zone.letter, after.strip(), whole)


def windows_words(say: Speech, plan: HallPlan, queue: Queue) -> str:
    """Return the windows that serve a queue (8–15 号窗口), "" when none does."""
    windows = plan.windows_of_queue.get(queue.code, ())
    if not windows:
        return ""
    numbers = windows_text(windows)
    if say.language == Language.EN:
        numbers = numbers.replace("、", ", ")
    return say("kiosk.done.windows", windows=numbers, n=len(windows))
