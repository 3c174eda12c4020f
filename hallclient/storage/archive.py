"""Copies a whole database into an empty one, of the same kind or the other, and proves it.

The source is read in one snapshot: the hall works on meanwhile. On the target everything is one
transaction, so that whatever goes wrong, a kill included, leaves it as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.storage.archive_tables import (
    LEFT_OUT,
    Digest,
    batches,
    carried_tables,
    digest_of,
    version_of,
)
from hallclient.storage.chain import Chain, walk_all
from hallclient.storage.engine import READ, write_turn
from hallclient.storage.errors import SchemaOutdated, StorageError, translated
from hallclient.storage.metadata import metadata
from hallclient.storage.store import check_not_newer

Told = Callable[[str], None]


class TargetInUse(StorageError):
    """The target holds halls already."""


class CopyDiffers(StorageError):
    """What arrived is not what was sent; nothing was kept of it."""


@dataclass(frozen=True, slots=True)
class TableProof:
    """Rows and digest of a table on both sides."""

    name: str
    rows: int
    digest: str
    target_rows: int
    target_digest: str

    @property
    def same(self) -> bool:
        """Return whether both sides hold the same."""
        return (self.rows, self.digest) == (self.target_rows, self.target_digest)


@dataclass(frozen=True, slots=True)
class Proof:
    """That a copy is whole: every table, and the journals' chains as they are on the target."""

    version: str
    tables: tuple[TableProof, ...]
    chains: tuple[Chain, ...]

    @property
    def same(self) -> bool:
        """Return whether all rows arrived as they are."""
        return all(table.same for table in self.tables)

    @property
    def whole(self) -> bool:
        """Return whether all rows arrived and every journal's chain holds there."""
        return self.same and all(chain.whole for chain in self.chains)

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return sum(table.rows for table in self.tables)


def copy_database(
    source: Engine,
    target: Engine,
    told: Told = lambda _what: None,
    *,
    aside: str = "",
    last: Callable[[Connection], None] = lambda _target: None,
) -> Proof:
    """Copy everything of ``source`` into ``target``, which must not hold a hall; return the proof.

    The tables of the target become those of the source's version. ``aside`` (PostgreSQL) names a
    schema that takes what the target held; ``last`` is done behind the proof, in the same
    transaction. ``told`` hears which table is on its way. Raises ``TargetInUse``, ``CopyDiffers``
    and what databases raise; then nothing was changed.
    """
    with translated(), ExitStack() as behind, write_turn(target), target.begin() as into:
        reader = behind.enter_context(_snapshot(source))
        version = version_of(reader)
        if version is None:
            raise SchemaOutdated("The database to be copied has no tables of hallclient.")
        check_not_newer(version)
        if aside:
            _set_aside(into, aside)
        _make_ready(into, version)
        sent = []
        for table in carried_tables(reader):
            told(table.name)
            sent.append((table, _sent(reader, into, table)))
        # The source may go on without us: reading back takes as long again.
        behind.close()
        proof = _proven(into, version, sent, told)
        if not proof.same:
            wrong = ", ".join(table.name for table in proof.tables if not table.same)
            raise CopyDiffers(
                f"What arrived differs from what was sent ({wrong}); nothing is kept."
            )
        last(into)
    return proof


def _proven(
    into: Connection, version: str, sent: Sequence[tuple[sa.Table, Digest]], told: Told
) -> Proof:
    proofs = []
    for table, there in sent:
        told(f"proof of {table.name}")
        here = digest_of(into, table)
        proofs.append(TableProof(table.name, there.rows, there.text, here.rows, here.text))
    chains = walk_all(into, lambda hall_id: told(f"journal of {hall_id}"))
    return Proof(version, tuple(proofs), chains)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Read one moment of a database, however long it takes."""
    options: dict[str, Any] = dict(READ)
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.execution_options(**options).connect() as connection:
        yield connection


def _make_ready(connection: Connection, version: str) -> None:
    """Make the tables of a version, or find them empty."""
    from hallclient.storage import migrations  # noqa: PLC0415 - Alembic is slow to import

    there = set(sa.inspect(connection).get_table_names())
    if "hall" in there and connection.execute(sa.text("SELECT count(*) FROM hall")).scalar():
        raise TargetInUse("The target holds a hall already; a copy needs an empty database.")
    found = version_of(connection)
    if found is not None and found > version:
        raise SchemaOutdated(
            f"The target's tables are of version {found}, those of the source of {version}: "
            "bring the source up to date first."
        )
    migrations.upgrade_in(connection, version)
    for table in reversed(metadata.sorted_tables):
        if table.name in there and table.name not in LEFT_OUT:
            connection.execute(sa.text(f'DELETE FROM "{table.name}"'))  # noqa: S608 - our own names


def _set_aside(connection: Connection, name: str) -> None:
    """Rename the schema in use, with all that it holds, and make an empty one in its place."""
    if connection.dialect.name != "postgresql":
        raise ValueError("only PostgreSQL has schemas to set aside")
    present = str(connection.execute(sa.text("SELECT current_schema()")).scalar_one())
    quoted = connection.dialect.identifier_preparer.quote
    if sa.inspect(connection).has_table("hall"):
        # Whoever changes a hall locks its row first: from here on nobody writes into the old one.
        connection.execute(sa.text("LOCK TABLE hall IN ACCESS EXCLUSIVE MODE"))
    connection.execute(sa.text(f"ALTER SCHEMA {quoted(present)} RENAME TO {quoted(name)}"))
    connection.execute(sa.text(f"CREATE SCHEMA {quoted(present)}"))
    connection.execute(
        sa.text(f"GRANT USAGE ON SCHEMA {quoted(present)} TO PUBLIC")
    )  # as every new database has it


def _sent(reader: Connection, into: Connection, table: sa.Table) -> Digest:
    """Copy one table; return the digest of what was read."""
    digest = Digest()
    if into.dialect.name == "postgresql":
        _by_copy(reader, into, table, digest)
        return digest
    names = ", ".join(f'"{column.name}"' for column in table.c)
    marks = ", ".join("?" * len(table.c))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
    with batches(reader, table) as parts:
        for rows in parts:
            digest.add(rows)
            into.exec_driver_sql(statement, list(rows))
    return digest


def _by_copy(reader: Connection, into: Connection, table: sa.Table, digest: Digest) -> None:
    """Send a table by COPY: ten times as fast as INSERT; texts become what the columns are."""
    names = ", ".join(f'"{column.name}"' for column in table.c)
    driver: Any = into.connection.driver_connection
    with (
        batches(reader, table) as parts,
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        for rows in parts:
            digest.add(rows)
            for row in rows:
                copy.write_row(row)
