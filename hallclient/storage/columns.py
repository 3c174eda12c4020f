"""Column types that mean, and where it matters store, the same on both databases."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from hallclient.domain.journal import canonical


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; a naive datetime is a `ValueError`.

    `timestamptz` on PostgreSQL; on SQLite text of fixed width, `YYYY-MM-DD HH:MM:SS.ffffff`,
    whose order is the order in time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose text on SQLite, `timestamptz` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Hand the moment to the driver."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=None).isoformat(" ", "microseconds")
        return moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        """Give the moment back, aware, in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        moment: datetime = value
        return moment.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """Canonical JSON in a text column: the same bytes on both databases. `None` is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Write canonical JSON."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's
        """Read JSON."""
        return None if value is None else json.loads(value)
