"""The database: healthy on both kinds, and each of its troubles really made."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.domain.parts import CalendarDay
from hallclient.services.doctor import Finding
from hallclient.services.doctor import hall as hall_checks
from hallclient.services.doctor.database import (
    LAST_ENTRIES,
    HallFacts,
    Patient,
    examine_database,
)
from hallclient.services.hallfile.holidays import published_days
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceRecord, DeviceReport
from hallclient.services.store_error import StoreError
from hallclient.storage.engine import open_engine
from hallclient.storage.patient import SqlPatient, where_of
from hallclient.storage.schema import VERSION
from tests.doctor.findings import keys, the, troubles
from tests.halls import HALL_ID, small_hall
from tests.stores import OPENING, HallUnderTest

WELL = {"database.there", "clock.agrees", "database.version", "hall.found", "journal.whole"}


def now() -> datetime:
    return datetime.now(UTC)


def examined(
    url: str, hall_id: str = "", ahead_s: float = 0
) -> tuple[list[Finding], list[HallFacts]]:
    facts: list[HallFacts] = []
    wall = lambda: now() + timedelta(seconds=ahead_s)  # noqa: E731 - a clock
    patient: Patient = SqlPatient(url)
    return list(examine_database(patient, hall_id, wall, facts.append)), facts


def change(url: str, *statements: str) -> None:
    """Change rows behind the program's back."""
    engine = open_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def test_a_healthy_database(hall_url: str) -> None:
    found, facts = examined(hall_url)
    assert set(keys(found)) - {"database.whole", "database.slow"} == WELL
    assert not troubles(found)
    assert facts[0].plan.hall_id == HALL_ID


def test_looking_changes_no_byte(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "hall.db"
    file.write_bytes(sqlite_template.read_bytes())
    file.chmod(0o600)
    before = {one.name: sha256(one.read_bytes()).digest() for one in tmp_path.glob("hall*")}
    examined(f"sqlite:///{file}")
    after = {one.name: sha256(one.read_bytes()).digest() for one in tmp_path.glob("hall*")}
    assert after == before


def test_a_look_cannot_write(hall_url: str) -> None:
    patient = SqlPatient(hall_url)
    patient.open()
    with pytest.raises(sa.exc.SQLAlchemyError), patient._connected() as connection:
        connection.exec_driver_sql("UPDATE hall SET hall_id = 'x'")
    patient.close()


def test_a_clock_that_is_off(hall_url: str) -> None:
    fast = the(examined(hall_url, ahead_s=8)[0], "clock.ahead")
    assert fast.facts["seconds"] == "8"
    assert "clock.behind" in troubles(examined(hall_url, ahead_s=-8)[0])
    assert "clock.agrees" in keys(examined(hall_url, ahead_s=2)[0])


@pytest.mark.parametrize(
    ("version", "key"), [("0001", "database.older"), ("9999", "database.newer")]
)
def test_tables_of_another_version(hall_url: str, version: str, key: str) -> None:
    change(hall_url, f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - ours
    found, facts = examined(hall_url)
    assert troubles(found) == [key]
    assert the(found, key).facts == {"found": version, "wanted": VERSION}
    assert not facts


def test_a_table_that_is_missing(hall_url: str) -> None:
    change(hall_url, "DROP TABLE notice")
    assert the(examined(hall_url)[0], "database.tables").facts["names"] == "notice"


def test_a_journal_that_somebody_changed(hall_url: str) -> None:
    change(hall_url, "UPDATE journal SET actor = 'nobody' WHERE seq = 2")
    assert the(examined(hall_url)[0], "journal.broken").facts["seq"] == 2


def test_only_the_journals_end_is_read(hall: HallUnderTest) -> None:
    with hall.store.change("test") as change_:
        for _ in range(LAST_ENTRIES):
            change_.record("test.entry", subject="x:1")
    hall.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 2")
    assert the(examined(hall.url)[0], "journal.whole").facts["n"] == LAST_ENTRIES
    with hall.store.look() as reader:
        last = reader.seq
    hall.execute("UPDATE journal SET actor = 'nobody' WHERE seq = :seq", seq=last)
    assert the(examined(hall.url)[0], "journal.broken").facts["seq"] == last


def test_which_hall(hall_url: str) -> None:
    assert troubles(examined(hall_url, "000000000000-09")[0]) == ["hall.unknown"]
    assert "hall.found" in keys(examined(hall_url, HALL_ID)[0])


def test_an_empty_database(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE other (n INTEGER)"))
    engine.dispose()
    assert troubles(examined(database_url)[0]) == ["database.empty"]


def test_files_that_are_no_database(tmp_path: Path) -> None:
    file = tmp_path / "hall.db"
    assert troubles(examined(f"sqlite:///{file}")[0]) == ["database.url"]
    assert not file.exists()
    file.write_bytes(b"this is a letter, not a database" * 400)
    assert troubles(examined(str(file))[0]) == ["database.unreadable"]
    assert troubles(examined("oracle://somewhere")[0]) == ["database.url"]


def test_a_damaged_file(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "hall.db"
    data = bytearray(sqlite_template.read_bytes())
    with sqlite3.connect(sqlite_template) as connection:
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'journal'"
        (page,) = connection.execute(root).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    data[(page - 1) * size : (page - 1) * size + 64] = bytes(64)
    file.write_bytes(data)
    found = troubles(examined(f"sqlite:///{file}")[0])
    assert found[0] in {"database.damaged", "database.unreadable"}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_dead_server() -> None:
    url = f"postgresql://hall:hidden@127.0.0.1:{free_port()}/hall"
    found, _ = examined(url)
    assert troubles(found) == ["database.away"]
    assert "hidden" not in str(found)


@contextmanager
def mute_server() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


def test_a_server_that_never_answers() -> None:
    with mute_server() as port:
        found, _ = examined(f"postgresql://hall@127.0.0.1:{port}/hall?connect_timeout=2")
    assert troubles(found) == ["database.away"]


def test_where_hides_who() -> None:
    assert where_of("postgresql://hall:hidden@10.0.0.5,10.0.0.6/hall?sslmode=verify-ca") == (
        "postgresql://10.0.0.5,10.0.0.6/hall"
    )
    assert where_of("sqlite:////srv/hall.db") == "/srv/hall.db"


class Broken:
    """A database that answers once and is gone; everything not asked for is missing."""

    where = "there"

    def open(self) -> None:
        pass

    def ask(self) -> float:
        raise StoreError("the network went away")

    def close(self) -> None:
        self.closed = True


def test_a_database_that_goes_while_it_is_looked_at() -> None:
    patient = Broken()
    found = list(examine_database(patient, "", now, lambda _facts: None))  # type: ignore[arg-type]
    assert (troubles(found), patient.closed) == (["database.refused"], True)


# The hall's own data


def facts(**changes: object) -> HallFacts:
    plan = replace(small_hall(), calendar=published_days())
    return replace(HallFacts(plan, "", (), (), OPENING), **changes)  # type: ignore[arg-type]


def test_a_day_that_nobody_closed(hall: HallUnderTest) -> None:
    hall.issue()
    assert keys(hall_checks.chores(SqlFacts(hall))) == ["chores.day"]


def SqlFacts(hall: HallUnderTest) -> HallFacts:  # noqa: N802 - reads like the class it makes
    patient = SqlPatient(hall.url)
    patient.open()
    try:
        return patient.facts(HALL_ID)  # by the real clock: weeks after the test's own day
    finally:
        patient.close()


def test_chores() -> None:
    assert keys(hall_checks.chores(facts())) == ["chores.done"]
    assert keys(hall_checks.chores(facts(late=("retention",)))) == ["chores.late"]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (datetime(2026, 9, 29, tzinfo=UTC), "calendar.ends"),
        (datetime(2026, 12, 10, tzinfo=UTC), "calendar.next"),
        (datetime(2027, 2, 1, tzinfo=UTC), "calendar.missing"),
        (datetime(2025, 6, 1, tzinfo=UTC), "calendar.known"),
    ],
)
def test_holidays(day: datetime, key: str) -> None:
    assert keys(hall_checks.calendar(facts(now=day))) == [key]


def test_one_holiday_of_the_halls_own_is_no_calendar() -> None:
    plan = small_hall()
    one = (CalendarDay("2026-05-01", working=False),)
    found = hall_checks.calendar(facts(plan=replace(plan, calendar=one)))
    assert keys(found) == ["calendar.missing"]


def test_time_zone() -> None:
    assert keys(hall_checks.time_zone(facts(), timedelta(hours=8))) == ["clock.zone"]
    (found,) = hall_checks.time_zone(facts(), timedelta(0))
    assert found.command == "sudo timedatectl set-timezone Asia/Shanghai"


def device(state: DeviceState, trouble: str = "", ago_s: int = 5) -> HallFacts:
    report = DeviceReport("printer", DeviceKind.PRINTER, state, "escpos", "/dev/ttyUSB0",
                          trouble=trouble)  # fmt: skip
    seen = OPENING - timedelta(seconds=ago_s)
    other = DeviceRecord("PC-7", replace(report, state=DeviceState.FAILED), seen, seen)
    return facts(devices=(DeviceRecord("PC-9", report, seen, seen), other))


@pytest.mark.parametrize(
    ("there", "key"),
    [
        (device(DeviceState.READY), "device.ready"),
        (device(DeviceState.READY, "paper_out"), "device.paper_out"),
        (device(DeviceState.READY, "something_else"), "device.trouble"),
        (device(DeviceState.ABSENT), "device.is_absent"),
        (device(DeviceState.STALE), "device.is_stale"),
        (device(DeviceState.FAILED), "device.is_failed"),
        (device(DeviceState.READY, ago_s=600), "device.silent"),
        (device(DeviceState.CLOSED, ago_s=600), "device.ready"),
    ],
)
def test_devices_of_this_pc(there: HallFacts, key: str) -> None:
    assert keys(hall_checks.devices(there, "PC-9")) == [key]


def test_names_without_a_voice() -> None:
    (whole, silent) = hall_checks.voices({"en": (), "zh": ("到三〇一号窗口", "请X")})
    assert (whole.key, silent.key, silent.facts["n"]) == ("voice.whole", "voice.silent", 2)
