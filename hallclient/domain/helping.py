"""Somebody at a kiosk asks for a person (请人帮我)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HelpCall:
    """A call for help from a station; times are UTC.

    ``staff_id`` says who is coming; one call of a station is open at a time.
    """

    id: int
    station: str
    asked_at: datetime
    staff_id: int | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
