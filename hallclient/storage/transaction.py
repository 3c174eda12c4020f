"""Changes of a hall, under the lock of its row (architecture.md §3).

The hall's counters (``next_id``, ``seq``, head of the chain) are read with the lock, kept in memory
while the change is made, and written back once, together with the journal entries.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.case import Case
from hallclient.domain.errors import Conflict
from hallclient.domain.hall import HallPlan, PriorityClass
from hallclient.domain.journal import Entry, Json, next_hash
from hallclient.domain.rating import Rating
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Delivery, Ticket, TicketStatus
from hallclient.domain.turn import Turn
from hallclient.storage import schema
from hallclient.storage.ledger import LedgerWriter
from hallclient.storage.outbox import OutboxWriter
from hallclient.storage.plan_rows import head_row, write_plan
from hallclient.storage.plumbing import DEVICES, device
from hallclient.storage.reader import SqlReader
from hallclient.storage.records import CASE, RATING, SHIFT, TICKET, TURN, Record
from hallclient.storage.schema import hall, queue_now, ticket
from hallclient.storage.sql import insert
from hallclient.storage.tables import WAITING
from hallclient.storage.visits import VisitWriter

T = TypeVar("T", bound="Ticket | Turn | Shift | Case")
MICROSECOND = timedelta(microseconds=1)


class SqlTransaction(SqlReader, OutboxWriter, VisitWriter, LedgerWriter):
    """One change. Fulfils ``hallclient.services.store.Transaction``."""

    def __init__(
        self,
        connection: Connection,
        plan: HallPlan,
        row: Mapping[str, Any],
        now: datetime,
        actor: str,
    ) -> None:
        super().__init__(connection, plan, row, max(now, row["last_at"] + MICROSECOND))
        self._actor = actor
        self._next_id: int = row["next_id"]
        self._plan_version: int = row["plan_version"]
        self._entries: list[Entry] = []
        self._scopes: set[str] = set()

    # Numbers

    def new_id(self) -> int:
        """Return a number never used before in this hall."""
        self._next_id += 1
        return self._next_id - 1

    def count(self, name: str) -> int:
        """Return the next number of a counter of the open day, from 1."""
        return self.add_to_counter(name, 1)

    def add_to_counter(self, name: str, number: int) -> int:
        """Add to a counter of the open day and return what it says then."""
        row = insert(self._connection, schema.counter).values(
            hall_id=self._hall_id, day=self._day, name=name, value=number
        )
        add = row.on_conflict_do_update(
            index_elements=["hall_id", "day", "name"],
            set_={"value": schema.counter.c.value + number},
        ).returning(schema.counter.c.value)
        return int(self._connection.execute(add).scalar_one())

    # The journal and the feed

    def record(
        self,
        kind: str,
        subject: str,
        data: Mapping[str, Json] | None = None,
        *,
        zone: str = "",
        window: str = "",
    ) -> None:
        """Append to the journal."""
        self._seq += 1
        entry = Entry(
            self._seq, self._now, kind, zone, window, subject, self._actor, dict(data or {}), ""
        )
        self._head = next_hash(self._head, entry)
        self._entries.append(
            Entry(
                entry.seq,
                entry.at,
                kind,
                zone,
                window,
                subject,
                self._actor,
                entry.data,
                self._head,
            )
        )

    def wake(self, *scopes: str) -> None:
        """Wake the listeners of these scopes after the commit."""
        self._scopes.update(scopes)

    @property
    def scopes(self) -> frozenset[str]:
        """Who is to be woken."""
        return frozenset(self._scopes)

    def flush(self) -> None:
        """Write the journal and the hall's row: the last thing before the commit."""
        if self._entries:
            self._connection.execute(
                sa.insert(schema.journal), [self._journal_row(entry) for entry in self._entries]
            )
        self._connection.execute(
            sa.update(hall)
            .where(self._mine(hall))
            .values(
                next_id=self._next_id,
                seq=self._seq,
                head=self._head,
                last_at=self._now,
                open_day=self._day,
                plan_version=self._plan_version,
            )
        )

    # Days

    def open_day(self, day: date) -> None:
        """Make ``day`` the open business day; its counters start at 1."""
        self._connection.execute(
            insert(self._connection, schema.business_day)
            .values(hall_id=self._hall_id, day=day, opened_at=self._now)
            .on_conflict_do_update(
                index_elements=["hall_id", "day"], set_={"closed_at": None, "head": None}
            )
        )
        self._connection.execute(
            sa.update(queue_now).where(self._mine(queue_now)).values(last_called="")
        )
        self._day = day

    def close_day(self) -> None:
        """Mark the open business day as closed."""
        self._connection.execute(
            sa.update(schema.business_day)
            .where(self._mine(schema.business_day), schema.business_day.c.day == self._day)
            .values(closed_at=self._now, head=self._head)
        )
        self._day = None

    # Tickets

    def add_ticket(self, one: Ticket) -> None:
        """Store a new ticket."""
        self._add(TICKET, one)
        if one.status is TicketStatus.WAITING:
            self._count_waiting(one.queue_id, 1)

    def move_ticket(
        self,
        one: Ticket,
        becomes: TicketStatus,
        *,
        claim_at: datetime | None = None,
        requeued: int | None = None,
        queue_id: int | None = None,
        service_id: int | None = None,
    ) -> Ticket:
        """Set a status where the stored one is still ``one.status``, or raise ``Conflict``."""
        ended = self._now if becomes is TicketStatus.ENDED else None
        given = {
            "claim_at": claim_at,
            "requeued": requeued,
            "queue_id": queue_id,
            "service_id": service_id,
        }
        named = {name: value for name, value in given.items() if value is not None}
        return self._change_ticket(one, {"status": becomes, "ended_at": ended, **named})

    def rechoose(self, one: Ticket, queue_id: int, service_id: int) -> Ticket:
        """Let a waiting ticket wait elsewhere, its key kept, or raise ``Conflict``."""
        if one.status is not TicketStatus.WAITING:
            raise Conflict("ticket_moved", f"ticket {one.label} is not waiting")
        return self._change_ticket(one, {"queue_id": queue_id, "service_id": service_id})

    def prioritise(self, one: Ticket, priority: PriorityClass, claim_at: datetime) -> Ticket:
        """Give a waiting ticket another class and its key, or raise ``Conflict``."""
        if one.status is not TicketStatus.WAITING:
            raise Conflict("ticket_moved", f"ticket {one.label} is not waiting")
        return self._change_ticket(one, {"priority": priority, "claim_at": claim_at})

    def relabel_ticket(self, one: Ticket, number: int, label: str, token: str) -> Ticket:
        """Give a ticket the number that its paper already shows, or raise ``Conflict``."""
        same = sa.or_(
            sa.and_(ticket.c.day == one.day, ticket.c.label == label), ticket.c.token == token
        )
        if self._all(self._select(TICKET, ticket.c.id != one.id, same)):
            raise Conflict("label_taken", f"{label} or its token is another ticket's")
        relabelled = self._change_ticket(one, {"number": number, "label": label, "token": token})
        if one.day == self._day:
            self._show_last_call_as(label, one.label)
        return relabelled

    def _show_last_call_as(self, label: str, before: str) -> None:
        self._connection.execute(
            sa.update(queue_now)
            .where(self._mine(queue_now), queue_now.c.last_called == before)
            .values(last_called=label)
        )

    def set_delivered(self, ticket_id: int, how: Delivery) -> bool:
        """Note that the citizen has the number; return False when it was known already."""
        done = self._connection.execute(
            sa.update(ticket)
            .where(self._mine(ticket), ticket.c.id == ticket_id, ticket.c.delivered_at.is_(None))
            .values(delivered_at=self._now, delivered_how=how.value)
        )
        return done.rowcount == 1

    # Turns, shifts, cases, ratings

    def add_turn(self, one: Turn) -> None:
        """Store a new turn."""
        self._add(TURN, one)

    def save_turn(self, one: Turn) -> None:
        """Store a turn that has moved on."""
        self._save(TURN, one)

    def add_shift(self, one: Shift) -> None:
        """Store a new shift."""
        self._add(SHIFT, one)

    def save_shift(self, one: Shift) -> None:
        """Store a shift that was paused, resumed or signed out, with its pauses."""
        before = self._connection.execute(
            sa.select(schema.shift.c.paused_at, schema.shift.c.pause_reason).where(
                self._mine(schema.shift), schema.shift.c.id == one.id
            )
        ).one()
        if before.paused_at is not None and one.paused_at is None:
            self._connection.execute(
                sa.insert(schema.pause).values(
                    hall_id=self._hall_id,
                    shift_id=one.id,
                    began_at=before.paused_at,
                    ended_at=self._now,
                    reason=before.pause_reason,
                )
            )
        self._save(SHIFT, one)

    def add_case(self, one: Case) -> None:
        """Store a new case."""
        self._add(CASE, one)

    def add_rating(self, one: Rating) -> bool:
        """Store a rating; return False when its turn has one."""
        done = self._connection.execute(
            insert(self._connection, schema.rating)
            .values(hall_id=self._hall_id, **RATING.row(one))
            .on_conflict_do_nothing(index_elements=["hall_id", "turn_id"])
            .returning(schema.rating.c.id)
        )
        return done.first() is not None

    # The hall and its devices

    def drop_devices(self, before: datetime) -> int:
        """Delete the devices last seen before a moment; return how many."""
        self.wake(DEVICES)
        return self._drop(device, device.c.seen_at < before)

    def save_plan(self, plan: HallPlan) -> None:
        """Make ``plan`` the hall: known codes keep their ids, missing ones are retired."""
        self._connection.execute(sa.update(hall).where(self._mine(hall)).values(**head_row(plan)))
        write_plan(self._connection, plan, self.new_id, self._plan)
        self._plan_version += 1

    # Helpers

    def _add(self, record: Record[T], one: T) -> None:
        row = {"hall_id": self._hall_id, **record.row(one)}
        self._connection.execute(sa.insert(record.table), row)

    def _save(self, record: Record[T], one: T) -> None:
        table = record.table
        self._connection.execute(
            sa.update(table).where(self._mine(table), table.c.id == one.id).values(record.row(one))
        )

    def _change_ticket(self, one: Ticket, changes: dict[str, Any]) -> Ticket:
        """Change a ticket that is still as it was seen, and the counts of its queues."""
        expected: sa.ColumnElement[str] = sa.literal_column(f"'{one.status.value}'")
        done = self._connection.execute(
            sa.update(ticket)
            .where(self._mine(ticket), ticket.c.id == one.id, ticket.c.status == expected)
            .values(**changes)
        )
        if done.rowcount != 1:
            raise Conflict("ticket_moved", f"ticket {one.label} is no longer {one.status}")
        changed = replace(one, **changes)
        self._count_move(one, changed)
        return changed

    def _count_move(self, before: Ticket, after: Ticket) -> None:
        """Keep the counts of the queue that a ticket left and of the one it joined."""
        left = before.status is TicketStatus.WAITING
        joined = after.status is TicketStatus.WAITING
        called = after.label if after.status is TicketStatus.CALLED else None
        if left and joined and before.queue_id == after.queue_id:
            return
        if left:
            self._count_waiting(before.queue_id, -1, called)
        if joined:
            self._count_waiting(after.queue_id, 1)

    def _count_waiting(self, queue_id: int, change: int, called: str | None = None) -> None:
        oldest = (
            sa.select(sa.func.min(ticket.c.issued_at))
            .where(self._mine(ticket), ticket.c.queue_id == queue_id, ticket.c.status == WAITING)
            .scalar_subquery()
        )
        values: dict[str, Any] = {"waiting": queue_now.c.waiting + change, "oldest_at": oldest}
        if called is not None:
            values["last_called"] = called
        self._connection.execute(
            sa.update(queue_now)
            .where(self._mine(queue_now), queue_now.c.queue_id == queue_id)
            .values(**values)
        )

    def _journal_row(self, entry: Entry) -> dict[str, Any]:
        return {
            "hall_id": self._hall_id,
            "seq": entry.seq,
            "at": entry.at,
            "kind": entry.kind,
            "zone_code": entry.zone,
            "window_code": entry.window,
            "subject": entry.subject,
            "actor": entry.actor,
            "data": entry.data,
            "hash": entry.hash,
        }
