"""Reads what can be read of a damaged SQLite file, a bounded number of rows at a time."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

_PROBES: Final = 4000
"""So many failing questions a table may cost: a lost page costs one for each of its rows."""
_ROWS_A_PAGE: Final = 400
_FETCH: Final = 2000
SPAN: Final = 1 << 15
"""So many numbers of rows are read at once at the most."""
_PASSING: Final = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_INTERRUPT),
    }
)
"""What SQLite says of the moment and not of a place in the file: nothing is decided by it."""


class Unreadable(Exception):
    """A table cannot be read to its end."""


def to_the_end(
    bad: sqlite3.Connection, table: str, columns: Sequence[str]
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a table that can be read whole; raises ``Unreadable`` where it cannot."""
    try:
        reading = bad.execute(f'SELECT {listed(columns)} FROM "{table}"')  # noqa: S608
        while rows := reading.fetchmany(_FETCH):
            yield rows
    except (sqlite3.Error, UnicodeError) as error:
        must_be_damage(error)
        raise Unreadable from error


def must_be_damage(error: Exception) -> None:
    """Raise again what says nothing about the file."""
    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _PASSING:
        raise error


def pieces(
    bad: sqlite3.Connection, table: str, columns: Sequence[str], more: str = ""
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield what can be read, by halving the numbers of its rows around what cannot."""
    query = (
        f'SELECT {listed(columns)} FROM "{table}" NOT INDEXED'  # noqa: S608
        f" WHERE rowid BETWEEN ? AND ?{more}"
    )
    spans = [(0, _highest(bad, table))]
    budget = _PROBES
    while spans and budget > 0:
        low, high = spans.pop()
        middle = (low + high) // 2
        if high - low >= SPAN:
            spans += [(low, middle), (middle + 1, high)]
            continue
        try:
            rows = bad.execute(query, (low, high)).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            must_be_damage(error)
            budget -= 1
            if low < high:
                spans += [(low, middle), (middle + 1, high)]
        else:
            yield rows


def _highest(bad: sqlite3.Connection, table: str) -> int:
    with suppress(sqlite3.Error):
        return int(bad.execute(f'SELECT coalesce(max(rowid), 0) FROM "{table}"').fetchone()[0])  # noqa: S608
    pages = 1 << 20
    with suppress(sqlite3.Error):
        pages = int(bad.execute("PRAGMA page_count").fetchone()[0])
    return pages * _ROWS_A_PAGE


def shared(bad: sqlite3.Connection, good: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that both have; none when the damaged one has lost its schema."""
    names = []
    for one in (bad, good):
        try:
            names.append([row[1] for row in one.execute(f'PRAGMA table_info("{table}")')])
        except sqlite3.Error as error:
            must_be_damage(error)
            return []
    return [name for name in names[1] if name in names[0]]


def listed(columns: Sequence[str]) -> str:
    """Return the names of columns for a statement."""
    return ", ".join(f'"{name}"' for name in columns)
