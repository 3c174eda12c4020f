"""PINs cannot be tried out."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.errors import Refused
from hallclient.services.pin_guard import (
    FORGET_S,
    FREE_TRIES,
    LONGEST_WAIT_S,
    MOST_NAMES,
    PinGuard,
    Tries,
)
from hallclient.storage.pin_file import PinFile


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def wrong(guard: PinGuard, times: int, name: str = "technician") -> None:
    for _ in range(times):
        assert not guard.check(name, lambda: False)


def test_a_few_slips_cost_nothing() -> None:
    guard = PinGuard(clock=Clock())
    wrong(guard, FREE_TRIES - 1)
    assert guard.left("technician") == 0
    assert guard.check("technician", lambda: True)
    wrong(guard, FREE_TRIES - 1)
    assert guard.left("technician") == 0


def test_then_each_try_waits_longer_and_the_right_pin_waits_too() -> None:
    clock = Clock()
    guard = PinGuard(clock=clock)
    wrong(guard, FREE_TRIES)
    waits = []
    for _ in range(8):
        waits.append(guard.left("technician"))
        with pytest.raises(Refused) as refused:
            guard.check("technician", lambda: True)
        assert refused.value.key == "pin_wait"
        assert refused.value.facts == {"seconds": waits[-1]}
        clock.now += waits[-1]
        wrong(guard, 1)
    assert waits == [30, 60, 120, 240, 480, 900, 900, LONGEST_WAIT_S]


def test_names_do_not_lock_each_other() -> None:
    guard = PinGuard(clock=Clock())
    wrong(guard, FREE_TRIES)
    assert guard.check("ushers", lambda: True)


def test_an_hour_later_it_is_forgotten() -> None:
    clock = Clock()
    guard = PinGuard(clock=clock)
    wrong(guard, FREE_TRIES)
    clock.now += FORGET_S + 1
    wrong(guard, FREE_TRIES - 1)
    assert guard.left("technician") == 0


def test_a_restart_forgives_nothing(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "data" / "pin.json"
    wrong(PinGuard(PinFile(file), clock), FREE_TRIES)
    again = PinGuard(PinFile(file), clock)
    assert again.left("technician") == 30
    clock.now += 30
    assert again.check("technician", lambda: True)
    assert PinGuard(PinFile(file), clock).left("technician") == 0


def test_killed_while_the_pin_is_looked_at_is_a_wrong_try(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "pin.json"

    def killed() -> bool:
        raise KeyboardInterrupt

    for _ in range(FREE_TRIES):
        with pytest.raises(KeyboardInterrupt):
            PinGuard(PinFile(file), clock).check("technician", killed)
    assert PinGuard(PinFile(file), clock).left("technician") == 30


def test_a_clock_set_back_starts_the_wait_anew() -> None:
    clock = Clock()
    guard = PinGuard(clock=clock)
    wrong(guard, FREE_TRIES)
    clock.now -= 86_400
    assert guard.left("technician") == 30
    clock.now += 30
    assert guard.left("technician") == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a": 1}',
        '{"a": ["x", 2]}',
        '{"a": [1, NaN]}',
        f'{{"a": [1, 1{"0" * 400}]}}',
        "\x00\xff",
    ],
)
def test_a_broken_file_is_no_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pin.json"
    file.write_text(text, "latin-1")
    assert PinFile(file).load() == {}
    PinFile(file).save({"a": Tries(1, 2.0)})
    assert PinFile(file).load() == {"a": Tries(1, 2.0)}


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_the_folder_is_the_users_alone(tmp_path: Path) -> None:
    PinFile(tmp_path / "kiosk" / "pins.json").save({"a": Tries(1, 2.0)})
    assert (tmp_path / "kiosk").stat().st_mode & 0o077 == 0


def test_a_full_disk_keeps_the_count_in_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    guard = PinGuard(PinFile(blocked / "pin.json"), Clock())
    wrong(guard, FREE_TRIES)
    assert guard.left("technician") == 30


class Kept:
    def __init__(self) -> None:
        self.most = 0

    def load(self) -> Mapping[str, Tries]:
        return {}

    def save(self, tries: Mapping[str, Tries]) -> None:
        self.most = max(self.most, len(tries))


@given(st.lists(st.text(max_size=3), max_size=200))
def test_however_many_names_are_tried_the_memory_is_small(names: list[str]) -> None:
    kept = Kept()
    guard = PinGuard(kept, Clock())
    for name in names:
        if guard.left(name) == 0:
            guard.check(name, lambda: False)
    assert kept.most <= MOST_NAMES
