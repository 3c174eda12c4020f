"""What each kind of PC may do, tried on a real server by a real login of its kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.engine import Engine, make_url

from hallclient.domain.announcement import BoardReport, Shown
from hallclient.domain.journal import GENESIS, broken_at
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.announcing import Announcing
from hallclient.services.calling import Calling
from hallclient.services.days import close_day
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.services.window_panel import WindowPanel
from hallclient.storage.backup_file import make_backup
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import StorageError
from hallclient.storage.logins import drop_pc, make_logins, prepare_joining
from hallclient.storage.metadata import metadata
from hallclient.storage.migrations import upgrade
from hallclient.storage.restore import restore_postgres
from hallclient.storage.rights import GROUPS, RIGHTS, apply_rights, granted, rights_in_use
from hallclient.storage.rights_rows import ROW_RULES
from hallclient.storage.store import SqlStore
from hallclient.storage.upkeep import tend
from tests.halls import HALL_ID, PIN
from tests.postgres import fresh_database
from tests.stores import HandClock, postgres_template, sqlite_template

__all__ = ["postgres_template", "sqlite_template"]

FORBIDDEN = {
    "kiosk": (
        "SELECT * FROM rating",
        "SELECT count(*) FROM rating",
        "SELECT sealed FROM contact",
        "SELECT * FROM note",
        "SELECT * FROM errand",
        "SELECT mask FROM person_note",
        "SELECT * FROM follow_up",
        "UPDATE journal SET data = '{}'",
        "DELETE FROM journal",
        "UPDATE staff SET pin_hash = ''",
        "UPDATE hall SET rules = '{}'",
        "INSERT INTO publication (hall_id) VALUES ('x')",
    ),
    "window": (
        "SELECT level FROM rating",
        "SELECT reasons FROM rating",
        "SELECT given_at FROM rating",
        "SELECT sealed FROM rating_contact",
        "SELECT * FROM follow_up",
        "SELECT * FROM contact",
        "UPDATE rating SET level = 5",
        "INSERT INTO rating (hall_id) VALUES ('x') RETURNING level",
        "UPDATE journal SET actor = 'x'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "TRUNCATE rating",
        "UPDATE staff SET name = ''",
        "CREATE TABLE mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
    ),
    "display": (
        "UPDATE ticket SET status = 'ended'",
        "INSERT INTO ticket (hall_id) VALUES ('x')",
        "UPDATE turn SET ended_at = NULL",
        "SELECT pin_hash FROM staff",
        "SELECT level FROM rating",
        "SELECT * FROM case_record",
        "SELECT * FROM ticket_person",
        "SELECT * FROM person_note",
        "SELECT * FROM appointment",
        "DELETE FROM announced",
        "DELETE FROM journal",
    ),
    "supervisor": (
        "UPDATE rating SET level = 5",
        "DELETE FROM rating",
        "UPDATE journal SET data = '{}'",
        "TRUNCATE journal",
        "SELECT * FROM contact",
        "UPDATE staff SET role = 'supervisor'",
    ),
    "agent": (
        "UPDATE journal SET data = '{}'",
        "DELETE FROM journal",
        "UPDATE rating SET level = 5",
        "ALTER TABLE journal DISABLE ROW LEVEL SECURITY",
        "DROP TABLE journal",
        "COPY ticket TO PROGRAM 'true'",
    ),
}


@dataclass(frozen=True)
class Pcs:
    """A hall with a login of every kind."""

    owner: Engine
    clock: HandClock
    engines: dict[str, Engine]

    def store(self, kind: str) -> SqlStore:
        return SqlStore(self.engines[kind], HALL_ID, self.clock)

    def ask(self, kind: str, query: str) -> list[tuple[object, ...]]:
        with self.engines[kind].begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]


@contextmanager
def hall_with_logins(server: TemporaryPostgres, template: str, pc: str = "pc") -> Iterator[Pcs]:
    """Logins are the whole server's: two halls at a time need PCs of different names."""
    with fresh_database(server, template) as url:
        owner = open_engine(url)
        apply_rights(owner)  # a copied database has the doors of a new one
        prepare_joining(owner)
        with owner.begin() as connection:
            users = make_logins(connection, pc, dict.fromkeys(GROUPS, "a word"))
        with_user = {
            kind: make_url(url).set(username=user).render_as_string(hide_password=False)
            for kind, user in users.items()
        }
        engines = {kind: open_engine(one) for kind, one in with_user.items()}
        try:
            yield Pcs(owner, HandClock(), engines)
        finally:
            for engine in engines.values():
                engine.dispose()
            assert drop_pc(owner, pc) == len(GROUPS)
            owner.dispose()


@pytest.fixture(scope="module")
def pcs(postgres_server: TemporaryPostgres, postgres_template: str) -> Iterator[Pcs]:
    with hall_with_logins(postgres_server, postgres_template) as opened:
        play_a_day(opened)
        yield opened


def play_a_day(pcs: Pcs) -> None:
    """A citizen comes, is called, shown, served and rates; the next morning closes the day."""
    stores = {kind: pcs.store(kind) for kind in GROUPS}
    shifts = Shifts(stores["window"], "2")
    shifts.sign_in("1002", PIN)
    issued = Issuing(stores["kiosk"], "kiosk:K1").issue(TicketRequest("r1", "ZH001"))
    calling = Calling(stores["window"], "2")
    calling.call_next()
    shown = calling.state().turn
    assert shown is not None
    seen = Shown(shown.id, shown.calls, 0)
    Announcing(stores["display"], "D1").report(BoardReport("D1", shown=(seen,)))
    calling.start()
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    assert WindowPanel(stores["window"], "2").look().past
    assert Ratings(stores["window"]).record(turn.id, Level.DISSATISFIED, "keypad")
    assert not Ratings(stores["window"]).record(turn.id, Level.SATISFIED, "keypad")
    pcs.clock.advance(hours=20)
    # Whoever comes first closes the day before: here a kiosk.
    again = Issuing(stores["kiosk"], "kiosk:K1").issue(TicketRequest("r2", "ZH001"))
    assert again.ticket.day > issued.ticket.day
    pcs.clock.advance(hours=8)
    assert close_day(stores["agent"], "x") is not None
    for store in stores.values():
        store.close()


def denied(pcs: Pcs, kind: str, statement: str) -> bool:
    with pytest.raises(sa.exc.ProgrammingError) as caught:
        pcs.ask(kind, statement)
    return isinstance(caught.value.orig, InsufficientPrivilege)


@pytest.mark.parametrize(
    ("kind", "statement"), [(kind, one) for kind, many in FORBIDDEN.items() for one in many]
)
def test_what_is_forbidden_is_denied(pcs: Pcs, kind: str, statement: str) -> None:
    assert denied(pcs, kind, statement)


def test_every_table_is_in_the_rights() -> None:
    assert set(RIGHTS) == {*metadata.tables, "alembic_version"}


def test_rights_name_kinds_columns_and_row_rules_that_there_are() -> None:
    for table, access in RIGHTS.items():
        known = metadata.tables.get(table)
        columns = [column.name for column in known.columns] if known is not None else []
        assert set(access) <= set(GROUPS), table
        for words in access.values():
            for _privilege, named in granted(words, columns):
                assert set(named) <= set(columns), table
    for table, kinds in ROW_RULES.rules.items():
        assert {kind for kind, words in RIGHTS[table].items() if words} == set(kinds), table


def test_nobody_changes_or_drops_the_journal() -> None:
    assert set(RIGHTS["journal"].values()) == {"read add"}


def test_a_window_knows_of_no_rating_that_a_citizen_gave(pcs: Pcs) -> None:
    assert pcs.ask("supervisor", "SELECT level FROM rating WHERE origin = 'active'") == [(2,)]
    assert pcs.ask("window", "SELECT turn_id FROM rating") == []
    assert pcs.ask("window", "DELETE FROM rating WHERE origin = 'active' RETURNING turn_id") == []
    assert len(pcs.ask("supervisor", "SELECT level FROM rating")) == 1


def test_a_window_writes_no_default_level(pcs: Pcs) -> None:
    row = (
        "INSERT INTO rating (hall_id, id, turn_id, level, origin, device, given_at, salt)"
        " SELECT hall_id, 990001, id, 5, 'default', '', now(), '' FROM turn LIMIT 1"
    )
    assert denied(pcs, "window", row)


def test_the_journal_tells_a_window_of_no_rating(pcs: Pcs) -> None:
    told = "SELECT count(*) FROM journal WHERE kind = 'rating.given'"
    assert pcs.ask("supervisor", told) == [(1,)]
    assert pcs.ask("window", told) == pcs.ask("kiosk", told) == [(0,)]


def test_a_kiosk_sees_the_case_whose_number_it_names(pcs: Pcs) -> None:
    with pcs.owner.begin() as connection:
        connection.execute(sa.text(_CASE))
    assert pcs.ask("kiosk", "SELECT number FROM case_record") == []
    store = pcs.store("kiosk")
    with store.look() as reader:
        assert reader.case_by_number("C-1") is not None
        assert reader.case_by_number("C-2") is None
        assert not reader.open_cases()
    store.close()
    assert pcs.ask("kiosk", "SELECT number FROM case_record") == []  # the name went with the look


_CASE = """
INSERT INTO case_record (hall_id, id, turn_id, service_id, kind, number, accepted_at)
SELECT t.hall_id, 880001, t.id, s.id, 'promised', 'C-1', now()
FROM turn t, service s WHERE s.hall_id = t.hall_id LIMIT 1
"""


def test_everybody_else_has_nothing(pcs: Pcs) -> None:
    with pcs.owner.begin() as connection:
        found = connection.execute(
            sa.text(
                "SELECT count(*) FROM information_schema.role_table_grants"
                " WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
            )
        )
        assert found.scalar() == 0


def test_statements_of_a_pc_end(pcs: Pcs) -> None:
    assert pcs.ask("window", "SHOW statement_timeout") == [("15s",)]
    assert pcs.ask("supervisor", "SHOW statement_timeout") == [("1min",)]


def test_rights_are_applied_again_and_what_was_added_goes(
    postgres_server: TemporaryPostgres, postgres_template: str
) -> None:
    with fresh_database(postgres_server, postgres_template) as url:
        engine = open_engine(url)
        before = _grants(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("GRANT DELETE ON journal TO hall_window")
        assert _grants(engine) != before
        apply_rights(engine)
        apply_rights(engine)
        assert _grants(engine) == before
        with engine.begin() as connection:
            assert rights_in_use(connection)
        engine.dispose()


def test_an_upgrade_renews_them_where_they_are_in_use(
    postgres_server: TemporaryPostgres, postgres_template: str
) -> None:
    with fresh_database(postgres_server, postgres_template) as url:
        engine = open_engine(url)
        with engine.begin() as connection:
            assert not rights_in_use(connection)  # the server knows the groups, this database not
            connection.exec_driver_sql("REVOKE ALL ON journal FROM hall_window")
        before = _grants(engine)
        upgrade(engine)
        assert _grants(engine) == before
        apply_rights(engine)
        whole = _grants(engine)
        assert whole != before
        with engine.begin() as connection:
            connection.exec_driver_sql("REVOKE ALL ON journal FROM hall_window")
            connection.exec_driver_sql(
                "CREATE POLICY hall_window_old ON rating TO hall_window USING (true)"
            )
        upgrade(engine)
        assert _grants(engine) == whole
        with engine.begin() as connection:
            query = "SELECT count(*) FROM pg_policies WHERE policyname = 'hall_window_old'"
            assert connection.execute(sa.text(query)).scalar() == 0
        engine.dispose()


def test_a_restored_database_has_its_doors(pcs: Pcs, tmp_path: Path) -> None:
    make_backup(pcs.owner, tmp_path / "a.backup")
    restore_postgres(tmp_path / "a.backup", pcs.owner, replace=True)
    for kind in GROUPS:
        assert pcs.ask(kind, "SELECT hall_id FROM hall") == [(HALL_ID,)]
        with pytest.raises(sa.exc.ProgrammingError, match="denied"):
            pcs.ask(kind, "DELETE FROM journal")
    with pytest.raises(sa.exc.ProgrammingError, match="denied"):
        pcs.ask("window", "SELECT level FROM rating")


def test_an_agents_backup_has_everything(pcs: Pcs, tmp_path: Path) -> None:
    whole = make_backup(pcs.owner, tmp_path / "owner.backup")
    assert make_backup(pcs.engines["agent"], tmp_path / "agent.backup").tables == whole.tables


def test_an_agent_tends_what_it_may(pcs: Pcs) -> None:
    assert tend(pcs.engines["agent"]) == "nothing to do"


def _grants(engine: Engine) -> list[object]:
    query = (
        "SELECT grantee, table_name, column_name, privilege_type"
        " FROM information_schema.column_privileges WHERE grantee LIKE 'hall_%' UNION ALL "
        "SELECT grantee, table_name, '', privilege_type FROM information_schema.table_privileges"
        " WHERE grantee LIKE 'hall_%' ORDER BY 1, 2, 3, 4"
    )
    with engine.begin() as connection:
        return list(map(tuple, connection.execute(sa.text(query))))


def test_an_entry_out_of_order_replaces_nothing_and_is_found(
    postgres_server: TemporaryPostgres, postgres_template: str
) -> None:
    forged = (
        "INSERT INTO journal (hall_id, seq, at, kind, zone_code, window_code, subject, actor,"
        " data, hash) SELECT hall_id, {seq}, last_at, 'ticket.called', '', '', 'ticket:1',"
        " 'window:1', '{{}}', 'forged' FROM hall"
    )
    with hall_with_logins(postgres_server, postgres_template, "forger") as pcs:
        store = pcs.store("kiosk")
        with pytest.raises(sa.exc.IntegrityError):
            pcs.ask("window", forged.format(seq="seq"))
        with pcs.engines["window"].begin() as connection:
            connection.execute(sa.text(forged.format(seq="seq + 1")))
        with pytest.raises(StorageError):  # the next change has that number
            Issuing(store, "kiosk:K1").issue(TicketRequest("r1", "ZH001"))
        supervisors = pcs.store("supervisor")
        with supervisors.look() as reader:
            entries = reader.entries_after(0, 100_000)
        assert broken_at(entries, GENESIS, 0) == entries[-1].seq
        store.close()
        supervisors.close()
