"""What both databases need, each in its own way: a first statement, and an insert that may meet."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")

COUNT_OF_TICKET = """CASE WHEN series.digits = 3 THEN
  CASE WHEN ticket.number <= 799 THEN ticket.number
    WHEN ticket.number > 999 THEN ticket.number - 200 ELSE 0 END
ELSE CASE WHEN ticket.number <= 7999 THEN ticket.number
    WHEN ticket.number > 9999 THEN ticket.number - 2000 ELSE 0 END END"""
"""Which ticket of its series and day a number was, 0 for a kiosk's own (domain.ticket.count_at)."""


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
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: sa.Table) -> Insert:
    """Return the same for a dialect by its name."""
    if dialect == "sqlite":
        return Insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 30 ms a village need not pay

    return cast("Insert", postgresql.insert(table))


class Seconds(FunctionElement[int]):
    """A moment as whole seconds since 1970."""

    name = "seconds"
    type = sa.BigInteger()
    inherit_cache = True


@compiles(Seconds)
def _seconds(element: Seconds, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    if compiler.dialect.name == "sqlite":
        return f"CAST(strftime('%s', {moment}) AS INTEGER)"
    return f"CAST(floor(extract(epoch FROM {moment})) AS BIGINT)"


class Listed(FunctionElement[str]):
    """The values of many rows as one text, with commas between them; None for no row."""

    name = "listed"
    type = sa.Text()
    inherit_cache = True


@compiles(Listed)
def _listed(element: Listed, compiler: Any, **kw: Any) -> str:
    joined = "group_concat" if compiler.dialect.name == "sqlite" else "string_agg"
    return f"{joined}({compiler.process(element.clauses, **kw)}, ',')"
