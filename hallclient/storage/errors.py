"""What can go wrong with the database, as one tree.

```
StorageError
├── DatabaseAway            cannot be reached now; will be retried
├── Busy                    somebody held a lock for longer than we wait; will be retried
├── DiskFull                no room left where the database lives; will be retried
├── DatabaseReadOnly        its disk takes no writes; will be retried
├── DatabaseDenied          this user may not use it
├── DatabaseUnreadable      not a database of ours
│   └── DatabaseDamaged     a damaged one: the agent of its PC mends it
├── DatabaseUrlInvalid      the URL or path names no database
├── DatabaseOnNetworkShare  an SQLite file where its locks do not work
└── SchemaOutdated          tables are missing or from another version
```

`str(error)` is one clear English sentence for a terminal, without passwords; the driver's own
exception is its `__cause__` when it is raised `from` it.
"""

# The names say what happened to the database, as a clerk would.

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import exc as sa_exc

from hallclient.services.store_error import StoreError


class StorageError(StoreError):
    """Root of everything the storage layer raises on purpose."""


class DatabaseAway(StorageError):
    """The database cannot be reached at the moment."""

    retryable = True


class Busy(StorageError):
    """A lock, or a free connection, did not come in time."""

    retryable = True


class DiskFull(StorageError):
    """The disk that holds the database is full. Room may be made at any time."""

    retryable = True


class DatabaseReadOnly(StorageError):
    """The disk that holds the database takes no writes, as after an error of its file system."""

    retryable = True


class DatabaseDenied(StorageError):
    """The user of this process has no access."""


class DatabaseUnreadable(StorageError):
    """The file is no database that we can use."""


class DatabaseDamaged(DatabaseUnreadable):
    """Its contents are damaged. What waits goes on when somebody has restored it."""

    retryable = True


class DatabaseUrlInvalid(StorageError):
    """The URL or path cannot name a database of ours."""


class DatabaseOnNetworkShare(StorageError):
    """WAL needs one host: an SQLite file on a network share would be torn apart."""


class SchemaOutdated(StorageError):
    """The tables do not fit this version of the program."""


_Found = tuple[type[StorageError], str]

READ_ONLY: Final = "25006"
"""What a standby answers to a change, also one that was the primary before."""

_AWAY: Final = (DatabaseAway, "The database cannot be reached; trying again.")
_STANDBY: Final = (
    DatabaseAway,
    "The database accepts no writes at the moment (its server is a standby); trying again.",
)
_BUSY: Final = (Busy, "The database is busy: another process held its lock for too long.")
_FULL: Final = (DiskFull, "The disk that holds the database is full; trying again.")
READ_ONLY_DISK: Final = "The disk that holds the database is read-only; trying again."
_DENIED: Final = (DatabaseDenied, "This user has no access to the database.")
_DAMAGED: Final = (DatabaseDamaged, "The database is damaged; restore it from a backup.")
_OUTDATED: Final = (
    SchemaOutdated,
    "The database's tables do not fit this version of hallclient; migrate it first.",
)

# Primary result codes, https://sqlite.org/rescode.html (the low byte of an extended code).
_SQLITE: Final[dict[int, _Found]] = {
    3: _DENIED,  # PERM
    5: _BUSY,
    6: _BUSY,  # LOCKED
    8: (DatabaseDenied, "This user may read the database but not write it."),
    10: (DatabaseAway, "The disk that holds the database reported an error; trying again."),
    11: _DAMAGED,  # CORRUPT
    13: _FULL,
    14: (DatabaseAway, "The database file cannot be opened; trying again."),
    15: _BUSY,  # PROTOCOL: lost the race for a WAL lock many times
    17: _OUTDATED,  # SCHEMA
    23: _DENIED,  # AUTH
    26: (DatabaseDamaged, "The file is not an SQLite database."),
}

# SQLSTATE, exact codes before classes: PostgreSQL manual, appendix A.
_SQLSTATE: Final[dict[str, _Found]] = {
    "08": _AWAY,
    "28": (DatabaseDenied, "The database server refused this user or its password."),
    "3D000": (DatabaseUrlInvalid, "The database server has no database of that name."),
    "3F000": _OUTDATED,
    "40001": _BUSY,
    "40P01": _BUSY,
    "42501": _DENIED,
    "42703": _OUTDATED,
    "42P01": _OUTDATED,
    "53100": _FULL,
    "53300": (Busy, "The database server has no free connection."),
    "53": _BUSY,
    "55006": _BUSY,
    "55P03": _BUSY,
    "57014": _BUSY,
    "57P04": (DatabaseUrlInvalid, "The database was dropped on the server."),
    "57P": _AWAY,
    "25P03": _AWAY,
    READ_ONLY: _STANDBY,
    "58": (DatabaseAway, "The database server's disk reported an error; trying again."),
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}

# libpq gives no SQLSTATE for a refused connection, only the server's text.
_REFUSED: Final[tuple[tuple[re.Pattern[str], _Found], ...]] = (
    (
        re.compile(
            r"authentication failed|no password supplied|no pg_hba\.conf entry"
            r"|role \".*\" does not exist|认证失败|没有.*pg_hba\.conf|角色.*不存在"
        ),
        _SQLSTATE["28"],
    ),
    (re.compile(r"permission denied for database|数据库.*权限不够"), _DENIED),
    (re.compile(r"database \".*\" does not exist|数据库.*不存在"), _SQLSTATE["3D000"]),
    (re.compile(r"too many (clients|connections)|连接.*太多"), _SQLSTATE["53300"]),
    (re.compile(r"session is read-only|hot standby mode|old primary"), _STANDBY),
)
_ERRNO: Final[dict[int, _Found]] = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: (DatabaseReadOnly, READ_ONLY_DISK),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise the storage error for whatever the database raises in the block."""
    try:
        yield
    except (sa_exc.SQLAlchemyError, sqlite3.Error) as exc:
        raise translate(exc) from exc


def translate(exc: BaseException) -> StorageError:
    """Find the storage error for an exception of SQLAlchemy, sqlite3, psycopg or the system.

    A `StorageError` is handed back as it is. What nobody expected becomes a plain
    `StorageError`: it belongs in the log, with its cause.
    """
    for link in _chain(exc):
        found = _translate_one(link)
        if found is not None:
            return found
    return StorageError(f"The database refused the operation ({type(exc).__name__}).")


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """Walk from the exception to what it wraps."""
    seen: set[int] = set()
    link: BaseException | None = exc
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.orig if isinstance(link, sa_exc.DBAPIError) else link.__cause__


def _translate_one(exc: BaseException) -> StorageError | None:
    if isinstance(exc, StorageError):
        return exc
    found: _Found | None = None
    if isinstance(exc, sa_exc.TimeoutError):
        found = (Busy, "No free connection to the database came in time.")
    elif isinstance(exc, sa_exc.ArgumentError):
        found = (DatabaseUrlInvalid, "The database URL is not valid.")
    elif isinstance(exc, sqlite3.Error):
        found = _SQLITE.get(getattr(exc, "sqlite_errorcode", 0) & 0xFF) or _no_table(exc)
    elif type(exc).__module__.partition(".")[0] == "psycopg":
        found = _from_psycopg(exc)
    elif isinstance(exc, OSError):
        found = _ERRNO.get(exc.errno or 0, _AWAY)
    return None if found is None else found[0](found[1])


def _no_table(exc: sqlite3.Error) -> _Found | None:
    """SQLite reports a missing table or column as a plain error with a text."""
    text = str(exc)
    return _OUTDATED if "no such table" in text or "no such column" in text else None


def _from_psycopg(exc: BaseException) -> _Found | None:
    """By SQLSTATE; without one, an OperationalError is a connection that failed or broke."""
    state = getattr(exc, "sqlstate", None) or ""
    for length in (5, 3, 2):
        if len(state) >= length and state[:length] in _SQLSTATE:
            return _SQLSTATE[state[:length]]
    names = {base.__name__ for base in type(exc).__mro__}
    if state or "OperationalError" not in names:
        return None
    text = str(exc)
    return next((found for pattern, found in _REFUSED if pattern.search(text)), _AWAY)
