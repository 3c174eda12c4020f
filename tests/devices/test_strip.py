"""Window strips over a real pseudo-terminal: the last text wins and comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.codec.formats import Frame
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.link import Link
from hallclient.devices.profile import DeviceProfile, load_profile
from hallclient.devices.profile_rules import KeepAlive
from hallclient.devices.strip import WindowStrip
from hallclient.services.ports_devices import DeviceState, StripColour, StripPort
from tests.devices.stubs import WAIT, Box, Listener, ScriptedChannel

A090 = load_profile("a090-strip")
ONBON = load_profile("onbon-bx")
BOTH = pytest.mark.parametrize("profile", [A090, ONBON], ids=["a090", "onbon"])


class Window:
    """A strip on a link, with its states."""

    def __init__(self, url: str, profile: DeviceProfile, address: int) -> None:
        self.states: Box[DeviceState] = Box()
        self.link = Link(url, profile.port)
        self.strip = WindowStrip(self.link, profile, address)
        self.strip.watch(self.states.put)


@contextmanager
def window(url: str, profile: DeviceProfile = A090, address: int = 1) -> Iterator[Window]:
    made = Window(url, profile, address)
    made.link.start()
    try:
        made.states.wait_until(lambda states: states[-1:] != [DeviceState.OPENING] and bool(states))
        yield made
    finally:
        made.link.close()


def test_the_vector_of_init_at_address_five() -> None:
    with Listener() as device, window(device.path, address=5):
        init = bytes.fromhex("A0 90 05 A1 00 00 A4")
        device.heard.wait_until(lambda parts: b"".join(parts) == init)


def test_every_character_has_its_colour() -> None:
    with Listener() as device, window(device.path) as hall:
        device.heard.wait()
        device.say(bytes.fromhex("A0 90 01 A5 AA"))
        hall.strip.show("请A", StripColour.GREEN)
        shown = bytes.fromhex("A0 90 01 A5 00 05 C7 EB 01 41 01 CC")
        device.heard.wait_until(lambda parts: b"".join(parts).endswith(shown))


@BOTH
def test_fulfils_the_port_of_the_services(profile: DeviceProfile) -> None:
    with EmulatedStrip(profile) as strip, window(strip.path, profile) as hall:
        port: StripPort = hall.strip
        port.show("请 A012 办理", StripColour.YELLOW)
        assert strip.wait_for_text("请 A012 办理", WAIT)
        port.show("暂停\n服务")
        assert strip.wait_for_text("暂停 服务", WAIT)
        assert port.state is DeviceState.READY
        assert strip.began == (1 if profile is A090 else 0)


@BOTH
def test_long_lines_are_cut_at_a_whole_character(profile: DeviceProfile) -> None:
    with EmulatedStrip(profile) as strip, window(strip.path, profile) as hall:
        hall.strip.show("办" * 300)
        assert strip.wait_for_texts(1, WAIT)
        assert set(strip.text) == {"办"}
        assert len(strip.text) == (84 if profile is A090 else 127)


@BOTH
def test_characters_that_the_strip_lacks_are_marked(profile: DeviceProfile) -> None:
    with EmulatedStrip(profile) as strip, window(strip.path, profile) as hall:
        hall.strip.show("请 ཀ A")
        assert strip.wait_for_text("请 ? A", WAIT)


@BOTH
def test_the_last_text_comes_back_with_the_strip(profile: DeviceProfile, tmp_path: Path) -> None:
    link = tmp_path / "strip"
    with EmulatedStrip(profile, link=link) as strip, window(strip.path, profile) as hall:
        hall.strip.show("请 A012")
        assert strip.wait_for_text("请 A012", WAIT)
        strip.unplug()
        hall.states.wait_for(DeviceState.ABSENT)
        hall.strip.show("请 A013")
        hall.strip.show("请 A014")
        strip.plug_in()
        assert strip.wait_for_text("请 A014", WAIT)
        assert "请 A013" not in strip.texts


@BOTH
def test_a_lost_command_is_said_again(profile: DeviceProfile) -> None:
    with EmulatedStrip(profile) as strip, window(strip.path, profile) as hall:
        hall.strip.show("请 A011")
        assert strip.wait_for_text("请 A011", WAIT)
        strip.mute = True
        hall.strip.show("请 A012")
        assert strip.wait_for_texts(3, WAIT)
        strip.mute = False
        assert strip.wait_for_texts(4, WAIT)
        assert set(strip.texts[1:]) == {"请 A012"}
        assert hall.strip.state is DeviceState.READY


def test_a_strip_that_acknowledges_nothing_is_stale_and_greeted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hallclient.devices.frame_device.RENEW_SECONDS", 0.2)
    with EmulatedStrip(A090) as strip:
        strip.mute = True
        with window(strip.path) as hall:
            hall.strip.show("请 A012")
            hall.states.wait_for(DeviceState.STALE)
            strip.mute = False
            hall.states.wait_until(lambda states: states[-1] is DeviceState.READY)
            assert strip.wait_for_text("请 A012", WAIT)


def test_a_deaf_strip_shows_the_newest_text_once_it_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hallclient.devices.frame_device.RENEW_SECONDS", 0.2)
    with EmulatedStrip(A090) as strip, window(strip.path) as hall:
        strip.deaf = True
        hall.strip.show("请 A012")
        hall.states.wait_for(DeviceState.STALE)
        hall.strip.show("请 A013")
        strip.deaf = False
        assert strip.wait_for_text("请 A013", WAIT)
        assert strip.texts[-1] == "请 A013"


def test_a_word_from_a_stale_strip_greets_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hallclient.devices.frame_device.RENEW_SECONDS", 600.0)
    with EmulatedStrip(A090) as strip, window(strip.path) as hall:
        strip.deaf = True
        hall.strip.show("请 A012")
        hall.states.wait_for(DeviceState.STALE)
        assert strip.text == ""
        strip.deaf = False
        strip.say(A090.confirm("init", 1))  # as after its power came back
        assert strip.wait_for_text("请 A012", WAIT)
        hall.states.wait_until(lambda states: states[-1] is DeviceState.READY)


def test_a_line_that_takes_no_bytes_is_stale_and_shows_the_newest_text_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hallclient.devices.frame_device.RENEW_SECONDS", 0.2)
    never = replace(A090, confirmation=None, port=replace(A090.port, write_timeout=0.05))
    with EmulatedStrip(A090) as strip, window(strip.path, never) as hall:
        assert strip.wait_until(lambda: strip.began == 1, WAIT)
        strip.bus.stuck = True
        hall.strip._member.submit(lambda channel: channel.write(bytes(200_000)), lambda _: None)
        hall.states.wait_for(DeviceState.STALE)
        for number in range(400):
            hall.strip.show(f"请 A{number:03}")
        strip.bus.stuck = False
        assert strip.wait_for_text("请 A399", WAIT)
        hall.states.wait_until(lambda states: states[-1] is DeviceState.READY)


def test_a_strip_that_wants_to_hear_of_us_does() -> None:
    wanting = replace(A090, keep_alive=KeepAlive(0.05, "init"))
    with EmulatedStrip(A090) as strip, window(strip.path, wanting) as hall:
        hall.strip.show("请 A012")
        assert strip.wait_until(lambda: strip.began >= 4, WAIT)
        assert strip.texts == ("请 A012",)


@given(parts=st.lists(st.binary(max_size=40), max_size=10))
@BOTH
def test_any_bytes_in_any_chunks(profile: DeviceProfile, parts: list[bytes]) -> None:
    strip = WindowStrip(Link("/dev/ttyHALL9", profile.port), profile, 1)
    channel = ScriptedChannel()
    strip.opened(channel)
    greeting = list(channel.written)
    for part in parts:
        strip.received(part, channel)
    strip.silent(channel)
    assert channel.written == greeting
    assert strip.gap_seconds is None


def test_a_refused_line_is_not_said_again() -> None:
    answer = ONBON.incoming.encode(Frame(0, 0xA001, b""))
    with Listener() as device, window(device.path, ONBON) as hall:
        hall.strip.show("请 A012")
        device.heard.wait()
        device.say(answer)
        hall.strip.show("请 A013")
        device.heard.wait_until(lambda parts: b"A013" in b"".join(parts))
        device.say(answer)
        assert b"".join(device.heard.items).count(b"A012") == 1
        assert hall.strip.state is DeviceState.READY


@BOTH
def test_a_slow_strip_and_noise_on_the_line(profile: DeviceProfile) -> None:
    with EmulatedStrip(profile) as strip, window(strip.path, profile) as hall:
        strip.slow, strip.garbage = 0.1, True
        for number in range(5):
            hall.strip.show(f"请 A01{number}")
            assert strip.wait_for_text(f"请 A01{number}", WAIT)
        assert hall.strip.state is DeviceState.READY
