"""The chores part: who does a chore, when, and what is said when it cannot be done."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hallclient.agent.chore_part import Cadence, ChoresPart
from hallclient.agent.part import PartState, StatusLine
from hallclient.domain.hall import HallPlan
from hallclient.domain.text import LocalText
from hallclient.services.store import Reader, Store
from hallclient.services.store_error import StoreError
from tests.waiting import eventually

PLAN = HallPlan("510114000000-01", LocalText("大厅"))
NINE = datetime(2026, 9, 29, 1, tzinfo=UTC)
LIMIT_S = 10.0
QUICK = Cadence(look_s=0.02, lease_s=30, again_s=0.02)


class AwayError(StoreError):
    retryable = True


@dataclass
class FakeStore:
    """A store with a clock, leases, and an outage when asked for."""

    now: datetime = NINE
    plan_: HallPlan = PLAN
    leases: dict[str, str] = field(default_factory=dict)
    error: StoreError | None = None
    looks: int = 0
    looked: Callable[[], None] = lambda: None

    @contextmanager
    def look(self) -> Iterator[Any]:
        self.looked()
        if self.error:
            raise self.error
        self.looks += 1

        class Look:
            now, plan = self.now, self.plan_

        yield Look()

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        return self.leases.setdefault(name, holder) == holder

    def drop_lease(self, name: str, holder: str) -> None:
        if self.leases.get(name) == holder:
            del self.leases[name]


@dataclass
class FakeChore:
    """A chore with so many steps left."""

    left: int = 1
    daily: bool = False
    name: str = "sweep"
    about: str = "sweep the floor"
    steps: int = 0
    error: Exception | None = None
    during: Callable[[], object] = lambda: None

    def wanted(self, _reader: Reader) -> bool:
        return self.left > 0

    def step(self, _store: Store) -> str:
        self.during()
        if self.error:
            raise self.error
        if not self.left:
            return ""
        self.left -= 1
        self.steps += 1
        return f"swept {self.steps}"


class Doing:
    """A chores part at work."""

    def __init__(self, store: FakeStore, *chores: FakeChore, cadence: Cadence = QUICK) -> None:
        self.lines: list[StatusLine] = []
        self.part = ChoresPart(store, chores, "PC1:1", self._changed, cadence)  # type: ignore[arg-type]

    def _changed(self) -> None:
        self.lines += self.part.status()

    def state(self) -> tuple[PartState, str]:
        line = self.part.status()[0]
        return line.state, line.words

    def until(self, state: PartState, words: str) -> None:
        eventually(lambda: self.state() == (state, words))


@pytest.fixture
def do() -> Iterator[Callable[..., Doing]]:
    doing: list[Doing] = []

    def start(*what: Any, **more: Any) -> Doing:
        doing.append(Doing(*what, **more))
        doing[-1].part.start()
        return doing[-1]

    yield start
    for each in doing:
        each.part.close()


def test_a_chore_is_done_to_its_end_and_its_lease_given_back(do: Callable[..., Doing]) -> None:
    store, chore = FakeStore(), FakeChore(left=3)
    held: list[dict[str, str]] = []
    chore.during = lambda: held.append(dict(store.leases))
    doing = do(store, chore)
    doing.until(PartState.RESTING, "swept 3")
    assert held == [{"chore:sweep": "PC1:1"}] * 4
    assert store.leases == {}
    looks = store.looks
    eventually(lambda: store.looks > looks + 2)
    assert chore.steps == 3


def test_a_chore_another_pc_does_is_left_to_it_and_taken_over(do: Callable[..., Doing]) -> None:
    store, chore = FakeStore(leases={"chore:sweep": "PC2:1"}), FakeChore()
    doing = do(store, chore)
    doing.until(PartState.WAITING, "another PC is doing it")
    assert chore.steps == 0
    store.leases.clear()
    doing.until(PartState.RESTING, "swept 1")


def test_a_lease_lost_between_two_steps_stops_the_work(do: Callable[..., Doing]) -> None:
    store, chore = FakeStore(), FakeChore(left=5)
    chore.during = lambda: store.leases.update({"chore:sweep": "PC2:1"})
    doing = do(store, chore)
    doing.until(PartState.WAITING, "another PC is doing it")
    assert chore.steps == 1
    assert any(line.words == "another PC goes on with it" for line in doing.lines)


def test_a_daily_chore_is_looked_at_once_a_business_day(do: Callable[..., Doing]) -> None:
    store, daily = FakeStore(), FakeChore(daily=True)
    doing = do(store, daily)
    doing.until(PartState.RESTING, "swept 1")
    daily.left = 1
    looks = store.looks
    eventually(lambda: store.looks > looks + 3)
    assert daily.steps == 1
    store.now += timedelta(days=3)  # the PC was switched off
    eventually(lambda: daily.steps == 2)


def test_the_database_goes_and_comes_back(do: Callable[..., Doing]) -> None:
    store, chore = FakeStore(error=AwayError("The database cannot be reached.")), FakeChore()
    doing = do(store, chore)
    doing.until(PartState.WAITING, "The database cannot be reached.")
    assert chore.steps == 0
    store.error = None
    doing.until(PartState.RESTING, "swept 1")


def test_it_goes_in_the_middle_of_a_chore(do: Callable[..., Doing]) -> None:
    store, chore = FakeStore(), FakeChore(left=2, error=AwayError("The database is gone."))
    doing = do(store, chore)
    doing.until(PartState.WAITING, "The database is gone.")
    chore.error = None
    doing.until(PartState.RESTING, "swept 2")


def test_what_waiting_does_not_mend_is_trouble_and_tried_again(do: Callable[..., Doing]) -> None:
    store, chore = FakeStore(error=StoreError("The tables are old.")), FakeChore()
    doing = do(store, chore)
    doing.until(PartState.TROUBLE, "The tables are old.")
    store.error = None
    doing.until(PartState.RESTING, "swept 1")


def test_a_mistake_in_one_chore_keeps_no_other_from_being_done(
    do: Callable[..., Doing], caplog: pytest.LogCaptureFixture
) -> None:
    store, other = FakeStore(), FakeChore(name="other")
    broken = FakeChore(error=ZeroDivisionError("by us"))
    doing = do(store, broken, other)
    eventually(lambda: other.steps == 1)
    doing.until(PartState.TROUBLE, "met what nobody expected (ZeroDivisionError), see the log")
    assert "by us" in caplog.text
    assert store.leases == {}
    broken.error = None
    doing.until(PartState.RESTING, "swept 1")


def test_a_mistake_in_a_look_is_one_chores_own(do: Callable[..., Doing]) -> None:
    class Broken(FakeChore):
        def wanted(self, _reader: Reader) -> bool:
            raise ZeroDivisionError

    other = FakeChore(name="other")
    doing = do(FakeStore(), Broken(), other)
    doing.until(PartState.TROUBLE, "met what nobody expected (ZeroDivisionError), see the log")
    eventually(lambda: other.steps == 1)


def test_an_outage_is_told_once_and_nothing_loops(
    do: Callable[..., Doing], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store = FakeStore(error=AwayError("The database cannot be reached."))
    asked: list[float] = []
    store.looked = lambda: asked.append(time.monotonic())
    do(store, FakeChore(), cadence=Cadence(look_s=0.05))
    eventually(lambda: len(asked) > 8)
    told = [r for r in caplog.records if "cannot be reached" in r.getMessage()]
    assert len(told) == 1
    assert asked[8] - asked[0] > 8 * 0.04, "it waits between two tries"


def test_what_one_chore_did_the_next_one_finds(do: Callable[..., Doing]) -> None:
    second = FakeChore(name="second", left=0)
    first = FakeChore(name="first", during=lambda: setattr(second, "left", 1))
    doing = do(FakeStore(), first, second, cadence=Cadence())
    eventually(lambda: doing.part.status()[1].words == "swept 1")


def test_a_step_that_does_not_come_back_does_not_keep_the_agent(
    do: Callable[..., Doing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChoresPart, "end_s", 0.1)
    hung, inside = threading.Event(), threading.Event()

    def hang() -> None:
        inside.set()
        hung.wait(LIMIT_S)

    chore = FakeChore(during=hang)
    doing = do(FakeStore(), chore)
    assert inside.wait(LIMIT_S)
    began = time.monotonic()
    doing.part.close()
    assert time.monotonic() - began < 2
    hung.set()
    doing.part._thread.join(LIMIT_S)
