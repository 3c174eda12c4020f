"""The checker of the invariants sees every break, on both databases, and none in a sound hall."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import Deed, Invariants, check_invariants
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.calling import Calling
from hallclient.services.days import close_day
from hallclient.services.halls import update_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts
from hallclient.storage import migrations
from hallclient.storage.columns import UtcDateTime
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore, found_hall
from tests.halls import HALL_ID, PIN
from tests.postgres import fresh_database
from tests.stores import staffed_hall


@dataclass
class Hall:
    """A hall whose clock goes on by ten seconds with every change."""

    engine: Engine
    hall_id: str
    now: datetime = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=10)
        return self.now

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.engine, self.hall_id, self.clock)

    def check(self, *deeds: Deed) -> Invariants:
        return check_invariants(self.engine, self.hall_id, deeds)

    def sql(self, text: str, **values: object) -> None:
        with self.engine.begin() as connection:
            times = [
                sa.bindparam(name, type_=UtcDateTime())
                for name, value in values.items()
                if isinstance(value, datetime)
            ]
            connection.execute(sa.text(text).bindparams(*times), values)

    def one(self, text: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(sa.text(text)).scalar_one())


@pytest.fixture(scope="module")
def sqlite_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    path = tmp_path_factory.mktemp("day") / "hall.db"
    return path, played(f"sqlite:///{path}")


@pytest.fixture(scope="module")
def postgres_day(postgres_server: TemporaryPostgres) -> Iterator[tuple[str, datetime]]:
    with fresh_database(postgres_server) as url:
        yield url.partition("@/")[2].partition("?")[0], played(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    """A copy of the day, on both databases in turn."""
    with ExitStack() as opened:
        if request.param == "sqlite":
            path, now = request.getfixturevalue("sqlite_day")
            shutil.copy(path, tmp_path / "hall.db")
            url = f"sqlite:///{tmp_path}/hall.db"
        else:
            name, now = request.getfixturevalue("postgres_day")
            server = request.getfixturevalue("postgres_server")
            url = opened.enter_context(fresh_database(server, name))
        engine = open_engine(url)
        opened.callback(engine.dispose)
        yield Hall(engine, HALL_ID, now)


def played(url: str) -> datetime:
    """Four tickets at queue A: served at 2, no-show and back at 3, served at 2, one waiting."""
    engine = open_engine(url)
    migrations.upgrade(engine)
    plan = staffed_hall()
    found_hall(engine, plan)
    hall = Hall(engine, plan.hall_id)
    store = hall.store
    update_hall(store, plan)
    for window, staff in (("2", "1001"), ("3", "1002")):
        Shifts(store, window).sign_in(staff, PIN)
    issuing, at_2, at_3 = Issuing(store, "kiosk:K1"), Calling(store, "2"), Calling(store, "3")
    first, missed, *_rest = [issuing.issue(TicketRequest(f"r{n}", "ZH001")) for n in range(4)]
    assert [first.ticket.label, missed.ticket.label] == ["A001", "A002"]
    at_2.call_next()
    at_3.call_next()
    at_3.recall()
    at_3.recall()
    at_3.no_show()
    at_2.start()
    at_2.finish(Outcome.CONSULT)
    issuing.requeue(missed.ticket.id)
    at_2.call_next()
    at_2.start()
    at_2.finish(Outcome.CONSULT)
    engine.dispose()
    return hall.now


def test_a_sound_hall_breaks_nothing_in_its_day_and_after_it(hall: Hall) -> None:
    assert hall.check().broken == ()
    close_day(hall.store, "chore")
    found = hall.check(Deed("issued", hall.one("SELECT min(id) FROM ticket"), "A001"))
    assert found.broken == ()
    assert found.acknowledged == 1


def test_a_label_given_out_twice(hall: Hall) -> None:
    if hall.engine.dialect.name == "sqlite":
        # SQLite drops no constraint of a table: the rows move to one that has none.
        hall.sql("CREATE TABLE bare AS SELECT * FROM ticket")
        with hall.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("DROP TABLE ticket")
            connection.exec_driver_sql("ALTER TABLE bare RENAME TO ticket")
            connection.commit()
    else:
        hall.sql("ALTER TABLE ticket DROP CONSTRAINT uq_ticket_hall_id_day_label")
    hall.sql("UPDATE ticket SET label = 'A001' WHERE label IN ('A002', 'A004')")
    found = hall.check()
    assert found.duplicates == 2
    assert found.broken == ("duplicates",)


def test_turns_that_overlap_at_a_window_also_when_they_are_no_neighbours(hall: Hall) -> None:
    hall.sql(
        "UPDATE turn SET ended_at = :late WHERE id = (SELECT min(id) FROM turn)",
        late=hall.now + timedelta(hours=1),
    )
    found = hall.check()
    assert found.overlapping_turns == 1
    assert found.broken == ("overlapping_turns",)


def _copy_turn(hall: Hall, seconds: int) -> None:
    """Let window 3 serve the first ticket too, so long after the first call."""
    with hall.engine.connect() as connection:
        query = sa.text("SELECT called_at AS at FROM turn ORDER BY id LIMIT 1")
        began = connection.execute(query.columns(sa.column("at", UtcDateTime()))).scalar_one()
    hall.sql(
        "INSERT INTO turn (hall_id, id, ticket_id, window_id, staff_id, called_at, last_called_at,"
        " calls, ended_at, result) SELECT hall_id, 99999, ticket_id,"
        " (SELECT id FROM service_window WHERE code = '1'), staff_id, :at, :at, 1, :until,"
        " 'no_show' FROM turn ORDER BY turn.id LIMIT 1",
        at=began + timedelta(seconds=seconds),
        until=began + timedelta(seconds=seconds + 1),
    )


def test_a_ticket_at_two_windows_at_once(hall: Hall) -> None:
    _copy_turn(hall, 5)
    found = hall.check()
    assert found.double_calls >= 1
    assert found.broken == ("double_calls",)


def test_a_ticket_called_again_without_being_let_in_again(hall: Hall) -> None:
    _copy_turn(hall, 3600)
    assert hall.check().double_calls == 1


@pytest.mark.parametrize(
    ("kind", "detail"),
    [("issued", "A001"), ("delivered", ""), ("called", "1"), ("started", ""), ("rated", "")],
)
def test_an_acknowledged_deed_that_is_nowhere(hall: Hall, kind: str, detail: str) -> None:
    found = hall.check(Deed(kind, 123456, detail))
    assert found.lost == 1
    assert found.broken == ("lost",)


def test_an_acknowledged_deed_that_is_there_with_another_outcome(hall: Hall) -> None:
    first = hall.one("SELECT min(id) FROM turn")
    assert hall.check(Deed("ended", first, "consult")).lost == 0
    assert hall.check(Deed("ended", first, "promised")).lost == 1


def _hold(hall: Hall, label: str) -> None:
    """A hold of a ticket that is not held."""
    hall.sql(
        "INSERT INTO hold (hall_id, ticket_id, turn_id, window_id, kind, reason, at)"
        " SELECT t.hall_id, t.id, u.id, u.window_id, 'any', '', u.called_at FROM ticket t"
        " JOIN turn u ON u.id = (SELECT max(id) FROM turn) WHERE t.label = :label",
        label=label,
    )


def _note_person(hall: Hall, label: str, mask: str) -> None:
    hall.sql(
        "INSERT INTO person_note (hall_id, ticket_id, mask, tail, key)"
        " SELECT hall_id, id, :mask, '', '' FROM ticket WHERE label = :label",
        label=label,
        mask=mask.lower(),
    )


def _note_person_late(hall: Hall) -> None:
    close_day(hall.store, "chore")
    _note_person(hall, "A002", "王*芳")


def _suspend(hall: Hall, end: str, case: str) -> None:
    """A case whose clock stands until ``end``, and its row changed."""
    hall.sql(
        "INSERT INTO case_record (hall_id, id, turn_id, service_id, kind, number, accepted_at,"
        " result) SELECT hall_id, 1234, id, (SELECT min(id) FROM service), 'promised', 'N1',"
        " called_at, NULL FROM turn WHERE id = (SELECT max(id) FROM turn)"
    )
    hall.sql(
        'INSERT INTO suspension (hall_id, case_id, began_at, reason, "end")'
        " SELECT hall_id, id, accepted_at, 'test', NULL FROM case_record"
    )
    hall.sql(f'UPDATE suspension SET "end" = {end}')  # noqa: S608 - the test's own
    hall.sql(f"UPDATE case_record SET {case}")  # noqa: S608 - the test's own


BREAKS: list[tuple[str, Callable[[Hall], None]]] = [
    ("unaccounted", lambda h: h.sql("UPDATE ticket SET status = 'ended' WHERE label = 'A004'")),
    ("unaccounted", lambda h: h.sql("UPDATE ticket SET status = 'called' WHERE label = 'A004'")),
    ("unaccounted", lambda h: h.sql("UPDATE ticket SET status = 'waiting' WHERE label = 'A001'")),
    (
        "out_of_order",
        lambda h: h.sql(
            "UPDATE ticket SET claim_at = :early WHERE label = 'A004'",
            early=h.now - timedelta(hours=2),
        ),
    ),
    (
        "chain_broken_at",
        lambda h: h.sql("UPDATE journal SET actor = 'staff:1' WHERE kind = 'ticket.called'"),
    ),
    ("chain_broken_at", lambda h: h.sql("UPDATE hall SET head = 'feed'")),
    # The pace counts who waits, too.
    (
        "miscounted mispaced",
        lambda h: h.sql("UPDATE queue_now SET waiting = waiting + 1 WHERE waiting > 0"),
    ),
    ("miscounted", lambda h: h.sql("UPDATE queue_now SET oldest_at = NULL WHERE waiting > 0")),
    (
        "personal",
        lambda h: h.sql(
            "INSERT INTO ticket_person (hall_id, ticket_id, person)"
            " SELECT hall_id, id, 'A001' FROM ticket WHERE label = 'A004'"
        ),
    ),
    ("misbound", lambda h: h.sql("UPDATE ticket SET window_id = 424242 WHERE label = 'A004'")),
    ("misbound", lambda h: h.sql("UPDATE ticket SET staff_id = 424242 WHERE label = 'A004'")),
    ("misheld", lambda h: _hold(h, "A004")),
    ("unsound_cases", lambda h: _suspend(h, "NULL", "finished_at = accepted_at")),
    ("unsound_cases", lambda h: _suspend(h, "began_at", "handover = 'mail'")),
    ("personal", lambda h: _note_person(h, "A004", "CONSULT")),
    ("outlived", _note_person_late),
]


@pytest.mark.parametrize(("name", "spoil"), BREAKS)
def test_edited_rows(hall: Hall, name: str, spoil: Callable[[Hall], None]) -> None:
    spoil(hall)
    found = hall.check()
    # A status that was edited alone is seen in the queue's count too.
    also = ("miscounted",) if name == "unaccounted" else ()
    assert found.broken == (*name.split(), *also)
    if name == "chain_broken_at":
        assert found.chain_broken_at


@pytest.mark.parametrize("which", ["= 5", "= (SELECT max(seq) FROM journal)"])
def test_a_journal_entry_that_is_gone(hall: Hall, which: str) -> None:
    hall.sql(f"DELETE FROM journal WHERE seq {which}")  # noqa: S608 - the test's own
    found = hall.check()
    assert {"seq_gaps", "chain_broken_at"} <= set(found.broken)


@pytest.mark.parametrize(
    ("why", "waited", "wrong"),
    [("rank", 60, 0), ("rank", 7200, 1), ("ceiling", 60, 1), ("ceiling", 7200, 0)],
)
def test_a_reason_that_does_not_fit_the_time_waited(
    hall: Hall, why: str, waited: int, wrong: int
) -> None:
    with hall.store.change("window:2") as tx:
        tx.record(
            "ticket.called",
            "ticket:0",
            {"service": "ZH001", "why": why, "claim_seconds": waited},
        )
    found = hall.check()
    assert found.wrong_reasons == wrong
    assert found.broken == (("wrong_reasons",) if wrong else ())


@pytest.mark.parametrize(
    ("window", "rank", "why", "passed"),
    [("1", 1, "rank", 0), ("1", 2, "rank", 0), ("2", 2, "rank", 1), ("2", 2, "ceiling", 0)],
)
def test_a_later_choice_while_an_earlier_one_waits(
    hall: Hall, window: str, rank: int, why: str, passed: int
) -> None:
    """A004 waits in queue A, which windows 2 and 3 prefer and window 1 does not."""
    with hall.store.change(f"window:{window}") as tx:
        waited = 7200 if why == "ceiling" else 60
        tx.record(
            "ticket.called",
            "ticket:0",
            {"service": "BDC001", "why": why, "rank": rank, "claim_seconds": waited},
            window=window,
        )
    found = hall.check()
    assert found.ranks_passed == passed
    assert found.broken == (("ranks_passed",) if passed else ())


@pytest.mark.parametrize(("given_back", "passed"), [(False, 0), (True, 1)])
def test_a_lent_window_prefers_what_it_was_lent_to(
    hall: Hall, *, given_back: bool, passed: int
) -> None:
    """Window 2 serves B before A today, and calls from B while A004 waits in A."""
    with hall.store.change("staff:1") as tx:
        tx.record("window.lent", "window:2", {"ranks": [["B"], ["A"]]}, window="2")
    if given_back:
        with hall.store.change("staff:1") as tx:
            tx.record("window.given_back", "window:2", window="2")
    with hall.store.change("window:2") as tx:
        code = "B" if given_back else "A"
        tx.record(
            "ticket.called",
            "ticket:0",
            {"service": "ZH001", "queue": code, "why": "rank", "claim_seconds": 60, "rank": 2},
            window="2",
        )
    assert hall.check().ranks_passed == passed


def test_a_level_in_the_journal(hall: Hall) -> None:
    with hall.store.change("window:2") as tx:
        tx.record("rating.given", "turn:1", {"level": 2})
    assert hall.check().broken == ("personal",)


@pytest.mark.parametrize(("said", "tells"), [("A001", False), ("1001", False), ("A0", True)])
def test_a_note_of_a_number_alone_tells_nothing(hall: Hall, said: str, tells: bool) -> None:
    with hall.store.change("window:2") as tx:
        tx.record("ticket.demo", "ticket:1", {"label": "A001 1001 "})
    _note_person(hall, "A004", "")
    hall.sql("UPDATE person_note SET mask = :said", said=said)
    assert (hall.check().personal > 0) is tells
