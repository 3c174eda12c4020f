"""Questions to a hall's database about its day. All others are in the modules it is made of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import CONFIDENTIAL, Entry
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Turn
from hallclient.services.ports_devices import DeviceKind
from hallclient.services.stations import DeviceRecord
from hallclient.services.store_records import AtWork, Called, DayFigures
from hallclient.storage.cases import CaseReader
from hallclient.storage.day_stats import DayReader
from hallclient.storage.day_trace import DayTraceReader
from hallclient.storage.entries import entries_from, entry_of
from hallclient.storage.figures import TURN_OF_TICKET, FigureReader
from hallclient.storage.floor import FloorReader
from hallclient.storage.floor_figures import FloorFigureReader
from hallclient.storage.lean import Ask, lean
from hallclient.storage.ledger import LedgerReader
from hallclient.storage.outbox import OutboxReader
from hallclient.storage.plumbing import device, device_of, lease
from hallclient.storage.public import PublicReader
from hallclient.storage.public_ratings import RatingReader
from hallclient.storage.records import SHIFT, TICKET, TURN, Record, Row
from hallclient.storage.schema import (
    UNDELIVERED,
    counter,
    journal,
    queue_now,
    shift,
    ticket,
    turn,
)
from hallclient.storage.seat import shift_of_window, turn_of_window
from hallclient.storage.sql import Listed
from hallclient.storage.tables import ENDED
from hallclient.storage.visit_tables import ticket_person
from hallclient.storage.visits import VisitReader
from hallclient.storage.window_reader import WindowReader

T = TypeVar("T")


class SqlReader(
    OutboxReader,
    VisitReader,
    LedgerReader,
    FigureReader,
    CaseReader,
    DayTraceReader,
    FloorReader,
    FloorFigureReader,
    WindowReader,
    PublicReader,
    RatingReader,
    DayReader,
):
    """One moment of one hall. Fulfils ``hallclient.services.store.Reader``.

    ``now`` is what the clock says; the hall's own time never runs backwards.
    """

    def __init__(
        self, connection: Connection, plan: HallPlan, hall: Mapping[str, Any], now: datetime
    ) -> None:
        super().__init__(connection, plan.hall_id)
        self._plan = plan
        self._clock = now
        self._now: datetime = max(now, hall["last_at"])
        self._day: date | None = hall["open_day"]
        self._seq: int = hall["seq"]
        self._head: str = hall["head"]
        self._at_work: AtWork | None = None
        """As it was read, until a shift or a turn is changed here; who waits is kept up."""

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

    @property
    def head(self) -> str:
        """The hash of the last journal entry."""
        return self._head

    def day_figures(self, day: date | None = None) -> DayFigures:
        """Return the figures of a business day, of the open one when none is named."""
        asked = day or self._day
        return DayFigures(0, 0, 0, 0, 0) if asked is None else self.figures_of(asked)

    def counters(self) -> Mapping[str, int]:
        """Return the counters of the open day by name; one that never counted is not there."""
        return {row["name"]: row["value"] for row in self._rows(self._counters_asked())}

    def _counters_asked(self) -> Ask:
        return _counters(self._link.real)(), {"hall": self._hall_id, "day": self._day}

    def lease_holder(self, name: str) -> str:
        """Return who holds a lease now, empty when nobody does."""
        # By the clock alone, as leases are taken: also after it was set back.
        query = sa.select(lease.c.holder).where(
            self._mine(lease), lease.c.name == name, lease.c.until > self._clock
        )
        return self._connection.execute(query).scalar_one_or_none() or ""

    def leases(self, prefix: str) -> Mapping[str, timedelta]:
        """Return how long the leases whose names begin so still last, below zero: lapsed."""
        rows = self._rows(self._leases_asked(prefix))
        return {row["name"]: row["until"] - self._clock for row in rows}

    def _leases_asked(self, prefix: str) -> Ask:
        return _leases(self._link.real)(prefix), {"hall": self._hall_id}

    def lease_holders(self, prefix: str) -> Mapping[str, str]:
        """Return who holds the leases whose names begin so, by name; lapsed ones are not there."""
        begins = lease.c.name.startswith(prefix, autoescape=True)
        alive = sa.and_(lease.c.until > self._clock, lease.c.holder != "")
        query = sa.select(lease.c.name, lease.c.holder).where(self._mine(lease), begins, alive)
        return {row["name"]: row["holder"] for row in self._all(query)}

    # Tickets

    def ticket(self, ticket_id: int) -> Ticket | None:
        """Return a ticket."""
        known: Ticket | None = self._link.known.get(("ticket", ticket_id))
        if known is not None:
            return known
        return self._by_id(TICKET, ticket_id)

    def ticket_by_request(self, request_id: str) -> Ticket | None:
        """Return the ticket a request has already made."""
        rows = self._rows(self._request_asked(request_id))
        return TICKET.of(rows[0]) if rows else None

    def _request_asked(self, request_id: str) -> Ask:
        values = {"hall": self._hall_id, "request": request_id}
        return _requested(self._link.real)(), values

    def ticket_by_token(self, token: str) -> Ticket | None:
        """Return the ticket of a QR code."""
        return self._one_ticket(ticket.c.token == token)

    def ticket_by_label(self, label: str) -> Ticket | None:
        """Return the ticket of the open day with this label."""
        return self._one_ticket(sa.and_(ticket.c.day == self._day, ticket.c.label == label))

    def tickets_of(self, person: str) -> Sequence[Ticket]:
        """Return the open day's tickets of a person's key, the ended ones too, oldest first."""
        theirs = sa.select(ticket_person.c.ticket_id).where(
            self._mine(ticket_person), ticket_person.c.person == person
        )
        query = self._select(TICKET, ticket.c.id.in_(theirs), ticket.c.day == self._day)
        return sorted(self._list(TICKET, query), key=lambda one: one.id)

    def open_tickets(self) -> Sequence[Ticket]:
        """Return every ticket that has not ended."""
        query = self._select(TICKET, ticket.c.status != ENDED)
        # Sorted here: asked for this order, SQLite would walk through all tickets there ever were.
        return sorted(self._list(TICKET, query), key=lambda one: one.id)

    def undelivered(self, station: str) -> Sequence[Ticket]:
        """Return the waiting tickets of a station that nobody has in hand yet, oldest first."""
        query = self._select(TICKET, ticket.c.station == station, UNDELIVERED)
        return self._list(TICKET, query.order_by(ticket.c.id))

    def missed(self, window_ids: Iterable[int], limit: int) -> Sequence[Ticket]:
        """Return today's no-shows at these windows who are not back, newest first."""
        found = self._left(TicketStatus.NO_SHOW, window_ids)
        return [one.ticket for one in reversed(found[-limit:])]

    def held(self, window_ids: Iterable[int]) -> Sequence[Called]:
        """Return the tickets held by these windows with the turn that held them, oldest first."""
        return self._left(TicketStatus.HELD, window_ids)

    # Turns

    def turn(self, turn_id: int) -> Turn | None:
        """Return a turn."""
        known, key = self._link.known, ("turn by id", turn_id)
        if key not in known:
            known[key] = self._by_id(TURN, turn_id)
        found: Turn | None = known[key]
        return found

    def active_turn(self, window_id: int) -> Turn | None:
        """Return the turn that holds a window."""
        known = self._link.known
        if ("turn", window_id) not in known:
            values = {"hall": self._hall_id, "window": window_id}
            rows = self._rows((turn_of_window(self._link.real)(), values))
            return TURN.of(rows[0]) if rows else None
        found: Turn | None = known["turn", window_id]
        return found

    def active_turns(self) -> Sequence[Turn]:
        """Return the turns that hold a window, anywhere."""
        return self._list(TURN, self._select(TURN, _ACTIVE))

    def idle_windows(self) -> frozenset[int]:
        """Return the windows that are open for calls and have nobody at them, by id."""
        work = self.at_work()
        return work.open - work.busy

    def expect_hall_now(self) -> None:
        """Let the questions of ``services.board.hall_now`` cross with the next one."""
        self._link.expect(self._work_asked(), self._bulletins_asked(), self._publications_asked())

    def expect_offers(self, helper: str) -> None:
        """Let those cross with it that say what a kiosk offers; ``helper`` begins leases."""
        self._link.expect(self._counters_asked(), self._stops_asked(), self._leases_asked(helper))

    def at_work(self) -> AtWork:
        """Return which windows work and how many wait in every queue."""
        if self._at_work is None:
            row = self._rows(self._work_asked())[0]
            pairs = [one.split(":") for one in (row["waiting"] or "").split(",") if one]
            waiting = {int(queue): int(count) for queue, count in pairs}
            self._at_work = AtWork(_ids(row["open"]), _ids(row["busy"]), waiting)
        return self._at_work

    def _work_asked(self) -> Ask:
        return _work(self._link.real)(), {"hall": self._hall_id}

    def last_turn(self, window_id: int) -> Turn | None:
        """Return the turn that a window called last."""
        query = self._select(TURN, turn.c.window_id == window_id)
        return self._one(TURN, query.order_by(turn.c.called_at.desc()).limit(1))

    def recent_calls(self, window_ids: Iterable[int], limit: int) -> Sequence[Called]:
        """Return today's last calls to these windows, newest first; a resumed turn is no call."""
        if self._day is None:
            return []
        query = (
            _CALLED.where(
                *self._called_today(), turn.c.window_id.in_(list(window_ids)), turn.c.calls > 0
            )
            .order_by(turn.c.last_called_at.desc())
            .limit(limit)
        )
        return [_called(row) for row in self._all(query)]

    # Shifts and devices

    def open_shift(self, window_id: int) -> Shift | None:
        """Return the shift at a window."""
        known = self._link.known
        if ("shift", window_id) not in known:
            values = {"hall": self._hall_id, "window": window_id}
            rows = self._rows((shift_of_window(self._link.real)(), values))
            return SHIFT.of(rows[0]) if rows else None
        found: Shift | None = known["shift", window_id]
        return found

    def open_shifts(self) -> Sequence[Shift]:
        """Return all shifts that are not signed out."""
        return self._list(SHIFT, self._select(SHIFT, _OPEN))

    def devices(self) -> Sequence[DeviceRecord]:
        """Return every device of every station, by station and name."""
        query = sa.select(device).where(self._mine(device), device.c.kind != DeviceKind.BACKUP)
        # Sorted here: each database has its own order of letters.
        return sorted(
            (device_of(row) for row in self._all(query)),
            key=lambda one: (one.station, one.report.name),
        )

    def backup_reports(self) -> Sequence[DeviceRecord]:
        """Return what PCs say of backups and of the database."""
        query = sa.select(device).where(self._mine(device), device.c.kind == DeviceKind.BACKUP)
        return sorted((device_of(row) for row in self._all(query)), key=lambda one: one.station)

    # The journal

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """Return the journal entries behind ``seq``, oldest first."""
        return entries_from(self._connection, self._hall_id, seq + 1, limit)

    def moves_between(self, seq: int, last: int) -> Sequence[Entry]:
        """Return the entries behind ``seq`` up to ``last`` that a window's terminal may read.

        None is about a rating: when one was given would tell whose it is.
        """
        values = {"hall": self._hall_id, "seq": seq, "last": last}
        return [entry_of(row) for row in self._rows((_moves(self._link.real)(), values))]

    # Helpers

    def _by_id(self, record: Record[T], row_id: int) -> T | None:
        values = {"hall": self._hall_id, "id": row_id}
        rows = self._rows((_with_id(self._link.real)(record), values))
        return record.of(rows[0]) if rows else None

    def _one_ticket(self, condition: sa.ColumnElement[bool]) -> Ticket | None:
        return self._one(TICKET, self._select(TICKET, condition))

    def _left(self, status: TicketStatus, window_ids: Iterable[int]) -> list[Called]:
        """Return the tickets that these windows left in a status, with their last turns.

        Two questions, for the tickets are few: in one, SQLite would walk through all turns there
        ever were at these windows.
        """
        written: sa.ColumnElement[str] = sa.literal_column(f"'{status.value}'")
        query = self._select(TICKET, ticket.c.status != ENDED, ticket.c.status == written)
        tickets = {one.id: one for one in self._list(TICKET, query)}
        if not tickets:
            return []
        turns = self._list(TURN, self._select(TURN, turn.c.ticket_id.in_(list(tickets))))
        last = {one.ticket_id: one for one in sorted(turns, key=lambda one: one.id)}
        wanted = set(window_ids)
        return [
            Called(one, tickets[one.ticket_id])
            for one in sorted(last.values(), key=lambda one: one.ended_at or self._now)
            if one.window_id in wanted
        ]


_ACTIVE = turn.c.ended_at.is_(None)
_OPEN = shift.c.signed_out_at.is_(None)
_CALLED = sa.select(*TURN.labelled("turn_"), *TICKET.labelled("ticket_")).join_from(
    turn, ticket, TURN_OF_TICKET
)


def _called(row: Row) -> Called:
    return Called(TURN.of(row, "turn_"), TICKET.of(row, "ticket_"))


_HALL: "sa.BindParameter[str]" = sa.bindparam("hall", type_=sa.Text())


@lean
def _moves() -> "sa.Select[Any]":
    begins: sa.BindParameter[int] = sa.bindparam("seq", type_=sa.BigInteger())
    last: sa.BindParameter[int] = sa.bindparam("last", type_=sa.BigInteger())
    public = (journal.c.kind.not_like(f"{about}%") for about in CONFIDENTIAL)
    mine = (journal.c.hall_id == _HALL, journal.c.seq > begins, journal.c.seq <= last)
    return sa.select(journal).where(*mine, *public).order_by(journal.c.seq)


@lean
def _with_id(record: Record[Any]) -> "sa.Select[Any]":
    own: sa.BindParameter[int] = sa.bindparam("id", type_=sa.BigInteger())
    table = record.table
    return sa.select(*record.columns).where(table.c.hall_id == _HALL, table.c.id == own)


@lean
def _requested() -> "sa.Select[Any]":
    request: sa.BindParameter[str] = sa.bindparam("request", type_=sa.Text())
    mine = (ticket.c.hall_id == _HALL, ticket.c.request_id == request)
    return sa.select(*TICKET.columns).where(*mine)


@lean
def _counters() -> "sa.Select[Any]":
    day = counter.c.day == sa.bindparam("day", type_=counter.c.day.type)
    return sa.select(counter.c.name, counter.c.value).where(counter.c.hall_id == _HALL, day)


@lean
def _leases(prefix: str) -> "sa.Select[Any]":
    # One statement a prefix: there are few, and the words of none come from outside.
    begins = lease.c.name.startswith(prefix, autoescape=True)
    held = (lease.c.hall_id == _HALL, begins, lease.c.holder != "")
    return sa.select(lease.c.name, lease.c.until).where(*held)


@lean
def _work() -> "sa.Select[Any]":
    """Return the question for a hall's work: one row with three lists, written out.

    Hundreds of rows with a number in each cost Python more than they cost the server.
    """
    opened = (shift.c.hall_id == _HALL, _OPEN, shift.c.paused_at.is_(None))
    busy = (turn.c.hall_id == _HALL, _ACTIVE)
    waits = (queue_now.c.hall_id == _HALL, queue_now.c.waiting != sa.literal_column("0"))
    pair = _written(queue_now.c.queue_id) + sa.literal_column("':'") + _written(queue_now.c.waiting)
    return sa.select(
        _list_of(_written(shift.c.window_id), *opened).label("open"),
        _list_of(_written(turn.c.window_id), *busy).label("busy"),
        _list_of(pair, *waits).label("waiting"),
    )


def _list_of(what: Any, *conditions: sa.ColumnElement[bool]) -> "sa.ScalarSelect[Any]":
    return sa.select(Listed(what)).where(*conditions).scalar_subquery()


def _written(column: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.Text())


def _ids(listed: str | None) -> frozenset[int]:
    return frozenset(map(int, listed.split(","))) if listed else frozenset()
