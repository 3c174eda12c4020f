"""A backup: one SQLite file with the tables of a hall's database and a manifest of its own.

It is taken in one moment of a database that works on, under a name that nobody takes for a backup,
checked, synced to the disk and only then renamed. The hall's key is in a file of its own and never
here; persons and telephones in it are the keyed and sealed ones of the database.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient import __version__
from hallclient.storage.archive import Told, copy_database
from hallclient.storage.archive_tables import carried_tables, digest_of, version_of
from hallclient.storage.chain import walk_all
from hallclient.storage.engine import SqlitePlace, open_engine, place_of
from hallclient.storage.errors import (
    DatabaseDamaged,
    DiskFull,
    StorageError,
    translate,
    translated,
)
from hallclient.storage.soundness import ASKED, damage_in
from hallclient.storage.write_turn import sync_folder

MANIFEST: Final = "hallclient_backup"
"""The table with the manifest; no database of a hall has it."""
PART: Final = ".part"
"""How the folder of a backup in the making ends."""
_SPARE: Final = 64 << 20
"""So much of a disk is left to the hall."""


class BackupUnusable(StorageError):
    """The file is no backup, or not as it was made."""


@dataclass(frozen=True, slots=True)
class HallMark:
    """How far a hall was."""

    hall_id: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. ``tables`` are rows and digest by name."""

    made_at: datetime
    program: str
    version: str
    source: str
    halls: tuple[HallMark, ...]
    tables: Mapping[str, tuple[int, str]]
    whole: bool = True
    """Whether the journals held when it was made. One for which they did not is not restored."""

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return sum(rows for rows, _digest in self.tables.values())

    @property
    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat(), "format": 1})


def manifest_of(text: str) -> Manifest:
    """Read a manifest; ``BackupUnusable`` for one that this program does not understand."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told.pop("format") != 1:
            raise BackupUnusable("The backup was made by a later version of hallclient.")
        halls = tuple(HallMark(**one) for one in told.pop("halls"))
        tables = {name: (int(n), str(d)) for name, (n, d) in told.pop("tables").items()}
        made_at = datetime.fromisoformat(told.pop("made_at"))
        return Manifest(made_at=made_at, halls=halls, tables=tables, **told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupUnusable("The backup's manifest cannot be read.") from error


def make_backup(
    engine: Engine,
    target: Path,
    told: Told = lambda _what: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Manifest:
    """Write a backup of a database to ``target``, whole or not at all; 0600.

    Raises ``DiskFull``, ``DatabaseDamaged`` when what was read is damaged, and what databases
    raise. A process that is killed leaves a folder that ends with ``PART``, see ``clear_parts``.
    """
    with translated_files(), working_folder(target.parent) as folder:
        _check_room(engine, target.parent)
        file = folder / "hall.db"
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        source = engine.dialect.name
        if source == "sqlite":
            told("file")
            _copy_pages(engine, file)
        else:
            _copy_rows(engine, file, told)
        manifest = _sealed(file, source, now(), told)
        place(file, target)
        return manifest


def read_manifest(path: Path) -> Manifest:
    """Read what a backup says of itself, without checking that it is true."""
    try:
        with closing(_connect_readonly(path)) as connection:
            rows = connection.execute(f"SELECT text FROM {MANIFEST}").fetchall()  # noqa: S608 - our own name
    except sqlite3.Error as error:
        if "no such table" in str(error):
            raise BackupUnusable(f"{path.name} is a database and no backup.") from error
        raise BackupUnusable(f"{path.name} is no backup, or is damaged.") from error
    if len(rows) != 1:
        raise BackupUnusable(f"{path.name} has no manifest.")
    return manifest_of(str(rows[0][0]))


def check_backup(path: Path, told: Told = lambda _what: None) -> Manifest:
    """Read all of a backup and compare it with its manifest; raises ``BackupUnusable``."""
    manifest = read_manifest(path)
    engine = readonly_engine(path)
    try:
        with engine.connect() as connection:
            told("pages")
            _check_pages(connection, path.name)
            wrong = wrong_tables(connection, manifest, told)
            if wrong:
                raise BackupUnusable(
                    f"{path.name} is not as it was made: {', '.join(wrong)} differ."
                )
            _check_chains(connection, manifest, path.name, told)
    except (sa.exc.SQLAlchemyError, DatabaseDamaged) as error:
        raise BackupUnusable(f"{path.name} is damaged.") from error
    finally:
        engine.dispose()
    return manifest


def wrong_tables(connection: Connection, manifest: Manifest, told: Told) -> list[str]:
    """Return the tables that are not as the manifest says."""
    found = {}
    for table in carried_tables(connection):
        told(table.name)
        digest = digest_of(connection, table)
        found[table.name] = (digest.rows, digest.text)
    names = sorted(set(found) | set(manifest.tables))
    return [name for name in names if found.get(name) != manifest.tables.get(name)]


def readonly_engine(path: Path) -> Engine:
    """Open a file that nobody writes to, without a trace in its folder."""
    return sa.create_engine(
        "sqlite://",
        creator=lambda: _connect_readonly(path),
        poolclass=sa.pool.StaticPool,
        hide_parameters=True,
    )


def place(file: Path, target: Path) -> None:
    """Give a finished file its name; both are on the disk when this returns."""
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    file.replace(target)
    sync_folder(target.parent)


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """Make a folder for what is not finished; gone with the block."""
    folder = Path(tempfile.mkdtemp(prefix=".hallclient-", suffix=PART, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_parts(folder: Path) -> int:
    """Remove what killed processes left behind; nobody else may be at work in the folder."""
    left = list(folder.glob(f".hallclient-*{PART}"))
    for one in left:
        shutil.rmtree(one, ignore_errors=True)
    return len(left)


@contextmanager
def translated_files() -> Iterator[None]:
    """Raise the storage error for what the database or the system raises in the block."""
    with translated():
        try:
            yield
        except OSError as error:
            raise translate(error) from error


# Taking it


def _check_room(engine: Engine, folder: Path) -> None:
    where = place_of(engine)
    if isinstance(where, SqlitePlace):
        need = sum(
            file.stat().st_size
            for file in (where.path, where.path.with_name(where.path.name + "-wal"))
            if file.exists()
        )
    else:
        with engine.connect() as connection:
            size = "SELECT pg_database_size(current_database())"
            need = int(connection.exec_driver_sql(size).scalar_one())
    free = shutil.disk_usage(folder).free
    if free < need + _SPARE:
        raise DiskFull(
            f"The disk of {folder} has {free >> 20} MB left, a backup takes some {need >> 20} MB "
            f"and leaves {_SPARE >> 20} MB: make room, or choose another folder."
        )


def _copy_pages(engine: Engine, file: Path) -> None:
    """Take a moment of an SQLite file by its online backup: writers are not kept waiting."""
    with engine.connect() as connection, closing(sqlite3.connect(file)) as target:
        driver: Any = connection.connection.driver_connection
        driver.backup(target)


def _copy_rows(engine: Engine, file: Path, told: Told) -> None:
    target = open_engine(str(file), role="backup")
    try:
        copy_database(engine, target, told)
    finally:
        target.dispose()


def _sealed(file: Path, source: str, now: datetime, told: Told) -> Manifest:
    """Check a finished copy and write its manifest into it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        with suppress(sqlite3.OperationalError):  # tables of the first version have none
            raw.execute("DELETE FROM listener")
        raw.execute(f"DROP TABLE IF EXISTS {MANIFEST}")
    engine = readonly_engine(file)
    try:
        with engine.connect() as connection:
            told("pages")
            _check_pages(connection, "What was read")
            version = version_of(connection) or ""
            tables = {}
            for table in carried_tables(connection):
                told(f"proof of {table.name}")
                digest = digest_of(connection, table)
                tables[table.name] = (digest.rows, digest.text)
            chains = walk_all(connection, lambda hall: told(f"journal of {hall}"))
    finally:
        engine.dispose()
    halls = tuple(HallMark(one.hall_id, one.hall_seq, one.hall_head) for one in chains)
    whole = all(one.whole for one in chains)
    manifest = Manifest(now, __version__, version, source, halls, tables, whole)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute(f"CREATE TABLE {MANIFEST} (text TEXT NOT NULL)")
        raw.execute(f"INSERT INTO {MANIFEST} VALUES (?)", (manifest.text,))  # noqa: S608 - our own name
    return manifest


def _check_pages(connection: Connection, what: str) -> None:
    """Raise ``DatabaseDamaged`` when SQLite finds its own structures damaged."""
    with translated():
        found = connection.exec_driver_sql(f"PRAGMA quick_check({ASKED})").scalars().all()
        damage = damage_in(found)
        if damage:
            raise DatabaseDamaged(f"{what} is damaged: {damage}.")


def _check_chains(connection: Connection, manifest: Manifest, name: str, told: Told) -> None:
    chains = walk_all(connection, lambda hall: told(f"journal of {hall}"))
    marks = tuple(HallMark(one.hall_id, one.hall_seq, one.hall_head) for one in chains)
    if marks != manifest.halls:
        raise BackupUnusable(f"{name} is not as it was made: its halls differ.")
    broken = next((one for one in chains if not one.whole), None)
    if broken is not None:
        raise BackupUnusable(
            f"The journal of {broken.hall_id} in {name} is not whole: {broken.words}."
        )


def _connect_readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
