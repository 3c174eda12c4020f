"""Primaries and standbys of the lab: they stream, fail, are promoted and come back."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from hallclient.lab.cluster import FromDisk, Primary, Server, Standby, joint_url


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    with Primary("a") as a, Standby(a, "b") as b:
        yield a, b


def count(server: Server) -> int:
    return int(server.ask("SELECT count(*) FROM t"))


def add(server: Server, rows: int) -> None:
    with server.admin() as connection:
        connection.execute("INSERT INTO t SELECT generate_series(1, %s)", (rows,))


def make(server: Server) -> None:
    with server.admin() as connection:
        connection.execute("CREATE TABLE t (n int)")


def test_a_standby_takes_over_and_the_old_primary_comes_back(pair: tuple[Server, Server]) -> None:
    a, b = pair
    a.set("synchronous_standby_names", "ANY 1 (b)")
    make(a)
    add(a, 7)
    assert b.is_standby
    a.kill()
    with pytest.raises(psycopg.OperationalError):
        a.ask("SELECT 1")
    b.promote()
    assert count(b) == 7
    b.set("synchronous_standby_names", "")
    add(b, 1)
    a.become_standby_of(b)
    b.wait_for(a)
    assert a.is_standby
    assert count(a) == 8


def test_what_never_left_the_old_disk_is_still_there(pair: tuple[Server, Server]) -> None:
    a, b = pair
    make(a)
    a.wait_for(b)
    b.unfollow()
    add(a, 3)
    a.crash()
    b.promote()
    assert count(b) == 0
    with FromDisk(a) as disk:
        assert count(disk) == 3
        with disk.admin() as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("INSERT INTO t VALUES (1)")
    a.reclone(b)
    b.wait_for(a)
    assert count(a) == 0


def test_a_frozen_server_goes_on(pair: tuple[Server, Server]) -> None:
    a, _ = pair
    a.freeze()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(a.url, connect_timeout=2)
    a.thaw()
    assert a.ask("SELECT 1") == 1


def test_two_standbys_and_one_url() -> None:
    with ExitStack() as stack:
        a = stack.enter_context(Primary("a"))
        b = stack.enter_context(Standby(a, "b"))
        c = stack.enter_context(Standby(a, "c"))
        url = joint_url((a, b, c)) + "?target_session_attrs=read-write"
        a.kill()
        b.promote()
        c.follow(b)
        make(b)
        b.wait_for(c)
        with psycopg.connect(url) as connection:
            assert connection.info.port == b.port
