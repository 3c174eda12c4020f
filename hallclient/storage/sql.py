"""What both databases need, each in its own way: a first statement, and an insert that may meet."""

from collections.abc import Callable
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.engine import Connection, Engine

T = TypeVar("T")


def begin(engine: Engine, first: Callable[[Connection], T]) -> tuple[Connection, T]:
    """Begin with the first question; a connection that died with its server is replaced."""
    connection = engine.connect()
    try:
        return connection, first(connection)
    except sa.exc.DBAPIError as error:
        connection.close()
        if not error.connection_invalidated:
            raise
    except BaseException:
        connection.close()
        raise
    connection = engine.connect()
    try:
        return connection, first(connection)
    except BaseException:
        connection.close()
        raise


def insert(connection: Connection, table: sa.Table) -> Insert:
    """Return an insert that knows ON CONFLICT; both dialects spell it alike."""
    if connection.dialect.name == "sqlite":
        return Insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 30 ms a village need not pay

    return cast("Insert", postgresql.insert(table))
