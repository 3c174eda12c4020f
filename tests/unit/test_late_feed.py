"""A role that has only just begun to listen looks by itself until everybody knows of it."""

from contextlib import closing
from pathlib import Path

import pytest

from hallclient.bootstrap import halls
from hallclient.bootstrap.halls import LateFeed, LateHall
from hallclient.config import Settings
from hallclient.storage.waker import CACHE_S
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
