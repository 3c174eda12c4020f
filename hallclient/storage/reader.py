"""Questions to a hall's database. Every query of the product is here or in ``transaction.py``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.hall import HallPlan, PriorityClass
from hallclient.domain.journal import Entry
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.store import Called, QueueCount
from hallclient.storage.schema import (
    ENDED,
    WAITING,
    journal,
    queue_now,
    shift,
    ticket,
    turn,
)

Row = sa.RowMapping | dict[str, Any]

_TICKET_FIELDS = tuple(field.name for field in fields(Ticket))
_TURN_FIELDS = tuple(field.name for field in fields(Turn))
_SHIFT_FIELDS = tuple(field.name for field in fields(Shift))
TICKET_COLUMNS = tuple(ticket.c[name] for name in _TICKET_FIELDS)
TURN_COLUMNS = tuple(turn.c[name] for name in _TURN_FIELDS)
SHIFT_COLUMNS = tuple(shift.c[name] for name in _SHIFT_FIELDS)


def as_ticket(row: Row) -> Ticket:
    """Return the ticket of a row."""
    values = {name: row[name] for name in _TICKET_FIELDS}
    values["priority"] = PriorityClass(values["priority"])
    values["status"] = TicketStatus(values["status"])
    values["channel"] = Channel(values["channel"])
    return Ticket(**values)


def as_turn(row: Row) -> Turn:
    """Return the turn of a row."""
    values = {name: row[name] for name in _TURN_FIELDS}
    values["result"] = None if values["result"] is None else Outcome(values["result"])
    return Turn(**values)


def as_shift(row: Row) -> Shift:
    """Return the shift of a row."""
    return Shift(**{name: row[name] for name in _SHIFT_FIELDS})


class SqlReader:
    """One moment of one hall. Fulfils ``hallclient.services.store.Reader``."""

    def __init__(
        self, connection: Connection, plan: HallPlan, hall: Mapping[str, Any], now: datetime
    ) -> None:
        self._connection = connection
        self._hall_id = plan.hall_id
        self._plan = plan
        self._now = now
        self._day: date | None = hall["open_day"]
        self._seq: int = hall["seq"]

    # The hall

    @property
    def plan(self) -> HallPlan:
        """The hall as it is now."""
        return self._plan

    @property
    def now(self) -> datetime:
        """The database's time."""
        return self._now

    @property
    def day(self) -> date | None:
        """The open business day."""
        return self._day

    @property
    def seq(self) -> int:
        """The number of the last journal entry."""
        return self._seq

    # Tickets

    def ticket(self, ticket_id: int) -> Ticket | None:
        """Return a ticket."""
        return self._one_ticket(ticket.c.id == ticket_id)

    def ticket_by_request(self, request_id: str) -> Ticket | None:
        """Return the ticket a request has already made."""
        return self._one_ticket(ticket.c.request_id == request_id)

    def ticket_by_token(self, token: str) -> Ticket | None:
        """Return the ticket of a QR code."""
        return self._one_ticket(ticket.c.token == token)

    def ticket_by_label(self, label: str) -> Ticket | None:
        """Return the ticket of the open day with this label."""
        return self._one_ticket(sa.and_(ticket.c.day == self._day, ticket.c.label == label))

    def heads(self, queue_ids: Iterable[int]) -> Sequence[Ticket]:
        """Return the waiting ticket with the smallest key of each queue that has one."""
        asked = list(queue_ids)
        if not asked:
            return ()
        values = {f"queue_{number}": queue_id for number, queue_id in enumerate(asked)}
        query = _heads_query(len(asked))
        return [as_ticket(row) for row in self._all(query, {"hall": self._hall_id, **values})]

    def ahead_of(self, one: Ticket) -> int:
        """Return how many wait in the same queue with a smaller key."""
        smaller = sa.or_(
            ticket.c.claim_at < one.claim_at,
            sa.and_(ticket.c.claim_at == one.claim_at, ticket.c.id < one.id),
        )
        count = sa.select(sa.func.count()).where(
            self._mine(ticket), ticket.c.queue_id == one.queue_id, _WAITS, smaller
        )
        return int(self._connection.execute(count).scalar_one())

    def nth_waiting_key(self, queue_id: int, nth: int) -> datetime | None:
        """Return the key of the n-th waiting ticket of a queue."""
        key: datetime | None = self._connection.execute(
            sa.select(ticket.c.claim_at)
            .where(self._mine(ticket), ticket.c.queue_id == queue_id, _WAITS)
            .order_by(ticket.c.claim_at, ticket.c.id)
            .offset(nth - 1)
            .limit(1)
        ).scalar_one_or_none()
        return key

    def open_tickets(self) -> Sequence[Ticket]:
        """Return every ticket that has not ended."""
        query = sa.select(*TICKET_COLUMNS).where(self._mine(ticket), ticket.c.status != ENDED)
        # Sorted here: asked for this order, SQLite would walk through all tickets there ever were.
        return sorted((as_ticket(row) for row in self._all(query)), key=lambda one: one.id)

    def missed(self, window_ids: Iterable[int], limit: int) -> Sequence[Ticket]:
        """Return today's no-shows at these windows who are not back, newest first."""
        query = (
            sa.select(*TICKET_COLUMNS)
            .join_from(ticket, turn, _TURN_OF_TICKET)
            .where(
                self._mine(ticket),
                ticket.c.status != ENDED,
                ticket.c.status == sa.literal_column("'no_show'"),
                turn.c.window_id.in_(list(window_ids)),
                turn.c.ended_at == _last_end(),
            )
            .order_by(turn.c.ended_at.desc())
            .limit(limit)
        )
        return [as_ticket(row) for row in self._all(query)]

    # Queues

    def queue_counts(self) -> Sequence[QueueCount]:
        """Return the counts of all queues."""
        return [_count(row) for row in self._all(_COUNTS.where(self._mine(queue_now)))]

    def queue_count(self, queue_id: int) -> QueueCount:
        """Return the counts of one queue."""
        query = _COUNTS.where(self._mine(queue_now), queue_now.c.queue_id == queue_id)
        return _count(self._all(query)[0])

    # Turns

    def turn(self, turn_id: int) -> Turn | None:
        """Return a turn."""
        return self._one_turn(sa.select(*TURN_COLUMNS).where(turn.c.id == turn_id))

    def active_turn(self, window_id: int) -> Turn | None:
        """Return the turn that holds a window."""
        return self._one_turn(
            sa.select(*TURN_COLUMNS).where(turn.c.window_id == window_id, _ACTIVE)
        )

    def active_turns(self) -> Sequence[Turn]:
        """Return the turns that hold a window, anywhere."""
        query = sa.select(*TURN_COLUMNS).where(self._mine(turn), _ACTIVE)
        return [as_turn(row) for row in self._all(query)]

    def last_turn(self, window_id: int) -> Turn | None:
        """Return the turn that a window called last."""
        return self._one_turn(
            sa.select(*TURN_COLUMNS)
            .where(turn.c.window_id == window_id)
            .order_by(turn.c.called_at.desc())
            .limit(1)
        )

    def recent_calls(self, window_ids: Iterable[int], limit: int) -> Sequence[Called]:
        """Return today's last calls to these windows, newest first."""
        query = (
            sa.select(*_labelled("turn", TURN_COLUMNS), *_labelled("ticket", TICKET_COLUMNS))
            .join_from(turn, ticket, _TURN_OF_TICKET)
            .where(
                self._mine(turn),
                turn.c.window_id.in_(list(window_ids)),
                ticket.c.day == self._day,
            )
            .order_by(turn.c.last_called_at.desc())
            .limit(limit)
        )
        return [
            Called(as_turn(_part(row, "turn")), as_ticket(_part(row, "ticket")))
            for row in self._all(query)
        ]

    # Shifts

    def open_shift(self, window_id: int) -> Shift | None:
        """Return the shift at a window."""
        rows = self._all(_SHIFTS.where(self._mine(shift), shift.c.window_id == window_id))
        return as_shift(rows[0]) if rows else None

    def open_shifts(self) -> Sequence[Shift]:
        """Return all shifts that are not signed out."""
        return [as_shift(row) for row in self._all(_SHIFTS.where(self._mine(shift)))]

    # The journal

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """Return the journal entries behind ``seq``, oldest first."""
        query = (
            sa.select(journal)
            .where(self._mine(journal), journal.c.seq > seq)
            .order_by(journal.c.seq)
            .limit(limit)
        )
        return [
            Entry(
                seq=row["seq"],
                at=row["at"],
                kind=row["kind"],
                zone=row["zone_code"],
                window=row["window_code"],
                subject=row["subject"],
                actor=row["actor"],
                data=row["data"],
                hash=row["hash"],
            )
            for row in self._all(query)
        ]

    # Helpers

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.hall_id == self._hall_id

    def _all(
        self,
        query: sa.sql.Select[Any] | sa.CompoundSelect[Any],
        values: Mapping[str, Any] | None = None,
    ) -> list[Row]:
        found = self._connection.execute(query, values)
        return [row._mapping for row in found]  # noqa: SLF001 - public by its documentation

    def _one_ticket(self, condition: sa.ColumnElement[bool]) -> Ticket | None:
        rows = self._all(sa.select(*TICKET_COLUMNS).where(self._mine(ticket), condition))
        return as_ticket(rows[0]) if rows else None

    def _one_turn(self, query: sa.sql.Select[Any]) -> Turn | None:
        rows = self._all(query.where(self._mine(turn)))
        return as_turn(rows[0]) if rows else None


_WAITS = ticket.c.status == WAITING
_ACTIVE = turn.c.ended_at.is_(None)
_TURN_OF_TICKET = sa.and_(ticket.c.hall_id == turn.c.hall_id, ticket.c.id == turn.c.ticket_id)
_SHIFTS = sa.select(*SHIFT_COLUMNS).where(shift.c.signed_out_at.is_(None))
_COUNTS = sa.select(
    queue_now.c.queue_id, queue_now.c.waiting, queue_now.c.oldest_at, queue_now.c.last_called
)


@cache
def _heads_query(queues: int) -> sa.sql.Select[Any] | sa.CompoundSelect[Any]:
    """Return the query for the heads of so many queues; made once, it is the hall's hottest."""
    heads = [
        sa.select(*TICKET_COLUMNS)
        .where(
            ticket.c.hall_id == sa.bindparam("hall"),
            ticket.c.queue_id == sa.bindparam(f"queue_{number}"),
            _WAITS,
        )
        .order_by(ticket.c.claim_at, ticket.c.id)
        .limit(sa.literal_column("1"))
        for number in range(queues)
    ]
    if queues == 1:
        return heads[0]
    return sa.union_all(*(sa.select(head.subquery()) for head in heads))


def _last_end() -> sa.ScalarSelect[datetime]:
    other = turn.alias("other")
    return (
        sa.select(sa.func.max(other.c.ended_at))
        .where(other.c.hall_id == ticket.c.hall_id, other.c.ticket_id == ticket.c.id)
        .scalar_subquery()
    )


def _count(row: Row) -> QueueCount:
    return QueueCount(row["queue_id"], row["waiting"], row["oldest_at"], row["last_called"])


def _labelled(prefix: str, columns: Iterable["sa.Column[Any]"]) -> list["sa.Label[Any]"]:
    return [column.label(f"{prefix}_{column.name}") for column in columns]


def _part(row: Row, prefix: str) -> dict[str, Any]:
    start = f"{prefix}_"
    return {key[len(start) :]: value for key, value in row.items() if key.startswith(start)}
