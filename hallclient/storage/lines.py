"""Questions about the lines: who is first in a queue, how many wait, and how long."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hallclient.domain.ticket import Ticket
from hallclient.services.store_records import QueueCount
from hallclient.services.store_window import Line
from hallclient.storage.asking import AskingOfToday, Query
from hallclient.storage.lean import Ask, Lean, lean
from hallclient.storage.records import TICKET, Row
from hallclient.storage.schema import EARLY, FOR_STAFF, FOR_WINDOW, FREE, queue_now, ticket
from hallclient.storage.tables import WAITING


class LineReader(AskingOfToday):
    """Looks at those who wait."""

    def heads(self, queue_ids: Iterable[int]) -> Sequence[Ticket]:
        """Return the waiting ticket with the smallest key of each queue that has one.

        A ticket not yet callable counts only where no other waits. It is seldom the first, so the
        question goes without it, and a second one looks behind those that are.
        """
        return self._callable(self._heads(list(queue_ids), _heads_query))

    def _callable(self, first: Sequence[Ticket]) -> Sequence[Ticket]:
        early = [one.queue_id for one in first if self._is_early(one)]
        if not early:
            return first
        behind = {one.queue_id: one for one in self._heads(early, _callable_query)}
        return [behind.get(one.queue_id, one) for one in first]

    def ahead_of(self, one: Ticket) -> int:
        """Return how many wait in the same queue with a smaller key and may be called by now."""
        _, values = self._place_at(one.queue_id, one.claim_at, one.id)
        return int(self._rows((_ahead(self._link.real)(), values))[0]["ahead"])

    def place_of(self, one: Ticket) -> tuple[QueueCount, int]:
        """Return the counts of a ticket's queue and how many are ahead of it there."""
        asked = self._place_at(one.queue_id, one.claim_at, one.id)
        found: list[Any] = list(self._rows(asked)[0].values())
        *counts, ahead = found
        return self._counted_as(*counts), ahead

    def _place_at(self, queue_id: int, claim_at: datetime, ticket_id: int) -> Ask:
        own = {"hall": self._hall_id, "queue": queue_id, "now": self._now}
        return _place_query(self._link.real)(), {**own, "claim": claim_at, "ticket": ticket_id}

    def nth_waiting_key(self, queue_id: int, nth: int) -> datetime | None:
        """Return the key of the n-th ticket of a queue that waits and may be called by now."""
        key: datetime | None = self._connection.execute(
            sa.select(ticket.c.claim_at)
            .where(self._mine(ticket), ticket.c.queue_id == queue_id, _WAITS, _CALLABLE)
            .order_by(ticket.c.claim_at, ticket.c.id)
            .offset(nth - 1)
            .limit(1),
            {"now": self._now},
        ).scalar_one_or_none()
        return key

    def queue_counts(self) -> Sequence[QueueCount]:
        """Return the counts of all queues."""
        asked = _counts(self._link.real)(None), {"hall": self._hall_id, "now": self._now}
        return [self._counted_as(*row.values()) for row in self._rows(asked)]

    def queue_count(self, queue_id: int) -> QueueCount:
        """Return the counts of one queue."""
        return self._counted_as(*self._rows(self._counts_asked([queue_id]))[0].values())

    def waiting_for(self, window_id: int, staff_id: int | None) -> Sequence[Ticket]:
        """Return the waiting tickets bound to a window or to a person, the oldest claim first."""
        query = self._select(TICKET, FOR_WINDOW, ticket.c.window_id == window_id)
        if staff_id is None:
            found = self._list(TICKET, query)
        else:
            # One question with two halves, each with its index; a ticket may be in both.
            theirs = self._select(TICKET, FOR_STAFF, ticket.c.staff_id == staff_id)
            rows = self._all(sa.union_all(query, theirs))
            found = list({row["id"]: TICKET.of(row) for row in rows}.values())
        return sorted(found, key=lambda one: (one.claim_at, one.id))

    def line_at(self, queue_ids: Iterable[int], window_id: int, staff_id: int | None) -> Line:
        """Return who may be called from these queues, or waits for this window or person only."""
        queues = list(queue_ids)
        known = self._link.known.pop(("line", tuple(queues), window_id, staff_id), None)
        rows = (
            known
            if known is not None
            else self._line_rows(queues, self._line_asked(queues, window_id, staff_id))
        )
        # A ticket may be for the window and the person both.
        found = [TICKET.of(row) for row in rows]
        bound = {one.id: one for one in found if one.window_id or one.staff_id}
        free = [one for one in found if one.id not in bound]
        return Line(
            heads=self._callable(free),
            bound=sorted(bound.values(), key=lambda one: (one.claim_at, one.id)),
        )

    def _line_asked(self, queues: Sequence[int], window_id: int, staff_id: int | None) -> Ask:
        values = _named(queues) | {"hall": self._hall_id, "window": window_id, "staff": staff_id}
        return _line_query(self._link.real)(len(queues)), values

    def _counts_asked(self, queues: Sequence[int]) -> Ask:
        values = {**_named(queues), "hall": self._hall_id, "now": self._now}
        return _counts(self._link.real)(len(queues)), values

    def _line_rows(self, queues: Sequence[int], asked: Ask) -> Sequence[Row]:  # noqa: ARG002 - a change needs them
        return self._rows(asked)

    def counts_of(self, queue_ids: Iterable[int]) -> Sequence[QueueCount]:
        """Return the counts of some queues."""
        queues = list(queue_ids)
        known = self._link.known.pop(("counts", tuple(queues)), None)
        rows = self._rows(self._counts_asked(queues)) if known is None else known
        return [self._counted_as(*row.values()) for row in rows]

    def waiting_in(self, queue_ids: Iterable[int], limit: int) -> Sequence[Ticket]:
        """Return the waiting tickets of these queues, the oldest claim first, bound ones too."""
        query = self._select(TICKET, ticket.c.queue_id.in_(list(queue_ids)), _WAITS)
        return self._list(TICKET, query.order_by(ticket.c.claim_at, ticket.c.id).limit(limit))

    def _heads(self, queue_ids: list[int], query_of: "Hot") -> list[Ticket]:
        if not queue_ids:
            return []
        values = _named(queue_ids) | {"hall": self._hall_id, "now": self._now}
        found = self._rows((query_of(self._link.real)(len(queue_ids)), values))
        return [TICKET.of(row) for row in found]

    def _counted_as(
        self,
        queue_id: int,
        waiting: int,
        oldest_at: datetime | None,
        last_called: str,
        stopped_on: date | None,
        early: int,
        pace: str,
    ) -> QueueCount:
        stopped = stopped_on is not None and stopped_on == self._today
        return QueueCount(queue_id, waiting, oldest_at, last_called, stopped, early, pace)

    def _is_early(self, one: Ticket) -> bool:
        return one.callable_from is not None and one.callable_from > self._now


_WAITS = ticket.c.status == WAITING
_QUEUE: sa.BindParameter[int] = sa.bindparam("queue", type_=sa.BigInteger())
_NOW = sa.bindparam("now", type_=ticket.c.callable_from.type)
_CALLABLE = sa.or_(ticket.c.callable_from.is_(None), ticket.c.callable_from <= _NOW)
_COUNTS = sa.select(
    queue_now.c.queue_id,
    queue_now.c.waiting,
    queue_now.c.oldest_at,
    queue_now.c.last_called,
    queue_now.c.stopped_on,
    sa.select(sa.func.count())
    .where(
        ticket.c.hall_id == queue_now.c.hall_id,
        ticket.c.queue_id == queue_now.c.queue_id,
        EARLY,
        ticket.c.callable_from > _NOW,
    )
    .correlate(queue_now)
    .scalar_subquery()
    .label("early"),
    queue_now.c.pace,
)


Hot = Callable[[sa.Connection], Callable[[int], Lean]]


@lean
def _counts(queues: int | None) -> "sa.Select[Any]":
    """Return the query for the counts of so many queues, of all of them for None."""
    mine = _COUNTS.where(queue_now.c.hall_id == sa.bindparam("hall", type_=sa.Text()))
    if queues is None:
        return mine
    wanted = [sa.bindparam(f"queue_{n}", type_=sa.BigInteger()) for n in range(queues)]
    return mine.where(sa.or_(sa.false(), *(queue_now.c.queue_id == one for one in wanted)))


@lean
def _ahead() -> "sa.Select[Any]":
    return _ahead_query()


def _ahead_query() -> "sa.Select[Any]":
    """Return the query for who stands before one ticket."""
    claim = sa.bindparam("claim", type_=ticket.c.claim_at.type)
    own_id = sa.bindparam("ticket", type_=sa.BigInteger())
    smaller = sa.or_(
        ticket.c.claim_at < claim, sa.and_(ticket.c.claim_at == claim, ticket.c.id < own_id)
    )
    mine = (ticket.c.hall_id == sa.bindparam("hall", type_=sa.Text()), ticket.c.queue_id == _QUEUE)
    return sa.select(sa.func.count().label("ahead")).where(*mine, _WAITS, _CALLABLE, smaller)


@lean
def _place_query() -> "sa.Select[Any]":
    """Return the query for a queue's counts, and beside them who stands before one ticket."""
    mine = (
        queue_now.c.hall_id == sa.bindparam("hall", type_=sa.Text()),
        queue_now.c.queue_id == _QUEUE,
    )
    return _COUNTS.add_columns(_ahead_query().scalar_subquery().label("ahead")).where(*mine)


def _named(queue_ids: Sequence[int]) -> dict[str, Any]:
    return {f"queue_{number}": queue_id for number, queue_id in enumerate(queue_ids)}


@lean
def _line_query(queues: int) -> Query:
    """Return the query for the heads of so many queues and who is bound to one window or person.

    Each part has its index; one question for all.
    """
    return line_of(queues, sa.bindparam("staff", type_=sa.BigInteger()), sa.true())


def line_of(
    queues: int, staff: "sa.ColumnElement[int]", condition: sa.ColumnElement[bool]
) -> Query:
    """Return the same for whoever ``staff`` is, with a condition on all of it."""
    mine = ticket.c.hall_id == sa.bindparam("hall", type_=sa.Text())
    for_window = ticket.c.window_id == sa.bindparam("window", type_=sa.BigInteger())
    heads = _heads_of(queues, sa.and_(_WAITS, FREE, condition))
    return sa.union_all(
        *(sa.select(head.subquery()) for head in heads),
        sa.select(*TICKET.columns).where(mine, FOR_WINDOW, for_window, condition),
        sa.select(*TICKET.columns).where(mine, FOR_STAFF, ticket.c.staff_id == staff, condition),
    )


def pace_in_queue() -> "sa.Select[Any]":
    """Return the question for the pace of one queue, and its count."""
    own = queue_now.c.hall_id == sa.bindparam("hall", type_=sa.Text())
    columns = queue_now.c.queue_id, queue_now.c.pace, queue_now.c.waiting
    return sa.select(*columns).where(own, queue_now.c.queue_id == _QUEUE)


@lean
def _heads_query(queues: int) -> Query:
    """Return the query for the heads of so many queues; made once, it is the hall's hottest."""
    return _first_of(queues, sa.and_(_WAITS, FREE))


@lean
def _callable_query(queues: int) -> Query:
    """Return the query for the first in each queue who may be called now."""
    return _first_of(queues, sa.and_(_WAITS, FREE, _CALLABLE))


def _first_of(queues: int, condition: sa.ColumnElement[bool]) -> Query:
    heads = _heads_of(queues, condition)
    if queues == 1:
        return heads[0]
    return sa.union_all(*(sa.select(head.subquery()) for head in heads))


def _heads_of(queues: int, condition: sa.ColumnElement[bool]) -> list[sa.Select[Any]]:
    return [
        sa.select(*TICKET.columns)
        .where(
            ticket.c.hall_id == sa.bindparam("hall", type_=sa.Text()),
            ticket.c.queue_id == sa.bindparam(f"queue_{number}", type_=sa.BigInteger()),
            condition,
        )
        .order_by(ticket.c.claim_at, ticket.c.id)
        .limit(sa.literal_column("1"))
        for number in range(queues)
    ]
