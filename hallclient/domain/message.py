"""A text message to a citizen's telephone: one for each event of a ticket, never two."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MessageEvent(StrEnum):
    """What a message tells; each at most once for a ticket."""

    TAKEN = "taken"  # the number, as a copy of the paper
    SOON = "soon"  # few are ahead
    CALLED = "called"
    MISSED = "missed"


class MessageState(StrEnum):
    """Where a message is; from the last four nothing follows."""

    WAITING = "waiting"
    SENDING = "sending"  # handed to the modem or the command; after a crash its fate is unknown
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have gone out; never sent again by itself
    EXPIRED = "expired"  # too late to be of use


@dataclass(frozen=True, slots=True)
class Contact:
    """The telephone number left with a ticket, sealed with the hall's key; purged with the day."""

    ticket_id: int
    sealed: bytes = field(repr=False)
    language: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Its text is made when it is sent, from the ticket as it is then; times are UTC.

    It is not sent before ``not_before`` (quiet hours, a retry) and not after ``expires_at``.
    """

    id: int
    ticket_id: int
    event: MessageEvent
    state: MessageState
    made_at: datetime
    not_before: datetime
    expires_at: datetime
    tries: int = 0
    sent_at: datetime | None = None
