"""Writes days into either database in bulk: models row by row, all others copied by SQL.

What is quicker made at once is left out while rows come: indexes, syncs, checks of references.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.lab.bench.grow_rows import (
    COLUMNS,
    IDS_EACH,
    JOURNAL,
    TABLES,
    ModelDay,
    case_start,
    token_start,
)
from hallclient.storage.engine import SqlitePlace, place_of
from hallclient.storage.forgetting import CUT
from hallclient.storage.metadata import metadata

JournalRow = tuple[int, str, str, str, str, str, str, str, str]
_SHIFTED: Final = ("id", "ticket_id", "turn_id", "rating_id")
_DAYS_A_COMMIT: Final = 40
_PRAGMAS: Final = (
    *("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "foreign_keys=OFF"),
    *("cache_size=-1500000", "temp_store=FILE", "threads=1"),
)


class Gone(NamedTuple):
    """What a day's rows no longer have, by the hall's rules of keeping."""

    links: bool
    ratings: bool


class Loader(ABC):
    """Takes model days and writes days like them; ``rows`` counts by table."""

    def __init__(self, hall_id: str) -> None:
        """Write for this hall."""
        self.rows: Counter[str] = Counter()
        self._hall_id = hall_id
        self._models: list[ModelDay] = []
        self._days = 0

    def take(self, model: ModelDay) -> None:
        """Keep the rows of a day beside the tables, to copy them."""
        for name, rows in model.rows.items():
            mould = _mould(len(self._models), name)
            columns = ",".join(COLUMNS[name])
            self._run(
                f"CREATE TEMP TABLE {mould} AS SELECT {columns} FROM {name} LIMIT 0",  # noqa: S608 - our own names
                {},
            )
            self._bring(mould, COLUMNS[name], rows)
        self._models.append(model)

    def copy(self, number: int, day: date, shift: int, count: int, gone: Gone) -> None:
        """Write the first tickets of a model on a day, their ids so much further.

        Without what is ``gone`` of that day.
        """
        model, text = self._models[number], day.isoformat()
        values = {
            "hall": self._hall_id,
            "shift": shift,
            "day": text,
            "ahead": (day - date.fromisoformat(model.day)).days,
            "request": f"grow-{text}",
            "token": token_start(text),
            "case": case_start(text),
            "end": model.first_id + IDS_EACH * count,
        }
        for name in TABLES[: -2 if gone.ratings else None]:
            made = ",".join(self._copied(name, column, gone) for column in COLUMNS[name])
            self.rows[name] += self._run(
                f"INSERT INTO {name} (hall_id,{','.join(COLUMNS[name])})"  # noqa: S608 - our own names
                f" SELECT {self._mark('hall')},{made} FROM {_mould(number, name)}"
                f" WHERE {COLUMNS[name][0]} < {self._mark('end')} ORDER BY {COLUMNS[name][0]}",
                values,
            )

    def journal(self, rows: Sequence[JournalRow]) -> None:
        """Write a day's journal; the last of a day."""
        hall_id = self._hall_id
        self._bring("journal", ("hall_id", *JOURNAL), [(hall_id, *row) for row in rows])
        self.rows["journal"] += len(rows)
        self._days += 1
        if self._days % _DAYS_A_COMMIT == 0:
            self._commit()

    def _copied(self, table: str, column: str, gone: Gone) -> str:
        """Return what a column of a copy is made of."""
        kind = metadata.tables[table].c[column].type
        if column in _SHIFTED:
            return f"{column} + {self._mark('shift')}"
        if gone.links and column in ("token", "request_id"):
            return f"'{CUT}' || (id + {self._mark('shift')})"
        for text, start in (("request_id", "request"), ("token", "token"), ("number", "case")):
            if column == text and not isinstance(kind, sa.BigInteger):
                begun = len({"request": "grow-2000-01-01", "token": "0000"}.get(start, "G20000101"))
                return f"{self._mark(start)} || substr({column}, {begun + 1})"
        if isinstance(kind, sa.Date):
            return f"CASE WHEN {column} IS NOT NULL THEN {self._day} END"
        return self._moment(column) if column.endswith("_at") else column

    _day: str

    @abstractmethod
    def _moment(self, column: str) -> str:
        """Return the SQL of the same time on the day."""

    @abstractmethod
    def _mark(self, name: str) -> str:
        """Return the mark of a parameter."""

    @abstractmethod
    def _run(self, statement: str, values: dict[str, Any]) -> int:
        """Execute; return how many rows came."""

    @abstractmethod
    def _bring(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows that were made here."""

    @abstractmethod
    def _commit(self) -> None:
        """Let what was written stand."""


@contextmanager
def loader_of(engine: Engine, hall_id: str) -> Iterator[Loader]:
    """Yield what writes into this database; at the end the indexes are there again."""
    place = place_of(engine)
    if isinstance(place, SqlitePlace):
        engine.dispose()
        with closing(sqlite3.connect(place.path, isolation_level=None)) as raw:
            yield from _sqlite(raw, hall_id)
        return
    with engine.connect() as connection:
        yield from _postgres(connection.connection.driver_connection, hall_id)


def _mould(number: int, table: str) -> str:
    return f"mould_{number}_{table}"


def _indexes() -> list[sa.Index]:
    return [index for name in (*TABLES, "journal") for index in metadata.tables[name].indexes]


class _SqliteLoader(Loader):
    _day = ":day"

    def __init__(self, hall_id: str, raw: sqlite3.Connection) -> None:
        super().__init__(hall_id)
        self._raw = raw

    def _moment(self, column: str) -> str:
        return f":day || substr({column}, 11)"

    def _mark(self, name: str) -> str:
        return f":{name}"

    def _run(self, statement: str, values: dict[str, Any]) -> int:
        return self._raw.execute(statement, values).rowcount

    def _bring(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ",".join("?" * len(columns))
        self._raw.executemany(
            f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own names
            rows,
        )

    def _commit(self) -> None:
        self._raw.execute("COMMIT")
        self._raw.execute("BEGIN")


def _sqlite(raw: sqlite3.Connection, hall_id: str) -> Iterator[Loader]:
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    definitions = []
    for index in _indexes():
        known = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index.name,))
        definitions.append(known.fetchone()[0])
        raw.execute(f"DROP INDEX {index.name}")
    raw.execute("BEGIN")
    yield _SqliteLoader(hall_id, raw)
    raw.execute("COMMIT")
    for definition in definitions:
        raw.execute(definition)
    raw.execute("PRAGMA locking_mode=NORMAL")
    raw.execute("PRAGMA journal_mode=WAL")


class _PostgresLoader(Loader):
    _day = "CAST(%(day)s AS date)"

    def __init__(self, hall_id: str, raw: Any) -> None:
        super().__init__(hall_id)
        self._raw, self._cursor = raw, raw.cursor()

    def _moment(self, column: str) -> str:
        return f"{column} + %(ahead)s * interval '1 day'"

    def _mark(self, name: str) -> str:
        text = name in ("hall", "request", "token", "case")
        return f"%({name})s{'::text' if text else '::bigint'}"

    def _run(self, statement: str, values: dict[str, Any]) -> int:
        return int(self._cursor.execute(statement, values or None).rowcount)

    def _bring(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        with self._cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
            source = iter(rows)
            while some := list(islice(source, 2000)):
                copy.write("".join(map(_line, some)))

    def _commit(self) -> None:
        self._raw.commit()


def _postgres(raw: Any, hall_id: str) -> Iterator[Loader]:
    cursor = raw.cursor()
    # The server is ours: who owns it may leave out the checks of references.
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET synchronous_commit = off")
    cursor.execute("SET lock_timeout = 0")  # a sweep of the server's own gives way after a while
    definitions = []
    for index in _indexes():
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", (index.name,))
        definitions.append(cursor.fetchone()[0])
        cursor.execute(f"DROP INDEX {index.name}")
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid), conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'u' AND conrelid::regclass::text = ANY(%s)",
        (list(TABLES),),
    )
    for name, definition, table in cursor.fetchall():
        definitions.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    raw.commit()
    yield _PostgresLoader(hall_id, raw)
    raw.commit()
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for definition in definitions:
        cursor.execute(definition)
        raw.commit()
    cursor.execute("RESET session_replication_role")
    cursor.execute("RESET synchronous_commit")
    cursor.execute("RESET lock_timeout")
    cursor.execute("RESET maintenance_work_mem")
    raw.commit()


def _line(row: Sequence[Any]) -> str:
    values = "\t".join(
        "\\N" if v is None else f"\\\\x{v.hex()}" if isinstance(v, bytes) else str(v) for v in row
    )
    return values + "\n"
