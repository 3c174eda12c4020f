"""One way to open the hall's database: an SQLite file or a PostgreSQL server.

Both behave alike above this module: a write transaction is alone where it matters, commits are
on the disk when they return, and lost connections come back by themselves at the next use.
"""

import importlib.util
import os
import re
import sqlite3
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util.queue import Queue

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.errors import (
    READ_ONLY,
    READ_ONLY_DISK,
    DatabaseAway,
    DatabaseDamaged,
    DatabaseDenied,
    DatabaseOnNetworkShare,
    DatabaseReadOnly,
    DatabaseUnreadable,
    DatabaseUrlInvalid,
    StorageError,
    translate,
)
from hallclient.storage.hosts import CONNECT_S, Hosts, hosts_of
from hallclient.storage.network_share import network_share_of
from hallclient.storage.swap import door, finish_swap, identity
from hallclient.storage.write_turn import WAIT_S, file_turn

if TYPE_CHECKING:
    from sqlalchemy.pool.base import _ConnectionRecord

__all__ = [
    "READ",
    "JsonText",
    "PostgresPlace",
    "SqlitePlace",
    "UtcDateTime",
    "database_clock",
    "open_engine",
    "place_of",
    "probe",
    "sqlite_place",
    "write_turn",
]

READ: Final = {"hallclient_read": True}
"""Execution options of a read transaction: `engine.execution_options(**READ)`."""

OVERFLOW: Final = 4
"""Connections beyond the pool, for moments in which all threads of a role ask at once."""

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+]*):/", re.IGNORECASE)
_SQLITE_NAMES: Final = ("", "sqlite", "sqlite+pysqlite")
_PLACE: Final = "hallclient_place"
_FILE: Final = "hallclient_file"
_EXAMPLE: Final = "write sqlite:///path/hall.db or postgresql://user@host:5432/hall"


@dataclass(frozen=True, slots=True)
class SqlitePlace:
    """An SQLite file on this PC."""

    path: Path

    @property
    def lock_path(self) -> Path:
        """The file the writers queue at."""
        return self.path.with_name(self.path.name + ".lock")


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A PostgreSQL server, as libpq's connection parameters (they may hold a password)."""

    parameters: dict[str, Any] = field(repr=False, hash=False)
    hosts: Hosts = field(repr=False, compare=False)
    """Makes connections to them; of several hosts to the one that accepts writes."""


def open_engine(
    url: str,
    *,
    role: str = "hallclient",
    pool_size: int = 2,
    must_exist: bool = False,
    mounts: str | None = None,
    looks: bool = True,
) -> Engine:
    """Open `sqlite:///path`, a bare path, or `postgresql://…` (several hosts allowed).

    An SQLite file is opened at once, and made unless `must_exist`; a PostgreSQL server is
    first spoken to when it is needed, see `probe`. `role` is the name the server shows.
    `mounts` replaces the system's mount table; without `looks` a file is opened when it is first
    needed, for it may be damaged. Raises the errors of `hallclient.storage.errors`.
    """
    scheme = _SCHEME.match(url)
    name = scheme[1].lower() if scheme and len(scheme[1]) > 1 else ""
    if name in ("postgresql", "postgres", "postgresql+psycopg"):
        return _open_postgres("postgresql:" + url.partition(":")[2], role, pool_size)
    if name in _SQLITE_NAMES:
        engine = _open_sqlite(_sqlite_path(url, name, mounts), must_exist, pool_size)
        try:
            if looks:
                probe(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine
    raise DatabaseUrlInvalid(f"Databases of the kind {name!r} are not supported: {_EXAMPLE}.")


def sqlite_place(url: str, *, must_exist: bool = False) -> SqlitePlace | None:
    """Return the SQLite file that a URL or a path names, checked as for ``open_engine``.

    None when it names something else.
    """
    scheme = _SCHEME.match(url)
    name = scheme[1].lower() if scheme and len(scheme[1]) > 1 else ""
    if name not in _SQLITE_NAMES:
        return None
    path = _sqlite_path(url, name, None)
    _check_access(path, must_exist=must_exist)
    return SqlitePlace(path)


def place_of(engine: Engine) -> SqlitePlace | PostgresPlace:
    """Say where an engine of `open_engine` leads."""
    place = engine.get_execution_options()[_PLACE]
    if not isinstance(place, SqlitePlace | PostgresPlace):
        raise TypeError("the engine was not made by open_engine")
    return place


def probe(engine: Engine) -> None:
    """Speak to the database once; raises the storage error that says what is wrong."""
    try:
        with engine.execution_options(**READ).connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            connection.exec_driver_sql("PRAGMA schema_version" if is_sqlite else "SELECT 1")
    except (sa.exc.SQLAlchemyError, OSError) as exc:
        raise translate(exc) from exc


def write_turn(engine: Engine) -> AbstractContextManager[None]:
    """Wait for this process's turn to write; nothing to wait for on PostgreSQL.

    `with write_turn(engine), engine.begin() as connection: …`
    """
    place = place_of(engine)
    return file_turn(place.lock_path) if isinstance(place, SqlitePlace) else nullcontext()


def database_clock(connection: Connection) -> datetime:
    """Read the database's clock: aware, UTC. With SQLite that is the clock of its one host."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return now.astimezone(UTC)


# SQLite


def _sqlite_path(url: str, scheme: str, mounts: str | None) -> Path:
    """Find the file and refuse what cannot work.

    The file itself is never opened here: closing it would drop the POSIX locks that SQLite
    holds on it elsewhere in this process (https://sqlite.org/howtocorrupt.html §2.2).
    """
    text = url
    if scheme:
        parsed = sa.make_url(url)
        if parsed.query or parsed.host or not parsed.database:
            raise DatabaseUrlInvalid(f"The database URL {url!r} names no file: {_EXAMPLE}.")
        text = parsed.database
    if not text or text == ":memory:" or "\0" in text:
        raise DatabaseUrlInvalid(f"The database URL {url!r} names no file: {_EXAMPLE}.")
    unc = text.startswith("\\\\")
    path = Path(text) if unc else Path(os.path.abspath(text))  # noqa: PTH100 - Path keeps ".."
    share = network_share_of(path, mounts)
    if share is not None:
        raise DatabaseOnNetworkShare(
            f"{path} is on a network share ({share}): an SQLite database needs a disk of this "
            "PC; for several PCs use PostgreSQL."
        )
    return path


def _check_access(path: Path, *, must_exist: bool) -> None:
    folder = path.parent
    try:
        if not folder.is_dir():
            raise DatabaseUrlInvalid(f"The folder {folder} does not exist.")
        if path.is_dir():
            raise DatabaseUrlInvalid(f"{path} is a folder, not a database file.")
        exists = path.exists()
    except PermissionError as exc:
        raise DatabaseDenied(f"This user may not open the folder {folder}.") from exc
    if _is_read_only(folder):
        raise DatabaseReadOnly(READ_ONLY_DISK)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DatabaseDenied(f"This user may not work in the folder {folder}.")
    if exists and not os.access(path, os.R_OK | os.W_OK):
        raise DatabaseDenied(f"This user may not read and write {path}.")
    if must_exist and not exists:
        raise DatabaseUrlInvalid(f"There is no database at {path}.")


def _is_read_only(folder: Path) -> bool:
    """Return whether the folder's whole file system takes no writes, where the system can tell."""
    return sys.platform != "win32" and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _open_sqlite(path: Path, must_exist: bool, pool_size: int) -> Engine:  # noqa: FBT001 - private
    _check_access(path, must_exist=must_exist)
    place = SqlitePlace(path)
    engine = sa.create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": WAIT_S, "isolation_level": None},
        pool_size=pool_size,
        max_overflow=OVERFLOW,
        pool_timeout=WAIT_S,
        hide_parameters=True,  # an error goes into a log, its values do not
        execution_options={_PLACE: place},
    )

    _open_through_door(engine, place)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another was
        # faster; a writer therefore says so at its beginning.
        reads = connection.get_execution_options().get("hallclient_read", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _open_through_door(engine: Engine, place: SqlitePlace) -> None:
    """Open connections of whatever file is at the path, and notice when that is another one."""
    path = place.path
    made = path.exists()

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, record: Any, args: Any, more: Any) -> sqlite3.Connection:
        nonlocal made
        if made and not path.exists():  # SQLite would make an empty one
            raise DatabaseAway("The database file is not there; trying again.")
        finish_swap(path, datetime.now(UTC))
        with door(path):
            connection: sqlite3.Connection = sqlite3.connect(*args, **more)
            try:
                _prepare_sqlite(connection, place)
            except BaseException as exc:
                connection.close()
                if isinstance(exc, sqlite3.Error):
                    _note_damage(exc, path)
                    raise _refused(exc, place) from exc
                raise
            record.info[_FILE] = identity(path)
        made = True
        return connection

    @event.listens_for(engine, "checkout")
    def look(_connection: object, record: Any, _proxy: object) -> None:
        # A restored database is another file under the same name.
        if record.info[_FILE] != identity(path):
            raise sa.exc.DisconnectionError

    @event.listens_for(engine, "handle_error")
    def note(context: Any) -> None:
        _note_damage(context.original_exception, path)


def _refused(error: sqlite3.Error, place: SqlitePlace) -> StorageError:
    """Return what is wrong with a file that cannot be opened: one that never was ours stays so."""
    found = translate(error)
    if isinstance(found, DatabaseDamaged) and not place.lock_path.exists():
        return DatabaseUnreadable(str(found))
    return found


def damage_mark(path: Path) -> Path:
    """Return the file that says that somebody found a database damaged, for the PC's agent."""
    return path.with_name(path.name + ".damaged")


def _note_damage(error: BaseException, path: Path) -> None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    ours = SqlitePlace(path).lock_path.exists()  # a letter that was taken for one is none
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) and ours:
        with suppress(OSError):
            damage_mark(path).touch()


def _prepare_sqlite(connection: sqlite3.Connection, place: SqlitePlace) -> None:
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # Two processes that change the mode of a new file at once get "locked" immediately.
        with file_turn(place.lock_path):
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise DatabaseUnreadable(f"The disk that holds {place.path} cannot keep a WAL.")
    # FULL: a number that was printed must survive a power cut. NORMAL may lose it.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten: some builds of SQLite do so by themselves, others do not.
    connection.execute("PRAGMA secure_delete=ON")


# PostgreSQL

# A cable that is pulled is noticed within about ten seconds, also by a reader that only waits.
_LINK: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# A frozen client must not hold the hall's row for ever, nor anybody wait for it longer than
# for SQLite's lock.
_SESSION: Final = (
    f"-c timezone=UTC -c lock_timeout={int(WAIT_S * 1000)}"
    " -c idle_in_transaction_session_timeout=30000"
)
# Nothing asked here is long enough to be worth compiling, a solid-state disk finds a page as soon
# as the next, and a report leaves the other cores to calls. Said in each session, for the server
# may be a house's own; without it a console's reading takes seven times as long after ten years
# (docs/growth.md). What a URL's own options say comes later and wins.
_PLANNER: Final = " -c jit=off -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"

# Terminals ask the same few questions all day, by the same indexes whatever is in them: planned at
# the first time, not at the first five, and under the hall's lock (tests/storage/test_plans.py).
_PLANNED_ONCE: Final = " -c plan_cache_mode=force_generic_plan"
_TERMINALS: Final = frozenset({"kiosk", "window", "display", "screen", "bench"})


class _Oldest(Queue[ConnectionPoolEntry]):
    """Hands out the connection that was made first: the server has planned most for it.

    With the last one returned, two that are in use at once change places all the time, and each
    plans everything for itself, a good part of it under the hall's lock.
    """

    def _get(self) -> ConnectionPoolEntry:
        oldest = min(self.queue, key=lambda one: cast("_ConnectionRecord", one).starttime)
        self.queue.remove(oldest)
        return oldest


class _OldestFirst(sa.QueuePool):
    __module__ = sa.QueuePool.__module__  # what it logs belongs to SQLAlchemy
    _queue_class = _Oldest


def _open_postgres(url: str, role: str, pool_size: int) -> Engine:
    if importlib.util.find_spec("psycopg") is None:
        raise DatabaseUrlInvalid(
            "PostgreSQL needs its driver: install hallclient with the extra 'postgres'."
        )
    from psycopg import ProgrammingError  # noqa: PLC0415 - an extra, and slow to import
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - the same

    try:
        given = conninfo_to_dict(url)
    except ProgrammingError:
        # No cause and no URL in the text: either may show the password.
        raise DatabaseUrlInvalid(f"The database URL is not valid: {_EXAMPLE}.") from None
    ports = str(given.get("port", "")).split(",")
    if not all(port == "" or (port.isascii() and port.isdigit()) for port in ports):
        raise DatabaseUrlInvalid(f"The port in the database URL is no number: {_EXAMPLE}.")
    sooner = {"connect_timeout": CONNECT_S} if len(hosts_of(given)) > 1 else {}
    parameters: dict[str, Any] = {**_LINK, **sooner, "application_name": role, **given}
    session = _SESSION + _PLANNER + (_PLANNED_ONCE if role.partition(" ")[0] in _TERMINALS else "")
    parameters["options"] = f"{session} {given.get('options', '')}".strip()
    hosts = Hosts(parameters)
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=hosts.connect,
        isolation_level="READ COMMITTED",
        pool_size=pool_size,
        poolclass=_OldestFirst,
        max_overflow=OVERFLOW,
        pool_timeout=WAIT_S,
        hide_parameters=True,  # an error goes into a log, its values do not
        execution_options={_PLACE: PostgresPlace(parameters, hosts)},
    )
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine


def _leave_a_standby(context: sa.engine.ExceptionContext) -> None:
    """Let go of all connections to a server that takes no writes any more: look for who does."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True
