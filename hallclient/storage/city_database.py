"""A city's database: many halls' public tables in one, and the city's own."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.services.store_error import StoreError
from hallclient.storage import migrations
from hallclient.storage.city_tables import (
    CITY_VERSION,
    city_link,
    city_lost,
    city_metadata,
    city_setup,
)
from hallclient.storage.engine import READ, write_turn
from hallclient.storage.errors import translated
from hallclient.storage.schema import hall, journal
from hallclient.storage.sql import insert
from hallclient.storage.store import check_version


class CityError(StoreError):
    """Something about a city's database that somebody has to decide or repair."""


def init_city(engine: Engine) -> None:
    """Make the tables, or bring them up to date. A hall's own database becomes no city's."""
    with translated(), engine.execution_options(**READ).begin() as connection:
        found = sa.inspect(connection).get_table_names()
        if "ticket" in found and "city_setup" not in found and _has_tickets(connection):
            raise CityError("This is the database of a hall that works: a city has one of its own.")
    migrations.upgrade(engine)
    with translated(), write_turn(engine), engine.begin() as connection:
        city_metadata.create_all(connection)
        if connection.execute(sa.select(city_setup)).first() is None:
            connection.execute(sa.insert(city_setup).values(version=CITY_VERSION))


def check_city(engine: Engine) -> None:
    """Raise a ``StoreError`` unless this is a city's database of this version."""
    check_version(engine)
    with translated(), engine.execution_options(**READ).begin() as connection:
        if not sa.inspect(connection).has_table("city_setup"):
            raise CityError("This database is no city's yet: run hallclient city init.")


def halls_known(connection: Connection) -> Sequence[tuple[str, str, int]]:
    """Return id, zh-CN name and last journal number of every hall, as the hall's row says."""
    rows = connection.execute(
        sa.select(hall.c.hall_id, hall.c.name, hall.c.seq).order_by(hall.c.hall_id)
    )
    return [(row.hall_id, str(row.name.get("zh_cn", "")), row.seq) for row in rows]


def link_of(connection: Connection, hall_id: str) -> str:
    """Return the name of the link that a hall comes by, empty for one that comes by files."""
    for row in connection.execute(sa.select(city_link)):
        if hall_id in row.halls:
            return str(row.name)
    return ""


def keep_lost(connection: Connection, hall_id: str, behind: int) -> int:
    """Keep the entries behind one that their hall has no more in ``city_lost``; return how many."""
    rows = connection.execute(
        sa.select(*(journal.c[column.name] for column in city_lost.columns)).where(
            journal.c.hall_id == hall_id, journal.c.seq > behind
        )
    ).mappings()
    lost = [dict(row) for row in rows]
    if lost:
        connection.execute(insert(connection, city_lost).on_conflict_do_nothing(), lost)
    return len(lost)


def _has_tickets(connection: Connection) -> bool:
    return connection.execute(sa.text("SELECT 1 FROM ticket LIMIT 1")).first() is not None
