"""What a kiosk remembers of its roll over a restart."""

from pathlib import Path

import pytest

from hallclient.bootstrap import printers
from hallclient.bootstrap.printers import RollMemory
from hallclient.devices.paper_meter import PaperMemory

MEMORY = PaperMemory(80_000.0, 41_000.0, 5_000.0, whole=True, paper="ok")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(printers, "user_cache_path", lambda _name: tmp_path)
    return tmp_path


def test_it_is_kept_for_each_port(cache: Path) -> None:
    assert RollMemory("/dev/ttyS0").load() is None
    RollMemory("/dev/ttyS0").keep(MEMORY)
    assert RollMemory("/dev/ttyS0").load() == MEMORY
    assert RollMemory("/dev/ttyS1").load() is None


def test_it_is_written_only_when_it_differs(cache: Path) -> None:
    roll = RollMemory("/dev/ttyS0")
    roll.keep(MEMORY)
    (file,) = cache.iterdir()
    file.unlink()
    roll.keep(MEMORY)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        '{"roll": 80000}',
        '{"roll": "x", "left": 1, "reserve": 1}',
        '{"roll": -1, "left": 1, "reserve": 1}',
        '{"roll": 1e99, "left": 1, "reserve": 1}',
        '{"roll": NaN, "left": 1, "reserve": 1}',
        '{"roll": 1, "left": null, "reserve": 1}',
        '{"roll": 1, "left": 1, "reserve": 1, "colour": "red"}',
    ],
)
def test_what_cannot_be_read_is_forgotten(cache: Path, text: str) -> None:
    RollMemory("/dev/ttyS0").keep(MEMORY)
    (file,) = cache.iterdir()
    file.write_text(text, "utf-8")
    assert RollMemory("/dev/ttyS0").load() is None


def test_failing_to_keep_it_is_no_trouble(cache: Path) -> None:
    (cache / "file").write_text("in the way", "utf-8")
    roll = RollMemory("/dev/ttyS0")
    roll._file = cache / "file" / "roll.json"
    roll.keep(MEMORY)
    assert roll.load() == MEMORY, "this process remembers"
