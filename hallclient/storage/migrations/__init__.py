"""The history of the tables, and the one way to bring a database up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from hallclient.storage.engine import write_turn
from hallclient.storage.errors import translated
from hallclient.storage.rights import renew_rights
from hallclient.storage.server_settings import keep_busy_tables
from hallclient.storage.store import check_not_newer

PATIENCE_S = 15
"""With a table that is in use. A server ends its own sweep of it for somebody who has waited for
``deadlock_timeout``; a session's usual patience is over before that."""
_UPGRADE = 0x68616C6C
"""The number of the lock that PostgreSQL keeps for those who change the tables."""


def upgrade(engine: Engine) -> None:
    """Make the tables, or bring those of an earlier version up to date, in one transaction.

    Raises ``SchemaOutdated`` for the tables of a later version.
    """
    with translated(), write_turn(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # whoever comes second finds the version then
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE)))
        check_not_newer(MigrationContext.configure(connection).get_current_revision())
        upgrade_in(connection)
        renew_rights(connection)  # a table that was made just now has nobody's


def upgrade_in(connection: Connection, version: str = "head") -> None:
    """Do it in a transaction that somebody has begun, up to a version."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)
    if version == "head":
        keep_busy_tables(connection)


def alembic_config() -> Config:
    """Return Alembic's settings for these migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
