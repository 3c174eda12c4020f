"""Statements that cross together: what is raised and undone, and what becomes of the link."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from hallclient.domain.errors import Conflict
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.storage import schema
from hallclient.storage.engine import READ, open_engine
from hallclient.storage.errors import Busy, DatabaseAway, StorageError, translated
from hallclient.storage.lean import Ask, Row, ask, lean
from hallclient.storage.store import SqlStore
from hallclient.storage.transaction import SqlTransaction, _added_once
from tests.halls import HALL_ID
from tests.stores import HallUnderTest

SECOND_ROW_FAILS = "abs(-9223372036854775807 - (n - 1))"
BEFORE_PYTHONS_TIME = "DATE '0044-03-15 BC'"


@lean
def _literal(text: str, rows: int) -> "sa.Select[Any]":
    numbers = " UNION ALL ".join(f"SELECT {n + 1} AS n" for n in range(rows))
    found: sa.Select[Any] = sa.select(sa.literal_column(text).label("x"))
    return found.select_from(sa.text(f"({numbers}) AS numbers"))


def test_an_error_while_rows_are_handed_out_is_one_like_others(hall: HallUnderTest) -> None:
    text = SECOND_ROW_FAILS if hall.is_sqlite else BEFORE_PYTHONS_TIME
    seen: list[Any] = []
    sa.event.listen(hall.engine, "handle_error", seen.append)
    reading = hall.engine.execution_options(**READ)
    with pytest.raises(StorageError), translated(), reading.connect() as connection:
        ask(connection, (_literal(connection)(text, 2), {}))
    assert len(seen) == 1  # whoever looks for damage, or for a lost server, has seen it


def test_of_what_crossed_together_the_failed_one_is_named(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("there one runs after the other")
    texts = ("1", "1/(n - 1)", "3", "4")
    with hall.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as caught:
        ask(connection, *((_literal(connection)(text, 1), {}) for text in texts))
    assert "1/(n - 1)" in str(caught.value.statement)
    assert "division" in str(caught.value.orig)


def test_of_what_ran_one_after_the_other_the_failed_one_is_named(hall: HallUnderTest) -> None:
    if not hall.is_sqlite:
        pytest.skip("there they cross together")
    with hall.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as caught:
        ask(connection, *((_literal(connection)(text, 1), {}) for text in ("1", "no_such(2)", "3")))
    assert "no_such" in str(caught.value.statement)


def _counter(hall: HallUnderTest, name: str) -> dict[str, Any]:
    with hall.store.look() as reader:
        return {"day": reader.day, "name": name, "value": 1}


def _count_twice(store: SqlStore, row: dict[str, Any]) -> None:
    with store.change("chore") as tx:
        tx.record("x", "y")
        tx._put(schema.counter, row)
        tx._put(schema.counter, row)
        tx._put(schema.counter, {**row, "name": "never comes"})


def test_what_was_kept_back_is_undone_whole_again_and_again(hall: HallUnderTest) -> None:
    """Often enough for the driver to prepare what never arrived."""
    hall.issue()
    before = hall.one("SELECT seq FROM hall")
    for n in range(15):
        row = _counter(hall, f"mine {n}")
        with pytest.raises(StorageError):
            _count_twice(hall.store, row)
    assert hall.one("SELECT seq FROM hall") == before
    assert hall.one("SELECT count(*) FROM counter WHERE name LIKE 'mine%' OR name LIKE 'nev%'") == 0
    assert hall.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    for n in range(8):
        hall.issue()
        row = _counter(hall, f"good {n}")
        with hall.store.change("chore") as tx:
            tx._put(schema.counter, row)
    assert hall.one("SELECT count(*) FROM counter WHERE name LIKE 'good%'") == 8


def test_a_lock_that_does_not_come_is_busy_and_the_connection_goes_on(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("its writers wait at a file")
    engine = open_engine(f"{hall.url}&options=-c%20lock_timeout%3D50", pool_size=1)
    store = SqlStore(engine, HALL_ID, hall.clock)
    store.plan()
    with hall.store.change("chore") as held:
        held.record("x", "y")
        for _ in range(8):
            with pytest.raises(Busy), store.change("window:2"):
                pytest.fail("nobody has the lock")
    with store.change("window:2") as tx:
        tx.record("x", "z")
    engine.dispose()


def _change_whose_connection_ends(hall: HallUnderTest) -> None:
    end = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND xact_start IS NOT NULL AND datname = current_database() "
        "AND backend_type = 'client backend'"
    )
    with hall.store.change("chore") as tx:
        tx.record("x", "y")
        with hall.engine.connect() as other:
            assert other.execute(end).scalar_one() == 1


def test_a_server_that_ends_the_connection_under_a_change_is_away(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("there is no connection to end")
    before = hall.one("SELECT seq FROM hall")
    with pytest.raises(DatabaseAway) as caught:
        _change_whose_connection_ends(hall)
    assert caught.value.retryable
    assert hall.one("SELECT seq FROM hall") == before
    hall.issue()


def _serve_too_late(store: SqlStore, ticket: Ticket) -> None:
    with store.change("window:2") as tx:
        tx.record("x", "y")
        tx.move_ticket(replace(ticket, status=TicketStatus.CALLED), TicketStatus.SERVING)
        tx.tally("never")


def test_a_refusal_with_the_commit_undoes_all(hall: HallUnderTest) -> None:
    """Who was faster cannot be there under the lock; if he were, nothing is done."""
    ticket = hall.issue().ticket
    before = hall.one("SELECT seq FROM hall")
    for _ in range(8):  # often enough to be prepared
        with pytest.raises(Conflict):
            _serve_too_late(hall.store, ticket)
    assert hall.one("SELECT seq FROM hall") == before
    assert hall.one("SELECT status FROM ticket") == "waiting"
    assert hall.one("SELECT count(*) FROM counter WHERE name = 'never'") == 0
    with hall.store.change("window:2") as tx:
        tx.move_ticket(ticket, TicketStatus.CALLED)
    assert hall.one("SELECT status FROM ticket") == "called"


def test_the_commit_crosses_with_the_last_statements(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hall.is_sqlite:
        pytest.skip("there is nobody to cross to")
    hall.issue()
    idle: list[bool] = []
    flush = SqlTransaction.flush

    def flushed(tx: SqlTransaction, ring: Ask | None = None) -> list[Row]:
        rung = flush(tx, ring)
        driver: Any = tx._link.real.connection.driver_connection
        idle.append(driver.info.transaction_status.name == "IDLE")
        return rung

    monkeypatch.setattr(SqlTransaction, "flush", flushed)
    hall.issue()
    assert idle == [True]


def test_what_fails_with_the_commit_is_not_committed(hall: HallUnderTest) -> None:
    """The last thing of a change is refused by the database itself."""
    hall.issue()
    before = hall.one("SELECT seq FROM hall")
    row = _counter(hall, "twice")
    with hall.store.change("chore") as tx:
        tx._put(schema.counter, row)
    for _ in range(8):
        with pytest.raises(StorageError):
            _count_twice(hall.store, row)
    assert hall.one("SELECT seq FROM hall") == before
    hall.issue()


def test_how_many_rows_a_change_met_is_known_at_once(hall: HallUnderTest) -> None:
    hall.issue()
    row = _counter(hall, "once")
    with hall.store.change("chore") as tx:
        link, whole = tx._link, {"hall_id": HALL_ID, **row}
        tx.tally("behind")  # kept back, and sent before
        adding = _added_once(link.real)(link.dialect.name, schema.counter, tuple(whole))
        assert (link.met(adding, whole), link.met(adding, whole)) == (1, 0)
    assert hall.one("SELECT count(*) FROM counter WHERE name IN ('once', 'behind')") == 2
