"""Opening the hall's database, and what its transactions promise."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from hallclient.storage.engine import (
    READ,
    JsonText,
    UtcDateTime,
    canonical_json,
    database_clock,
    open_engine,
    probe,
    write_turn,
)

tables = sa.MetaData()
counter = sa.Table("counter", tables, sa.Column("n", sa.BigInteger, nullable=False))
moment = sa.Table(
    "moment",
    tables,
    sa.Column("at", UtcDateTime),
    sa.Column("data", JsonText),
    sa.Column("k", sa.Integer),
)


def test_clock_is_aware_and_near(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        first, second = database_clock(connection), database_clock(connection)
    engine.dispose()
    assert first.tzinfo is UTC
    assert first <= second
    assert abs(datetime.now(UTC) - first) < timedelta(seconds=5)
