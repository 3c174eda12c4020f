"""Tables that only a city's database has, beside those of the halls in it.

``city_link`` is a hall's server whose publication comes here, ``city_receipt`` a file that was
handed in. ``city_progress`` says how far a hall's journal is counted and what is needed to go on,
``city_day`` has the sums. ``city_lost`` keeps what a hall had sent and lost in a failover.
"""

import sqlalchemy as sa
from sqlalchemy import Column, MetaData, Table

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.schema import PART_TABLES, business_day, hall, journal

CITY_VERSION = 1

city_metadata = MetaData()

city_setup = Table("city_setup", city_metadata, Column("version", sa.Integer, primary_key=True))
city_link = Table(
    "city_link",
    city_metadata,
    Column("name", sa.Text, primary_key=True),
    Column("halls", JsonText, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
city_receipt = Table(
    "city_receipt",
    city_metadata,
    Column("hall_id", sa.Text, primary_key=True),
    Column("through", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("head", sa.Text, nullable=False),
    Column("entries", sa.BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
city_progress = Table(
    "city_progress",
    city_metadata,
    Column("hall_id", sa.Text, primary_key=True),
    Column("through", sa.BigInteger, nullable=False),
    Column("head", sa.Text, nullable=False),
    Column("at", UtcDateTime),
    Column("state", JsonText),
    Column("trouble", sa.Text, nullable=False),
)
city_day = Table(
    "city_day",
    city_metadata,
    Column("hall_id", sa.Text, primary_key=True),
    Column("day", sa.Date, primary_key=True),
    Column("issued", sa.BigInteger, nullable=False),
    Column("served", sa.BigInteger, nullable=False),
    Column("no_shows", sa.BigInteger, nullable=False),
    Column("abandoned", sa.BigInteger, nullable=False),
    Column("cases", sa.BigInteger, nullable=False),
    Column("rated", sa.BigInteger, nullable=False),
    Column("waits", JsonText, nullable=False),
)
city_lost = Table(
    "city_lost",
    city_metadata,
    Column("hall_id", sa.Text, primary_key=True),
    Column("hash", sa.Text, primary_key=True),
    Column("seq", sa.BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("subject", sa.Text, nullable=False),
    Column("data", JsonText, nullable=False),
)

_PUBLIC_PARTS = (
    "zones",
    "departments",
    "topics",
    "series",
    "queues",
    "services",
    "windows",
    "hours",
    "calendar",
)
PUBLISHED: tuple[Table, ...] = (
    hall,
    *(PART_TABLES[name][0] for name in _PUBLIC_PARTS),
    business_day,
    journal,
)
"""What leaves a hall: what it is, its days, its journal. Nobody's name, no rating's level."""
