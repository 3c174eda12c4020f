"""The tables as an archive carries them: plain values that are the same on both databases.

A value is None, a whole number, a float, a text or bytes. Moments and days are texts as SQLite has
them, JSON stays the text it is, yes and no are 1 and 0.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Dialect, TypeDecorator
from sqlalchemy.engine import Connection

from hallclient.storage import waker  # noqa: F401 - every module with tables is to be known
from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.transaction import SqlTransaction  # noqa: F401 - see above

Row = tuple[Any, ...]

BATCH: Final = 2000
_FEW: Final = {"media": 2}
"""Rows at once of tables whose rows are large: a film may have 16 MB."""
LEFT_OUT: Final = frozenset({"listener"})
"""Ports of the processes that run now: nothing of theirs is worth keeping."""
VERSIONS: Final = "alembic_version"


class _Moment(TypeDecorator[str]):
    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        if isinstance(value, datetime):
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        return None if value is None else str(value)


class _Day(TypeDecorator[str]):
    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Date())

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        if isinstance(value, date):
            return value.isoformat()
        return None if value is None else str(value)


class _YesNo(TypeDecorator[int]):
    impl = sa.Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Boolean())

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else int(value)


def _carried_type(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    if isinstance(kind, UtcDateTime | sa.DateTime):
        return _Moment()
    if isinstance(kind, JsonText):
        return sa.Text()
    if isinstance(kind, sa.Date):
        return _Day()
    if isinstance(kind, sa.Boolean):
        return _YesNo()
    return kind


def carried_tables(connection: Connection) -> list[sa.Table]:
    """Return our tables as they are there, of whatever version; parents before children.

    Columns come in the order of their names, so that both sides have the same.
    """
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    into = sa.MetaData()
    return [
        _carried(into, known, inspector)
        for known in metadata.sorted_tables
        if known.name in there and known.name not in LEFT_OUT
    ]


def _carried(into: sa.MetaData, known: sa.Table, inspector: sa.Inspector) -> sa.Table:
    found = {column["name"]: column["type"] for column in inspector.get_columns(known.name)}
    keys = inspector.get_pk_constraint(known.name)["constrained_columns"]
    columns = [
        sa.Column(
            name,
            _carried_type(known.c[name].type if name in known.c else kind),
            primary_key=name in keys,
        )
        for name, kind in sorted(found.items())
    ]
    return sa.Table(known.name, into, *columns)


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables, None where there are none."""
    if not sa.inspect(connection).has_table(VERSIONS):
        return None
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSIONS}")).scalar()  # noqa: S608 - our own name
    return None if found is None else str(found)


@contextmanager
def batches(connection: Connection, table: sa.Table) -> Iterator[Iterator[Sequence[Row]]]:
    """Read a table in batches in the order of its key, a few at a time of what is large."""
    query = sa.select(*table.c).order_by(*table.primary_key.columns)
    size = _FEW.get(table.name, BATCH)
    result = connection.execute(query, execution_options={"yield_per": size})
    with closing(result):  # a server keeps a cursor for it
        yield ([tuple(row) for row in part] for part in result.partitions())


@dataclass
class Digest:
    """Counts rows and adds up their hashes: the same whatever order they came in."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Take a batch."""
        self.rows += len(rows)
        for row in rows:  # ascii(): what repr() shows as it is depends on the Python
            found = hashlib.sha256(ascii(row).encode()).digest()
            self.total += int.from_bytes(found, "big")

    @property
    def text(self) -> str:
        """Return the digest in 64 hexadecimal digits."""
        return f"{self.total % (1 << 256):064x}"


def digest_of(connection: Connection, table: sa.Table) -> Digest:
    """Read a whole table for its digest."""
    found = Digest()
    with batches(connection, table) as parts:
        for rows in parts:
            found.add(rows)
    return found
