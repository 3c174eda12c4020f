"""A bad rating is followed up by a named person (domain.md §5)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from hallclient.domain.errors import NotAllowed


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


class Appeal(StrEnum):
    """Somebody says that a rating is a mistake or malicious; a supervisor decides."""

    ASKED = "asked"
    GRANTED = "granted"
    """It counts in no figure any more."""
    REFUSED = "refused"


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
    note: str = field(default="", repr=False)
    """What was said on the telephone, for those who may see the rating."""
    appeal: Appeal | None = None
    appealed_by: int | None = None
    appeal_reason: str = field(default="", repr=False)
    decided_by: int | None = None


def taken(follow_up: FollowUp, staff_id: int) -> FollowUp:
    """Return a follow-up with the name of who calls back."""
    return replace(follow_up, staff_id=staff_id)


def recorded(
    follow_up: FollowUp,
    staff_id: int,
    result: FollowUpResult,
    promised_on: date | None,
    today: date,
    at: datetime,
) -> FollowUp:
    """Return a follow-up with what became of it.

    Raises ``NotAllowed``: a correction by a date names a day that is still to come, nothing else
    names one.
    """
    if (result is FollowUpResult.BY_DATE) is not (promised_on is not None):
        raise NotAllowed("follow_up_date", "a correction by a date names the date, no other does")
    if promised_on is not None and promised_on < today:
        raise NotAllowed("follow_up_past", "the promised day is over already")
    return replace(
        follow_up, staff_id=staff_id, result=result, promised_on=promised_on, recorded_at=at
    )
