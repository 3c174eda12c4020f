"""A text message to a citizen's telephone: one for each event of a step, never two."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from hallclient.domain.rules import HallRules
from hallclient.domain.ticket import TicketStatus


class MessageEvent(StrEnum):
    """What a message tells; each at most once for a step of a ticket, the first for the ticket."""

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
    ``step`` is how many services of the visit were done by then: a ticket sent on is called anew.
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
    step: int = 0


def useful_minutes(event: MessageEvent, rules: HallRules) -> int:
    """Return for how long a message of an event is worth sending."""
    return {
        MessageEvent.TAKEN: 30,
        MessageEvent.SOON: 10,
        MessageEvent.CALLED: 5,
        MessageEvent.MISSED: rules.no_show_valid_minutes,
    }[event]


def is_true(event: MessageEvent, status: TicketStatus) -> bool:
    """Return whether what a message tells still holds for its ticket."""
    return {
        MessageEvent.TAKEN: status is not TicketStatus.ENDED,
        MessageEvent.SOON: status is TicketStatus.WAITING,
        MessageEvent.CALLED: status is TicketStatus.CALLED,
        MessageEvent.MISSED: status is TicketStatus.NO_SHOW,
    }[event]


def events_of(status: TicketStatus, ahead: int, rules: HallRules) -> tuple[MessageEvent, ...]:
    """Return what a citizen is to be told of a ticket in this state, as far as it was not yet."""
    if status is TicketStatus.CALLED:
        return (MessageEvent.CALLED,)
    if status is TicketStatus.NO_SHOW:
        return (MessageEvent.MISSED,)
    if status is TicketStatus.WAITING and ahead <= rules.sms_ahead:
        return (MessageEvent.SOON,)
    return ()


def quiet(at: time, rules: HallRules) -> bool:
    """Return whether nobody is sent a message at a local time; equal ends mean never."""
    begins, ends = rules.sms_quiet_from, rules.sms_quiet_until
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def speaking_again(local: datetime, rules: HallRules) -> datetime:
    """Return the first moment at or after ``local`` (hall's time) at which messages may go out."""
    if not quiet(local.time(), rules):
        return local
    ends = rules.sms_quiet_until
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, local.tzinfo)
