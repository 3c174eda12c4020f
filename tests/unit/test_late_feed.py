"""A role that has only just begun to listen looks by itself until everybody knows of it."""

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hallclient.bootstrap import halls
from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore, NoHallError
from hallclient.config import Settings
from hallclient.domain.errors import NotFound
from hallclient.domain.hall import HallPlan
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport
from hallclient.storage.waker import CACHE_S
from tests.databases import open_handles
from tests.stores import load_hall_at, staffed_hall

if TYPE_CHECKING:
    from hallclient.services.store import Store

KEYPAD = DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.READY)


@pytest.fixture
def hall(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LateHall:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load_hall_at(sqlite_url, staffed_hall())
    return LateHall(Settings(database=sqlite_url), "test", hopeless=pytest.fail)


def test_silence_is_not_believed_at_first(hall: LateHall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert halls.UNHEARD_S > CACHE_S
    with closing(hall), closing(LateFeed(hall, lambda opened: opened.zone_scopes(()))) as feed:
        assert feed.wait(0.01)  # it has opened
        assert feed.wait(0.01)  # nobody may know of it yet
        monkeypatch.setattr(feed, "_unheard_until", 0.0)
        assert not feed.wait(0.01)  # everybody knows: silence is silence


def test_a_hall_that_does_not_suit_is_closed_again(hall: LateHall, sqlite_url: str) -> None:
    def refuse(_plan: HallPlan) -> None:
        raise NotFound("unknown_part", "this hall has no window 99")

    told: list[str] = []
    late = LateHall(Settings(database=sqlite_url), "test", told.append, opened=refuse)
    before = open_handles()
    for _ in range(3):
        with pytest.raises(NoHallError, match="This hall has no window 99"):
            late.open()
    assert open_handles() == before
    assert told == ["This hall has no window 99."] * 3


def test_a_store_for_another_thread(hall: LateHall) -> None:
    """It reads the plan of a big hall no second time, and keeps to the same clock."""
    with closing(hall):
        opened = hall.open()
        plan, found = opened.store.plan(), []
        with closing(opened.another_store()) as other:
            assert other is not opened.store
            thread = threading.Thread(target=lambda: found.append(other.plan()))
            thread.start()
            thread.join(10)
            assert found[0] is plan
            with opened.store.look() as one, other.look() as two:
                assert one.head == two.head


def test_a_hall_ahead_of_its_time_has_one_clock(sqlite_url: str) -> None:
    load_hall_at(sqlite_url, staffed_hall())
    with (
        closing(halls.open_hall(sqlite_url, "", "test", ahead_s=86_400)) as opened,
        closing(opened.another_store()) as other,
        other.look() as reader,
    ):
        assert reader.now > datetime.now(UTC) + timedelta(hours=23)


def test_a_late_store_does_what_a_store_does(hall: LateHall) -> None:
    store: Store = LateStore(hall)
    with closing(hall):
        store.report_devices("K1", [KEYPAD])
        assert store.take_lease("day", "a", 60)
        assert not store.take_lease("day", "b", 60)
        store.drop_lease("day", "a")
        assert store.take_lease("day", "b", 60)
        with store.look() as reader:
            assert [record.report for record in reader.devices()] == [KEYPAD]
