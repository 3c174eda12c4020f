"""A recorded business day in bulk: what it takes to play it again, and nobody's name.

No key of a person, no member of staff, no number or token of a ticket is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from hallclient.domain.journal import Json
    from hallclient.domain.rules import PriorityClass
    from hallclient.domain.ticket import TicketStatus
    from hallclient.domain.turn import Outcome

TRACED: Final = (
    "shift.began",
    "shift.ended",
    "window.paused",
    "window.resumed",
    "window.lent",
    "window.given_back",
    "ticket.transferred",
    "ticket.sent_on",
    "ticket.rechosen",
    "ticket.requeued",
    "ticket.released",
    "move.taken_back",
)
"""The kinds of journal entries that a trace has: windows that come and go, queues that change."""


@dataclass(frozen=True, slots=True)
class TicketTrace:
    """One ticket. ``queue_id`` and ``claim_at`` are the last ones it had."""

    id: int
    queue_id: int
    service_id: int
    priority: PriorityClass
    claim_at: datetime
    issued_at: datetime
    callable_from: datetime | None
    status: TicketStatus
    ended_at: datetime | None
    booked: bool


@dataclass(frozen=True, slots=True)
class TurnTrace:
    """One turn; ``calls`` 0 is one that went on without a call."""

    ticket_id: int
    window_id: int
    called_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    result: Outcome | None
    calls: int


@dataclass(frozen=True, slots=True)
class MoveTrace:
    """One journal entry of the kinds in ``TRACED``; ``window`` is its code, ``ticket`` 0 none."""

    seq: int
    at: datetime
    kind: str
    window: str
    subject: str
    data: Mapping[str, Json]

    @property
    def ticket(self) -> int:
        """Return the id of the ticket it is about, 0 for something else."""
        what, _, number = self.subject.partition(":")
        return int(number) if what == "ticket" and number.isdigit() else 0


@dataclass(frozen=True, slots=True)
class DayTrace:
    """A business day up to ``until``: its end, or the moment of the question."""

    day: date
    opened_at: datetime
    until: datetime
    closed: bool
    tickets: Sequence[TicketTrace]
    turns: Sequence[TurnTrace]
    moves: Sequence[MoveTrace]
    """In the order of the journal; what was taken back is not there, nor that it was."""


class DayTraceQuestions(Protocol):
    """What can be asked about a whole day."""

    def day_trace(self, day: date) -> DayTrace | None:
        """Return a business day, the open one up to now; None for one the hall never had."""
        ...
