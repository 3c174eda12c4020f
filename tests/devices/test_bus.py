"""Four windows on one RS485 line: callers, keypads and strips of two protocols."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hallclient.devices.caller import HardwareCaller
from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.keypad import RatingKeypad
from hallclient.devices.link import Link
from hallclient.devices.profile import load_profile
from hallclient.devices.strip import WindowStrip
from hallclient.services.ports_devices import CallerPress, DeviceState
from tests.devices.stubs import WAIT, Box

CALLER, KEYPAD, STRIP = (
    load_profile(name) for name in ("ff68-caller", "ff68-keypad", "a090-strip")
)
WINDOWS = range(1, 5)


class Floor:
    """The real side of a line: drivers of every window, and what they reported."""

    def __init__(self, bus: EmulatedBus) -> None:
        self.link = Link(bus.path, CALLER.port)
        self.presses: Box[tuple[int, CallerPress]] = Box()
        self.ratings: Box[tuple[str, int]] = Box()
        self.callers = {n: self._caller(n) for n in WINDOWS}
        self.keypads = {n: self._keypad(n) for n in WINDOWS}
        self.strips = {n: WindowStrip(self.link, STRIP, n) for n in WINDOWS}

    def _caller(self, number: int) -> HardwareCaller:
        def pressed(press: CallerPress) -> None:
            self.presses.put((number, press))

        return HardwareCaller(self.link, CALLER, number, pressed)

    def _keypad(self, number: int) -> RatingKeypad[str]:
        return RatingKeypad(
            self.link,
            KEYPAD,
            address=number,
            rated=lambda turn, level: self.ratings.put((turn, level)),
            expired=lambda turn: None,
        )


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[EmulatedBus]:
    with EmulatedBus(link=tmp_path / "bus") as line:
        yield line


@pytest.fixture
def callers(bus: EmulatedBus) -> dict[int, EmulatedCaller]:
    return {n: EmulatedCaller(CALLER, address=n, bus=bus) for n in WINDOWS}


@pytest.fixture
def keypads(bus: EmulatedBus) -> dict[int, EmulatedKeypad]:
    return {n: EmulatedKeypad(KEYPAD, address=n, bus=bus) for n in WINDOWS}


@pytest.fixture
def strips(bus: EmulatedBus) -> dict[int, EmulatedStrip]:
    return {n: EmulatedStrip(STRIP, address=n, bus=bus) for n in WINDOWS}


@pytest.fixture
def floor(
    bus: EmulatedBus,
    callers: dict[int, EmulatedCaller],
    keypads: dict[int, EmulatedKeypad],
    strips: dict[int, EmulatedStrip],
) -> Iterator[Floor]:
    made = Floor(bus)
    made.link.start()
    try:
        for strip in strips.values():
            assert strip.wait_until(lambda s=strip: s.began > 0, WAIT)  # type: ignore[misc]
        yield made
    finally:
        made.link.close()


def test_everybody_hears_and_says_only_his_own(
    floor: Floor,
    callers: dict[int, EmulatedCaller],
    keypads: dict[int, EmulatedKeypad],
    strips: dict[int, EmulatedStrip],
) -> None:
    for n in WINDOWS:
        floor.strips[n].show(f"请 A01{n}")
        floor.callers[n].show(f"1{n}")
        floor.keypads[n].ask(f"turn {n}")
    for n in WINDOWS:
        callers[n].press("call", str(n))
        assert strips[n].wait_for_text(f"请 A01{n}", WAIT)
        assert callers[n].wait_for_shown(f"1{n}", WAIT)
        assert keypads[n].wait_for_asks(1, WAIT)
        assert callers[n].wait_for_acks(1, WAIT)
        keypads[n].press(n)
        assert keypads[n].wait_for_acks(1, WAIT)
    assert floor.ratings.wait(4) == [(f"turn {n}", n) for n in WINDOWS]
    presses = floor.presses.wait(4)
    assert sorted((n, press.key.value, press.digits) for n, press in presses) == [
        (n, "call", str(n)) for n in WINDOWS
    ]
    assert [strips[n].texts for n in WINDOWS] == [(f"请 A01{n}",) for n in WINDOWS]


def test_an_adapter_that_repeats_the_host_presses_no_keys(
    bus: EmulatedBus,
    floor: Floor,
    callers: dict[int, EmulatedCaller],
    keypads: dict[int, EmulatedKeypad],
    strips: dict[int, EmulatedStrip],
) -> None:
    bus.echo = True
    for n in WINDOWS:
        floor.strips[n].show(f"请 A01{n}")
        floor.callers[n].show(f"1{n}")
        floor.keypads[n].ask(f"turn {n}")  # the bytes of a caller's key "ask again"
        assert keypads[n].wait_for_asks(1, WAIT)
    for n in WINDOWS:
        callers[n].press("call", str(n))
        assert callers[n].wait_for_acks(1, WAIT)
        keypads[n].press(n)
        assert keypads[n].wait_for_acks(1, WAIT)
        assert strips[n].wait_for_text(f"请 A01{n}", WAIT)
    assert floor.ratings.wait(4) == [(f"turn {n}", n) for n in WINDOWS]
    assert [press.key for _, press in floor.presses.wait(4)] == ["call"] * 4


def test_a_dead_device_is_stale_alone_and_harms_nobody(
    floor: Floor, callers: dict[int, EmulatedCaller], strips: dict[int, EmulatedStrip]
) -> None:
    stale: Box[DeviceState] = Box()
    floor.strips[2].watch(stale.put)
    strips[2].deaf = True
    floor.strips[2].show("请 A012")
    for n in (1, 3, 4):
        floor.strips[n].show(f"请 B00{n}")
        callers[n].press("call")
        assert strips[n].wait_for_text(f"请 B00{n}", WAIT)
        assert callers[n].wait_for_acks(1, WAIT)
    stale.wait_for(DeviceState.STALE)
    assert floor.strips[1].state is DeviceState.READY
    assert floor.callers[2].state is DeviceState.READY
    assert floor.link.state is DeviceState.READY


def test_a_line_that_comes_back_holds_no_silence_against_a_device(
    bus: EmulatedBus, floor: Floor, strips: dict[int, EmulatedStrip]
) -> None:
    states: Box[DeviceState] = Box()
    floor.strips[2].watch(states.put)
    strips[2].deaf = True
    floor.strips[2].show("请 A012")
    states.wait_for(DeviceState.STALE)
    bus.unplug()
    states.wait_for(DeviceState.ABSENT)
    strips[2].deaf = False
    bus.plug_in()
    assert strips[2].wait_for_text("请 A012", WAIT)
    assert floor.strips[2].settle().wait(WAIT)
    assert states.items == [DeviceState.STALE, DeviceState.ABSENT, DeviceState.READY]


def test_noise_between_frames_costs_nobody_a_press(
    bus: EmulatedBus, floor: Floor, callers: dict[int, EmulatedCaller]
) -> None:
    keys = ["call", "start", "recall", "no_show", "hold"]
    for number, key in enumerate(keys, start=1):
        for caller in callers.values():
            bus.send(bus.noise(9))
            caller.press(key)
        for caller in callers.values():
            assert caller.wait_for_acks(number, WAIT)
    presses = floor.presses.wait(len(keys) * len(callers))
    for n in WINDOWS:
        assert [press.key for window, press in presses if window == n] == keys


def test_a_stuck_key_silences_nobody(
    bus: EmulatedBus,
    floor: Floor,
    callers: dict[int, EmulatedCaller],
    keypads: dict[int, EmulatedKeypad],
    strips: dict[int, EmulatedStrip],
) -> None:
    stuck, released = KEYPAD.say("rated", 4, level=2), threading.Event()

    def again() -> None:
        if not released.is_set():
            bus.send(stuck)
            bus.later(0.01, again)  # as fast as the line carries it

    again()
    assert keypads[4].wait_for_acks(10, WAIT)
    for n in (1, 2, 3):
        floor.strips[n].show(f"请 A01{n}")
        floor.callers[n].show(f"1{n}")
        floor.keypads[n].ask(f"turn {n}")
    for n in (1, 2, 3):
        assert strips[n].wait_for_text(f"请 A01{n}", WAIT)
        assert callers[n].wait_for_shown(f"1{n}", WAIT)
        assert keypads[n].wait_for_asks(1, WAIT)
        callers[n].press("call")
        assert callers[n].wait_for_acks(1, WAIT)
    released.set()


def test_a_device_at_the_wrong_address_is_nobody(
    floor: Floor, callers: dict[int, EmulatedCaller]
) -> None:
    callers[1].repeats = 0
    callers[1].command("fault address 9")
    callers[1].press("call")
    callers[2].press("start")
    assert [(n, press.key.value) for n, press in floor.presses.wait()] == [(2, "start")]
    assert callers[1].acks == ()


def test_the_line_comes_back_for_all(
    bus: EmulatedBus,
    floor: Floor,
    callers: dict[int, EmulatedCaller],
    strips: dict[int, EmulatedStrip],
) -> None:
    states: Box[DeviceState] = Box()
    floor.link.watch(states.put)
    for n in WINDOWS:
        floor.strips[n].show(f"请 A01{n}")
        floor.callers[n].show(str(n))
        assert strips[n].wait_for_text(f"请 A01{n}", WAIT)
    bus.unplug()
    states.wait_for(DeviceState.ABSENT)
    assert {device.state for device in floor.callers.values()} == {DeviceState.ABSENT}
    for n in WINDOWS:
        floor.strips[n].show(f"请 B01{n}")
    bus.plug_in()
    for n in WINDOWS:
        assert strips[n].wait_for_text(f"请 B01{n}", WAIT)
        callers[n].press("start")
        assert callers[n].wait_for_acks(1, WAIT)
    assert [press.key for _, press in floor.presses.wait(4)] == ["start"] * 4


def test_the_console_of_a_line(
    bus: EmulatedBus, floor: Floor, callers: dict[int, EmulatedCaller]
) -> None:
    assert bus.command("devices").split() == [
        *(f"caller-{n}" for n in WINDOWS),
        *(f"rating-keypad-{n}" for n in WINDOWS),
        *(f"window-strip-{n}" for n in WINDOWS),
    ]
    assert bus.command("caller-3 key 12 call") == "ok"
    assert [(n, press.digits) for n, press in floor.presses.wait()] == [(3, "12")]
    assert bus.command("caller-3 fault deaf on") == "ok"
    assert callers[3].deaf
    assert bus.command("nobody key call").startswith("nobody is not known")
    assert "stuck on|off" in bus.command("help")
