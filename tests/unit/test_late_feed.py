"""A role that has only just begun to listen looks by itself until everybody knows of it."""

from contextlib import closing
from pathlib import Path

import pytest

from hallclient.bootstrap import halls
from hallclient.bootstrap.halls import LateFeed, LateHall, NoHallError
from hallclient.config import Settings
from hallclient.domain.errors import NotFound
from hallclient.domain.hall import HallPlan
from hallclient.storage.waker import CACHE_S
from tests.databases import open_handles
from tests.stores import load_hall_at, staffed_hall


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
