"""The attendant: presses, strips, displays and keypads of windows, whatever the database does."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.phrases import Phrases
from hallclient.services import attendant as attendant_module
from hallclient.services import feeding
from hallclient.services.attendant import Attendant, WindowDevices
from hallclient.services.attended import AttendedWindow
from hallclient.services.caller_desk import CallerAnswer, CallerCode
from hallclient.services.calling import Calling
from hallclient.services.ports_devices import CallerKey, CallerPress, StripColour
from hallclient.services.store import Feed, Store
from hallclient.storage.errors import DatabaseAway
from hallclient.storage.feed import open_feed
from hallclient.storage.store import SqlStore
from tests import invariants
from tests.halls import HALL_ID
from tests.services.floor_devices import (
    PATIENCE_S,
    BrokenDevice,
    FakeCaller,
    FakeKeypad,
    FakeStrip,
    HandFeed,
    Switch,
)
from tests.stores import HallUnderTest

SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
SAY = Phrases()


class OffsetClock:
    """The machine's clock, set ahead by the test."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@dataclass
class Floor:
    """Windows with all their devices, and their attendant."""

    hall: HallUnderTest
    windows: tuple[str, ...] = ("2",)
    store: Switch = field(init=False)
    clock: OffsetClock = field(default_factory=OffsetClock)

    def __post_init__(self) -> None:
        self.store = Switch(SqlStore(self.hall.engine, HALL_ID, self.hall.clock))
        self.callers = {w: FakeCaller() for w in self.windows}
        self.strips = {w: FakeStrip() for w in self.windows}
        self.keypads = {w: FakeKeypad() for w in self.windows}
        self.feed = HandFeed()
        self._pause = itertools.count()

    def open_store(self) -> Store:
        return self.store

    @contextmanager
    def attended(self, open_feed: Callable[..., Feed] | None = None) -> Iterator[Attendant]:
        devices = {
            w: WindowDevices(self.callers[w], self.strips[w], self.keypads[w]) for w in self.windows
        }
        attendant = Attendant(
            self.open_store, open_feed or self.feed.open, devices, SAY, clock=self.clock
        )
        attendant.start()
        try:
            yield attendant
        finally:
            attendant.close()

    @property
    def caller(self) -> FakeCaller:
        return self.callers[self.windows[0]]

    @property
    def strip(self) -> FakeStrip:
        return self.strips[self.windows[0]]

    @property
    def keypad(self) -> FakeKeypad:
        return self.keypads[self.windows[0]]

    def finished_turn(self, window: str = "2", outcome: Outcome = Outcome.CONSULT) -> int:
        """Serve somebody by another hand and finish; return the turn."""
        self.hall.issue()
        calling = self.hall.calling(window)
        calling.call_next()
        calling.start()
        turn = calling.finish(outcome).turn
        assert turn is not None
        return turn.id

    def levels(self) -> list[tuple[int, int]]:
        return [tuple(r) for r in self.hall.rows("SELECT turn_id, level FROM rating ORDER BY id")]

    def until_levels(self, wanted: list[tuple[int, int]]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.levels() != wanted and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        assert self.levels() == wanted


@pytest.fixture
def floor(hall: HallUnderTest) -> Floor:
    return Floor(hall)


CALL, START, FINISH = (
    CallerPress(CallerKey.CALL),
    CallerPress(CallerKey.START),
    CallerPress(CallerKey.FINISH),
)


def drained(attendant: Attendant, window: str) -> None:
    """Wait until the presses of a window were taken."""
    deadline = time.monotonic() + PATIENCE_S
    while attendant._waiting[window] and time.monotonic() < deadline:
        threading.Event().wait(0.002)


# Presses


def test_keys_move_and_the_devices_follow(floor: Floor) -> None:
    floor.hall.sign_in("2")
    floor.hall.issue()
    floor.hall.issue()
    with floor.attended() as attendant:
        floor.strip.until_last("2 号窗口")
        assert floor.strip.is_in(StripColour.GREEN)
        floor.caller.until_last("2")
        attendant.pressed("2", CALL)
        floor.strip.until_last("请 A001")
        assert floor.strip.is_in(StripColour.RED)
        floor.caller.until_last("001 1")
        attendant.pressed("2", CallerPress(CallerKey.RECALL))
        floor.strip.until(lambda: floor.strip.said[-2:] == ["请 A001", "请 A001"])
        attendant.pressed("2", START)
        floor.strip.until_last("A001 办理中")
        attendant.pressed("2", CallerPress(CallerKey.PAUSE))
        floor.caller.until_last("00 03")
        floor.caller.until(lambda: floor.caller.beeps == 1)  # it beeps beside the text
        attendant.pressed("2", FINISH)
        floor.strip.until_last("请您评价")
        floor.caller.until_last("1")
        attendant.pressed("2", CallerPress(CallerKey.PAUSE))
        floor.strip.until_last("暂停 暂离")
        floor.caller.until_last("")
        assert attendant.status() == ("windows 2: attended",)
    assert floor.strip.last == "请稍候"
    invariants.check(floor.hall.engine, floor.hall.store)
    assert floor.feed.scopes == ("window:2", "hall")


@SQLITE
def test_what_another_hand_does_is_shown(floor: Floor) -> None:
    with floor.attended():
        floor.strip.until_last("暂未开放")
        floor.hall.sign_in("2")
        floor.feed.ring()
        floor.strip.until_last("2 号窗口")
        floor.hall.issue()
        floor.hall.calling().call_next()
        floor.feed.ring()
        floor.strip.until_last("请 A001")
        floor.caller.until_last("001 0")


def test_the_feed_of_the_database_wakes(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else could: the attendant looks once a minute by itself."""
    monkeypatch.setattr(attendant_module, "REFRESH_S", 60.0)
    monkeypatch.setattr(feeding, "UNHEARD_S", 0.0)
    floor, opened = Floor(hall), threading.Event()

    def feed(*scopes: str) -> Feed:
        found = open_feed(hall.engine, HALL_ID, scopes, "attendant test")
        opened.set()
        return found

    with floor.attended(feed):
        assert opened.wait(PATIENCE_S)
        floor.strip.until_last("暂未开放")
        # The attendant's own look after the opening is over when it is shown that it listens.
        with hall.another_store() as other:
            other_hand = HallUnderTest(hall.url, hall.engine, hall.clock)
            other_hand.store = other
            other_hand.sign_in("2")
            floor.strip.until_last("2 号窗口")
            other_hand.issue()
            other_hand.calling().call_next()
            floor.strip.until_last("请 A001")


def test_two_windows_race_for_the_tickets(hall: HallUnderTest) -> None:
    """Two ports press at once until nobody waits: no ticket at two windows, none left out."""
    floor = Floor(hall, ("1", "2"))
    hall.sign_in("1", "2")
    for _ in range(8):
        hall.issue()

    def work(attendant: Attendant, window: str) -> None:
        while "00 02" not in floor.callers[window].said:
            for press in (CALL, START, FINISH):
                attendant.pressed(window, press)
            drained(attendant, window)
            floor.clock.ahead += 0.4

    with floor.attended() as attendant:
        threads = [threading.Thread(target=work, args=(attendant, w)) for w in "12"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert not any(thread.is_alive() for thread in threads)
    labels = [e.data["label"] for e in hall.journal() if e.kind == "ticket.called"]
    assert sorted(map(str, labels)) == [f"A{n:03}" for n in range(1, 9)]
    assert {e.window for e in hall.journal() if e.kind == "ticket.called"} == {"1", "2"}
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def test_two_attendants_race_for_one_ticket(hall: HallUnderTest) -> None:
    one, other = Floor(hall, ("1",)), Floor(hall, ("2",))
    hall.sign_in("1", "2")
    with one.attended() as first, other.attended() as second:
        for n in range(1, 6):
            hall.issue()
            ready = threading.Barrier(2)

            def press(attendant: Attendant, window: str, ready: threading.Barrier = ready) -> None:
                ready.wait(PATIENCE_S)
                attendant.pressed(window, CALL)

            threads = [
                threading.Thread(target=press, args=pair) for pair in ((first, "1"), (second, "2"))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE_S)
            wanted = f"请 A{n:03}"
            lucky = "1" if _either(one.strip, other.strip, wanted) is one.strip else "2"
            floor, unlucky = (one, other) if lucky == "1" else (other, one)
            unlucky.caller.until_last("00 02")
            assert wanted not in unlucky.strip.said
            hall.calling(lucky).start()
            hall.calling(lucky).finish(Outcome.COLLECT)
            for each in (one, other):
                each.clock.ahead += 4.0
                each.feed.ring()
            floor.strip.until(lambda strip=floor.strip: not strip.last.startswith("请 A"))  # type: ignore[misc]
            unlucky.caller.until(lambda caller=unlucky.caller: caller.last == "0")  # type: ignore[misc]
    called = [e for e in hall.journal() if e.kind == "ticket.called"]
    assert len(called) == 5
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def _either(one: FakeStrip, other: FakeStrip, wanted: str) -> FakeStrip:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for strip in (one, other):
            if strip.last == wanted:
                return strip
        threading.Event().wait(0.01)
    raise AssertionError((one.said, other.said))


@SQLITE
def test_presses_that_nobody_wants_any_more(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    floor.hall.sign_in("2")
    floor.hall.issue()
    floor.store.gate = threading.Event()
    with floor.attended() as attendant:
        attendant.pressed("2", CALL)
        assert floor.store.at_gate.wait(PATIENCE_S)
        attendant.pressed("2", START)
        for _ in range(50):
            attendant.pressed("2", CallerPress(CallerKey.RECALL))
        attendant.pressed("77", CALL)
        floor.clock.ahead += attendant_module.STALE_S + 1
        floor.store.gate.set()
        floor.strip.until_last("请 A001")
        drained(attendant, "2")
        floor.caller.until(lambda: "00 90" in floor.caller.said and floor.caller.beeps)
        attendant.pressed("2", CallerPress(CallerKey.FINISH, "9"))
        floor.caller.until_last("00 11")
    ignored = [r for r in caplog.messages if "a press was ignored" in r]
    assert len(ignored) >= 40, "a caller that is stuck fills no memory"
    assert sum("came too late" in r for r in caplog.messages) == attendant_module.MOST_PRESSES
    assert [k for k in floor.hall.kinds() if k.startswith("t")] == [
        "ticket.issued",
        "ticket.called",
    ]


@SQLITE
def test_a_close_lets_a_press_in_work_finish_and_no_other(floor: Floor) -> None:
    floor.hall.sign_in("2")
    floor.hall.issue()
    floor.store.gate = threading.Event()
    with floor.attended() as attendant:
        floor.strip.until_last("2 号窗口")
        attendant.pressed("2", CALL)
        assert floor.store.at_gate.wait(PATIENCE_S)
        attendant.pressed("2", START)
        closing = threading.Thread(target=attendant.close)
        closing.start()
        assert attendant._closing.wait(PATIENCE_S)
        floor.store.gate.set()
        closing.join(PATIENCE_S)
        assert not closing.is_alive()
        attendant.pressed("2", START)
        attendant.rated("2", 1, 5)
    assert floor.hall.kinds()[-1] == "ticket.called"
    assert floor.strip.last == "请稍候"


@SQLITE
def test_a_window_that_the_hall_lacks(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    lost = Floor(floor.hall, ("99", "2"))
    with lost.attended() as attendant:
        lost.strips["2"].until_last("暂未开放")
        lost.callers["99"].until_last("00 99")
        lost.feed.ring()
        attendant.pressed("99", CALL)
        lost.callers["99"].until(lambda: lost.callers["99"].beeps == 1)
    told = [r for r in caplog.messages if "this hall has no window 99" in r]
    assert len(told) == 1


# Ratings


def test_a_rating_counts_once_and_only_for_its_turn(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    floor.hall.sign_in("2")
    with floor.attended() as attendant:
        floor.hall.issue()
        calling = floor.hall.calling()
        calling.call_next()
        serving = calling.start().turn
        assert serving is not None
        turn = serving.id
        attendant.rated("2", turn, 1)  # before it was asked
        calling.finish(Outcome.CONSULT)
        floor.feed.ring()
        floor.keypad.until_last(turn)
        attendant.rated("2", turn + 1, 2)  # another turn
        attendant.rated("2", turn, 4)
        floor.until_levels([(turn, 4)])
        attendant.rated("2", turn, 1)  # twice
        attendant.rated("2", turn, 99)
        attendant.rated("99", turn, 1)
        attendant.expired("2", turn)
        second = floor.finished_turn()
        floor.feed.ring()
        floor.keypad.until_last(second)
        attendant.rated("2", second, 7)  # no level at all
        third = floor.finished_turn()
        floor.feed.ring()
        floor.keypad.until_last(third)
        floor.hall.clock.advance(minutes=2)
        attendant.rated("2", third, 5)  # too late
        fourth = floor.finished_turn()
        floor.feed.ring()
        floor.keypad.until_last(fourth)
        attendant.rated("2", fourth, 2)
        floor.until_levels([(turn, 4), (fourth, 2)])
    assert sum("outside an ask" in m for m in caplog.messages) == 4
    for record in caplog.records:
        if "hallclient.services" in record.name:
            assert not any(isinstance(arg, Level) for arg in record.args or ())
            assert "level" not in record.getMessage()


@SQLITE
def test_the_keypad_is_asked_once_for_each_asking(floor: Floor) -> None:
    floor.hall.sign_in("2")
    turn = floor.finished_turn()
    with floor.attended():
        floor.keypad.until_last(turn)
        for _ in range(3):
            floor.feed.ring()
        floor.hall.clock.advance(seconds=1)
        floor.hall.calling().ask_again()
        floor.feed.ring()
        floor.keypad.until(lambda: floor.keypad.said == [turn, turn])
        floor.hall.shifts().pause("meal")
        floor.feed.ring()
        floor.strip.until_last("暂停 用餐")
    assert floor.keypad.said == [turn, turn]


@SQLITE
def test_after_a_restart_only_an_open_rating_is_asked_for(floor: Floor) -> None:
    floor.hall.sign_in("2")
    turn = floor.finished_turn()
    with floor.attended():
        floor.keypad.until_last(turn)
    with floor.attended() as attendant:
        floor.keypad.until(lambda: floor.keypad.said == [turn, turn])
        attendant.rated("2", turn, 5)
        floor.until_levels([(turn, 5)])
    with floor.attended():
        floor.strip.until_last("请您评价")  # as long as it may last, whatever was pressed
    second = floor.finished_turn()
    floor.hall.clock.advance(seconds=21)
    with floor.attended():
        floor.strip.until_last("2 号窗口")
    assert floor.keypad.said == [turn, turn]
    assert second != turn


@SQLITE
def test_a_clerk_who_is_faster_than_the_keypad(floor: Floor) -> None:
    """Finished, the next called, signed out: the citizen is asked all the same."""
    floor.hall.sign_in("2")
    with floor.attended():
        floor.strip.until_last("2 号窗口")
        turn = floor.finished_turn()
        floor.hall.issue()
        floor.hall.calling().call_next()
        floor.feed.ring()
        floor.keypad.until_last(turn)
        floor.strip.until_last("请 A002")
    assert floor.keypad.said == [turn]


# The database away


def test_the_database_goes_away_and_comes_back(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    floor.hall.sign_in("2")
    turn = floor.finished_turn()
    with floor.attended() as attendant:
        floor.keypad.until_last(turn)
        floor.hall.issue()
        floor.store.away = True
        attendant.pressed("2", CALL)
        floor.strip.until_last("请稍候")
        assert floor.caller.last == "00 90"
        beeps = floor.caller.beeps
        attendant.rated("2", turn, 3)
        floor.clock.ahead += 1.0
        attendant.pressed("2", START)
        floor.caller.until(lambda: True)
        assert attendant.status() == ("windows 2: attended; the database is away",)
        assert floor.levels() == []
        floor.store.away = False
        floor.strip.until_last("请您评价")
        floor.until_levels([(turn, 3)])
        floor.clock.ahead += 4.0
        floor.feed.ring()
        floor.caller.until_last("1")
        assert beeps >= 1
        attendant.pressed("2", CALL)
        floor.strip.until_last("请 A002")
    assert [m for m in caplog.messages if "is away" in m] != []
    assert floor.hall.kinds().count("ticket.called") == 2, "nothing was called meanwhile"


@SQLITE
def test_a_database_that_is_not_there_at_the_start(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    later = floor.open_store

    def late() -> Store:
        tries.append(1)
        if len(tries) < 3:
            raise DatabaseAway("not yet")
        return later()

    monkeypatch.setattr(floor, "open_store", late)
    with floor.attended() as attendant:
        floor.strip.until_last("请稍候")
        attendant.pressed("2", CALL)
        floor.caller.until_last("00 90")
        floor.strip.until_last("暂未开放")
    assert len(tries) == 3


@SQLITE
def test_a_feed_that_fails_is_opened_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(feeding, "BACK_OFF_S", (0.01,))
    opened: list[HandFeed] = []

    def feed(*scopes: str) -> Feed:
        if len(opened) < 2:
            opened.append(HandFeed())
            raise DatabaseAway("no feed")
        opened.append(HandFeed())
        return opened[-1]

    with floor.attended(feed):
        floor.strip.until_last("暂未开放")
        deadline = time.monotonic() + PATIENCE_S
        while len(opened) < 3 and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        floor.hall.sign_in("2")
        opened[-1].ring()
        floor.strip.until_last("2 号窗口")
    assert sum("the feed is lost" in m for m in caplog.messages) == 1


@SQLITE
def test_an_attendant_that_was_never_started_closes(floor: Floor) -> None:
    attendant = Attendant(floor.open_store, floor.feed.open, {}, SAY)
    attendant.close()
    assert attendant.status() == ("windows none: not yet attended",)


# One window without threads


@SQLITE
def test_a_press_is_about_the_ticket_that_the_caller_shows(floor: Floor) -> None:
    """Another terminal has gone on to the next one, or a failover has lost this one."""
    floor.hall.sign_in("2")
    floor.finished_turn()
    moment = [100.0]
    window = AttendedWindow("2", WindowDevices(floor.caller), SAY, lambda: moment[0])
    window.attach(floor.store)
    rules = floor.store.plan().rules
    calling = floor.hall.calling()

    def pressed(press: CallerPress) -> CallerAnswer:
        moment[0] += 1.0
        return window.press(press, moment[0])

    floor.hall.issue()
    window.show(calling.call_next(), rules)
    calling.start()
    calling.hold()
    floor.hall.issue()
    calling.call_next()
    for press in (START, CallerPress(CallerKey.RECALL), CallerPress(CallerKey.TRANSFER, "0")):
        assert pressed(press).code is CallerCode.CONFLICT
    window.show(calling.state(), rules)
    assert pressed(START).state is not None
    window.show(calling.finish(Outcome.CONSULT), rules)
    floor.hall.issue()
    calling.call_next()
    assert pressed(START).state is not None, "nobody was shown: whoever is there is meant"


@SQLITE
def test_a_code_stands_for_its_time(floor: Floor) -> None:
    floor.hall.sign_in("2")
    moment = [100.0]
    window = AttendedWindow("2", WindowDevices(floor.caller), SAY, lambda: moment[0])
    window.attach(floor.store)
    rules = floor.store.plan().rules
    state = floor.hall.calling().state()
    window.show(state, rules)
    assert floor.caller.said == ["0"]
    window.press(CALL, moment[0])
    moment[0] += 2.9
    window.show(state, rules)
    window.settle()
    assert floor.caller.last == "00 02"
    moment[0] += 0.2
    window.settle()
    assert floor.caller.said == ["0", "00 02", "0"]
    window.press(CallerPress(CallerKey.SIGN_IN, "1002"), moment[0])
    moment[0] += 14.0
    window.settle()
    assert floor.caller.last == "00 00", "a number waits for its PIN"
    window.press(CallerPress(CallerKey.SIGN_IN, "2580"), moment[0])
    window.show(state, rules)
    assert floor.caller.last == "0", "a move ends the code at once"


@SQLITE
def test_a_level_counts_from_the_asking_to_the_end_of_its_time(floor: Floor) -> None:
    """By the moment of the press: it may be heard much later than that."""
    floor.hall.sign_in("2")
    floor.finished_turn()
    moment = [100.0]
    window = AttendedWindow("2", WindowDevices(keypad=floor.keypad), SAY, lambda: moment[0])
    with floor.store.look() as reader:
        (turn,) = reader.unrated(reader.now + timedelta(seconds=1), 9)
        rules, now = reader.plan.rules, reader.now
    assert turn.rating_asked_at is not None
    window.ask([turn], now, rules)
    end = 100.0 + (turn.rating_asked_at - now).total_seconds() + rules.rating_seconds
    moment[0] = end + 60.0
    assert not window.heard(turn.id, 99.9), "pressed before it was asked"
    assert not window.heard(turn.id, end)
    assert window.heard(turn.id, end - 0.1)
    assert not window.heard(turn.id, end - 0.1), "once"


@SQLITE
def test_a_device_that_fails_is_no_end(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    floor.hall.sign_in("2")
    turn = floor.finished_turn()
    devices = WindowDevices(BrokenDevice(), BrokenDevice(), BrokenDevice())
    good = WindowDevices(strip=floor.strip)
    attendant = Attendant(
        floor.open_store, floor.feed.open, {"2": devices, "3": good}, SAY, clock=floor.clock
    )
    attendant.start()
    floor.strip.until_last("暂未开放")
    attendant.pressed("2", CALL)
    attendant.rated("2", turn, 4)
    floor.until_levels([(turn, 4)])
    attendant.close()
    assert "a device of window 2 failed" in caplog.text


@SQLITE
def test_a_window_without_a_keypad_asks_nobody(floor: Floor) -> None:
    floor.hall.sign_in("2")
    floor.finished_turn()
    strip = FakeStrip()
    attendant = Attendant(floor.open_store, floor.feed.open, {"2": WindowDevices(strip=strip)}, SAY)
    attendant.start()
    strip.until_last("2 号窗口")
    attendant.close()


@SQLITE
def test_a_keypad_that_another_part_asks(floor: Floor) -> None:
    """The strip asks the citizen too; the moves are those of the window that hands out slips."""
    floor.hall.sign_in("2")
    floor.hall.issue()
    made: list[tuple[Store, str]] = []

    class Noted(Calling):
        def __init__(self, store: Store, window: str) -> None:
            super().__init__(store, window)
            made.append((store, window))

    devices = WindowDevices(floor.caller, floor.strip, asked_elsewhere=True)
    attendant = Attendant(
        floor.open_store, floor.feed.open, {"2": devices}, SAY, calling=Noted, clock=floor.clock
    )
    attendant.start()
    try:
        for key, line in ((CALL, "请 A001"), (START, "A001 办理中"), (FINISH, "请您评价")):
            attendant.pressed("2", key)
            floor.strip.until_last(line)
    finally:
        attendant.close()
    assert made == [(floor.store, "2")]
