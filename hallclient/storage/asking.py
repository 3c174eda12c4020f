"""What every question to one hall needs; the questions themselves are in its subclasses."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.calendar import business_day, day_began
from hallclient.domain.hall import HallPlan
from hallclient.storage.lean import Ask, Link, lean
from hallclient.storage.records import Record, Row
from hallclient.storage.schema import ticket, turn
from hallclient.storage.sql import insert

T = TypeVar("T")
Query = sa.sql.Select[Any] | sa.CompoundSelect[Any]
_NIGHT: Final = timedelta(hours=6)
"""Before a day begins, and nobody is called: whether its beginning was moved is of no account."""
_own = ticket.alias("own_ticket")


def of_own_ticket(column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    """Return what a turn's ticket says, asked turn by turn by the ticket's key.

    As a condition of a join the day would let PostgreSQL find the day's tickets by their own index
    and, where it has no statistics yet, compare each of them with each turn.
    """
    mine = (_own.c.hall_id == turn.c.hall_id, _own.c.id == turn.c.ticket_id)
    return sa.select(_own.c[column.name]).where(*mine).correlate(turn).scalar_subquery()


@lean
def inserted(table: sa.Table, names: tuple[str, ...]) -> tuple[sa.Insert, tuple[str, ...]]:
    """Return the insert of a row with these columns."""
    return sa.insert(table), names


@lean
def updated(table: sa.Table, names: tuple[str, ...], *equal: tuple[str, str]) -> sa.Update:
    """Return the update of a row by ``key_hall`` and ``key_id``; values are ``new_NAME``.

    ``equal`` are columns that must hold a literal: an index of the few needs it as one.
    """
    mine = (
        table.c.hall_id == sa.bindparam("key_hall", type_=sa.Text()),
        table.c.id == sa.bindparam("key_id", type_=sa.BigInteger()),
        *(table.c[name] == sa.literal_column(f"'{value}'") for name, value in equal),
    )
    news = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return sa.update(table).where(*mine).values(news)


class Asking:
    """A connection and the hall that is asked about."""

    def __init__(self, connection: Connection, hall_id: str) -> None:
        self._link = Link(connection)
        # The same; whoever asks SQLAlchemy's way only executes.
        self._connection = cast("Connection", self._link)
        self._hall_id = hall_id

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.hall_id == self._hall_id

    def _all(self, query: Query, values: Mapping[str, Any] | None = None) -> list[Row]:
        found = self._connection.execute(query, values)
        return [row._mapping for row in found]  # noqa: SLF001 - public by its documentation

    def _rows(self, asked: Ask) -> list[Row]:
        """Ask one of the hot questions (``storage.lean``)."""
        return cast("list[Row]", self._link.ask(asked)[0])

    def _select(self, record: Record[T], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        return sa.select(*record.columns).where(self._mine(record.table), *conditions)

    def _list(self, record: Record[T], query: sa.Select[Any]) -> list[T]:
        return [record.of(row) for row in self._all(query)]

    def _one(self, record: Record[T], query: sa.Select[Any]) -> T | None:
        rows = self._all(query)
        return record.of(rows[0]) if rows else None

    def _drop(self, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        done = self._connection.execute(sa.delete(table).where(self._mine(table), condition))
        return done.rowcount

    def _put(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        whole = {"hall_id": self._hall_id, **row}
        self._link.later(inserted(self._link.real)(table, tuple(whole)), whole)

    def _update(
        self,
        table: sa.Table,
        row_id: int,
        news: Mapping[str, Any],
        *equal: tuple[str, str],
        refused: Callable[[], Exception] | None = None,
    ) -> None:
        """Change a row; ``refused`` makes what is raised where none is as ``equal`` says."""
        values = {f"new_{name}": value for name, value in news.items()}
        one = updated(self._link.real)(table, tuple(news), *equal)
        keys = {"key_hall": self._hall_id, "key_id": row_id}
        self._link.later(one, values | keys, refused)

    def _replace(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Store a row in place of the one with its key."""
        keys = [column.name for column in table.primary_key]
        add = insert(self._connection, table).values(hall_id=self._hall_id, **row)
        news = {name: value for name, value in row.items() if name not in keys}
        self._connection.execute(
            add.on_conflict_do_update(index_elements=keys, set_=news)
            if news
            else add.on_conflict_do_nothing()
        )


class AskingOfToday(Asking):
    """The same, where the day counts."""

    _plan: HallPlan
    _now: datetime
    _clock: datetime
    _day: date | None

    @property
    def _today(self) -> date:
        """The open business day, or the one that the clock says."""
        rules = self._plan.rules
        return self._day or business_day(self._now, self._plan.time_zone, rules.day_start)

    def _called_today(self) -> tuple[sa.ColumnElement[bool], ...]:
        """Return what is true of the open day's turns; they have an index of their own.

        By their tickets alone, PostgreSQL reads all turns where they are not yet very many more
        than the day's.
        """
        began = day_began(self._today, self._plan.time_zone, self._plan.rules.day_start) - _NIGHT
        called = turn.c.last_called_at.between(began, self._now)
        return self._mine(turn), called, of_own_ticket(ticket.c.day) == self._today
