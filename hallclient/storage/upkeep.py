"""What a database needs from time to time so that it stays quick, and keeps nothing it has deleted.

SQLite makes its statistics only when it is told to; without them a hall of many years is asked as
if it were new. What was deleted is overwritten at once (``secure_delete``), but a copy stays in the
write-ahead log until that is emptied. PostgreSQL's autovacuum does both by itself; only tables that
it has not come to, after a restore, get their statistics here: by their owner, for nobody else may.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine

from hallclient.storage.engine import write_turn
from hallclient.storage.errors import translated

LOOKED_AT: Final = 1000
"""Rows of an index that SQLite looks at for its statistics: milliseconds, however long it is."""
_INSTANT_MS: Final = 20
_TRIES: Final = 20
_PAUSE_S: Final = 0.1
MANY: Final = 1000
"""A smaller table is read as a whole, statistics or none."""


def tend(engine: Engine) -> str:
    """Renew statistics and empty the log; return what was done, in a few words."""
    with translated(), _driver(engine) as cursor:
        if engine.dialect.name == "sqlite":
            with write_turn(engine):
                cursor.execute(f"PRAGMA analysis_limit={LOOKED_AT}")
                cursor.execute("ANALYZE")
            return "statistics, log emptied" if _emptied(engine, cursor) else "statistics"
        cursor.execute(
            "SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.relname)"
            " FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid"
            " WHERE last_analyze IS NULL AND last_autoanalyze IS NULL AND n_live_tup > %s"
            " AND pg_has_role(c.relowner, 'USAGE')",
            (MANY,),
        )
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            cursor.execute(f"ANALYZE {name}")
    return f"statistics of {len(names)} tables" if names else "nothing to do"


def _emptied(engine: Engine, cursor: Any) -> bool:
    """Empty the log; False where somebody read all the while.

    What empties it waits for readers and keeps writers out meanwhile: so the pages are moved
    before, which disturbs nobody, and it waits for an instant only, some times.
    """
    (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute(f"PRAGMA busy_timeout={_INSTANT_MS}")
    try:
        pause = threading.Event()
        for _ in range(_TRIES):
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            with write_turn(engine):
                (busy, *_frames) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            pause.wait(_PAUSE_S)
        return False
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")


@contextmanager
def _driver(engine: Engine) -> Iterator[Any]:
    """Yield a cursor outside of any transaction: neither database allows this work in one."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if engine.dialect.name == "sqlite":
            yield driver.cursor()
            return
        driver.autocommit = True
        try:
            with driver.cursor() as cursor:
                yield cursor
        finally:
            driver.autocommit = False
    finally:
        connection.close()
