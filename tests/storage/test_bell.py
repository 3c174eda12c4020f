"""The bell of a hall on PostgreSQL: many changes in one ring, and nobody is forgotten."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from hallclient.storage import bell
from hallclient.storage.bell import BELL
from hallclient.storage.feed import open_feed
from hallclient.storage.plumbing import lease
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.stores import HallUnderTest

pytestmark = pytest.mark.parametrize("hall_url", ["postgresql"], indirect=True)
SOON_S, NOT_S = 5.0, 0.15


@pytest.fixture
def store(hall: HallUnderTest) -> Iterator[SqlStore]:
    """A store whose bell is there, and rests no more."""
    store = SqlStore(hall.engine, HALL_ID)
    wake(store, "zone:9")
    rested(hall)
    yield store
    store.close()


def wake(store: SqlStore, scope: str, *, patient: bool = False) -> int:
    """Make a change that wakes a scope; return its entry."""
    with store.change("chore") as tx:
        tx.record("x", "y")
        tx.wake(scope, patient=patient)
        return tx.told


def rested(hall: HallUnderTest) -> None:
    """Let the bell's rest be over."""
    with hall.engine.begin() as connection:
        mine = sa.update(lease).where(lease.c.name == BELL)
        connection.execute(mine.values(until=sa.text("clock_timestamp() - interval '1 s'")))


def waiting(hall: HallUnderTest) -> str:
    """Return what is written down at the bell."""
    with hall.engine.connect() as connection:
        found = connection.execute(sa.select(lease.c.holder).where(lease.c.name == BELL))
        return str(found.scalar_one())


@contextmanager
def nobody_rings_late(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if whoever wrote first into a long rest was killed."""
    with monkeypatch.context() as patch:
        patch.setattr(bell, "REST_S", 60.0)
        patch.setattr(bell, "LEAST_S", 60.0)
        patch.setattr(threading.Timer, "start", lambda _self: None)
        yield


def test_the_first_change_rings_at_once_and_says_how_far(
    hall: HallUnderTest, store: SqlStore
) -> None:
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        told = wake(store, "zone:1A")
        assert feed.wait(SOON_S)
        assert feed.heard == told
    assert waiting(hall) == ""


def test_what_comes_in_the_rest_is_heard_after_it(hall: HallUnderTest, store: SqlStore) -> None:
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        wake(store, "zone:1B")
        told = [wake(store, "zone:1A") for _ in range(3)][-1]
        while feed.heard < told:
            assert feed.wait(SOON_S)
    store.close()
    assert waiting(hall) == ""


def test_the_next_ring_says_what_others_left(
    hall: HallUnderTest, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed,
        nobody_rings_late(monkeypatch),
    ):
        wake(store, "zone:1C")
        told = wake(store, "zone:1A")
        assert not feed.wait(NOT_S)
        assert waiting(hall).endswith(f"={told} ")
        rested(hall)
        wake(store, "zone:1B")
        assert feed.wait(SOON_S)
        assert feed.heard == told
        assert waiting(hall) == ""


def test_what_nobody_waits_for_goes_with_the_next_ring(
    hall: HallUnderTest, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "PATIENCE_S", 60.0)
    with open_feed(hall.engine, HALL_ID, ["window:2"], "test") as feed:
        rested(hall)
        told = wake(store, "window:2", patient=True)
        assert not feed.wait(NOT_S), "the bell has not rested for so long"
        assert waiting(hall).endswith(f"={told} ")
        wake(store, "zone:1B")
        assert feed.wait(SOON_S)
        assert feed.heard == told
    assert waiting(hall) == ""


def test_what_nobody_waits_for_rings_for_those_who_wait(
    hall: HallUnderTest, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "PATIENCE_S", 60.0)
    with (
        open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed,
        nobody_rings_late(monkeypatch),
    ):
        wake(store, "zone:1C")
        told = wake(store, "zone:1A")
        wake(store, "window:2", patient=True)
        assert not feed.wait(NOT_S), "the bell rests"
        rested(hall)
        wake(store, "window:3", patient=True)
        assert feed.wait(SOON_S)
        assert feed.heard == told
        assert waiting(hall) == ""


def test_what_nobody_waits_for_is_told_at_once_in_a_quiet_hall_and_soon_in_any(
    hall: HallUnderTest, store: SqlStore
) -> None:
    with open_feed(hall.engine, HALL_ID, ["window:2"], "test") as feed:
        rested(hall)
        for _ in range(2):  # at once; and by whoever wrote it, after the bell's rest
            told = wake(store, "window:2", patient=True)
            assert feed.wait(SOON_S)
            assert feed.heard == told


def test_who_waits_is_told_soon_though_somebody_patient_wrote_first(
    hall: HallUnderTest, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "PATIENCE_S", 60.0)
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        wake(store, "zone:1B")
        wake(store, "window:2", patient=True)
        told = wake(store, "zone:1A")
        assert feed.wait(SOON_S)
        assert feed.heard == told
    store.close()


def test_a_store_that_is_closed_rings_what_it_owes(hall: HallUnderTest, store: SqlStore) -> None:
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        wake(store, "zone:1B")
        wake(store, "zone:1A")
        store.close()
        assert feed.wait(SOON_S)


def test_a_clock_that_was_set_back_silences_nobody(hall: HallUnderTest, store: SqlStore) -> None:
    with hall.engine.begin() as connection:
        mine = sa.update(lease).where(lease.c.name == BELL)
        connection.execute(mine.values(until=sa.text("clock_timestamp() + interval '9 h'")))
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        wake(store, "zone:1A")
        assert feed.wait(SOON_S)


@pytest.mark.parametrize(("terminals", "rest"), [(0, 10), (99, 100), (5000, 1000)])
def test_it_rests_the_longer_the_more_terminals_there_are(
    hall: HallUnderTest,
    store: SqlStore,
    monkeypatch: pytest.MonkeyPatch,
    terminals: int,
    rest: int,
) -> None:
    for name, seconds in (("LEAST_S", 10.0), ("_A_TERMINAL_S", 1.0), ("REST_S", 1000.0)):
        monkeypatch.setattr(bell, name, seconds)
    hall.execute(
        "INSERT INTO lease (hall_id, name, holder, taken_at, until)"
        " SELECT hall_id, 'window:' || n, 'x', clock_timestamp(),"
        " clock_timestamp() + interval '1 hour' FROM hall, generate_series(1, :count) AS n",
        count=terminals,
    )
    rested(hall)
    wake(store, "zone:1A")
    left = hall.one(
        "SELECT extract(epoch FROM until - clock_timestamp()) FROM lease WHERE name = :name",
        name=BELL,
    )
    assert rest - 5 < left < rest + 3


def test_a_bell_that_was_cleared_away_is_hung_again(hall: HallUnderTest, store: SqlStore) -> None:
    with hall.engine.begin() as connection:
        connection.execute(sa.delete(lease))
    wake(store, "zone:1A")  # nobody hears it but by looking
    with open_feed(hall.engine, HALL_ID, ["zone:1A"], "test") as feed:
        wake(store, "zone:1A")
        assert feed.wait(SOON_S)


def test_whoever_wakes_many_at_once_forgets_none(hall: HallUnderTest, store: SqlStore) -> None:
    """Several stores, flat out: each scope hears its last change."""
    scopes = [f"zone:{n}" for n in range(4)]
    feeds = {one: open_feed(hall.engine, HALL_ID, [one], "test") for one in scopes}
    last: dict[str, int] = {}

    def work(scope: str) -> None:
        own = store.another()
        for _ in range(15):
            last[scope] = wake(own, scope)
        own.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in scopes]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for scope, feed in feeds.items():
        while feed.heard < last[scope]:
            assert feed.wait(SOON_S)
        feed.close()
