"""What a hall publishes on its screens (综合信息发布): notices, pages, pictures, emergencies.

Times are the hall's: ``at`` is a moment in its time zone (``services.hours.local_time``).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hallclient.domain.text import NO_TEXT, LocalText


class PublicationKind(StrEnum):
    """What it is, and where it stands."""

    STRIP = "strip"
    """A line at the foot of boards."""
    CARD = "card"
    """Title and text in the card beside the calls."""
    PICTURE = "picture"
    """A picture in the card, with an optional line below."""
    PAGE = "page"
    """Title and text over the right column."""
    VIDEO = "video"
    """A silent video in the card; only where the optional extra is installed."""
    EMERGENCY = "emergency"
    """Over everything, on every public screen, until it is ended."""


class EmergencyKind(StrEnum):
    """What has happened. All but ``OTHER`` have standard words and, where rendered, a voice."""

    FIRE = "fire"
    EARTHQUAKE = "earthquake"
    EVACUATE = "evacuate"
    """Leave now; the reason is not told."""
    SHELTER = "shelter"
    """Stay inside: a storm, a danger before the door."""
    OTHER = "other"
    """In the hall's own words."""


EVACUATING = frozenset({EmergencyKind.FIRE, EmergencyKind.EARTHQUAKE, EmergencyKind.EVACUATE})
"""Nobody shall wait for a number then: no call is shown or spoken while one of these stands."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One thing that is published. Validity is in the hall's days and times.

    ``weekdays`` are ISO numbers, empty for all; ``begins`` and ``ends`` are times of day, equal for
    the whole day; ``seconds`` it stands each time it comes round; ``position`` orders the playlist.
    """

    id: int
    kind: PublicationKind
    text: LocalText = NO_TEXT
    title: LocalText = NO_TEXT
    media: str = ""
    """Digest of the picture or video (SHA-256, hexadecimal)."""
    zones: tuple[str, ...] = ()
    """Codes; empty is the whole hall."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day."""
    weekdays: tuple[int, ...] = ()
    begins: time = time(0, 0)
    ends: time = time(0, 0)
    seconds: int = 8
    position: int = 0
    staff_id: int | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None
    emergency: EmergencyKind | None = None
    """Of an emergency only; its ``title`` is empty but for ``OTHER``, its ``text`` where to go."""
    drill: bool = False
    request_id: str = ""
    """Made once a form: what is published twice under one is published once."""

    @property
    def evacuates(self) -> bool:
        """Whether calls are neither shown nor spoken while this stands."""
        return self.emergency in EVACUATING


@dataclass(frozen=True, slots=True)
class Media:
    """A file that screens show: what it is and how large, without its bytes."""

    digest: str
    kind: str
    """``image/png``, ``image/jpeg``, ``image/webp``, ``video/mp4``."""
    size: int
    """Bytes."""
    width: int = 0
    height: int = 0


def standing(
    publications: Iterable[Publication], zones: Collection[str], at: datetime
) -> tuple[Publication, ...]:
    """Return what is to be shown in these zones (empty: the whole hall) at a moment, in order.

    Emergencies are not among them: they stand over everything, see ``emergency_in``.
    """
    found = (
        one
        for one in publications
        if one.kind is not PublicationKind.EMERGENCY and _here(one, zones) and _valid(one, at)
    )
    return tuple(sorted(found, key=lambda one: (one.position, one.id)))


def emergency_in(publications: Iterable[Publication], zones: Collection[str]) -> Publication | None:
    """Return the emergency that covers a screen of these zones (empty: the whole hall), or None.

    Where several zones have one each: what is real before a drill, what evacuates first, then the
    newest.
    """
    found = (
        one
        for one in publications
        if one.kind is PublicationKind.EMERGENCY and one.ended_at is None and _here(one, zones)
    )
    return max(found, key=lambda one: (not one.drill, one.evacuates, one.id), default=None)


def _here(one: Publication, zones: Collection[str]) -> bool:
    return not one.zones or not zones or not set(one.zones).isdisjoint(zones)


def _valid(one: Publication, at: datetime) -> bool:
    day = _day_of(one, at)
    return (
        one.ended_at is None
        and day is not None
        and (one.valid_from is None or one.valid_from <= day)
        and (one.valid_until is None or day <= one.valid_until)
        and (not one.weekdays or day.isoweekday() in one.weekdays)
    )


def _day_of(one: Publication, at: datetime) -> date | None:
    """Return the day whose span holds a moment: over midnight it is the day it began on."""
    now, today = at.time(), at.date()
    begins, ends = one.begins, one.ends
    if begins == ends or begins <= now < ends:
        return today
    if begins > ends:
        if now >= begins:
            return today
        if now < ends:
            return today - timedelta(days=1)
    return None
