"""What is said to the hall just now: on every display, on the clerks' bars, or both (全厅广播)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hallclient.domain.text import LocalText

LONGEST = 80


class Audience(StrEnum):
    """Who reads a bulletin."""

    PUBLIC = "public"
    STAFF = "staff"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A text that stands until a moment, or until it is taken back (``ended_at``)."""

    id: int
    text: LocalText
    audience: Audience
    staff_id: int
    from_at: datetime
    until: datetime
    zones: tuple[str, ...] = ()
    """Codes; empty is the whole hall."""
    ended_at: datetime | None = None
