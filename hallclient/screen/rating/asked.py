"""What a window's screen needs to ask for a rating, and what the citizen gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.ui.words import Words

ASK_S = 20
"""Seconds after which the page ends, where the hall says no others (visual.md, Window screen)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rating that the hall asks for. ``until`` is on the clock of the page's desk, in seconds."""

    turn_id: int
    until: float
    label: str = ""
    service: str = ""
    clerk: str = ""
    """Name and staff number as they stand on the screen; empty where the hall shows none."""
    hotline: str = ""
    follow_url: str = ""
    """The hall's, where it may be rated by telephone."""
    url: str = ""
    """Where it is rated by telephone; the page makes it on a screen that cannot be touched."""
    reply_days: int = 0
    """Working days within which the hall answers; 0 says nothing of it."""
    touched: bool = True
    """Whether this screen can be touched. Without touch and without ``url`` it only thanks."""
    seconds: float = ASK_S
    """The hall's time for a rating; whoever touches the page has it once more."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a citizen gave. Nothing of it is in the printed form (domain.md §5)."""

    turn_id: int
    level: int = field(repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RatingDesk:
    """What the rating page works with. ``give`` must not wait; ``clock`` is monotonic seconds.

    ``words`` are the page's own: it speaks the citizen's language.
    """

    words: Words
    give: Callable[[Given], None]
    clock: Callable[[], float]
    contact: bool = False
    """Whether a telephone number can be kept: this PC has the hall's key."""
    url: Callable[[str, int], str] | None = None
    """Makes the address at which a turn is rated by telephone, from the hall's follow URL."""
