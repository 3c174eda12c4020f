"""A shift: a member of staff at a window, with the pauses in it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Who sits at a window since when; ``paused_at`` is set while the window is paused."""

    id: int
    staff_id: int
    window_id: int
    signed_in_at: datetime
    signed_out_at: datetime | None = None
    paused_at: datetime | None = None
    pause_reason: str = ""
    resumed_at: datetime | None = None
    """When its last pause ended."""

    @property
    def open_for_calls(self) -> bool:
        """Return whether somebody may be called to this window."""
        return self.signed_out_at is None and self.paused_at is None
