"""Random days before several boards: each call is seen, spoken once, or told why not.

Windows call, recall, miss, start, send on and take back; boards lose the database, are killed,
closed and started; clocks jump; emergencies come and go (domain.md §6).
"""

import random
import shutil
import types
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication

from hallclient.display import reporting
from hallclient.display.roll import Roll
from hallclient.domain.board_alarms import is_unseen
from hallclient.domain.errors import DomainError
from hallclient.domain.publication import EmergencyKind
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.announcing import forget_board
from hallclient.services.board import Board
from hallclient.services.publishing import Publishing
from hallclient.storage.engine import open_engine
from tests.halls import HALL_ID
from tests.services.console import SUPERVISOR, console, with_console_staff
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall
from tests.widget.board_walk import Machine, World

if TYPE_CHECKING:
    from hallclient.domain.announcement import CallKey

WINDOWS = ("1", "2", "3", "4", "5")
OLDEST_S = 45.0
BOARDS = (("D1", (), False), ("D2", ("1A",), False), ("D3", ("1A",), False), ("D4", ("1B",), True))
IDLE = ("call",)
CALLED = ("recall", "recall", "no_show", "start", "start", "return")
SERVING = ("finish", "finish", "return", "transfer", "take_back")
ANYTHING = tuple(sorted({*IDLE, *CALLED, *SERVING}))
TROUBLE = ("lose", "lose", "find", "kill", "close", "forget", "jump")
ALARMS = ("fire", "other", "clear", "clear", "clear")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("boards") / "hall.db"
    load_hall_at(f"sqlite:///{path}", staffed_hall(windows=len(WINDOWS)))
    engine = open_engine(f"sqlite:///{path}")
    hall = HallUnderTest("", engine, HandClock())
    with_console_staff(hall)
    hall.change_rules(recall_gap_seconds=0, no_show_after=1)
    hall.sign_in(*WINDOWS)
    engine.dispose()
    return path


class Day:
    """A hall with its boards, and what happens in it."""

    def __init__(self, hall: HallUnderTest, seed: int, *, trouble: float) -> None:
        self.hall, self.dice, self.trouble = hall, random.Random(seed), trouble  # noqa: S311
        random.seed(seed)
        self.world = World(hall, self.dice)
        self.publish = Publishing(hall.store, SUPERVISOR)
        self.done: Counter[str] = Counter()
        self.log: list[str] = []

    def open(self) -> None:
        for name, zones, mute in BOARDS:
            self.world.machines.append(Machine(self.world, name, zones, mute=mute))

    # What happens

    def move(self) -> None:
        window = self.dice.choice(WINDOWS)
        what = self.dice.choice(self.sensible(window))
        calling = self.hall.calling(window)
        deeds: dict[str, Any] = {
            "call": lambda: self.call(window),
            "recall": calling.recall,
            "no_show": calling.no_show,
            "start": calling.start,
            "finish": lambda: calling.finish(Outcome.CONSULT),
            "return": calling.return_to_pool,
            "transfer": lambda: calling.transfer_to_window(self.dice.choice(WINDOWS)),
            "take_back": calling.take_back,
        }
        with suppress(DomainError):
            deeds[what]()
            self.note(f"{what} {window}")
        self.note_calls()
        for machine in self.world.machines:
            if self.dice.random() < 0.9:
                machine.wake()

    def sensible(self, window: str) -> tuple[str, ...]:
        """What makes sense at a window, mostly."""
        if self.dice.random() < 0.1:
            return ANYTHING
        with self.hall.store.look() as reader:
            turn = reader.active_turn(reader.plan.window(window).id)
        if turn is None:
            return IDLE
        return CALLED if turn.started_at is None else SERVING

    def call(self, window: str) -> None:
        self.hall.issue(self.dice.choice(("ZH001", "BDC001")))
        self.world.seconds += 1  # as the hall's clock does then
        self.hall.calling(window).call_next()

    def note_calls(self) -> None:
        """Remember calls that were made just now."""
        plan = self.hall.store.plan()
        rows = self.hall.rows("SELECT id, calls, window_id FROM turn WHERE calls > 0")
        for turn, calls, window in rows:
            zone = plan.window_by_id(window).zone
            self.world.called.setdefault((turn, calls), (self.world.seconds, zone))

    def note(self, what: str) -> None:
        self.done[what.partition(" ")[0]] += 1
        self.log.append(f"{self.world.seconds:.1f} {what}")

    def disturb(self) -> None:
        kinds = ALARMS if self.dice.random() < 0.15 else TROUBLE
        what, machine = self.dice.choice(kinds), self.dice.choice(self.world.machines)
        self.note(f"{what} {machine.name}")
        if what == "lose":
            machine.lose()
        elif what == "find":
            machine.find()
        elif what in ("kill", "close"):
            machine.leave(orderly=what == "close")
        elif what in ALARMS:
            self.alarm(what)
        elif what == "forget":
            forget_board(self.hall.store, "test", machine.name)
        elif what == "jump":
            self.world.jumped = self.world.seconds
            self.hall.clock.advance(seconds=self.dice.choice((-20, 30, 400)))
        if not machine.on and self.dice.random() < 0.5:
            machine.start()
        machine.slow = self.dice.random() < 0.1

    def alarm(self, what: str) -> None:
        zones = self.dice.choice(((), ("1A",)))
        kind = EmergencyKind.FIRE if what == "fire" else EmergencyKind.SHELTER
        with suppress(DomainError):
            if what == "clear":
                self.publish.end_emergency()
            else:
                self.publish.emergency(kind, zones=zones)

    def step(self) -> None:
        if self.dice.random() < self.trouble:
            self.disturb()
        for _ in range(self.dice.choice((0, 0, 1, 1, 2, 6))):
            self.move()
        self.world.pass_s(self.dice.choice((0.2, 0.5, 1.0, 2.0, 6.0)))
        self.world.tick()

    # What must be

    def check_unseen(self) -> None:
        """What stands and nobody has shown is told, in a zone with a board; nothing else is."""
        desk = console(self.hall)
        floor = desk.floor()
        told = {one.key: one for one in floor.alarms if one.kind == "call_unseen"}
        with self.hall.store.look() as reader:
            boards = reader.boards()
            turns = [t for t in reader.active_turns() if t.started_at is None and t.calls]
            shown = reader.announced((t.id, t.calls) for t in turns)
            plan, now = reader.plan, reader.now
        want: set[str] = set()
        for turn in turns:
            zone = plan.window_by_id(turn.window_id).zone
            known = [board for board in boards if not board.zones or zone in board.zones]
            seen = shown.get((turn.id, turn.calls))
            late = is_unseen(turn.last_called_at, now, plan.rules.unseen_seconds)
            if known and late and (seen is None or seen.shown_at is None):
                alone = all(board.zones == (zone,) for board in known)
                names = ",".join(sorted(board.name for board in known))
                want.add(f"zone:{zone}" if alone else f"boards:{names}")
        assert {alarm.subject for alarm in told.values()} == want, self.log

    def check_sound(self) -> None:
        """No call is heard twice where it could be known, none is late, no machine says two."""
        first: dict[CallKey, Any] = {}
        for one in self.world.said:
            assert one.leads, (one, "its lease is over", self.log[-60:])
            before = first.get(one.key, one)
            for key in one.covers:
                first.setdefault(key, one)
            if one is not before:
                assert not one.delivered, (before, one, self.log[-60:])
                same = (one.machine, one.life) == (before.machine, before.life)
                assert not same, (before, one, self.log[-60:])
            if self.world.jumped < one.called:
                assert one.begins - one.called <= OLDEST_S + 0.01, (one, self.log[-60:])

    def check_journal(self) -> None:
        """Each thing stands there once; spoken comes behind a board without sound at the most."""
        kinds: Counter[tuple[str, str]] = Counter()
        for entry in self.hall.journal():
            if entry.kind.startswith("call."):
                kinds[entry.kind, entry.subject] += 1
                delay = entry.data.get("delay_ms", 0)
                assert isinstance(delay, int)
                assert delay <= OLDEST_S * 1000 or "why" in entry.data
        assert max(kinds.values(), default=0) <= 1, [k for k, n in kinds.items() if n > 1]

    def quiet(self) -> None:
        """Everything is whole again and goes on for a while."""
        self.publish.end_emergency()
        for machine in self.world.machines:
            machine.find()
            machine.slow = False
            if not machine.on:
                machine.start()
        for _ in range(45):
            self.world.pass_s(3)
            self.world.tick()

    def check_agreement(self) -> None:
        """Boards show what stands in the database; one speaks for a zone; nothing is left over."""
        for machine in self.world.machines:
            state = Board(self.hall.store, machine.zones).state()
            want, roll = Roll.of(state), machine.presenter.roll
            both = zip(roll.calls, want.calls, strict=False)  # a board remembers more of them
            differ = [(a, b) for a, b in both if (a.label, a.calls) != (b.label, b.calls)]
            assert not differ, (machine.name, self.log[-40:])
            assert set(roll.missed) == set(want.missed), (machine.name, self.log[-40:])
            assert not machine.presenter.lost
            assert machine.voice.saying is None
            assert not machine.voice.queue.backlog()
            assert not machine.reporting._shown
            assert not machine.reporting._spoken
        for zone in ("1A", "1B"):
            leading = [m.name for m in self.world.machines if zone in m.led()]
            assert len(leading) == 1, (zone, leading)

    def audit(self) -> None:
        self.check_sound()
        self.check_journal()
        assert check_invariants(self.hall.engine, HALL_ID).broken == ()


@pytest.fixture
def hall(
    app: QApplication, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HallUnderTest]:
    shutil.copy(template, tmp_path / "hall.db")
    url = f"sqlite:///{tmp_path}/hall.db"
    engine = open_engine(url)
    yield HallUnderTest(url, engine, HandClock())
    engine.dispose()


def walk(hall: HallUnderTest, seed: int, steps: int, monkeypatch: Any, *, trouble: float) -> Day:
    day = Day(hall, seed, trouble=trouble)
    fake = types.SimpleNamespace(monotonic=lambda: day.world.seconds)
    monkeypatch.setattr(reporting, "time", fake)
    day.open()
    try:
        for n in range(steps):
            day.step()
            if n % 25 == 24:
                day.check_unseen()
                day.check_sound()
        day.quiet()
        day.check_agreement()
        day.audit()
    finally:
        for machine in day.world.machines:
            if machine.on:
                machine.kill()
    return day


@pytest.mark.parametrize("seed", range(1))
def test_a_random_day_before_several_boards(
    hall: HallUnderTest, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(hall, seed, 70, monkeypatch, trouble=0.15)


def test_without_trouble_every_call_is_seen_and_spoken_or_told_why(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = walk(hall, 7, 60, monkeypatch, trouble=0)
    with hall.store.look() as reader:
        known = reader.announced(day.world.called)
    for key, (at, zone) in day.world.called.items():
        one = known.get(key)
        assert one is not None, (key, at, zone, day.log)
        assert one.spoken_at is not None or one.why is not None, (key, at, zone, day.log)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_random_days(hall: HallUnderTest, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    walk(hall, seed, 400, monkeypatch, trouble=0.1)
