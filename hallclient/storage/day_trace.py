"""A whole business day in four questions, for whoever plays it again.

The journal has no index by time; its numbers grow with its moments, so the first entry of a day is
found by halving, each step one look at the primary key.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.day_trace import TRACED, DayTrace, MoveTrace, TicketTrace, TurnTrace
from hallclient.storage.asking import AskingOfToday
from hallclient.storage.schema import business_day, journal, ticket, turn

TAKEN_BACK: Final = "move.taken_back"
_TICKET = tuple(
    ticket.c[name]
    for name in (
        *("id", "queue_id", "service_id", "priority", "claim_at", "issued_at"),
        *("callable_from", "status", "ended_at", "channel"),
    )
)
_TURN = tuple(
    turn.c[name]
    for name in (
        *("ticket_id", "window_id", "called_at", "started_at", "ended_at", "result", "calls"),
    )
)
_MOVE = tuple(journal.c[name] for name in ("seq", "at", "kind", "window_code", "subject", "data"))


class DayTraceReader(AskingOfToday):
    """Looks at whole days."""

    _seq: int

    def day_trace(self, day: date) -> DayTrace | None:
        """Return a business day, the open one up to now; None for one the hall never had."""
        query = sa.select(business_day.c.opened_at, business_day.c.closed_at)
        query = query.where(self._mine(business_day), business_day.c.day == day)
        found = self._connection.execute(query).one_or_none()
        if found is None:
            return None
        opened_at, closed_at = found
        until = closed_at or self._now
        tickets = self._tickets_of_day(day)
        known = {one.id for one in tickets}
        return DayTrace(
            day,
            opened_at,
            until,
            closed_at is not None,
            tickets,
            [one for one in self._turns_between(opened_at, until) if one.ticket_id in known],
            self._moves_between(opened_at, until),
        )

    def _tickets_of_day(self, day: date) -> list[TicketTrace]:
        query = sa.select(*_TICKET).where(self._mine(ticket), ticket.c.day == day)
        found = [
            TicketTrace(
                id=row.id,
                queue_id=row.queue_id,
                service_id=row.service_id,
                priority=PriorityClass(row.priority),
                claim_at=row.claim_at,
                issued_at=row.issued_at,
                callable_from=row.callable_from,
                status=TicketStatus(row.status),
                ended_at=row.ended_at,
                booked=row.channel == Channel.BOOKED,
            )
            for row in self._connection.execute(query)
        ]
        return sorted(found, key=lambda one: (one.issued_at, one.id))

    def _turns_between(self, since: datetime, until: datetime) -> list[TurnTrace]:
        # A stretch with two ends, by the moment that has an index: every turn was called last
        # within its day.
        query = sa.select(*_TURN).where(
            self._mine(turn), turn.c.last_called_at.between(since, until)
        )
        found = [
            TurnTrace(
                ticket_id=row.ticket_id,
                window_id=row.window_id,
                called_at=row.called_at,
                started_at=row.started_at,
                ended_at=row.ended_at,
                result=None if row.result is None else Outcome(row.result),
                calls=row.calls,
            )
            for row in self._connection.execute(query)
        ]
        return sorted(found, key=lambda one: one.called_at)

    def _moves_between(self, since: datetime, until: datetime) -> Sequence[MoveTrace]:
        first = self._first_entry_at(since)
        query = (
            sa.select(*_MOVE)
            .where(
                self._mine(journal),
                journal.c.seq.between(first, self._seq),
                journal.c.at <= until,
                journal.c.kind.in_(TRACED),
            )
            .order_by(journal.c.seq)
        )
        if until < self._now:
            query = query.where(journal.c.seq <= self._first_entry_at(until, after=True))
        moves = [MoveTrace(*row) for row in self._connection.execute(query)]
        undone = {int(one.subject.partition(":")[2]) for one in moves if one.kind == TAKEN_BACK}
        return [one for one in moves if one.kind != TAKEN_BACK and one.seq not in undone]

    def _first_entry_at(self, moment: datetime, *, after: bool = False) -> int:
        """Return the number of the first entry at a moment, or ``after`` it."""
        low, high = 0, self._seq + 1
        while low < high:
            middle = (low + high) // 2
            query = (
                sa.select(journal.c.seq, journal.c.at)
                .where(self._mine(journal), journal.c.seq >= middle)
                .order_by(journal.c.seq)
                .limit(1)
            )
            row = self._connection.execute(query).one_or_none()
            if row is None or row.at > moment or (row.at == moment and not after):
                high = middle
            else:
                low = row.seq + 1
        return low
