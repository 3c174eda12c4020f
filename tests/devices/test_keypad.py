"""Ratings over a real pseudo-terminal: the right turn, the right level, once, and unlogged."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.keypad import RatingKeypad, _Ask
from hallclient.devices.link import Link
from hallclient.devices.profile import DeviceProfile, load_profile
from hallclient.devices.profile_rules import Confirmation
from hallclient.services.ports_devices import DeviceState, RatingKeypadPort
from tests.devices.stubs import WAIT, Box, Listener, ScriptedChannel

FIVE = load_profile("ff68-keypad")
FOUR = load_profile("ff68-keypad-4key")
LONG = 60.0


class Window:
    """A keypad on a link, with what it reported."""

    def __init__(self, url: str, profile: DeviceProfile, seconds: float) -> None:
        self.ratings: Box[tuple[str, int]] = Box()
        self.expired: Box[str] = Box()
        self.states: Box[DeviceState] = Box()
        self.link = Link(url, profile.port)
        self.keypad: RatingKeypad[str] = RatingKeypad(
            self.link,
            profile,
            rated=lambda turn, level: self.ratings.put((turn, level)),
            expired=self.expired.put,
            rating_seconds=seconds,
        )
        self.keypad.watch(self.states.put)


@contextmanager
def window(url: str, profile: DeviceProfile = FIVE, seconds: float = LONG) -> Iterator[Window]:
    made = Window(url, profile, seconds)
    made.link.start()
    try:
        made.states.wait_until(bool)
        yield made
    finally:
        made.link.close()


@pytest.fixture
def keys() -> Iterator[EmulatedKeypad]:
    with EmulatedKeypad(FIVE) as keypad:
        yield keypad


def test_the_bytes_of_a_whole_rating_at_address_one() -> None:
    with Listener() as device, window(device.path) as desk:
        desk.keypad.ask("turn 1")
        ask = bytes.fromhex("FF 68 03 03 68 01 01 0B 0D 16")
        device.heard.wait_until(lambda parts: b"".join(parts) == ask)
        for value in bytes.fromhex("FF 68 03 03 68 81 11 02 94 16"):
            device.say(bytes((value,)))
        ack = bytes.fromhex("FF 68 03 03 68 81 01 02 84 16")
        device.heard.wait_until(lambda parts: b"".join(parts) == ask + ack)
        assert desk.ratings.wait() == [("turn 1", 3)]


@pytest.mark.parametrize(("key", "level"), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
def test_every_key_of_five_gives_its_level(keys: EmulatedKeypad, key: int, level: int) -> None:
    with window(keys.path) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.press_key(0x11, bytes((key,)))
        assert desk.ratings.wait() == [("turn 1", level)]
        assert keys.wait_for_acks(1, WAIT)
        assert keys.acks[0].data == bytes((key,))


@pytest.mark.parametrize(("key", "level"), [(0, 2), (1, 3), (2, 4), (3, 5), (4, 5)])
def test_a_site_with_four_grades(key: int, level: int) -> None:
    with EmulatedKeypad(FOUR) as keys, window(keys.path, FOUR) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.press_key(0x11, bytes((key,)))
        assert desk.ratings.wait() == [("turn 1", level)]


def test_fulfils_the_port_of_the_services(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        port: RatingKeypadPort[str] = desk.keypad
        port.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)


def test_keys_before_after_and_twice_are_acknowledged_and_ignored(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        desk.states.wait_for(DeviceState.READY)
        keys.press(1)
        assert keys.wait_for_acks(1, WAIT)
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.press(4)
        keys.press(1)
        assert keys.wait_for_acks(3, WAIT)
        desk.keypad.ask("turn 2")
        assert keys.wait_for_asks(2, WAIT)
        keys.press(5)
        assert desk.ratings.wait(2) == [("turn 1", 4), ("turn 2", 5)]
        assert keys.wait_for_acks(4, WAIT)
        assert desk.expired.items == []


GRADE_2 = bytes.fromhex("FF 68 03 03 68 81 11 02 94 16")
GRADE_4 = bytes.fromhex("FF 68 03 03 68 81 11 04 96 16")
ACK_2 = bytes.fromhex("FF 68 03 03 68 81 01 02 84 16")


def test_a_line_that_babbles_does_not_hold_up_the_ask() -> None:
    desk = Window("/dev/ttyHALL9", FIVE, LONG)
    channel = ScriptedChannel(*[b"\x55" * 64] * 1000)
    desk.keypad._begin(_Ask("turn 1", time.monotonic() + LONG), channel)
    assert channel.written == [FIVE.encode("ask", 1)]
    assert channel.read(0.0), "everything was waited for"


def test_a_key_still_in_the_line_when_the_ask_goes_out_is_ignored() -> None:
    desk = Window("/dev/ttyHALL9", FIVE, LONG)
    channel = ScriptedChannel(GRADE_2[:4], GRADE_2[4:])
    desk.keypad._begin(_Ask("turn 1", time.monotonic() + LONG), channel)
    assert channel.written == [ACK_2, FIVE.encode("ask", 1)]
    desk.keypad.received(GRADE_2, channel)  # the keypad says it once more: still the old key
    assert desk.ratings.items == []
    desk.keypad.received(GRADE_4, channel)
    assert desk.ratings.items == [("turn 1", 5)]


def test_a_key_behind_the_time_out_is_ignored_even_before_it_was_noticed() -> None:
    desk = Window("/dev/ttyHALL9", FIVE, LONG)
    channel = ScriptedChannel()
    desk.keypad._begin(_Ask("turn 1", time.monotonic()), channel)
    desk.keypad.received(GRADE_2, channel)
    assert channel.written[-1] == ACK_2
    assert desk.ratings.items == []
    desk.keypad.due(time.monotonic())
    assert desk.expired.items == ["turn 1"]


def test_a_frame_repeated_for_want_of_an_answer_is_no_rating_of_the_next_turn(
    keys: EmulatedKeypad,
) -> None:
    with window(keys.path, replace(FIVE, repeat_seconds=LONG)) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.press(2)
        desk.keypad.ask("turn 2")
        assert keys.wait_for_asks(2, WAIT)
        keys.press(2)
        assert keys.wait_for_acks(2, WAIT)
        keys.press(3)
        assert desk.ratings.wait(2) == [("turn 1", 2), ("turn 2", 3)]


def test_an_ask_that_is_not_acknowledged_is_repeated_and_then_tells_on_the_keypad() -> None:
    sure = replace(
        FIVE,
        confirmation=Confirmation(
            func=0x01, same_func=False, data=b"", commands=frozenset({"ask"})
        ),
        retries=2,
        ack_seconds=0.05,
    )
    with Listener() as device, window(device.path, sure) as desk:
        desk.keypad.ask("turn 1")
        desk.states.wait_for(DeviceState.STALE)
        asks = FIVE.encode("ask", 1) * 3
        device.heard.wait_until(lambda parts: b"".join(parts) == asks)
        device.say(GRADE_2)  # it lives after all, and was only slow to answer
        assert desk.ratings.wait() == [("turn 1", 3)]
        desk.states.wait_until(lambda seen: seen[-1] is DeviceState.READY)


TURNS = st.sampled_from(["turn 1", "turn 2", "turn 3"])
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), TURNS),
        st.tuples(st.just("cancel"), TURNS),
        st.tuples(st.just("press"), st.integers(1, 5)),
        st.tuples(st.just("neighbour"), st.integers(1, 5)),
        st.tuples(st.just("noise"), st.binary(max_size=12)),
        st.tuples(st.just("time"), st.none()),
    ),
    max_size=30,
)


class Model:
    """What should come of it: the first key after an ask, for its turn, and nothing else."""

    def __init__(self) -> None:
        self.asked: str | None = None
        self.ratings: list[tuple[str, int]] = []
        self.expired: list[str] = []

    def ask(self, turn: str) -> None:
        if self.asked not in {None, turn}:
            self.time(None)
        self.asked = turn

    def cancel(self, turn: str) -> None:
        if self.asked == turn:
            self.asked = None

    def press(self, level: int) -> None:
        if self.asked is not None:
            self.ratings.append((self.asked, level))
        self.asked = None

    def time(self, _nothing: None) -> None:
        if self.asked is not None:
            self.expired.append(self.asked)
        self.asked = None

    def noise(self, _data: bytes) -> None:
        pass

    neighbour = noise


class Played:
    """The keypad, played without a port."""

    def __init__(self) -> None:
        self.desk = Window("/dev/ttyHALL9", FIVE, LONG)
        self.keypad = self.desk.keypad
        self.channel = ScriptedChannel()

    def ask(self, turn: str) -> None:
        self.keypad._begin(_Ask(turn, time.monotonic() + LONG), self.channel)

    def cancel(self, turn: str) -> None:
        self.keypad._forget(turn)

    def press(self, level: int) -> None:
        for value in FIVE.say("rated", 1, level=level):
            self.keypad.received(bytes((value,)), self.channel)

    def neighbour(self, level: int) -> None:
        self.keypad.received(FIVE.say("rated", 2, level=level), self.channel)

    def noise(self, data: bytes) -> None:
        self.keypad.received(data, self.channel)
        self.keypad.silent(self.channel)

    def time(self, _nothing: None) -> None:
        self.keypad.due(time.monotonic() + 2 * LONG)


@given(ACTIONS)
def test_whatever_happens_a_rating_is_the_first_key_after_its_own_ask(
    actions: list[tuple[str, Any]],
) -> None:
    model, played = Model(), Played()
    for name, value in actions:
        getattr(model, name)(value)
        getattr(played, name)(value)
    assert played.desk.ratings.items == model.ratings
    assert played.desk.expired.items == model.expired


def test_no_key_is_no_rating(keys: EmulatedKeypad) -> None:
    with window(keys.path, seconds=0.2) as desk:
        desk.keypad.ask("turn 1")
        assert desk.expired.wait() == ["turn 1"]
        keys.press(5)
        assert keys.wait_for_acks(1, WAIT)
        assert desk.ratings.items == []


def test_the_next_turn_ends_the_last_ones_chance(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        desk.keypad.ask("turn 1")
        desk.keypad.ask("turn 2")
        assert desk.expired.wait() == ["turn 1"]
        assert keys.wait_for_asks(2, WAIT)
        keys.press(2)
        assert desk.ratings.wait() == [("turn 2", 2)]


def test_asking_again_for_the_same_turn_is_one_chance_more(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        desk.keypad.ask("turn 1")
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(2, WAIT)
        keys.press(2)
        assert desk.ratings.wait() == [("turn 1", 2)]
        assert desk.expired.items == []


def test_a_cancelled_turn_is_neither_rated_nor_expired(keys: EmulatedKeypad) -> None:
    with window(keys.path, seconds=0.5) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        desk.keypad.cancel("turn 0")
        desk.keypad.cancel("turn 1")
        desk.keypad.ask("turn 2")
        assert keys.wait_for_asks(2, WAIT)
        assert desk.expired.wait() == ["turn 2"]
        assert desk.ratings.items == []


def test_another_keypad_on_the_bus_and_unknown_grades_are_no_rating(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 82 11 04 97 16"))  # from address 2
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 81 11 05 97 16"))  # grade 5
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 81 11 04 97 16"))  # wrong sum
        assert keys.wait_for_acks(1, WAIT)
        assert keys.acks[0].data == b"\x05"
        keys.press(3)
        assert desk.ratings.wait() == [("turn 1", 3)]


def test_a_damaged_frame_does_not_take_the_next_along(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.send_raw(bytes.fromhex("FF 68 12 12 68 81 11 00"))
        keys.press(4)  # found after the gap
        assert desk.ratings.wait() == [("turn 1", 4)]


def test_a_keypad_that_comes_back_in_time_is_asked_again(tmp_path: Path) -> None:
    with EmulatedKeypad(FIVE, link=tmp_path / "keypad") as keys, window(keys.path) as desk:
        desk.states.wait_for(DeviceState.READY)
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
        keys.unplug()
        desk.states.wait_for(DeviceState.ABSENT)
        keys.plug_in()
        assert keys.wait_for_asks(2, WAIT)
        keys.press(5)
        assert desk.ratings.wait() == [("turn 1", 5)]


def test_an_ask_without_a_keypad_expires() -> None:
    with window("/dev/ttyHALL9", seconds=1.3) as desk:
        before = time.monotonic()
        desk.keypad.ask("turn 1")
        assert desk.expired.wait() == ["turn 1"]
        assert 1.2 < time.monotonic() - before < 2.5


def test_closing_calls_nobody_back(keys: EmulatedKeypad) -> None:
    with window(keys.path) as desk:
        desk.keypad.ask("turn 1")
        assert keys.wait_for_asks(1, WAIT)
    assert desk.expired.items == []
    assert desk.states.items[-1] is DeviceState.CLOSED


def test_logs_are_the_same_whatever_was_pressed(caplog: pytest.LogCaptureFixture) -> None:
    def log_of(level: int) -> list[str]:
        caplog.clear()
        with EmulatedKeypad(FIVE) as keys, window(keys.path) as desk:
            desk.keypad.ask("turn")
            assert keys.wait_for_asks(1, WAIT)
            keys.press(level)
            keys.press(level)
            assert keys.wait_for_acks(2, WAIT)
        messages = [record.getMessage() for record in caplog.records]
        return [message.replace(keys.path, "port") for message in messages]

    with caplog.at_level(logging.DEBUG):
        logs = [log_of(level) for level in range(1, 6)]
    assert logs[0]
    assert all(log == logs[0] for log in logs)
