"""A question as PostgreSQL plans it for terminals: once, for all values."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection


@contextmanager
def prepared(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    """Prepare a statement with placeholders, as one that has become generic; yield its call."""
    order: list[Any] = []

    def place(match: re.Match[str]) -> str:
        order.append(parameters[match[1]])
        return f"${len(order)}"

    text = re.sub(r"%\((\w+)\)s", place, statement)
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE asked AS {text}")
    literals = ", ".join(_literal(value) for value in order)
    yield f"EXECUTE asked({literals})" if order else "EXECUTE asked"
    connection.exec_driver_sql("DEALLOCATE asked")


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value) + "'"
