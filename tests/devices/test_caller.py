"""Hardware callers over a real pseudo-terminal: one press once, whatever the line does to it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.caller import HardwareCaller
from hallclient.devices.codec.formats import Frame
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.link import Link
from hallclient.devices.profile import DeviceProfile, load_profile
from hallclient.services.ports_devices import CallerKey, CallerPort, CallerPress, DeviceState
from tests.devices.stubs import WAIT, Box, Listener, ScriptedChannel

CALLER = load_profile("ff68-caller")


class Desk:
    """A caller on a link, with what it reported."""

    def __init__(self, url: str, profile: DeviceProfile = CALLER, address: int = 1) -> None:
        self.presses: Box[CallerPress] = Box()
        self.states: Box[DeviceState] = Box()
        self.link = Link(url, profile.port)
        self.caller = HardwareCaller(self.link, profile, address, self.presses.put)
        self.caller.watch(self.states.put)


@contextmanager
def desk(url: str, profile: DeviceProfile = CALLER, address: int = 1) -> Iterator[Desk]:
    made = Desk(url, profile, address)
    made.link.start()
    try:
        made.states.wait_until(lambda states: states[-1:] != [DeviceState.OPENING] and bool(states))
        yield made
    finally:
        made.link.close()


@pytest.fixture
def keys() -> Iterator[EmulatedCaller]:
    with EmulatedCaller(CALLER) as caller:
        yield caller


def test_the_vectors_of_display_and_beep() -> None:
    blank = CALLER.encode("show", 1, digits="")
    with Listener() as device, desk(device.path) as window:
        device.heard.wait_until(lambda parts: b"".join(parts) == blank)
        window.caller.show("012")
        shown = bytes.fromhex("FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16")
        device.heard.wait_until(lambda parts: b"".join(parts) == blank + shown)
        window.caller.beep()
        beep = bytes.fromhex("FF 68 02 02 68 01 03 04 16")
        device.heard.wait_until(lambda parts: b"".join(parts) == blank + shown + beep)


@pytest.mark.parametrize("name", ["ff68-caller", "ff68-caller-b"])
def test_every_key_of_the_profile_is_a_press(name: str) -> None:
    profile = load_profile(name)
    names = sorted({rule.name for rule in profile.events})
    pressed = []
    with EmulatedCaller(profile) as keys, desk(keys.path, profile) as window:
        for number, key in enumerate(names, start=1):
            digits = "12" if key == "sign_in" else ""
            keys.press(key, digits)
            assert keys.wait_for_acks(number, WAIT)
            pressed.append(CallerPress(CallerKey(key), digits))
        assert window.presses.wait(len(pressed)) == pressed
    assert {press.key for press in pressed} == set(CallerKey)


def test_digits_come_with_their_key(keys: EmulatedCaller) -> None:
    with desk(keys.path) as window:
        keys.press("call", "012")
        assert keys.wait_for_acks(1, WAIT)
        keys.press("transfer", "7")
        assert window.presses.wait(2) == [
            CallerPress(CallerKey.CALL, "012"),
            CallerPress(CallerKey.TRANSFER, "7"),
        ]


def test_fulfils_the_port_of_the_services(keys: EmulatedCaller) -> None:
    with desk(keys.path) as window:
        port: CallerPort = window.caller
        port.show("A012")
        assert keys.wait_for_shown("012", WAIT)
        port.beep()
        assert keys.wait_for_beeps(1, WAIT)
        assert port.state is DeviceState.READY


def test_a_press_is_echoed_as_it_came(keys: EmulatedCaller) -> None:
    with desk(keys.path):
        keys.press("call", "12")
        assert keys.wait_for_acks(1, WAIT)
        assert keys.acks[0].data == bytes.fromhex("01 02 0C")
        assert keys.sent == 1


def test_a_caller_that_hears_no_echo_repeats_and_is_still_one_press(keys: EmulatedCaller) -> None:
    with desk(keys.path) as window:
        keys.deaf = True
        keys.press("call")
        assert keys.wait_for_sent(3, WAIT)
        keys.deaf = False
        assert keys.wait_for_acks(1, WAIT)  # each repeat is acknowledged again
        keys.press("recall")
        assert window.presses.wait(2) == [
            CallerPress(CallerKey.CALL),
            CallerPress(CallerKey.RECALL),
        ]


def hear(caller: HardwareCaller, at: float, data: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    channel = ScriptedChannel()
    monkeypatch.setattr("time.monotonic", lambda: at)
    caller.received(bytes.fromhex(data), channel)
    return b"".join(channel.written)


CALL = "FF 68 03 03 68 01 11 0C 1E 16"


@pytest.mark.parametrize(
    ("moments", "presses"),
    [
        ([0.0, 0.2], 1),
        ([0.0, 0.2, 0.4, 0.6], 1),  # a caller that insists: never two people called
        ([0.0, 0.31], 2),
        ([0.0, 0.2, 0.6], 2),
    ],
)
def test_repeats_are_measured_from_the_last(
    moments: list[float], presses: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Desk("/dev/ttyHALL9")
    for moment in moments:
        assert hear(window.caller, 100 + moment, CALL, monkeypatch) == bytes.fromhex(CALL)
    assert len(window.presses.items) == presses


def test_our_own_echo_given_back_by_the_adapter_is_no_press_and_not_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = Desk("/dev/ttyHALL9")
    assert hear(window.caller, 100.0, CALL, monkeypatch) == bytes.fromhex(CALL)
    assert hear(window.caller, 100.02, CALL, monkeypatch) == b""
    assert hear(window.caller, 100.8, CALL, monkeypatch) == bytes.fromhex(CALL)
    assert hear(window.caller, 100.82, CALL, monkeypatch) == b""
    assert len(window.presses.items) == 2


def test_a_frame_that_never_stops_coming_back_is_not_answered_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = Desk("/dev/ttyHALL9")
    answers = [hear(window.caller, 100 + i * 0.2, CALL, monkeypatch) for i in range(50)]
    assert sum(bool(answer) for answer in answers) == 9
    assert len(window.presses.items) == 1
    assert hear(window.caller, 120.0, CALL, monkeypatch) == bytes.fromhex(CALL)
    assert len(window.presses.items) == 2


def test_an_adapter_that_repeats_the_host(keys: EmulatedCaller) -> None:
    keys.bus.echo = True
    with desk(keys.path) as window:
        keys.press("call")
        assert keys.wait_for_acks(1, WAIT)
        window.caller.show("7")
        assert keys.wait_for_shown("7", WAIT)
        keys.press("start")
        assert keys.wait_for_acks(2, WAIT)
        assert [press.key for press in window.presses.wait(2)] == ["call", "start"]


def test_frames_from_other_addresses_are_somebody_elses(keys: EmulatedCaller) -> None:
    with desk(keys.path) as window:
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 02 11 0C 1F 16"))
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 81 11 02 94 16"))  # a keypad's grade
        keys.press("recall")
        assert window.presses.wait() == [CallerPress(CallerKey.RECALL)]
        assert len(keys.acks) <= 1


def test_unknown_and_damaged_content_is_no_press(keys: EmulatedCaller) -> None:
    with desk(keys.path) as window:
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 01 11 1C 2E 16"))  # no such key
        keys.send_raw(bytes.fromhex("FF 68 03 03 68 01 11 0C 1F 16"))  # wrong sum
        keys.send_raw(bytes.fromhex("FF 68 12 12 68 01 11"))  # torn
        keys.press("start")
        assert window.presses.wait() == [CallerPress(CallerKey.START)]


def test_noise_around_every_frame(keys: EmulatedCaller) -> None:
    keys.garbage = True
    with desk(keys.path) as window:
        for number, key in enumerate(["call", "start", "recall", "no_show"], start=1):
            keys.press(key)
            assert keys.wait_for_acks(number, WAIT)
        got = [press.key for press in window.presses.wait(4)]
        assert got == ["call", "start", "recall", "no_show"]


def test_the_last_text_comes_back_with_the_caller(tmp_path: Path) -> None:
    with EmulatedCaller(CALLER, link=tmp_path / "caller") as keys, desk(keys.path) as window:
        window.caller.show("31")
        assert keys.wait_for_shown("31", WAIT)
        keys.unplug()
        window.states.wait_for(DeviceState.ABSENT)
        window.caller.show("32")
        window.caller.beep()
        keys.plug_in()
        assert keys.wait_for_shown("32", WAIT)
        keys.press("call")
        window.presses.wait()
        assert keys.beeps <= 1  # a beep is for now: at most the one still young enough


def test_logs_and_representations_do_not_tell_what_was_pressed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def log_of(digits: str) -> list[str]:
        caplog.clear()
        with EmulatedCaller(CALLER) as keys, desk(keys.path) as window:
            keys.press("sign_in", digits)
            keys.press("sign_in", digits)
            keys.send_raw(CALLER.incoming.encode(Frame(1, 0x11, digits.encode() + b"\x7f")))
            keys.press("start")
            assert digits not in repr(window.presses.wait(2))
            assert keys.wait_for_acks(1, WAIT)
        return [record.getMessage().replace(keys.path, "port") for record in caplog.records]

    with caplog.at_level(logging.DEBUG):
        assert log_of("836271") == log_of("917350")


@given(
    parts=st.lists(
        st.one_of(st.binary(max_size=20), st.sampled_from([bytes.fromhex(CALL), b"\xff\x68"])),
        max_size=12,
    )
)
def test_any_bytes_in_any_chunks(parts: list[bytes]) -> None:
    window = Desk("/dev/ttyHALL9")
    for part in parts:
        window.caller.received(part, ScriptedChannel())
    window.caller.silent(ScriptedChannel())
    assert window.caller.gap_seconds is None
    assert len(window.presses.items) <= b"".join(parts).count(b"\x68")


@pytest.mark.parametrize("bit", range(8 * 10))
def test_a_flipped_bit_is_no_press(bit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = bytearray.fromhex(CALL)
    frame[bit // 8] ^= 1 << bit % 8
    window = Desk("/dev/ttyHALL9")
    hear(window.caller, 100.0, bytes(frame).hex(), monkeypatch)
    window.caller.silent(ScriptedChannel())
    keys = [press.key for press in window.presses.items]
    # The leading FF may be left out, so damage to it does no harm.
    assert keys == ([CallerKey.CALL] if bit < 8 else [])
    hear(window.caller, 101.0, CALL.replace("0C 1E", "0D 1F"), monkeypatch)
    assert window.presses.items[-1] == CallerPress(CallerKey.RECALL)
