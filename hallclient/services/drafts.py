"""What somebody wants to publish, before it is: checked, and said in one sentence why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hallclient.domain.errors import NotAllowed
from hallclient.domain.public_text import check_words
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.services.emergency_words import TITLE, WHERE
from hallclient.services.picture_files import picture_of, video_of

if TYPE_CHECKING:
    from datetime import date

    from hallclient.domain.publication import Media

SECONDS, SHORTEST, LONGEST = 8, 3, 120
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters and lines a kind has room for; none: it has no such words."""

    title: int = 0
    text: int = 0
    lines: int = 1
    needs_text: bool = True


ROOMS: Final = MappingProxyType(
    {
        PublicationKind.STRIP: Room(text=160),
        PublicationKind.CARD: Room(title=30, text=160),
        PublicationKind.PICTURE: Room(text=40, needs_text=False),
        PublicationKind.PAGE: Room(title=30, text=600, lines=14),
        PublicationKind.VIDEO: Room(text=40, needs_text=False),
    }
)
_FILES: Final = MappingProxyType(
    {PublicationKind.PICTURE: picture_of, PublicationKind.VIDEO: video_of}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to publish; the fields are those of ``Publication``.

    ``data`` are the bytes of a new picture or video; a change without them keeps the old ones.
    """

    kind: PublicationKind
    text: LocalText = NO_TEXT
    title: LocalText = NO_TEXT
    data: bytes = b""
    zones: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    weekdays: tuple[int, ...] = ()
    begins: time = time(0, 0)
    ends: time = time(0, 0)
    seconds: int = SECONDS


def draft_of(one: Publication) -> Draft:
    """Return what stands as a draft, to be changed with ``dataclasses.replace``."""
    return Draft(
        kind=one.kind,
        text=one.text,
        title=one.title,
        zones=one.zones,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        weekdays=one.weekdays,
        begins=one.begins,
        ends=one.ends,
        seconds=one.seconds,
    )


def tidy(draft: Draft) -> Draft:
    """Return a draft without space around its words."""
    return replace(draft, text=_stripped(draft.text), title=_stripped(draft.title))


def media_of(draft: Draft, *, changes: bool = False) -> Media | None:
    """Return what file comes with a draft; ``NotAllowed`` for none where one must be."""
    read = _FILES.get(draft.kind)
    if read is None:
        if draft.data:
            raise NotAllowed("file_unwanted", "this kind has no file")
        return None
    if not draft.data and changes:
        return None
    if not draft.data:
        raise NotAllowed("file_missing", "a picture or video comes from a file")
    return read(draft.data)


def check_draft(draft: Draft, today: date) -> None:
    """Raise ``NotAllowed`` unless it can be published; ``today`` is the hall's."""
    room = ROOMS.get(draft.kind)
    if room is None:
        raise NotAllowed("emergency_apart", "an emergency is not part of the playlist")
    _check_title(draft.title, room)
    check_words(draft.text, room.text, room.lines, needed=room.needs_text)
    if not SHORTEST <= draft.seconds <= LONGEST:
        raise NotAllowed(
            "bad_seconds", f"from {SHORTEST} to {LONGEST} seconds", least=SHORTEST, most=LONGEST
        )
    if any(not 1 <= day <= SUNDAY for day in draft.weekdays):
        raise NotAllowed("bad_weekday", "weekdays go from 1, Monday, to 7")
    first, last = draft.valid_from, draft.valid_until
    if last is not None and (last < today or (first is not None and last < first)):
        raise NotAllowed("bad_validity", "it would never be shown: its last day is before")


def check_emergency(kind: EmergencyKind, title: LocalText, text: LocalText) -> None:
    """Raise ``NotAllowed`` unless an emergency can be said so."""
    if kind is EmergencyKind.OTHER:
        check_words(title, TITLE)
    elif title != NO_TEXT:
        raise NotAllowed("title_standard", "this emergency has its standard title")
    check_words(text, WHERE, needed=False)


def _check_title(title: LocalText, room: Room) -> None:
    if room.title:
        check_words(title, room.title, needed=False)
    elif title != NO_TEXT:
        raise NotAllowed("title_unwanted", "this kind has no title")


def _stripped(text: LocalText) -> LocalText:
    return LocalText(*(_tidy(one) for one in (text.zh_cn, text.zh_hant, text.en)))


def _tidy(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
