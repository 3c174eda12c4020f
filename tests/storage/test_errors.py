"""Each kind of trouble has its sentence."""

import errno
import inspect
import sqlite3
from contextlib import ExitStack

import psycopg
import pytest
import sqlalchemy as sa

from hallclient.storage import errors
from hallclient.storage.engine import OVERFLOW, open_engine
from hallclient.storage.errors import (
    Busy,
    DatabaseAway,
    DatabaseDamaged,
    DatabaseDenied,
    DatabaseReadOnly,
    DatabaseUrlInvalid,
    DiskFull,
    SchemaOutdated,
    StorageError,
    translate,
)

TREE: list[type[StorageError]] = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, StorageError)
]


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("text")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, Busy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Busy),
        (sqlite3.SQLITE_LOCKED, Busy),
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_READONLY, DatabaseDenied),
        (sqlite3.SQLITE_READONLY_DIRECTORY, DatabaseDenied),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamaged),
        (sqlite3.SQLITE_NOTADB, DatabaseDamaged),
        (sqlite3.SQLITE_CANTOPEN, DatabaseAway),
        (sqlite3.SQLITE_IOERR_READ, DatabaseAway),
    ],
)
def test_sqlite_codes(code: int, kind: type[StorageError]) -> None:
    wrapped = sa.exc.OperationalError("SELECT", {}, sqlite_error(code))
    assert type(translate(wrapped)) is kind


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("08006", DatabaseAway),
        ("57P01", DatabaseAway),
        ("57P03", DatabaseAway),
        ("25006", DatabaseAway),
        ("28P01", DatabaseDenied),
        ("42501", DatabaseDenied),
        ("3D000", DatabaseUrlInvalid),
        ("53100", DiskFull),
        ("53300", Busy),
        ("40P01", Busy),
        ("55P03", Busy),
        ("57014", Busy),
        ("XX001", DatabaseDamaged),
        ("42P01", SchemaOutdated),
        ("42703", SchemaOutdated),
        ("22012", StorageError),
    ],
)
def test_postgres_states(state: str, kind: type[StorageError]) -> None:
    wrapped = sa.exc.DBAPIError("SELECT", {}, psycopg.errors.lookup(state)("text"))
    assert type(translate(wrapped)) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Connection refused", DatabaseAway),
        ('password authentication failed for user "u"', DatabaseDenied),
        ('用户 "u" Password 认证失败', DatabaseDenied),
        ('FATAL:  role "u" does not exist', DatabaseDenied),
        ('FATAL:  database "d" does not exist', DatabaseUrlInvalid),
        ('数据库 "d" 不存在', DatabaseUrlInvalid),
        ("FATAL:  sorry, too many clients already", Busy),
        ("connection failed: session is read-only", DatabaseAway),
    ],
)
def test_refused_connections_by_their_text(text: str, kind: type[StorageError]) -> None:
    assert type(translate(psycopg.OperationalError(text))) is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, DatabaseDenied),
        (errno.EROFS, DatabaseReadOnly),
        (errno.ENOSPC, DiskFull),
        (errno.ECONNREFUSED, DatabaseAway),
    ],
)
def test_system_errors(number: int, kind: type[StorageError]) -> None:
    assert type(translate(OSError(number, "text"))) is kind


def test_a_missing_table_or_column(database_url: str) -> None:
    engine = open_engine(database_url)
    for statement in ("SELECT * FROM missing", "SELECT missing FROM (SELECT 1 AS one) AS t"):
        with pytest.raises(sa.exc.DBAPIError) as caught, engine.connect() as connection:
            connection.execute(sa.text(statement))
        assert type(translate(caught.value)) is SchemaOutdated
    engine.dispose()


def test_a_full_disk(sqlite_url: str) -> None:
    """`max_page_count` is SQLite's own small disk."""
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x)"))
        connection.exec_driver_sql("PRAGMA max_page_count=3")
        with pytest.raises(sa.exc.DBAPIError) as caught:
            connection.execute(sa.text("INSERT INTO t VALUES (zeroblob(100000))"))
    engine.dispose()
    assert type(translate(caught.value)) is DiskFull


def test_no_free_connection(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(database_url, pool_size=1)
    monkeypatch.setattr(engine.pool, "_timeout", 0.01)
    with ExitStack() as taken:
        for _ in range(1 + OVERFLOW):
            taken.enter_context(engine.connect())
        with pytest.raises(sa.exc.TimeoutError) as caught:
            engine.connect()
    engine.dispose()
    assert type(translate(caught.value)) is Busy


def test_a_storage_error_stays_itself_and_others_are_plain() -> None:
    error = Busy("Wait.")
    assert translate(error) is error
    wrapped = RuntimeError("x")
    wrapped.__cause__ = error
    assert translate(wrapped) is error
    assert type(translate(RuntimeError("secret"))) is StorageError
    assert "secret" not in str(translate(RuntimeError("secret")))


def test_only_what_passes_is_retried() -> None:
    passing = {Busy, DatabaseAway, DatabaseDamaged, DatabaseReadOnly, DiskFull}
    assert {kind for kind in TREE if kind.retryable} == passing


def test_the_tree_is_drawn_in_the_docstring() -> None:
    assert len(TREE) == 11
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in TREE)
