"""What a PC remembers of its hall is a cache: right, or not there."""

from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.bootstrap.memory import remember, remembered
from hallclient.config import Settings
from hallclient.domain.text import LocalText
from tests.halls import small_hall, with_pins

HERE = Settings(database="sqlite:///here.db")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "hallclient"


def test_a_hall_is_remembered_without_its_staff(cache: Path) -> None:
    plan = with_pins(small_hall(), {"1001": "2580"})
    assert remembered(HERE) is None
    remember(HERE, plan)
    assert remembered(HERE) == replace(plan, staff=(), former=None)
    (file,) = cache.iterdir()
    text = file.read_text("utf-8")
    assert "不动产" in text
    assert not any(word in text for word in ("1001", "职员", "argon2", "2580"))


def test_each_database_and_hall_has_its_own(cache: Path) -> None:
    remember(HERE, small_hall())
    assert remembered(Settings(database="sqlite:///there.db")) is None
    assert remembered(replace(HERE, hall="another")) is None


def test_it_is_written_when_it_differs(cache: Path) -> None:
    remember(HERE, small_hall())
    (file,) = cache.iterdir()
    before = file.stat().st_ino  # it is replaced whole
    remember(HERE, small_hall())
    assert file.stat().st_ino == before
    renamed = replace(small_hall(), name=LocalText("别的中心"))
    remember(HERE, renamed)
    found = remembered(HERE)
    assert found is not None
    assert found.name == renamed.name
    assert [left.suffix for left in cache.iterdir()] == [".json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"hall_id": 5}', "\x00"])
def test_what_cannot_be_read_is_not_remembered(cache: Path, text: str) -> None:
    remember(HERE, small_hall())
    (file,) = cache.iterdir()
    file.write_text(text, "utf-8")
    assert remembered(HERE) is None
    remember(HERE, small_hall())
    assert remembered(HERE) is not None


def test_a_cache_that_cannot_be_written_is_no_trouble(cache: Path) -> None:
    cache.touch()  # a file where the folder should be
    remember(HERE, small_hall())
    assert remembered(HERE) is None
