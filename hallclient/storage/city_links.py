"""The city's side of a link: a subscription to a hall's publication, its state, its renewal.

Slots of logical replication do not survive a failover before PostgreSQL 17. The link is renewed
then: what the city has of the hall goes and is copied anew. Entries that the hall lost in the
failover are kept in ``city_lost`` first.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.forks import last_common
from hallclient.storage.city_database import CityError, check_city, keep_lost
from hallclient.storage.city_publishing import PUBLICATION, server_of
from hallclient.storage.city_tables import PUBLISHED, city_link
from hallclient.storage.engine import database_clock
from hallclient.storage.errors import translate, translated
from hallclient.storage.schema import VERSION, hall, journal
from hallclient.storage.sql import insert

if TYPE_CHECKING:
    import psycopg

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_PREFIX: Final = "hallclient_"


def subscription_of(name: str) -> str:
    """Return what a link's subscription, and its slot at the hall, is called."""
    if not _NAME.fullmatch(name):
        raise CityError(
            "A link's name is of small letters, digits and _, and begins with a letter."
        )
    return _PREFIX + name


def subscribe(
    engine: Engine, name: str, url: str, *, again: bool = False, wait_s: float = 60.0
) -> tuple[list[str], int, bool]:
    """Link a hall's server to the city under a name, or link it ``again`` after a failover.

    Returns the ids of its halls, how many entries the hall had lost, and whether everything was
    copied within ``wait_s``. Raises ``StoreError``.
    """
    import psycopg  # noqa: PLC0415 - an extra

    subscription = subscription_of(name)
    check_city(engine)
    city = server_of(engine)
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as there:
            halls = check_publisher(there)
            with city.hosts.connect(autocommit=True) as here:
                known = _known(here, subscription)
                if known and not again:
                    raise CityError(f"There is a link {name} already: --again makes it anew.")
                if known:
                    _drop(here, subscription)
                _drop_slot(there, subscription)
                lost = _make_room(engine, name, halls, there)
                _create(here, subscription, url)
                done = _wait(lambda: _is_copied(here, subscription), wait_s)
    except psycopg.Error as error:
        raise translate(error) from error
    return halls, lost, done


def unsubscribe(engine: Engine, name: str, url: str = "") -> None:
    """End a link; what has come by it stays. ``url`` of the hall's server frees its slot."""
    import psycopg  # noqa: PLC0415 - an extra

    subscription = subscription_of(name)
    try:
        with server_of(engine).hosts.connect(autocommit=True) as here:
            if not _known(here, subscription):
                raise CityError(f"There is no link {name}.")
            _drop(here, subscription)
        if url:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as there:
                _drop_slot(there, subscription)
    except psycopg.Error as error:
        raise translate(error) from error
    with translated(), engine.begin() as connection:
        connection.execute(sa.delete(city_link).where(city_link.c.name == name))


def check_publisher(there: "psycopg.Connection") -> list[str]:
    """Return the halls that a server publishes; raises ``CityError`` where they cannot come."""
    published = there.execute(
        "SELECT 1 FROM pg_publication WHERE pubname = %s", (PUBLICATION,)
    ).fetchone()
    if not published:
        raise CityError("This server publishes nothing for a city: run hallclient city publish.")
    version = version_of(there)
    if version != VERSION:
        raise CityError(
            f"The hall's tables are of version {version}, the city's of {VERSION}: bring both to "
            "the same version of hallclient first."
        )
    return [str(row[0]) for row in there.execute("SELECT hall_id FROM hall ORDER BY hall_id")]


def version_of(there: "psycopg.Connection") -> str:
    """Return the version of a hall's tables."""
    row = there.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _known(here: "psycopg.Connection", subscription: str) -> bool:
    asked = "SELECT 1 FROM pg_subscription WHERE subname = %s"
    return here.execute(asked, (subscription,)).fetchone() is not None


def _drop(here: "psycopg.Connection", subscription: str) -> None:
    """Drop a subscription whether its server answers or not."""
    from psycopg import sql  # noqa: PLC0415 - an extra

    name = sql.Identifier(subscription)
    for change in (
        "ALTER SUBSCRIPTION {} DISABLE",
        "ALTER SUBSCRIPTION {} SET (slot_name = NONE)",
        "DROP SUBSCRIPTION {}",
    ):
        here.execute(sql.SQL(change).format(name))


def _drop_slot(there: "psycopg.Connection", subscription: str) -> None:
    """Free the slot that a link left at the hall, once nobody reads from it any more."""
    active = "SELECT count(*) FROM pg_replication_slots WHERE active AND slot_name = %s"
    _wait(lambda: not _one(there, active, subscription), 10.0)
    asked = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
    there.execute(f"{asked}WHERE slot_name = %s".encode(), (subscription,))


def _one(connection: "psycopg.Connection", query: str, *values: Any) -> Any:
    row = connection.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def _create(here: "psycopg.Connection", subscription: str, url: str) -> None:
    from psycopg import sql  # noqa: PLC0415 - an extra

    change = sql.SQL("CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {}")
    here.execute(
        change.format(sql.Identifier(subscription), sql.Literal(url), sql.Identifier(PUBLICATION))
    )


def _is_copied(here: "psycopg.Connection", subscription: str) -> bool:
    """Whether all tables were copied and what came meanwhile is there too."""
    left = """
        SELECT count(*) FROM pg_subscription_rel JOIN pg_subscription ON oid = srsubid
        WHERE subname = %s AND srsubstate <> 'r'
    """
    return int(_one(here, left, subscription)) == 0


def _wait(holds: Callable[[], bool], wait_s: float) -> bool:
    until, pause = time.monotonic() + wait_s, threading.Event()
    while not holds():
        if time.monotonic() > until:
            return False
        pause.wait(0.1)
    return True


def _make_room(engine: Engine, name: str, halls: list[str], there: "psycopg.Connection") -> int:
    """Note the link and take away what it copies anew; return how many entries the hall lost."""
    with translated(), engine.begin() as connection:
        for row in connection.execute(sa.select(city_link).where(city_link.c.name != name)):
            both = sorted(set(row.halls) & set(halls))
            if both:
                raise CityError(f"{', '.join(both)} comes by the link {row.name} already.")
        lost = 0
        for hall_id in halls:
            lost += _keep_lost(connection, hall_id, there)
            for table in (one for one in reversed(PUBLISHED) if one is not hall):
                connection.execute(sa.delete(table).where(table.c.hall_id == hall_id))
            connection.execute(sa.delete(hall).where(hall.c.hall_id == hall_id))
        now = {"halls": halls, "since": database_clock(connection)}
        noted = insert(connection, city_link).values(name=name, **now)
        connection.execute(noted.on_conflict_do_update(index_elements=["name"], set_=now))
    return lost


def _keep_lost(connection: Connection, hall_id: str, there: "psycopg.Connection") -> int:
    """Keep the entries that the city has and the hall has no more."""

    def here(seq: int) -> str | None:
        asked = sa.select(journal.c.hash).where(journal.c.hall_id == hall_id, journal.c.seq == seq)
        return connection.execute(asked).scalar_one_or_none()

    def hall_has(seq: int) -> str | None:
        asked = "SELECT hash FROM journal WHERE hall_id = %s AND seq = %s"
        found: str | None = _one(there, asked, hall_id, seq)
        return found

    newest = sa.select(sa.func.max(journal.c.seq)).where(journal.c.hall_id == hall_id)
    top = connection.execute(newest).scalar_one() or 0
    return keep_lost(connection, hall_id, last_common(here, hall_has, top))
