"""What crosses to the server for a board's question and under the hall's lock."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services import calls
from hallclient.services.bar_news import Glances, bar_glance
from hallclient.services.seat import seated
from hallclient.services.store_records import Wanted
from hallclient.storage import lean
from hallclient.storage import store as store_module
from hallclient.storage.engine import open_engine
from hallclient.storage.feed import open_feed
from hallclient.storage.plan_rows import read_plan
from hallclient.storage.server_settings import TABLE_SETTINGS
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.storage.test_plumbing import KEYPAD, PRINTER
from tests.stores import HallUnderTest

if TYPE_CHECKING:
    from datetime import datetime


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """Collect what is asked, also SQLite's BEGIN."""
    sent: list[str] = []

    def note(_one: object, _cursor: object, text: str, *_rest: object) -> None:
        sent.append(text)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@contextmanager
def crossings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Collect what crosses to the server together: how many statements each time."""
    sent: list[int] = []
    run = lean._run

    def note(
        connection: Connection, asked: Sequence[lean.Ask], *how: Any, **more: Any
    ) -> list[Any]:
        sent.append(len(asked))
        return run(connection, asked, *how, **more)

    with monkeypatch.context() as patch:
        patch.setattr(lean, "_run", note)
        yield sent


def test_a_move_holds_the_lock_for_few_crossings(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock with seat and line, and all that changes with the commit; the state behind it."""
    if hall.is_sqlite:
        pytest.skip("there is nobody to cross to")
    hall.sign_in("2")
    hall.issue()
    hall.calling().state()
    with hall.store.change("chore") as tx:
        tx.wake("hall")  # the bell is there from now on
    for move in (calls.call_next, calls.start):
        with (
            statements_of(hall.engine) as asked,
            crossings(monkeypatch) as sent,
            seated(hall.store, "2") as seat,
        ):
            move(seat)
        assert len(sent) == 2
        assert len(asked) == sum(sent)  # nothing went SQLAlchemy's way, one by one


def test_a_number_holds_the_lock_for_few_crossings(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock, what there is; the ticket with the journal: what is said of it is known."""
    if hall.is_sqlite:
        pytest.skip("there is nobody to cross to")
    hall.issue()
    with statements_of(hall.engine) as asked, crossings(monkeypatch) as sent:
        hall.issue()
    assert len(sent) == 3
    assert len(asked) == sum(sent)


def test_a_halls_figures_are_read_in_one_go(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What kiosks and boards ask every five seconds: the hall, and all there is of it."""
    hall.sign_in("2")
    hall.issue()
    with crossings(monkeypatch) as sent:
        now = hall.board.now()
    assert now.waiting == 1
    assert now.lines["A"].free_windows == 1
    assert len(sent) == 2


def test_a_rating_holds_the_lock_for_few_crossings(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock; its turn; whether it is new; the journal with the commit."""
    if hall.is_sqlite:
        pytest.skip("there is nobody to cross to")
    hall.sign_in("2")
    turns = []
    for _ in range(2):
        hall.issue()
        hall.calling().call_next()
        hall.calling().start()
        state = hall.calling().finish(Outcome.CONSULT)
        assert state.turn is not None
        turns.append(state.turn.id)
    assert hall.ratings.record(turns[0], Level.SATISFIED, "k")
    with statements_of(hall.engine) as asked, crossings(monkeypatch) as sent:
        assert hall.ratings.record(turns[1], Level.SATISFIED, "k")
    assert len(sent) == 4
    assert len(asked) == sum(sent)


def test_who_waits_for_the_turn_keeps_no_old_rows(hall: HallUnderTest) -> None:
    """A snapshot while a hundred wait would let every row of the hall grow a tail of old ones."""
    if hall.is_sqlite:
        pytest.skip("its writers wait at a file")
    waiting = sa.text(
        "SELECT a.backend_xmin IS NULL FROM pg_stat_activity a JOIN pg_locks l USING (pid) "
        "WHERE NOT l.granted"
    )
    pause = threading.Event()
    with (
        hall.another_store() as store,
        hall.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking,
    ):

        def change() -> None:
            with store.change("chore") as tx:
                tx.record("x", "y")

        for _ in range(3):  # its first ones look into the catalogue, and prepare
            change()
        waiter = threading.Thread(target=change)
        with hall.store.change("chore") as tx:
            tx.record("x", "y")
            waiter.start()
            while not (found := looking.execute(waiting).scalars().all()):
                pause.wait(0.01)
        waiter.join()
    assert found == [True]


def test_looks_leave_the_statements_prepared(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("SQLAlchemy's own business there")
    for _ in range(2):
        hall.issue()
        hall.board.now()
    with hall.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements")
        assert kept.scalar_one() > 10


def test_a_glance_at_a_window_is_two_crossings(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.sign_in("2")
    hall.issue()
    with crossings(monkeypatch) as sent:
        glance = bar_glance(hall.store, "2", "window 2")
    assert glance.state.next_ticket is not None
    assert len(sent) == 2  # the hall; the window, its line, its counts and the news


def test_the_state_behind_a_move_brings_its_news_along(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.sign_in("2")
    for _ in range(2):
        hall.issue()
    glances = Glances(hall.store, "2", "window 2")
    calling = hall.calling()
    calling.look = glances.state
    calling.call_next()
    first = calling.start()
    with crossings(monkeypatch) as sent:
        assert glances.news(first).held == ()
    assert sent == []
    state = calling.hold()
    (held,) = glances.news(state).held
    assert first.ticket is not None
    assert held.ticket.id == first.ticket.id
    with crossings(monkeypatch) as sent:
        assert glances.news(first).held  # not the state that was read last: looked at anew
    assert sent


def test_a_plan_that_is_not_known_is_not_read_under_the_lock(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hall.is_sqlite:
        pytest.skip("its writers queue at a file")
    hall.sign_in("2")
    held: list[bool] = []

    def note(connection: Connection, row: Any) -> Any:
        locks = "SELECT count(*) FROM pg_locks WHERE mode = 'ShareUpdateExclusiveLock'"
        held.append(bool(connection.exec_driver_sql(locks).scalar_one()))
        return read_plan(connection, row)

    monkeypatch.setattr(store_module, "read_plan", note)
    with SqlStore(hall.engine, HALL_ID, hall.clock).change("window:2") as tx:
        assert tx.plan == hall.store.plan()
        assert tx.open_shift(tx.plan.window("2").id) is not None
    assert held == [False]


def test_issuing_asks_little_besides_the_plan(hall: HallUnderTest) -> None:
    hall.issue()
    with statements_of(hall.engine) as asked:
        hall.issue()
    assert len([text for text in asked if not text.startswith("BEGIN")]) <= 16


def test_news_of_a_board_are_one_question(hall: HallUnderTest) -> None:
    now = hall.board.now()
    hall.issue()
    with statements_of(hall.engine) as sent:
        news = hall.board.news(now.seq, now.head)
    assert news.entries
    assert not news.gap
    asked = [text for text in sent if text != "BEGIN"]
    assert len(asked) == 1
    assert "journal" in asked[0]


def test_busy_tables_keep_room_for_what_replaces_their_rows(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("SQLite changes rows where they are")
    rows = hall.rows("SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL")
    kept = {row.relname: set(row.reloptions) for row in rows}
    for table, settings in TABLE_SETTINGS.items():
        assert kept[table] >= {f"{name}={value}" for name, value in settings.items()}


def test_a_device_that_does_what_it_did_is_one_question(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqlStore(hall.engine, HALL_ID)  # with the database's own clock, as the roles' are
    store.report_devices("K1", [PRINTER, KEYPAD])
    times = "SELECT min(seen_at) AS seen, min(since) AS since FROM device"
    (before,) = hall.rows(times)
    with statements_of(hall.engine) as asked, crossings(monkeypatch) as sent:
        store.report_devices("K1", [KEYPAD, PRINTER])
    (after,) = hall.rows(times)
    assert after.seen > before.seen
    assert after.since == before.since
    assert hall.is_sqlite or (sent, len(asked)) == ([2], 2)
    news = replace(KEYPAD, levels=3)
    store.report_devices("K1", [PRINTER, news])
    with store.look() as reader:
        assert {one.report for one in reader.devices()} == {PRINTER, news}


def test_a_tail_leaves_no_transaction_open(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("PostgreSQL shows its transactions")
    SqlStore(hall.engine, HALL_ID).tail(1, 5, Wanted())
    with hall.engine.connect() as connection:
        begun = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        ).scalar_one()
    assert begun == 0


def test_clock_and_wake_up_need_no_statement_of_their_own(hall: HallUnderTest) -> None:
    if hall.is_sqlite:
        pytest.skip("SQLite has its clock and its listeners at hand")
    store = SqlStore(hall.engine, HALL_ID)
    with store.change("chore") as tx:  # the plan is in memory from now on, the bell is there
        tx.wake("zone:1B")
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        with statements_of(hall.engine) as sent, store.change("chore") as tx:
            tx.record("x", "y")
            tx.wake("zone:1A", "hall")
        assert feed.wait(5.0)
    store.close()
    # The turn and the row behind it; the journal, the hall's row and the bell, and the commit.
    assert len(sent) == 5
    assert "LOCK TABLE" in sent[0]
    assert "FOR UPDATE" in sent[1]
    assert "clock_timestamp" in sent[1]
    assert "pg_notify" in sent[4]


def test_who_had_to_wait_reads_the_clock_behind_the_lock(hall: HallUnderTest) -> None:
    """Also when the change before came to nothing, and the hall's row is as it was."""
    if hall.is_sqlite:
        pytest.skip("SQLite's writers wait before they ask anything")
    engine = open_engine(hall.url)
    with engine.begin() as connection:  # the tests' own clock may be ahead of the server's
        connection.execute(sa.text("UPDATE hall SET last_at = '1970-01-01'"))
    held, given_up = threading.Event(), threading.Event()

    def hold() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1 FROM hall FOR UPDATE"))
            held.set()
            given_up.wait(30)
            connection.rollback()

    times: list[datetime] = []

    def change() -> None:
        with SqlStore(hall.engine, HALL_ID).change("chore") as tx:
            times.append(tx.now)

    holder, waiter = threading.Thread(target=hold), threading.Thread(target=change)
    holder.start()
    try:
        assert held.wait(30)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            waiter.start()
            waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not looking.execute(waiting).scalar_one():
                given_up.wait(0.01)
            before = looking.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    finally:
        given_up.set()
        holder.join()
        waiter.join()
        engine.dispose()
    assert times[0] >= before
