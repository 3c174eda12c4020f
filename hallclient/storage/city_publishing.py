"""The hall's side of a link: a publication of its public tables, and a login that reads them.

PostgreSQL's own logical replication carries them. A city that is away for long must not fill the
hall's disk: what its slot keeps is bounded, and beyond that the link has to be renewed.
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import Engine

from hallclient.storage.city_database import CityError
from hallclient.storage.city_tables import PUBLISHED
from hallclient.storage.engine import PostgresPlace, place_of
from hallclient.storage.errors import translate
from hallclient.storage.hosts import hosts_of
from hallclient.storage.store import check_version

if TYPE_CHECKING:
    import psycopg

PUBLICATION: Final = "hallclient_city"
KEEP: Final = "4GB"
_READABLE: Final = (*(table.name for table in PUBLISHED), "alembic_version")


@dataclass(frozen=True, slots=True)
class Published:
    """``url`` is for the city; without a password when the login was there before."""

    url: str
    new_login: bool
    keeps: str
    """How much the server keeps for a city that is away, as it says it."""


def publish(engine: Engine, login: str, keep: str = KEEP, *, renew: bool = False) -> Published:
    """Publish the hall's public tables and let ``login`` read them. Repeatable.

    ``renew`` gives the login another password. ``keep`` bounds what is kept where nothing bounds it
    yet. Raises ``StoreError``.
    """
    import psycopg  # noqa: PLC0415 - an extra

    check_version(engine)
    place = server_of(engine)
    try:
        with place.hosts.connect(autocommit=True) as connection:
            _check_wal(connection)
            _publish(connection)
            password = _grant(connection, login, renew=renew)
            keeps = _bound(connection, keep)
    except psycopg.Error as error:
        raise translate(error) from error
    return Published(_url(place, login, password), bool(password), keeps)


def server_of(engine: Engine) -> PostgresPlace:
    """Return the server of an engine; raises ``CityError`` for an SQLite file."""
    place = place_of(engine)
    if not isinstance(place, PostgresPlace):
        raise CityError(
            "Links need PostgreSQL on both sides; a station with an SQLite file hands in files "
            "(hallclient city hand-out)."
        )
    return place


def shown(connection: "psycopg.Connection", name: str) -> str:
    """Return a setting of the server as it says it."""
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def _check_wal(connection: "psycopg.Connection") -> None:
    level = shown(connection, "wal_level")
    if level != "logical":
        raise CityError(
            f"The server's wal_level is {level}: set wal_level = logical in postgresql.conf and "
            "restart the server."
        )


def _publish(connection: "psycopg.Connection") -> None:
    from psycopg import sql  # noqa: PLC0415 - an extra

    tables = sql.SQL(", ").join(sql.Identifier(table.name) for table in PUBLISHED)
    known = connection.execute(
        "SELECT 1 FROM pg_publication WHERE pubname = %s", (PUBLICATION,)
    ).fetchone()
    change = "ALTER PUBLICATION {} SET TABLE {}" if known else "CREATE PUBLICATION {} FOR TABLE {}"
    connection.execute(sql.SQL(change).format(sql.Identifier(PUBLICATION), tables))


def _grant(connection: "psycopg.Connection", login: str, *, renew: bool) -> str:
    """Let the login read what is published and nothing else; return its new password, if any."""
    from psycopg import sql  # noqa: PLC0415 - an extra

    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    name, password = sql.Identifier(login), ""
    if not known or renew:
        password = secrets.token_urlsafe(24)
        change = "ALTER ROLE {} {}" if known else "CREATE ROLE {} {}"
        options = sql.SQL("LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
        connection.execute(sql.SQL(change).format(name, options.format(sql.Literal(password))))
    tables = sql.SQL(", ").join(sql.Identifier(table) for table in _READABLE)
    database = sql.Identifier(connection.info.dbname)
    for grant in (
        "GRANT CONNECT ON DATABASE {database} TO {}",  # PUBLIC may not in a hall of several PCs
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT ON {tables} TO {}",
        # Rows that windows and kiosks do not see would be left out of the first copy, silently.
        "ALTER ROLE {} BYPASSRLS",
    ):
        connection.execute(sql.SQL(grant).format(name, tables=tables, database=database))
    return password


def _bound(connection: "psycopg.Connection", keep: str) -> str:
    from psycopg import sql  # noqa: PLC0415 - an extra

    if shown(connection, "max_slot_wal_keep_size") == "-1":
        change = sql.SQL("ALTER SYSTEM SET max_slot_wal_keep_size = {}")
        connection.execute(change.format(sql.Literal(keep)))
        connection.execute("SELECT pg_reload_conf()")
        return keep
    return shown(connection, "max_slot_wal_keep_size")


def _url(place: PostgresPlace, login: str, password: str) -> str:
    parameters: dict[str, Any] = place.parameters
    places = hosts_of(parameters)
    hosts = ",".join(
        f"{quote(p.get('host', ''), safe='')}:{p.get('port', '') or 5432}" for p in places
    )
    secret = f":{password}" if password else ""
    options = "?target_session_attrs=read-write" if len(places) > 1 else ""
    return f"postgresql://{quote(login)}{secret}@{hosts}/{parameters.get('dbname', '')}{options}"
