"""A hall's database as the doctor looks at it: reads, and nothing that could change or wait long.

An SQLite file that is there is opened without setting its mode; a server's session reads only.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.calendar import business_day
from hallclient.domain.journal import GENESIS, Entry
from hallclient.services.chores import Chore, chores
from hallclient.services.doctor.database import HallFacts
from hallclient.services.stations import DeviceRecord
from hallclient.storage.engine import (
    READ,
    PostgresPlace,
    SqlitePlace,
    database_clock,
    open_engine,
    place_of,
    sqlite_place,
)
from hallclient.storage.errors import DatabaseDenied, translated
from hallclient.storage.schema import VERSION
from hallclient.storage.store import SqlStore, halls_in, missing_tables

WAIT_S: Final = 3.0
_SERVER_LIMIT: Final = "SET statement_timeout = 5000; SET default_transaction_read_only = on"


class SqlPatient:
    """Fulfils ``services.doctor.database.Patient``. For one thread."""

    def __init__(self, url: str) -> None:
        """``url`` may have a password in it; ``where`` has neither that nor the user."""
        self._url = url
        self._engine: Engine | None = None
        self.where = where_of(url)

    def open(self) -> None:
        """Connect; the storage error says what is wrong."""
        with translated():
            place = sqlite_place(self._url, must_exist=True)
            if place is not None:
                self._engine = _reading_engine(place)
            else:
                self._engine = open_engine(self._url, role="doctor", pool_size=1)
                sa.event.listen(self._engine, "connect", _read_only)
            with self._connected() as connection:
                connection.exec_driver_sql(self._shortest)

    def ask(self) -> float:
        """Ask the shortest question; return the seconds it took."""
        with translated(), self._connected() as connection:
            began = time.perf_counter()
            connection.exec_driver_sql(self._shortest)
            return time.perf_counter() - began

    def versions(self) -> tuple[str, str]:
        """Return the tables' version, empty for none, and this program's."""
        with translated(), self._connected() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return "", VERSION
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            return str(found or ""), VERSION

    def missing(self) -> Sequence[str]:
        """Return the tables that are not there."""
        return missing_tables(self._open)

    def halls(self) -> Sequence[str]:
        """Return the halls' ids."""
        return halls_in(self._open)

    def clock(self) -> datetime:
        """Return the database's time."""
        with translated(), self._connected() as connection:
            return database_clock(connection)

    def last_entries(self, hall_id: str, count: int) -> tuple[str, int, Sequence[Entry]]:
        """Return the last entries of a journal, and hash and number of the one before them."""
        store = SqlStore(self._open, hall_id)
        with store.look() as reader:
            start = max(0, reader.seq - count)
            entries = list(reader.entries_after(max(0, start - 1), count + 1))
        if not start:
            return GENESIS, 0, entries[:count]
        first, *rest = entries
        return first.hash, first.seq, rest

    def facts(self, hall_id: str) -> HallFacts:
        """Return the hall and how it is, as far as this PC's login may see it."""
        store = SqlStore(self._open, hall_id)
        with store.look() as reader:
            plan, now, day = reader.plan, reader.now, reader.day
        today = business_day(now, plan.time_zone, plan.rules.day_start)
        over = str(day) if day is not None and day < today else ""
        late = [one.name for one in chores() if one.name != "day" and _wanted(store, one)]
        return HallFacts(plan, over, late, _devices(store), now)

    def damage(self) -> str:
        """Return the first thing that is wrong with an SQLite file's structure."""
        if not isinstance(place_of(self._open), SqlitePlace):
            return ""
        with translated(), self._connected() as connection:
            said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return "" if said == "ok" else said.splitlines()[0]

    def file_bytes(self) -> int:
        """Return the size of the file; 0 for a server."""
        place = place_of(self._open)
        return place.path.stat().st_size if isinstance(place, SqlitePlace) else 0

    def close(self) -> None:
        """Let go."""
        if self._engine is not None:
            self._engine.dispose()

    @property
    def _open(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the database was not opened")
        return self._engine

    @property
    def _shortest(self) -> str:
        sqlite = self._open.dialect.name == "sqlite"
        return "SELECT count(*) FROM sqlite_master" if sqlite else "SELECT 1"

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._open.execution_options(**READ).connect() as connection:
            yield connection


def _wanted(store: SqlStore, chore: Chore) -> bool:
    """Ask in a look of its own: a board's login may not read what chores are about."""
    try:
        with store.look() as reader:
            return chore.wanted(reader)
    except DatabaseDenied:
        return False


def _devices(store: SqlStore) -> tuple[DeviceRecord, ...]:
    try:
        with store.look() as reader:
            return tuple(reader.devices())
    except DatabaseDenied:
        return ()


def where_of(url: str) -> str:
    """Return a database's place for a report: the file, or hosts and name without user and more."""
    if "://" not in url or url.startswith("sqlite"):
        return url.removeprefix("sqlite:///")
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _reading_engine(place: SqlitePlace) -> Engine:
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: _reading(place.path),
        poolclass=sa.pool.SingletonThreadPool,
        hide_parameters=True,
        execution_options=place_options(place),
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _reading(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw", uri=True, timeout=WAIT_S, isolation_level=None,
        check_same_thread=False,
    )  # fmt: skip
    connection.execute("PRAGMA query_only=ON")
    return connection


def _read_only(connection: object, _record: object) -> None:
    connection.execute(_SERVER_LIMIT)  # type: ignore[attr-defined]  # a psycopg connection
    connection.commit()  # type: ignore[attr-defined]  # the same


def place_options(place: SqlitePlace | PostgresPlace) -> dict[str, object]:
    """Return what makes an engine known to ``place_of``."""
    return {"hallclient_place": place}
