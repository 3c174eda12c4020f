"""Leases and device reports, on both databases."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport
from hallclient.services.store_records import Wanted
from hallclient.storage.errors import StorageError
from hallclient.storage.feed import open_feed
from hallclient.storage.plumbing import DEVICES
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.processes import barrier, run_all, running
from tests.storage.lease_jobs import hold_lease, lease_together
from tests.stores import OPENING, HallUnderTest
from tests.waiting import eventually

PRINTER = DeviceReport(
    "printer", DeviceKind.PRINTER, DeviceState.READY, "escpos", "/dev/ttyS0", paper_left=420
)
KEYPAD = DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.ABSENT, window="2")


# Leases


def test_a_lease_has_one_holder(hall: HallUnderTest) -> None:
    take = hall.store.take_lease
    assert take("day", "a", 60)
    assert take("day", "a", 60), "renewed"
    assert not take("day", "b", 60)
    assert take("ratings", "b", 60), "another chore"
    hall.clock.advance(seconds=59)
    assert not take("day", "b", 60)
    assert take("day", "a", 60)
    hall.clock.advance(seconds=59)
    assert not take("day", "b", 60), "renewed a minute ago"
    hall.clock.advance(seconds=1)
    assert take("day", "b", 60)
    assert not take("day", "a", 60)


def test_a_lease_given_back_is_free(hall: HallUnderTest) -> None:
    store = hall.store
    assert store.take_lease("day", "a", 60)
    store.drop_lease("day", "b")
    assert not store.take_lease("day", "b", 60), "only its holder gives it back"
    store.drop_lease("day", "a")
    assert store.take_lease("day", "b", 60)
    store.drop_lease("never", "a")


def test_leases_of_halls_do_not_meet(hall: HallUnderTest) -> None:
    assert hall.store.take_lease("day", "a", 60)
    other = SqlStore(hall.engine, "510114000000-02", hall.clock)
    assert other.take_lease("day", "b", 60)


def test_a_clock_set_back_gives_the_holder_its_time_once_more(hall: HallUnderTest) -> None:
    take = hall.store.take_lease
    assert take("day", "a", 60)
    hall.clock.advance(days=-1)
    assert not take("day", "b", 60), "its holder may be alive"
    hall.clock.advance(seconds=59)
    assert not take("day", "b", 60)
    hall.clock.advance(seconds=1)
    assert take("day", "b", 60), "not a day later"


def test_a_clock_set_back_does_not_bother_who_renews(hall: HallUnderTest) -> None:
    take = hall.store.take_lease
    assert take("day", "a", 60)
    hall.clock.advance(days=-1)
    assert take("day", "a", 60)
    hall.clock.advance(seconds=30)
    assert not take("day", "b", 60)
    hall.clock.advance(seconds=30)
    assert take("day", "b", 60)


def test_a_clock_set_ahead_ends_leases(hall: HallUnderTest) -> None:
    take = hall.store.take_lease
    assert take("day", "a", 60)
    hall.clock.advance(days=1)
    assert take("day", "b", 60)
    assert not take("day", "a", 60), "and who had it is told so"


def test_a_lease_leaves_the_hall_alone(hall: HallUnderTest) -> None:
    """Neither journal nor lock: while a change holds the hall's row, nobody here waits."""
    entries = len(hall.journal())
    hall.store.take_lease("day", "a", 60)
    hall.store.drop_lease("day", "a")
    assert len(hall.journal()) == entries
    if not hall.is_sqlite:  # a file has one writer
        with hall.another_store() as other, other.change("x") as tx:
            assert hall.store.take_lease("day", "a", 60)
            hall.store.report_devices("K1", [PRINTER])
            tx.record("x", "y")


def test_processes_race_for_leases(hall: HallUnderTest, tmp_path: Path) -> None:
    holders, names, acks = 6, [f"chore {n}" for n in range(25)], str(tmp_path / "acks")
    for name in names[::2]:  # some have been held before
        assert hall.store.take_lease(name, "before", 1)
        hall.store.drop_lease(name, "before")
    start = barrier(holders)
    run_all([(lease_together, (hall.url, acks, f"h{n}", start, names)) for n in range(holders)])
    won = [line.rpartition(" ")[0] for line in Path(acks).read_text("utf-8").splitlines()]
    assert sorted(won) == sorted(names), "each lease has exactly one holder"
    held = hall.rows("SELECT name, holder FROM lease WHERE name LIKE 'chore %'")
    lines = {f"{row.name} {row.holder}" for row in held}
    assert lines == set(Path(acks).read_text("utf-8").splitlines())


def test_the_lease_of_a_killed_process_runs_out(hall: HallUnderTest, tmp_path: Path) -> None:
    acks = tmp_path / "acks"
    store = SqlStore(hall.engine, HALL_ID)  # like the process: on the database's clock
    with running([(hold_lease, (hall.url, str(acks), "day", 0.8))]):
        eventually(acks.exists)
        assert not store.take_lease("day", "heir", 5)
    began = time.monotonic()
    eventually(lambda: store.take_lease("day", "heir", 5))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("hall_url", ["postgresql"], indirect=True)
def test_a_server_that_came_back_is_used_at_once(hall: HallUnderTest) -> None:
    """The pooled connection has died; nobody is told of it."""
    assert hall.store.take_lease("day", "a", 60)
    with hall.another_store() as other, other._engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert not hall.store.take_lease("day", "b", 60)
    hall.store.report_devices("K1", [PRINTER])


def tail(store: SqlStore) -> None:
    assert store.tail(1, 5, Wanted()).there


def look(store: SqlStore) -> None:
    with store.look() as reader:
        assert reader.seq


def change(store: SqlStore) -> None:
    with store.change("x") as tx:
        tx.record("x", "x")


@pytest.mark.parametrize("hall_url", ["postgresql"], indirect=True)
def test_whatever_is_asked_first_of_a_server_that_came_back(hall: HallUnderTest) -> None:
    """Some of the pooled connections were last used in another way; all have died."""
    for last in (tail, look, change):
        for first in (tail, look, change):
            with hall.store.look():
                tail(hall.store)
            last(hall.store)
            with hall.another_store() as other, other._engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            first(hall.store)


# Devices


def devices(hall: HallUnderTest) -> list[tuple[str, DeviceReport]]:
    with hall.store.look() as reader:
        return [(record.station, record.report) for record in reader.devices()]


def test_devices_of_all_stations(hall: HallUnderTest) -> None:
    hall.store.report_devices("b", [PRINTER, KEYPAD])
    hall.store.report_devices("K1", [PRINTER])
    hall.store.report_devices("K1", [])
    assert devices(hall) == [("K1", PRINTER), ("b", KEYPAD), ("b", PRINTER)]
    SqlStore(hall.engine, "510114000000-02", hall.clock).report_devices("K1", [KEYPAD])
    assert len(devices(hall)) == 3


def test_since_when_and_when_seen(hall: HallUnderTest) -> None:
    def now(report: DeviceReport) -> tuple[float, float]:
        hall.clock.advance(seconds=10)
        hall.store.report_devices("K1", [report])
        with hall.store.look() as reader:
            (record,) = reader.devices()
            assert record.report == report
            assert not record.silent(reader.now)
            assert record.silent(reader.now + timedelta(seconds=91))
        seconds = [(at - OPENING).total_seconds() for at in (record.since, record.seen_at)]
        return seconds[0], seconds[1]

    hall.clock.now = OPENING
    assert now(PRINTER) == (10, 10)
    assert now(PRINTER) == (10, 20)
    assert now(replace(PRINTER, paper_left=419)) == (10, 30)
    assert now(replace(PRINTER, trouble="paper_out")) == (40, 40)
    assert now(replace(PRINTER, state=DeviceState.STALE)) == (50, 50)


def test_who_watches_devices_is_woken_by_states(hall: HallUnderTest) -> None:
    with open_feed(hall.engine, HALL_ID, [DEVICES], "display") as feed:
        hall.store.report_devices("K1", [PRINTER, KEYPAD])
        assert feed.wait(2.0)
        hall.store.report_devices("K1", [PRINTER, replace(KEYPAD, port="/dev/ttyS7")])
        assert not feed.wait(0.1), "nothing that matters has changed"
        hall.store.report_devices("K1", [replace(KEYPAD, state=DeviceState.READY)])
        assert feed.wait(2.0)
        hall.store.report_devices("K1", [replace(PRINTER, trouble="paper_out")])
        assert feed.wait(2.0)


def test_a_device_is_not_seen_before_what_has_happened(hall: HallUnderTest) -> None:
    """The clock was set back: the hall's time goes on, and a device that is there is not silent."""
    store = SqlStore(hall.engine, HALL_ID)
    store.report_devices("K1", [PRINTER])
    hall.execute("UPDATE hall SET last_at = :then", then=datetime.now(UTC) + timedelta(hours=2))
    store.report_devices("K1", [PRINTER])
    with store.look() as reader:
        (record,) = reader.devices()
        assert not record.silent(reader.now)


def test_devices_that_are_gone_are_forgotten(hall: HallUnderTest) -> None:
    hall.store.report_devices("K1", [PRINTER, KEYPAD])
    hall.clock.advance(days=31)
    hall.store.report_devices("K1", [PRINTER])
    with hall.store.change("chore") as tx:
        assert tx.drop_devices(tx.now - timedelta(days=30)) == 1
    assert devices(hall) == [("K1", PRINTER)]


def test_expected_trouble_is_a_store_error(hall: HallUnderTest) -> None:
    with hall.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE device")
        connection.exec_driver_sql("DROP TABLE lease")
    with pytest.raises(StorageError, match="do not fit"):
        hall.store.report_devices("K1", [PRINTER])
    with pytest.raises(StorageError, match="do not fit"):
        hall.store.take_lease("day", "a", 60)
