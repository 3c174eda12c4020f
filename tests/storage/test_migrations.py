"""The history of the tables leads to what the program expects, on both databases."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from hallclient.storage import listener, migrations, outbox_tables, plumbing, schema
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import SchemaOutdated
from hallclient.storage.metadata import metadata
from hallclient.storage.store import check_version
from tests.stores import HallUnderTest


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    for table in (listener.listener, plumbing.lease, outbox_tables.message):
        assert table.metadata is metadata
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))


def checks(engine: Engine) -> dict[str, set[str]]:
    """Names of the check constraints of every table; autogenerate does not compare them."""
    inspector = sa.inspect(engine)
    return {
        name: {str(found["name"]) for found in inspector.get_check_constraints(name)}
        for name in metadata.tables
    }


def partial(engine: Engine) -> dict[str, str]:
    """The conditions of the partial indexes, which autogenerate does not compare either."""
    catalogue = "sqlite_master" if engine.dialect.name == "sqlite" else "pg_indexes"
    columns = "name, sql" if engine.dialect.name == "sqlite" else "indexname, indexdef"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM {catalogue}").all()  # noqa: S608
    return {name: sql.partition(" WHERE ")[2] for name, sql in rows if sql and " WHERE " in sql}


def test_the_migrations_make_what_the_schema_says(engine: Engine) -> None:
    migrations.upgrade(engine)
    assert differences(engine) == []


def test_constraints_and_partial_indexes_are_those_of_the_schema(engine: Engine) -> None:
    """The tables made by the migrations, then those made by the schema as it is now."""
    migrations.upgrade(engine)
    migrated = (checks(engine), partial(engine))
    metadata.drop_all(engine)
    assert partial(engine) == {}
    metadata.create_all(engine)
    assert migrated == (checks(engine), partial(engine))
    assert "ck_ticket_status" in migrated[0]["ticket"]
    assert set(migrated[1]) == {
        "ix_ticket_waiting", "ix_ticket_open", "ux_turn_window", "ux_turn_ticket",
        "ux_shift_window", "ix_ticket_undelivered", "ix_turn_asked", "ix_print_job_open",
        "ix_message_open",
    }  # fmt: skip


def test_a_difference_would_be_found(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_ticket_waiting")
        connection.exec_driver_sql("ALTER TABLE turn ADD COLUMN colour TEXT")
    assert len(differences(engine)) == 2


def test_an_upgrade_can_be_repeated(hall: HallUnderTest) -> None:
    hall.issue()
    before = hall.rows("SELECT * FROM ticket")
    for _ in range(2):
        migrations.upgrade(hall.engine)
        check_version(hall.engine)
    assert hall.rows("SELECT * FROM ticket") == before


def test_the_version_is_that_of_the_newest_migration() -> None:
    script = ScriptDirectory.from_config(migrations.alembic_config())
    assert script.get_heads() == [schema.VERSION]
    assert len(list(script.walk_revisions())) >= 1


def test_a_new_database_has_no_tables_yet(engine: Engine) -> None:
    with pytest.raises(SchemaOutdated, match="has no tables yet: run hallclient db init"):
        check_version(engine)
    migrations.upgrade(engine)
    check_version(engine)


def test_tables_of_another_version(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(SchemaOutdated) as caught:
        check_version(engine)
    for words in ("version 0000", f"needs {schema.VERSION}", "hallclient db upgrade"):
        assert words in str(caught.value)


def test_a_failed_upgrade_leaves_the_database_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = command.upgrade

    def fail(config: Config, revision: str) -> None:
        whole(config, revision)
        raise ZeroDivisionError

    monkeypatch.setattr(command, "upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        migrations.upgrade(engine)
    assert sa.inspect(engine).get_table_names() == []
