"""Changes of a hall, under the lock of its row (architecture.md §3).

The hall's counters (``next_id``, ``seq``, head of the chain) are read with the lock, kept in memory
while the change is made, and written back once, together with the journal entries.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.calendar import A_DAY
from hallclient.domain.case import Case
from hallclient.domain.follow_up import FollowUp
from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import Entry, Json, next_hash
from hallclient.domain.rating import Origin, Rating
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Turn
from hallclient.services.day_records import Done
from hallclient.storage import schema
from hallclient.storage.cases import CaseWriter
from hallclient.storage.floor import FloorWriter
from hallclient.storage.forgetting import Forgetting
from hallclient.storage.lean import Ask, Row, lean
from hallclient.storage.ledger import LedgerWriter
from hallclient.storage.lineage import ID_LEAP, PLAN_LEAP, leaps
from hallclient.storage.outbox import OutboxWriter
from hallclient.storage.plan_rows import head_row, write_plan
from hallclient.storage.plumbing import (
    DEVICES,
    device,
    drop_lease,
    ensure_lease,
    renew_lease,
    take_lease,
)
from hallclient.storage.public import PublicWriter
from hallclient.storage.public_ratings import RatingWriter
from hallclient.storage.records import RATING, SHIFT, TURN, Record
from hallclient.storage.schema import hall, queue_now
from hallclient.storage.seat import Seated
from hallclient.storage.sql import insert, insert_for
from hallclient.storage.ticket_moves import TicketWriter
from hallclient.storage.visits import VisitWriter

T = TypeVar("T", bound="Turn | Shift")
_TELLING, _SILENT = True, False
MICROSECOND = timedelta(microseconds=1)


@lean
def _hall_row() -> sa.Update:
    """Return the update of the hall's counters."""
    names = ("next_id", "seq", "head", "last_at", "open_day", "plan_version", "timeline")
    news = {name: sa.bindparam(name, type_=hall.c[name].type) for name in names}
    row = sa.update(hall).where(hall.c.hall_id == sa.bindparam("hall", type_=sa.Text()))
    return row.values(news)


@lean
def _counted(dialect: str, answers: bool) -> Any:  # noqa: FBT001 - a key of what is kept
    """Return what adds to a counter of a day, and says how far it is if it is to answer."""
    table = schema.counter
    row = insert_for(dialect, table).values(
        {column.name: sa.bindparam(column.name, type_=column.type) for column in table.c}
    )
    row = row.on_conflict_do_update(
        index_elements=["hall_id", "day", "name"],
        set_={"value": table.c.value + row.excluded.value},
    )
    return row.returning(table.c.value) if answers else row


@lean
def _added_once(dialect: str, table: sa.Table, names: tuple[str, ...]) -> Any:
    """Return the insert of a row with these columns that meets none where there is one."""
    return insert_for(dialect, table).on_conflict_do_nothing(), names


class SqlTransaction(
    TicketWriter,
    OutboxWriter,
    VisitWriter,
    LedgerWriter,
    CaseWriter,
    FloorWriter,
    PublicWriter,
    RatingWriter,
    Forgetting,
):
    """One change. Fulfils ``hallclient.services.store.Transaction``."""

    def __init__(
        self,
        connection: Connection,
        plan: HallPlan,
        row: Mapping[str, Any],
        now: datetime,
        actor: str,
    ) -> None:
        super().__init__(connection, plan, row, now)
        self._now = max(now, row["last_at"] + MICROSECOND)
        self._actor = actor
        leap = leaps(row)
        self._next_id: int = row["next_id"] + leap * ID_LEAP
        self._plan_version: int = row["plan_version"] + leap * PLAN_LEAP
        self._timeline: int = row.get("server") or row["timeline"]
        self._entries: list[Entry] = []
        self._scopes: set[str] = set()
        self.urgent = False
        """Whether somebody is to hear of it without patience."""
        self._counters: dict[str, int] | None = None
        """Of the open day, once all were read."""

    def remember(self, seat: Seated) -> None:
        """Take what was read with the lock; it holds until the first change."""
        self._link.known.update(seat.known)
        self._read_ahead.update(seat.paces)

    def expect_issue(
        self, request_id: str, queue_id: int, claim_at: datetime, *, load: bool
    ) -> None:
        """Ask in one go what issuing a ticket will ask."""
        self._link.expect(
            self._request_asked(request_id),
            self._counters_asked(),
            *((self._work_asked(),) if load else ()),
            self._counts_asked([queue_id]),
            self._place_at(queue_id, claim_at, self._next_id),
        )
        self.counters()  # the first of these questions

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
        values = {"hall_id": self._hall_id, "day": self._day, "name": name, "value": number}
        if self._counters is None:
            counted = _counted(self._link.real)(self._link.dialect.name, _TELLING)
            return int(self._rows((counted, values))[0]["value"])
        # They are all known, and nobody else counts: the hall's lock is ours.
        self._counters[name] = self._counters.get(name, 0) + number
        counted = _counted(self._link.real)(self._link.dialect.name, _SILENT)
        self._link.later(counted, values, apart=True)
        return self._counters[name]

    def tally(self, *names: str) -> None:
        """Count one more on each of these counters; nobody asks which it is."""
        counted = _counted(self._link.real)(self._link.dialect.name, _SILENT)
        for name in names:
            values = {"hall_id": self._hall_id, "day": self._day, "name": name, "value": 1}
            self._link.later(counted, values, apart=self._counters is not None)
            if self._counters is not None:
                self._counters[name] = self._counters.get(name, 0) + 1

    def counters(self) -> Mapping[str, int]:
        """Return the counters of the open day by name."""
        if self._counters is None:
            self._counters = dict(super().counters())
        return dict(self._counters)

    # Leases

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease within this change; False while another holds it."""
        if renew_lease(self._connection, self._hall_id, name, holder, seconds, self._clock):
            return True
        ensure_lease(self._connection, self._hall_id, name)
        return take_lease(
            self._connection, self._hall_id, name, holder, seconds, lambda _connection: self._clock
        )

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back within this change."""
        drop_lease(self._connection, self._hall_id, name, holder)

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

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """Return the journal entries behind ``seq``, those of this change too."""
        stored = super().entries_after(seq, limit)
        own = (entry for entry in self._entries if entry.seq > seq)
        return [*stored, *own][:limit]

    def moves_between(self, seq: int, last: int) -> Sequence[Entry]:
        """Return the same of what a window's terminal may read, those of this change too."""
        stored = super().moves_between(seq, last)
        own = (one for one in self._entries if one.seq > seq and not one.confidential)
        return [*stored, *own]

    def wake(self, *scopes: str, patient: bool = False) -> None:
        """Wake the listeners of these scopes after the commit."""
        self._scopes.update(scopes)
        self.urgent |= not patient

    @property
    def told(self) -> int:
        """The last entry of the change, for the wake-up; 0 when the journal does not tell of it."""
        return self._seq if self._entries else 0

    @property
    def scopes(self) -> frozenset[str]:
        """Who is to be woken."""
        return frozenset(self._scopes)

    def flush(self, ring: Ask | None = None) -> list[Row]:
        """Write the journal and the hall's row: the last thing, on PostgreSQL with the commit.

        ``ring`` is asked with them, behind all; its answer is returned.
        """
        self._recount_windows()
        for entry in self._entries:
            self._put(schema.journal, self._journal_row(entry))
        news = {
            "hall": self._hall_id,
            "next_id": self._next_id,
            "seq": self._seq,
            "head": self._head,
            "last_at": self._now,
            "open_day": self._day,
            "plan_version": self._plan_version,
            "timeline": self._timeline,
        }
        self._link.later(_hall_row(self._link.real)(), news)
        if ring is None:
            self._link.end()
            return []
        return self._link.end(ring)[0]

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
        self._day, self._counters = day, None
        self.unmark_day(day)
        self._end_loans(day - A_DAY)

    def close_day(self) -> None:
        """Mark the open business day as closed."""
        self._connection.execute(
            sa.update(schema.business_day)
            .where(self._mine(schema.business_day), schema.business_day.c.day == self._day)
            .values(closed_at=self._now, head=self._head)
        )
        if self._day is not None:
            self._end_loans(self._day)
            self._forget_persons_of(self._day)
        self._end_paces()
        self._day = None

    # Turns, shifts, cases, ratings

    def add_turn(self, one: Turn) -> None:
        """Store a new turn."""
        self._add(TURN, one)

    def save_turn(self, one: Turn) -> None:
        """Store a turn that has moved on."""
        self._save(TURN, one)

    def add_ticket(self, one: Ticket) -> None:
        """Store a new ticket; one of a day that is over is to be counted there."""
        super().add_ticket(one)
        if self._day is None or one.day < self._day:
            self.unmark_day(one.day, Done.FLOOR)

    def add_shift(self, one: Shift) -> None:
        """Store a new shift."""
        self._add(SHIFT, one)
        self._windows_moved = True

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
        self._windows_moved = True

    def add_rating(self, one: Rating) -> bool:
        """Store a rating; return False when its turn has one.

        What a citizen gave in time and is handed in late takes the place of a default level.
        Nothing is asked back: a window may not read what it adds (storage.rights).
        """
        table, row = schema.rating, {"hall_id": self._hall_id, **RATING.row(one)}
        self._ratings_changed(one.turn_id, one.given_at)
        adding = _added_once(self._link.real)(self._link.dialect.name, table, tuple(row))
        if self._link.met(adding, row):
            return True
        default = sa.and_(table.c.turn_id == one.turn_id, table.c.origin == Origin.DEFAULT)
        if one.origin is not Origin.ACTIVE or not self._drop(table, default):
            return False
        return self._link.met(adding, row) == 1

    def save_follow_up(self, one: FollowUp) -> None:
        """Store a follow-up that began or moved on."""
        super().save_follow_up(one)
        if one.set_aside:
            self._rating_put_aside(one.rating_id)

    def save_case(self, one: Case) -> None:
        """Store a case that has moved on; its turn and service never change."""
        super().save_case(one)
        self._case_changed(one.finished_at)

    # The hall and its devices

    def drop_devices(self, before: datetime) -> int:
        """Delete the devices last seen before a moment; return how many."""
        self.wake(DEVICES)
        return self._drop(device, device.c.seen_at < before)

    def save_plan(self, plan: HallPlan) -> None:
        """Make ``plan`` the hall: known codes keep their ids, missing ones are retired."""
        self._connection.execute(sa.update(hall).where(self._mine(hall)).values(**head_row(plan)))
        write_plan(self._connection, plan, self.new_id, self._plan)
        self._change_plan()

    # Helpers

    def _add(self, record: Record[T], one: T) -> None:
        self._at_work = None
        self._put(record.table, record.row(one))

    def _save(self, record: Record[T], one: T) -> None:
        self._at_work = None
        self._update(record.table, one.id, record.row(one))

    def _journal_row(self, entry: Entry) -> dict[str, Any]:
        return {
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
