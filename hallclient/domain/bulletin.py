"""What is said to the hall just now: on every display, on the clerks' bars, or both (全厅广播)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hallclient.domain.errors import NotAllowed
from hallclient.domain.text import LocalText

LONGEST = 80
_WIDE_SPACE = "\u3000"
"""The space of a Chinese keyboard, the one separator beside the plain space."""


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


def stands_for(
    bulletin: Bulletin, audience: Audience, zones: Collection[str], at: datetime
) -> bool:
    """Return whether a bulletin stands at a moment for an audience in these zones.

    No zones of the reader's: it shows the whole hall.
    """
    if bulletin.ended_at is not None or not bulletin.from_at <= at < bulletin.until:
        return False
    if Audience.ALL not in (audience, bulletin.audience) and bulletin.audience is not audience:
        return False
    return not bulletin.zones or not zones or bool(set(bulletin.zones) & set(zones))


def check_text(text: LocalText) -> None:
    """Raise ``NotAllowed`` unless a text is one plain line that a strip can hold, zh-CN first."""
    if not text.zh_cn.strip():
        raise NotAllowed("bulletin_empty", "a bulletin says something in zh-CN at least")
    for one in (text.zh_cn, text.zh_hant, text.en):
        if not one.replace(_WIDE_SPACE, " ").isprintable():
            raise NotAllowed("bulletin_signs", "a bulletin is one line of plain text")
        if len(one) > LONGEST:
            raise NotAllowed("bulletin_long", f"at most {LONGEST} characters", most=LONGEST)
