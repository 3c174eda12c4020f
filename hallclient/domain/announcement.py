"""What became of a call on the floor: shown on a board, spoken, or why not (domain.md §6).

A call is a turn and how often it was called: ``(turn_id, calls)``. Boards report what they did; the
first report of a call counts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CallKey = tuple[int, int]
"""Turn and number of calls."""


class Unspoken(StrEnum):
    """Why a call was not spoken."""

    TOO_OLD = "too_old"
    """It waited for the voice longer than 45 s."""
    NO_CLIP = "no_clip"
    """The phrase bank has no clip for a part of it: chime and screen only."""
    NO_SOUND = "no_sound"
    """No sound card, or it failed."""
    MUTED = "muted"
    """The hall's volume is zero at this time."""
    ANSWERED = "answered"
    """The citizen stood at the window before it was its turn to be spoken."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A board painted a call, so long ago: a report may be late when the database was away."""

    turn_id: int
    calls: int
    ago_ms: int = 0

    @property
    def key(self) -> CallKey:
        """Return whose call it was, and which."""
        return self.turn_id, self.calls


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a board's voice did with one call. ``times`` it was read, 0 with a reason."""

    turn_id: int
    calls: int
    zone: str
    times: int
    why: Unspoken | None = None
    delay_ms: int = 0
    """From the call to the first word, or to the decision not to speak."""
    ago_ms: int = 0
    """Since its end, or that decision: a report may be late when the database was away."""

    @property
    def key(self) -> CallKey:
        """Return whose call it was, and which."""
        return self.turn_id, self.calls


@dataclass(frozen=True, slots=True)
class BoardReport:
    """What one board did since its last report, and that it is there.

    ``speaks`` are the zones whose calls it can speak: codes, or empty for a board without a voice.
    """

    name: str
    zones: tuple[str, ...] = ()
    """Codes it shows; empty is the whole hall."""
    speaks: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    ending: bool = False
    """It is being closed: its leases go to another board at once."""


@dataclass(frozen=True, slots=True)
class BoardOrders:
    """What a board is told back: the zones whose calls it is the one to speak now.

    ``name`` is what the hall calls it: two PCs may have been given the same name.
    """

    leads: frozenset[str] = frozenset()
    name: str = ""
    shared: frozenset[str] = frozenset()
    """Zones that another board, which is there, could speak as well."""
    renewed_s: float = 0.0
    """So long ago, when it asked, the leases of ``leads`` were renewed."""


@dataclass(frozen=True, slots=True)
class BoardRecord:
    """A board that the hall knows, seen last at a moment. Forgotten by hand or after 14 days."""

    name: str
    zones: tuple[str, ...]
    speaks: tuple[str, ...]
    since: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    """When it was closed in an orderly way."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is known of one call."""

    turn_id: int
    calls: int
    shown_at: datetime | None = None
    shown_by: str = ""
    spoken_at: datetime | None = None
    spoken_by: str = ""
    times: int = 0
    why: Unspoken | None = None
