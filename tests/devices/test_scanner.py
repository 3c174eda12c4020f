"""A scanner over a real pseudo-terminal: whole codes, once, and nothing else."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.emulators.scanner import EmulatedScanner
from hallclient.devices.link import Channel, Link
from hallclient.devices.profile import load_profile
from hallclient.devices.scanner import Scanner
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import Box, ScriptedChannel

SCANNER = load_profile("serial-scanner")


@contextmanager
def desk(url: str) -> Iterator[tuple[Scanner, Box[str], Box[DeviceState]]]:
    codes: Box[str] = Box()
    states: Box[DeviceState] = Box()
    link = Link(url, SCANNER.port)
    scanner = Scanner(link, SCANNER, codes.put)
    scanner.watch(states.put)
    link.start()
    try:
        states.wait_until(lambda seen: seen[-1:] != [DeviceState.OPENING] and bool(seen))
        yield scanner, codes, states
    finally:
        link.close()


@pytest.fixture
def gun() -> Iterator[EmulatedScanner]:
    with EmulatedScanner(SCANNER) as scanner:
        yield scanner


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_code_in_both_encodings_with_every_end(
    gun: EmulatedScanner, end: bytes, encoding: str
) -> None:
    gun.end, gun.encoding = end, encoding
    with desk(gun.path) as (_, codes, _):
        gun.scan("7F3KQ2M8XW4RTN6H")
        gun.scan("二手房过户")
        gun.scan("https://hall.minan.example.gov.cn/follow/t/?7F3K")
        assert codes.wait(3) == [
            "7F3KQ2M8XW4RTN6H",
            "二手房过户",
            "https://hall.minan.example.gov.cn/follow/t/?7F3K",
        ]


def test_the_same_code_held_under_the_light_is_one_scan(gun: EmulatedScanner) -> None:
    with desk(gun.path) as (_, codes, _):
        for text in ("A", "A", "A", "B", "A"):
            gun.scan(text)
        assert codes.wait(3) == ["A", "B", "A"]


def test_what_is_no_code_is_refused(gun: EmulatedScanner) -> None:
    with desk(gun.path) as (_, codes, _):
        gun.send_raw(b"\xff\xfe\x80\x81\r")
        gun.send_raw(b"bell\x07\r")
        gun.send_raw(b"  \r\n\r\n")
        gun.send_raw(b"x" * 5000 + b"\r")
        gun.send_raw(b"\xef\xbb\xbf good \r")
        codes.wait_until(lambda seen: "good" in seen)
        # Told once while it lasts, and never what it was.
        assert codes.wait(2) == ["", "good"]


@pytest.mark.parametrize("line", [b"x" * 5000, b"bell\x07", b"\x00" * 40, b"\xff\xfe\x80\x81"])
def test_who_scans_what_is_no_code_gets_an_answer(gun: EmulatedScanner, line: bytes) -> None:
    with desk(gun.path) as (_, codes, _):
        gun.send_raw(line + b"\r\n")
        assert codes.wait() == [""]


def test_half_a_code_is_none(gun: EmulatedScanner, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up: Box[int] = Box()
    silent = Scanner.silent

    def noted(scanner: Scanner, channel: Channel) -> None:
        silent(scanner, channel)
        given_up.put(scanner._decoder.dropped)

    monkeypatch.setattr(Scanner, "silent", noted)
    with desk(gun.path) as (_, codes, _):
        gun.send_raw(b"half a co")
        assert given_up.wait() == [9]
        gun.scan("whole")
        assert codes.wait() == ["whole"]


def test_it_comes_back_with_its_cable(tmp_path: Path) -> None:
    with (
        EmulatedScanner(SCANNER, link=tmp_path / "gun") as gun,
        desk(gun.path) as (scanner, codes, states),
    ):
        states.wait_for(DeviceState.READY)
        gun.unplug()
        states.wait_for(DeviceState.ABSENT)
        gun.plug_in()
        states.wait_until(lambda seen: seen[-1] is DeviceState.READY)
        gun.scan("again")
        assert codes.wait() == ["again"]
        assert scanner.state is DeviceState.READY


def test_logs_do_not_tell_what_was_scanned(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        EmulatedScanner(SCANNER) as gun,
        desk(gun.path) as (_, codes, _),
    ):
        gun.scan("999999199003070016")
        gun.scan("999999199003070016")
        gun.send_raw(b"999999199003070016\x07\r")
        gun.scan("end")
        codes.wait(2)
    assert caplog.records
    assert "99999" not in caplog.text


@given(parts=st.lists(st.binary(max_size=40), max_size=10))
def test_any_bytes_in_any_chunks(parts: list[bytes]) -> None:
    codes: list[str] = []
    scanner = Scanner(Link("/dev/ttyHALL9", SCANNER.port), SCANNER, codes.append)
    for part in parts:
        scanner.received(part, ScriptedChannel())
    assert all(code.isprintable() and code == code.strip() for code in codes)
