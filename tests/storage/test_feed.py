"""Wake-ups between processes, on both databases."""

import gc
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.lab.postgres import TemporaryPostgres
from hallclient.storage.engine import database_clock, open_engine, write_turn
from hallclient.storage.errors import DatabaseUrlInvalid
from hallclient.storage.feed import Feed, Waker, open_feed
from hallclient.storage.listener import EXPIRY, listener
from hallclient.storage.metadata import metadata
from hallclient.storage.waker import CACHE_S, channel_of
from tests.databases import open_handles
from tests.waiting import eventually

HALL = "510114000000-01"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    metadata.create_all(engine, tables=[listener])
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    engine = open_engine(sqlite_url)
    metadata.create_all(engine, tables=[listener])
    yield engine
    engine.dispose()


def change(engine: Engine, scopes: list[str], hall_id: str = HALL) -> None:
    """A write transaction with its wake-up, as the unit of work makes it."""
    with Waker(engine) as waker:
        with write_turn(engine), engine.begin() as connection:
            waker.stage(connection, hall_id, scopes)
        waker.fire(hall_id, scopes)


def listeners(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(listener)).scalar_one()


def row_of(engine: Engine) -> tuple[int, bytes]:
    with engine.begin() as connection:
        row = connection.execute(sa.select(listener.c.port, listener.c.cookie)).one()
        return row.port, row.cookie


def test_wakes_readers_of_the_scope_and_no_others(engine: Engine) -> None:
    with (
        open_feed(engine, HALL, ["zone:1A", "hall"], "display") as zone,
        open_feed(engine, HALL, ["window:12"], "window") as window,
        open_feed(engine, "510114000000-02", ["zone:1A"], "display") as elsewhere,
    ):
        change(engine, ["zone:1A", "zone:1B"])
        assert zone.wait(1.0)
        assert not zone.wait(0.05), "one change is one wake-up"
        assert not window.wait(0.05)
        assert not elsewhere.wait(0.0)


def test_a_rolled_back_change_wakes_nobody(engine: Engine) -> None:
    with open_feed(engine, HALL, ["hall"], "display") as feed, Waker(engine) as waker:
        with write_turn(engine), engine.connect() as connection:
            waker.stage(connection, HALL, ["hall"])
            connection.rollback()
        assert not feed.wait(0.1)


def test_wakes_another_process_after_the_commit_is_visible(
    engine: Engine, database_url: str
) -> None:
    """The reader is a real process; it answers with what it reads when woken."""
    reader = """
import sys, sqlalchemy as sa
from hallclient.storage.engine import open_engine
from hallclient.storage.feed import open_feed
engine = open_engine(sys.argv[1])
with open_feed(engine, sys.argv[2], ["zone:1A"], "display") as feed:
    print("ready", flush=True)
    for _ in range(20):
        sys.stdin.readline()
        woken = feed.wait(5.0) or feed.wait(5.0)
        with engine.begin() as connection:
            print(woken, connection.execute(sa.text("SELECT n FROM seen")).scalar_one(), flush=True)
engine.dispose()
"""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE seen (n INTEGER)"))
        connection.execute(sa.text("INSERT INTO seen VALUES (0)"))
    with (
        subprocess.Popen(
            [sys.executable, "-c", reader, database_url, HALL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
        Waker(engine) as waker,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for n in range(1, 21):
            process.stdin.write("\n")
            process.stdin.flush()
            with write_turn(engine), engine.begin() as connection:
                connection.execute(sa.text("UPDATE seen SET n = n + 1"))
                waker.stage(connection, HALL, ["zone:1A"])
            waker.fire(HALL, ["zone:1A"])
            assert process.stdout.readline() == f"True {n}\n"
    assert process.returncode == 0


def test_the_safety_poll_limits_a_wait(sqlite_engine: Engine) -> None:
    with open_feed(sqlite_engine, HALL, ["hall"], "display") as feed:
        started = time.monotonic()
        assert feed.wait(60.0) is False
        assert 0.9 < time.monotonic() - started < 5.0


def test_close_from_another_thread_ends_a_wait_at_once(engine: Engine) -> None:
    feed = open_feed(engine, HALL, ["hall"], "display")
    result: list[bool] = []
    ended = threading.Event()

    def wait() -> None:
        while not feed.closed:
            result.append(feed.wait(0.9))
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    eventually(feed._in_use.locked)
    started = time.monotonic()
    feed.close()
    assert ended.wait(0.5)
    assert time.monotonic() - started < 0.5
    thread.join()
    assert not any(result)
    assert feed.wait(5.0) is False, "a closed feed does not wait"
    feed.close()


def test_nothing_is_left_open(engine: Engine) -> None:
    def cycle() -> None:
        with open_feed(engine, HALL, ["hall"], "display") as feed:
            change(engine, ["hall"])
            assert feed.wait(1.0)

    cycle()
    gc.collect()
    handles, threads = open_handles(), threading.active_count()
    for _ in range(5):
        cycle()
    assert open_handles() == handles
    assert threading.active_count() == threads


def test_one_string_is_no_collection_of_scopes(engine: Engine) -> None:
    with pytest.raises(TypeError):
        open_feed(engine, HALL, "hall", "display")


# SQLite


def test_foreign_datagrams_are_dropped(sqlite_engine: Engine) -> None:
    with (
        open_feed(sqlite_engine, HALL, ["hall"], "display") as feed,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        port, cookie = row_of(sqlite_engine)
        assert len(cookie) == 8
        for data in (b"", b"x", cookie[:7], cookie + b"x", b"\0" * 8, cookie * 200):
            other.sendto(data, ("127.0.0.1", port))
        assert not feed.wait(0.2)
        other.sendto(b"x" * 8, ("127.0.0.1", port))
        other.sendto(cookie, ("127.0.0.1", port))
        assert feed.wait(1.0), "ours is found among others"


def test_the_datagram_is_the_cookie_and_nothing_else(sqlite_engine: Engine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(5.0)
        with sqlite_engine.begin() as connection:
            connection.execute(
                sa.insert(listener).values(
                    hall_id=HALL,
                    id=1,
                    port=ear.getsockname()[1],
                    cookie=b"12345678",
                    scopes=["hall"],
                    seen_at=database_clock(connection),
                )
            )
        change(sqlite_engine, ["hall"])
        assert ear.recv(100) == b"12345678"


def test_a_listener_not_seen_for_long_is_ignored_and_removed(sqlite_engine: Engine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(0.2)
        with sqlite_engine.begin() as connection:
            connection.execute(
                sa.insert(listener).values(
                    hall_id=HALL,
                    id=1,
                    port=ear.getsockname()[1],
                    cookie=b"12345678",
                    scopes=["hall"],
                    seen_at=database_clock(connection) - EXPIRY - timedelta(seconds=1),
                )
            )
        change(sqlite_engine, ["hall"])
        with pytest.raises(TimeoutError):
            ear.recv(100)
    with open_feed(sqlite_engine, HALL, ["hall"], "display"):
        assert row_of(sqlite_engine)[1] != b"12345678"


def test_a_waiting_reader_refreshes_its_row(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hallclient.storage.feed.REFRESH_S", 0.0)
    with open_feed(sqlite_engine, HALL, ["hall"], "display") as feed:
        before = row_of(sqlite_engine)
        with sqlite_engine.begin() as connection:
            connection.execute(sa.delete(listener))
        feed.wait(0.0)
        eventually(lambda: listeners(sqlite_engine) == 1)
        assert row_of(sqlite_engine) == before, "also after somebody removed it"


def test_a_reader_hears_while_its_refresh_waits_for_the_turn_to_write(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a burst every window wants to write; a board is not deaf until its own turn comes."""
    monkeypatch.setattr("hallclient.storage.feed.REFRESH_S", 0.0)
    with (
        open_feed(sqlite_engine, HALL, ["hall"], "display") as feed,
        Waker(sqlite_engine) as waker,
        write_turn(sqlite_engine),
    ):
        began = time.monotonic()
        waker.fire(HALL, ["hall"])
        assert feed.wait(2.0)
        assert time.monotonic() - began < 1.0


def test_a_reader_survives_that_it_cannot_refresh(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hallclient.storage.feed.REFRESH_S", 0.0)
    with open_feed(sqlite_engine, HALL, ["hall"], "display") as feed:
        with sqlite_engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE listener RENAME TO gone"))
        assert feed.wait(0.0) is False
        change_failed = Waker(sqlite_engine)
        change_failed.fire(HALL, ["hall"])
        change_failed.close()


def test_a_new_listener_is_known_within_a_second(sqlite_engine: Engine) -> None:
    with Waker(sqlite_engine) as waker:
        waker.fire(HALL, ["hall"])
        with open_feed(sqlite_engine, HALL, ["hall"], "display") as feed:

            def woken() -> bool:
                waker.fire(HALL, ["hall"])
                return feed.wait(0.05)

            started = time.monotonic()
            eventually(woken)
            assert time.monotonic() - started < CACHE_S + 1.0


# PostgreSQL


def test_channel_names_fit_and_differ() -> None:
    names = {channel_of(hall, scope) for hall in ("a", "ab") for scope in ("b", "", "x" * 300)}
    assert len(names) == 6
    assert all(len(name) <= 63 and name.isidentifier() for name in names)


def test_feed_survives_the_server(postgres_restartable: TemporaryPostgres) -> None:
    server = postgres_restartable
    engine = open_engine(server.url)
    with open_feed(engine, HALL, ["hall"], "display") as feed:
        change(engine, ["hall"])
        assert feed.wait(5.0)
        for end in (server.stop, server.crash):
            end()
            assert feed.wait(0.3) is False
            assert feed.wait(0.3) is False
            server.start()
            engine.dispose()
            eventually(lambda: feed.wait(1.0))
            assert not feed.wait(0.1)
            change(engine, ["hall"])
            assert feed.wait(5.0)
    engine.dispose()


def test_feed_may_be_opened_and_closed_while_the_server_is_away(
    postgres_restartable: TemporaryPostgres,
) -> None:
    server = postgres_restartable
    engine = open_engine(server.url)
    server.stop()
    never = open_feed(engine, HALL, ["hall"], "display")
    feed: Feed = open_feed(engine, HALL, ["hall"], "display")
    assert never.wait(0.2) is False
    never.close()
    server.start()
    eventually(lambda: feed.wait(1.0))
    change(engine, ["hall"])
    assert feed.wait(5.0)
    feed.close()
    engine.dispose()


def test_feed_on_a_database_that_is_not_there(postgres_server: TemporaryPostgres) -> None:
    engine = open_engine(postgres_server.url_of("nowhere"))
    with pytest.raises(DatabaseUrlInvalid, match="no database of that name"):
        open_feed(engine, HALL, ["hall"], "display")


@pytest.fixture(scope="module")
def postgres_restartable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporaryPostgres]:
    with TemporaryPostgres(durable=False) as server:
        yield server
    assert not Path(server._top).exists(), "the server removes its files"
