"""What a hall publishes on its screens (综合信息发布): notices, pages, pictures, emergencies."""

from dataclasses import dataclass
from datetime import date, datetime, time
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
