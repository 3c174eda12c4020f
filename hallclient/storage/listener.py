"""Who wants to be woken, on SQLite: a UDP port on this PC and the cookie it accepts."""

from datetime import timedelta
from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata

REFRESH_S: Final = 10.0
"""How often a listener says that it is still there."""
EXPIRY: Final = timedelta(seconds=30)
"""A row not seen for so long is ignored, and removed by the next listener that refreshes."""
COOKIE_BYTES: Final = 8

# No foreign key: a listener is plumbing that comes and goes, the hall need not know it.
listener = Table(
    "listener",
    metadata,
    Column("hall_id", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("port", Integer, nullable=False),
    Column("cookie", LargeBinary, nullable=False),
    Column("scopes", JsonText, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
