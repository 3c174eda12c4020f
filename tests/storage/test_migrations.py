"""The history of the tables leads to what the program expects, on both databases."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from hallclient.domain.follow_up import FollowUp, FollowUpResult
from hallclient.domain.message import Message, MessageEvent, MessageState
from hallclient.domain.pace import Pace
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.storage import (
    day_tables,
    listener,
    migrations,
    outbox_tables,
    plumbing,
    schema,
    visit_tables,
)
from hallclient.storage.engine import open_engine, write_turn
from hallclient.storage.errors import SchemaOutdated
from hallclient.storage.metadata import metadata
from hallclient.storage.server_settings import SERVER_SETTINGS
from hallclient.storage.store import check_version
from hallclient.storage.write_turn import WAIT_S
from tests import invariants
from tests.processes import PATIENCE_S, run_all, running
from tests.storage import migration_jobs
from tests.stores import HallUnderTest

DAY = timedelta(days=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    for table in (
        listener.listener,
        plumbing.lease,
        outbox_tables.message,
        visit_tables.errand,
        day_tables.day_done,
    ):
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
        "ix_message_open", "ux_appointment_external", "ix_appointment_person",
        "ix_appointment_booked", "ux_help_call_station", "ix_errand_open",
        "ux_errand_request", "ix_ticket_for_window", "ix_ticket_for_staff",
        "ix_case_finished", "ix_case_open", "ix_case_person", "ix_rating_low", "ix_ticket_early",
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


def test_tables_of_a_later_program_are_left_alone(hall: HallUnderTest) -> None:
    with hall.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    before = hall.rows("SELECT * FROM hall")
    for asked in (check_version, migrations.upgrade):
        with pytest.raises(SchemaOutdated) as caught:
            asked(hall.engine)
        for words in ("version 0999", f"knows {schema.VERSION}", "install the newer hallclient"):
            assert words in str(caught.value)
    assert hall.rows("SELECT * FROM hall") == before
    assert hall.one("SELECT version_num FROM alembic_version") == "0999"


def to_version(engine: Engine, move: Callable[[Config, str], None], version: str) -> None:
    with write_turn(engine), engine.begin() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        move(config, version)


def columns_of(engine: Engine) -> dict[str, set[str]]:
    found = sa.inspect(engine)
    return {
        name: {str(column["name"]) for column in found.get_columns(name)}
        for name in found.get_table_names()
    }


BINDING = (None, None, None)
WAITS = (None,) * 7
NEW_TICKET_COLUMNS = {
    "0001": ("", None, *BINDING, *WAITS),
    "0002": (None, *BINDING, *WAITS),
    "0003": (*BINDING, *WAITS),
    "0005": WAITS,
}
"""What each later version adds to a ticket's row: station, callable_from, for whom, parent, waits.

Whoever was called and is still here has the moment of it besides.
"""


@pytest.mark.parametrize("version", NEW_TICKET_COLUMNS)
def test_a_hall_of_an_earlier_version_goes_on(
    hall: HallUnderTest, tmp_path: Path, version: str
) -> None:
    """Its day in the middle: rows as they were, and the next ticket, call and case on top."""
    first = open_engine(f"sqlite:///{tmp_path}/first.db")
    to_version(first, command.upgrade, version)
    hall.sign_in("2")
    for service in ("ZH001", "ZH001", "BDC001"):
        hall.issue(service)
    calling = hall.calling()
    calling.call_next()
    calling.start()
    calling.finish(Outcome.PROMISED)
    calling.call_next()
    plan = hall.store.plan()
    to_version(hall.engine, command.downgrade, version)
    assert columns_of(hall.engine) == columns_of(first)
    first.dispose()
    with pytest.raises(SchemaOutdated, match="run hallclient db upgrade"):
        check_version(hall.engine)
    tables = ("hall", "ticket", "turn", "case_record", "shift", "journal", "queue_now")
    before = {name: hall.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables}  # noqa: S608

    migrations.upgrade(hall.engine)
    check_version(hall.engine)
    assert differences(hall.engine) == []
    with hall.another_store() as store:
        assert store.plan() == plan, "new columns say what a hall file without their keys does"
    for name in tables:
        after = hall.rows(f"SELECT * FROM {name} ORDER BY 1, 2")  # noqa: S608 - names from above
        if name == "ticket":
            new = NEW_TICKET_COLUMNS[version]
            called = hall.one("SELECT called_at FROM turn WHERE ended_at IS NULL")
            found = [(row[-len(new) : -6], row[-6], row[-5:]) for row in after]
            assert found == [(new[:-6], at, new[-5:]) for at in (None, called, None)]
            after = [row[: -len(new)] for row in after]
        if name in ("hall", "case_record", "shift", "queue_now"):
            after = [row[: len(before[name][0])] for row in after]
        assert after == before[name]
    with hall.store.look() as reader:
        assert [ticket.label for ticket in reader.undelivered("")] == ["B001"]
        assert [turn.result for turn in reader.unrated(reader.now + DAY, 9)] == [Outcome.PROMISED]
        (case,) = reader.open_cases()
        matter, ended = reader.plan.service("ZH001"), reader.turn(case.turn_id)
        assert ended is not None
        assert (case.legal, case.promised) == (matter.legal_days, matter.promised_days)
        assert (case.ticket_id, case.window_id) == (ended.ticket_id, ended.window_id)
        assert (case.staff_id, case.result, case.partners) == (ended.staff_id, None, ())
    calling.start()
    calling.return_to_pool()
    calling.call_next()
    calling.start()
    calling.finish(Outcome.CONSULT)
    with hall.store.look() as reader:
        paces = {one.queue_id: Pace.of(one.pace) for one in reader.queue_counts()}
    assert {(pace.waiting, pace.windows, pace.calls) for pace in paces.values()} == {
        (0, 1, 1),  # who was called before came again: it begins in the middle of the day
        (0, 0, 0),  # nobody came or went since
    }
    assert hall.issue(station="K1").ticket.label == "A003"
    invariants.check(hall.engine, hall.store)


def test_messages_of_an_earlier_version_are_those_of_the_first_step(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket

    def add(step: int) -> bool:
        with hall.store.change("test") as tx:
            now, state = tx.now, MessageState.SENT
            one = Message(tx.new_id(), ticket.id, MessageEvent.CALLED, state, now, now, now)
            return tx.add_message(replace(one, step=step))

    assert add(0)
    before = hall.rows("SELECT id, event, state FROM message")
    assert add(1)
    to_version(hall.engine, command.downgrade, "0002")
    assert hall.rows("SELECT id, event, state FROM message") == before
    migrations.upgrade(hall.engine)
    assert hall.rows("SELECT id, event, state FROM message") == before
    assert not add(0), "it was told already"
    assert add(1)


def test_an_upgrade_outwaits_the_servers_sweep_of_a_table(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives way only after ``deadlock_timeout``, and starts by itself on a big hall's tables."""
    patience: list[str] = []

    def look(connection: sa.Connection) -> None:
        patience.append(connection.exec_driver_sql("SHOW lock_timeout").scalar_one())

    monkeypatch.setattr(migrations, "renew_rights", look)
    engine = open_engine(postgres_url)
    migrations.upgrade(engine)
    assert patience == [f"{migrations.PATIENCE_S}s"]
    assert int(SERVER_SETTINGS["deadlock_timeout"].value.rstrip("s")) < migrations.PATIENCE_S
    with engine.connect() as connection:
        look(connection)
    engine.dispose()
    assert patience[1] == f"{WAIT_S:.0f}s", "as before"


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


def test_a_killed_upgrade_leaves_the_database_as_it_was(hall: HallUnderTest) -> None:
    """At the first change, among the columns, among the tables; then two programs at once."""
    hall.sign_in("2")
    hall.issue("BDC001")
    calling = hall.calling()
    calling.call_next()
    calling.start()
    calling.finish(Outcome.PROMISED)
    to_version(hall.engine, command.downgrade, "0003")
    columns = columns_of(hall.engine)
    tables = ("alembic_version", "ticket", "turn", "case_record", "journal")
    before = {name: hall.rows(f"SELECT * FROM {name}") for name in tables}  # noqa: S608
    for statement in (1, 30, 57):
        with running([(migration_jobs.upgrade_until, (hall.url, statement))]) as (process,):
            process.join(PATIENCE_S)
            assert process.exitcode == -signal.SIGKILL
        assert columns_of(hall.engine) == columns
        assert before == {name: hall.rows(f"SELECT * FROM {name}") for name in tables}  # noqa: S608
    run_all([(migration_jobs.upgrade_until, (hall.url, 0))] * 2)
    check_version(hall.engine)
    assert differences(hall.engine) == []
    with hall.store.look() as reader:
        assert len(reader.open_cases()) == 1
    invariants.check(hall.engine, hall.store)


def test_ratings_of_an_earlier_version_have_no_reasons(hall: HallUnderTest) -> None:
    """And nobody has appealed; who was not reached until now is called no more."""
    hall.sign_in("2")
    for level in (Level.DISSATISFIED, Level.VERY_DISSATISFIED):
        hall.issue()
        turn = hall.calling().call_next().turn
        assert turn is not None
        hall.calling().start()
        hall.calling().finish(Outcome.INSTANT)
        hall.ratings.record(turn.id, level, "K")
    with hall.store.change("x") as tx:
        ratings = [row.rating for row in tx.low_ratings()]
        unreached = FollowUp(ratings[0].id, tx.now.date(), result=FollowUpResult.UNREACHED)
        tx.save_follow_up(replace(unreached, recorded_at=tx.now))
    to_version(hall.engine, command.downgrade, "0004")
    assert not {"announced", "media"} & set(sa.inspect(hall.engine).get_table_names())
    migrations.upgrade(hall.engine)
    assert differences(hall.engine) == []
    with hall.store.look() as reader:
        rows = reader.ratings_between(reader.now - DAY, reader.now + DAY)
        assert [row.rating for row in rows] == ratings
        assert [row.follow_up and row.follow_up.appeal for row in rows] == [None, None]
        assert [row.rating for row in reader.low_ratings()] == ratings[1:]
    invariants.check(hall.engine, hall.store)
