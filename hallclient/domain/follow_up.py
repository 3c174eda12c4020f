"""A bad rating is followed up by a named person (domain.md §5)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class FollowUpResult(StrEnum):
    """What became of it."""

    CORRECTED = "corrected"
    """At once."""
    BY_DATE = "by_date"
    """Will be corrected by a date."""
    EXPLAINED = "explained"
    UNREACHED = "unreached"
    """Nobody could be reached: it stays on the list until the deadline."""
    MISTAKEN = "mistaken"
    """The rating was a mistake, by appeal."""
    MALICIOUS = "malicious"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The call-back for one rating. ``due_on`` is the hall's deadline; times are UTC."""

    rating_id: int
    due_on: date
    staff_id: int | None = None
    """Who has put the own name to it."""
    result: FollowUpResult | None = None
    promised_on: date | None = None
    """By when it will be corrected."""
    recorded_at: datetime | None = None
