"""Two halls and a city, real servers: what is public arrives, whatever becomes of the link."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import psycopg
import pytest

from hallclient.__main__ import main
from hallclient.domain.journal import broken_at
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.lab.cluster import Primary, Server, Standby, joint_url
from hallclient.services.calling import Calling
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.person_records import PersonNote
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.storage.city_tables import PUBLISHED
from hallclient.storage.engine import open_engine
from hallclient.storage.entries import entries_from
from hallclient.storage.rights import apply_rights
from hallclient.storage.schema import VERSION
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID, PIN
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

SECOND = "510114000000-02"
NOBODYS = "李四光四"
_EMPTY = {"topic", "session_hours", "calendar"}
"""Parts that the small hall has none of."""


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    with ExitStack() as stack:
        found: dict[str, Server] = {}
        for name in ("one", "two", "city"):
            found[name] = stack.enter_context(Primary(name))
        found["spare"] = stack.enter_context(Standby(found["two"], "spare"))
        for name, hall_id in (("one", HALL_ID), ("two", SECOND)):
            load_hall_at(found[name].url, replace(staffed_hall(), hall_id=hall_id))
        yield found


class Hall:
    """A hall at work."""

    def __init__(self, url: str, hall_id: str) -> None:
        self.engine = open_engine(url)
        self.hall_id = hall_id
        self.store = SqlStore(self.engine, hall_id)
        self._count = 0

    def work(self, rounds: int) -> None:
        calling, issuing = Calling(self.store, "2"), Issuing(self.store, "kiosk:K1")
        if calling.state().shift is None:
            Shifts(self.store, "2").sign_in("1002", PIN)
        for _ in range(rounds):
            self._count += 1
            note = PersonNote(0, NOBODYS, "1234", "key")
            wish = TicketRequest(f"r {id(self)} {self._count}", "ZH001", person="p", note=note)
            issuing.issue(wish if self._count == 1 else replace(wish, person="", note=None))
            state = calling.call_next()
            calling.start()
            turn = calling.finish(Outcome.INSTANT).turn
            assert state.turn is not None
            assert turn is not None
            Ratings(self.store).record(turn.id, Level.VERY_DISSATISFIED, "keypad")

    def seq(self) -> int:
        with self.store.look() as reader:
            return reader.seq

    def tickets(self) -> int:
        with self.store.look() as reader:
            return reader.day_figures(reader.day).issued

    def close(self) -> None:
        self.engine.dispose()


@pytest.fixture
def halls(servers: dict[str, Server]) -> Iterator[tuple[Hall, Hall]]:
    one = Hall(servers["one"].url, HALL_ID)
    two = Hall(joint_url((servers["two"], servers["spare"])), SECOND)
    yield one, two
    one.close()
    two.close()


def link_url(servers: tuple[Server, ...], capsys: pytest.CaptureFixture[str], *more: str) -> str:
    capsys.readouterr()
    assert main(["city", "publish", "--db", joint_url(servers), "--keep", "64MB", *more]) == 0
    shown = capsys.readouterr().out
    return next(line for line in shown.splitlines() if "subscribe NAME" in line).split("'")[1]


def _out(capsys: pytest.CaptureFixture[str], words: list[str]) -> str:
    capsys.readouterr()
    main(words)
    return capsys.readouterr().out


def nothing_personal(city: Server) -> None:
    """Read every table of the city: no name, no telephone, no level, no secret of anybody."""
    with city.admin() as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            )
        ]
        full = {}
        for table in tables:
            rows = connection.execute(b"TABLE " + table.encode()).fetchall()
            full[table] = rows
            whole = repr(rows)
            assert NOBODYS not in whole, table
            assert "argon2" not in whole, table
            assert "职员" not in whole, table
    filled = {table for table, rows in full.items() if rows}
    own = {"city_setup", "city_link", "city_progress", "city_day", "alembic_version"}
    assert filled - own == {table.name for table in PUBLISHED} - _EMPTY
    levels = {str(level.value) for level in Level} | {level.name.lower() for level in Level}
    for row in full["journal"]:
        if any("rating" in str(value) for value in row):
            assert not levels & set(json.loads(row[8]).values()), row


def least_rights(server: Server, url: str) -> None:
    """The city's login reads what is published, and nothing else, and changes nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM journal").fetchone() != (0,)
        for statement in (
            "SELECT * FROM staff",
            "SELECT * FROM rating",
            "SELECT * FROM ticket",
            "SELECT * FROM person_note",
            "UPDATE hall SET seq = 0",
            "INSERT INTO zone SELECT * FROM zone",
            "CREATE ROLE other",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    assert server.ask("SELECT rolsuper FROM pg_roles WHERE rolname = 'hall_city'") is False


@pytest.mark.timeout(400)
def test_halls_and_a_city(
    servers: dict[str, Server], halls: tuple[Hall, Hall], capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = halls
    city = servers["city"]
    at = ["--db", city.url]

    def totals() -> dict[str, int]:
        capsys.readouterr()
        main(["city", "totals", "--json", *at])
        found: dict[str, int] = json.loads(capsys.readouterr().out)["city"]
        return found

    def status() -> tuple[int, str]:
        capsys.readouterr()
        code = main(["city", "status", *at])
        return code, capsys.readouterr().out

    def all_there() -> bool:
        told = json.loads(_out(capsys, ["city", "status", "--json", *at]))
        return all(hall["through"] == hall["known"] for hall in told["halls"]) and [
            hall["known"] for hall in told["halls"]
        ] == [one.seq(), two.seq()]

    assert main(["city", "init", *at]) == 0
    assert main(["city", "init", *at]) == 0
    one.work(2)
    apply_rights(one.engine)  # a hall of several PCs: the city still gets every entry
    url_one = link_url((servers["one"],), capsys)
    url_two = link_url((servers["two"], servers["spare"]), capsys)
    assert main(["city", "subscribe", "one", url_one, *at]) == 0
    assert main(["city", "subscribe", "two", url_two, *at]) == 0
    assert main(["city", "subscribe", "two", url_two, *at]) == 3  # there already
    two.work(2)
    eventually(all_there, "the journals do not come")
    assert totals()["tickets"] == 4

    # The link is cut under load and heals.
    with city.admin() as connection:
        connection.execute("ALTER SUBSCRIPTION hallclient_one DISABLE")
    one.work(3)
    assert status()[0] == 1
    assert "switched off" in status()[1]
    assert totals()["tickets"] == 4
    with city.admin() as connection:
        connection.execute("ALTER SUBSCRIPTION hallclient_one ENABLE")
    one.work(2)
    eventually(all_there, "the link does not heal")
    assert totals()["tickets"] == one.tickets() + two.tickets() == 9
    assert totals()["served"] == totals()["rated"] == totals()["cases"] == 9

    # The hall's disk keeps no more than it may, and the city sees how much that is.
    assert servers["one"].ask("SHOW max_slot_wal_keep_size") == "64MB"
    assert "left" in status()[1]
    nothing_personal(city)
    least_rights(servers["one"], url_one)

    # The city is of another version: it says so.
    with servers["one"].admin() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    code, shown = status()
    assert code == 1
    assert "version 9999" in shown
    assert main(["city", "subscribe", "one", url_one, "--again", *at]) == 3
    with servers["one"].admin() as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", (VERSION,))

    # The second hall fails over; what its standby had not is lost there, and kept here.
    servers["two"].wait_for(servers["spare"])
    servers["spare"].unfollow()
    two.work(1)
    eventually(all_there, "the last entries do not come")
    lost = two.seq()
    servers["two"].kill()
    servers["spare"].promote()
    eventually(lambda: two.seq() < lost, "the other server is not found")
    lost -= two.seq()
    assert status()[0] == 1
    assert "--again" in status()[1]
    assert main(["city", "subscribe", "two", url_two, "--again", *at]) == 0
    assert f"LOST {lost} JOURNAL" in capsys.readouterr().out
    assert city.ask("SELECT count(*) FROM city_lost") == lost
    two.work(2)
    eventually(all_there, "the renewed link brings nothing")
    assert totals()["tickets"] == one.tickets() + two.tickets()
    assert status()[0] == 0
    engine = open_engine(city.url)
    with engine.begin() as connection_:
        for hall in halls:
            assert broken_at(entries_from(connection_, hall.hall_id, 1, 10_000)) is None
    engine.dispose()

    # A city that is away for too long does not fill the hall's disk: its slot goes.
    with city.admin() as connection:
        connection.execute("ALTER SUBSCRIPTION hallclient_one DISABLE")
    one.work(1)
    with servers["one"].admin() as connection:
        for _ in range(24):
            connection.execute("SELECT pg_logical_emit_message(false, 'fill', 'x')")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
    assert "too far behind" in status()[1]
    assert main(["city", "subscribe", "one", url_one, "--again", *at]) == 0
    eventually(all_there, "the link made anew brings nothing")
    assert totals()["tickets"] == one.tickets() + two.tickets()
    assert main(["city", "unsubscribe", "one", url_one, *at]) == 0
    assert servers["one"].ask("SELECT count(*) FROM pg_replication_slots") == 0
