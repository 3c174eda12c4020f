"""A real second application: uses of the bar type nothing into it, and it loses no key."""

import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from hallclient.lab.hand import Hand
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from hallclient.window.popovers import HOLD_MS
from tests.desktop.clerk import Clerk
from tests.desktop.real_desktop import Other, RealDesktop, real_desktop
from tests.halls import HALL_ID
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall
from tests.waiting import eventually

CALL_NEXT = Words()("window.bar.call_next")
SEED = 20261122
STOOD = (
    "SELECT (SELECT count(*) FROM turn),"
    " (SELECT count(*) FROM journal WHERE kind = 'window.paused'),"
    " (SELECT count(*) FROM turn WHERE ended_at IS NULL)"
)


@dataclass
class Counter:
    """Window 2 of a hall: its bar, and the other program beside it."""

    desktop: RealDesktop
    hall: HallUnderTest
    other: Other
    hand: Hand
    log: Path

    def clerk(self, seed: int) -> Clerk:
        rng = random.Random(seed)  # noqa: S311 - a clerk, not a secret
        return Clerk(self.desktop, rng, self.other.gets, self.is_open)

    def is_open(self) -> bool:
        return any(name.startswith("1 ") for name in self.hand.names())

    def is_shown(self, name: str) -> bool:
        return self.hand.shows(name)

    def has(self, clerk: Clerk) -> None:
        """What the clerk did is in the hall, what he typed is in the other program."""
        self.other.gets(clerk.text)
        eventually(lambda: self.stood() == (clerk.called, clerk.pauses, 0), f"{self.stood()}")

    def stands(self, wanted: tuple[int, ...]) -> bool:
        return self.stood() == wanted

    def stood(self) -> tuple[int, ...]:
        (row,) = self.hall.rows(STOOD)
        return tuple(row)


@contextmanager
def counter(home: Path, *, tickets: int, managed: bool = True) -> Iterator[Counter]:
    url = f"sqlite:///{home}/hall.db"
    load_hall_at(url, staffed_hall())
    engine = open_engine(url)
    hall = HallUnderTest(url, engine, HandClock())
    hall.store.close()
    hall.store = SqlStore(engine, HALL_ID)
    try:
        hall.sign_in("2")
        for _ in range(tickets):
            hall.issue()
        with real_desktop(home, managed=managed) as desktop:
            other = desktop.other()
            words = ("window", "2", "--db", url, "--robot", str(home / "w"))
            log = home / "w.log"
            desktop.run(sys.executable, "-m", "hallclient", *words, "--log", str(log))
            hand = Hand(home / "w")
            try:
                wait_for_keys(log)
                yield Counter(desktop, hall, other, hand, log)
            finally:
                hand.close()
        assert "Traceback" not in log.read_text("utf-8")
    finally:
        hall.store.close()
        engine.dispose()


def wait_for_keys(log: Path, times: int = 1) -> None:
    """Wait until the bar has its keys; asking the server for one could take it from the bar."""
    eventually(lambda: _log(log).count("the keys work over all programs") == times, "the keys")
    assert "Traceback" not in _log(log)


def _log(log: Path) -> str:
    return log.read_text("utf-8") if log.exists() else ""


@pytest.mark.parametrize("managed", [True, False], ids=["openbox", "no-manager"])
def test_the_bar_types_nothing_and_loses_nothing(tmp_path: Path, managed: bool) -> None:
    with counter(tmp_path, tickets=120, managed=managed) as at:
        at.hand.wait_for(CALL_NEXT)
        clerk = at.clerk(SEED)
        clerk.use(150 if managed else 60)
        at.has(clerk)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_hours_of_bar_use(tmp_path: Path) -> None:
    """Twenty days of a busy clerk, as fast as the keys can be pressed."""
    with counter(tmp_path, tickets=3500) as at:
        at.hand.wait_for(CALL_NEXT)
        for part in range(20):
            clerk = at.clerk(SEED + part)
            before = at.stood()
            clerk.use(500)
            at.other.gets(clerk.text)
            at.other.log.write_text("")
            wanted = (before[0] + clerk.called, before[1] + clerk.pauses, 0)
            eventually(partial(at.stands, wanted), f"{clerk.uses}")


@pytest.mark.slow
def test_who_types_on_unaware_gets_the_keyboard_back(tmp_path: Path) -> None:
    """Keys go to the popover for its 15 s, then all of them to the other program, in order."""
    with counter(tmp_path, tickets=1) as at:
        at.hand.wait_for(CALL_NEXT)
        at.desktop.typist.tap("F10")
        eventually(at.is_open, "the reasons")
        typed, began = "", time.monotonic()
        while time.monotonic() - began < HOLD_MS / 1000 + 2:
            letter = "abcdefghijklmnopqrstuvwxyz"[len(typed) % 26]
            at.desktop.typist.write(letter)
            at.desktop.typist.sync()
            typed += letter
            threading.Event().wait(0.02)
        got = at.other.text()
        assert not at.is_open()
        assert 40 < len(got) < 200
        at.other.gets(typed[-len(got) :])
