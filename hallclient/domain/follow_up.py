"""A bad rating is followed up by a named person (domain.md §5)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from hallclient.domain.errors import NotAllowed

TRIES: Final = 3
"""So often somebody who left a telephone is called before nobody could be reached."""


class FollowUpResult(StrEnum):
    """What became of it."""

    CORRECTED = "corrected"
    """At once."""
    BY_DATE = "by_date"
    """Will be corrected by a date."""
    EXPLAINED = "explained"
    UNREACHED = "unreached"
    """Nobody could be reached: it stays on the list until it was tried ``TRIES`` times."""
    MISTAKEN = "mistaken"
    """The rating was a mistake: by an appeal that was granted, like the next."""
    MALICIOUS = "malicious"


BY_APPEAL: Final = frozenset({FollowUpResult.MISTAKEN, FollowUpResult.MALICIOUS})


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
    tries: int = 0
    """How often nobody could be reached."""

    @property
    def set_aside(self) -> bool:
        """Return whether the rating counts in no figure."""
        return self.appeal is Appeal.GRANTED

    def waits(self, today: date) -> bool:
        """Return whether somebody has to call (again) on a day."""
        if self.result is FollowUpResult.UNREACHED:
            return self.tries < TRIES
        if self.result is FollowUpResult.BY_DATE:
            return self.promised_on is not None and self.promised_on < today
        return self.result is None

    def overdue(self, today: date) -> bool:
        """Return whether it waits beyond the deadline, or the promised day is over."""
        promised = self.result is FollowUpResult.BY_DATE
        return self.waits(today) and (promised or self.due_on < today)


@dataclass(frozen=True, slots=True)
class CallBack:
    """What a call-back brought; ``promised_on`` goes with ``BY_DATE`` only."""

    result: FollowUpResult
    promised_on: date | None = None
    note: str = field(default="", repr=False)
    reachable: bool = True
    """Whether the citizen left a telephone: without one there is nothing to try again."""


def taken(follow_up: FollowUp, staff_id: int) -> FollowUp:
    """Return a follow-up with the name of who calls back."""
    return replace(follow_up, staff_id=staff_id)


def recorded(
    follow_up: FollowUp, staff_id: int, call: CallBack, today: date, at: datetime
) -> FollowUp:
    """Return a follow-up with what a call brought; a note is kept until there is another.

    Raises ``NotAllowed``: a correction by a date names a day that is still to come, nothing else
    names one; a rating is put aside by an appeal only.
    """
    result, promised_on = call.result, call.promised_on
    if result in BY_APPEAL:
        raise NotAllowed("appeal_first", "a rating is put aside by an appeal only")
    if (result is FollowUpResult.BY_DATE) is not (promised_on is not None):
        raise NotAllowed("follow_up_date", "a correction by a date names the date, no other does")
    if promised_on is not None and promised_on < today:
        raise NotAllowed("follow_up_past", "the promised day is over already")
    tries = follow_up.tries
    if result is FollowUpResult.UNREACHED:
        tries = tries + 1 if call.reachable else TRIES
    return replace(
        follow_up,
        staff_id=staff_id,
        result=result,
        promised_on=promised_on,
        recorded_at=at,
        note=call.note or follow_up.note,
        tries=tries,
    )


def appealed(follow_up: FollowUp, staff_id: int, reason: str) -> FollowUp:
    """Return a follow-up whose rating is said to be a mistake or malicious.

    Raises ``NotAllowed`` without a reason, and for a second appeal.
    """
    if not reason:
        raise NotAllowed("appeal_reason", "an appeal says why the rating should not count")
    if follow_up.appeal is not None:
        raise NotAllowed("appeal_twice", "there is an appeal against this rating already")
    return replace(follow_up, appeal=Appeal.ASKED, appealed_by=staff_id, appeal_reason=reason)


def decided(
    follow_up: FollowUp, staff_id: int, granted: FollowUpResult | None, at: datetime
) -> FollowUp:
    """Return a follow-up whose appeal was granted as mistaken or malicious, or refused (None).

    Raises ``NotAllowed`` without an open appeal, and for who has asked for it: two people put a
    rating aside.
    """
    if follow_up.appeal is not Appeal.ASKED:
        raise NotAllowed("no_appeal", "no appeal against this rating waits for a decision")
    if follow_up.appealed_by == staff_id:
        raise NotAllowed("own_appeal", "somebody else decides about an appeal of one's own")
    if granted is None:
        return replace(follow_up, appeal=Appeal.REFUSED, decided_by=staff_id)
    if granted not in BY_APPEAL:
        raise NotAllowed("appeal_as", "an appeal is granted as mistaken or malicious")
    return replace(
        follow_up,
        appeal=Appeal.GRANTED,
        decided_by=staff_id,
        result=granted,
        promised_on=None,
        recorded_at=follow_up.recorded_at or at,
    )
