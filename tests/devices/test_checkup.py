"""What ``device check`` finds, against emulated devices on real pseudo-terminals."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hallclient.devices.checkup import check
from hallclient.devices.checkup.answering import printer_words
from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.choose import Emulator, emulator_of
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.escpos_status import PaperState, PrinterError, PrinterStatus
from hallclient.devices.monitoring import Traffic, monitor
from hallclient.devices.profile import Kind, load_profile, profiles
from hallclient.devices.transport import PortMissing, open_port


@contextmanager
def device(profile: str, address: int = 1) -> Iterator[Emulator]:
    with emulator_of(load_profile(profile), address) as emulator:
        yield emulator


def found(
    profile: str, emulator: Emulator, *, address: int = 1, seconds: float = 5.0
) -> tuple[bool, str]:
    said: list[str] = []
    works = check(
        emulator.path, load_profile(profile), said.append, address=address, seconds=seconds
    )
    return works, "\n".join(said)


class Answering:
    """Somebody else on a line, who says the same to whatever is said."""

    name = "somebody"

    def __init__(self, line: EmulatedBus, answer: bytes) -> None:
        self._line, self._answer = line, answer

    def heard(self, _data: bytes) -> None:
        self._line.send(self._answer)

    def command(self, _line: str) -> str:
        return ""


class Finger:
    """Presses keys as soon as the person is asked to."""

    def __init__(self, emulator: Emulator, *lines: str) -> None:
        self.said: list[str] = []
        self._emulator = emulator
        self._lines = lines
        self._thread: threading.Thread | None = None

    def say(self, text: str) -> None:
        self.said.append(text)
        if text.endswith("…"):
            self._thread = threading.Thread(target=self._press)
            self._thread.start()

    def _press(self) -> None:
        for line in self._lines:
            assert self._emulator.command(line) == "ok"

    def end(self) -> str:
        assert self._thread is not None
        self._thread.join()
        return "\n".join(self.said)


def pressed(
    profile: str, emulator: Emulator, *lines: str, talks: str = "", address: int = 1
) -> tuple[bool, str]:
    finger = Finger(emulator, *lines)
    spoken = load_profile(talks or profile)
    works = check(emulator.path, spoken, finger.say, address=address, seconds=1.0)
    return works, finger.end()


@pytest.fixture(autouse=True)
def few_speeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hallclient.devices.checkup.answering.BAUDS", (9600, 19200))


def test_every_kind_of_profile_can_be_checked_and_emulated() -> None:
    kinds = set()
    for profile in profiles():
        if profile.kind in kinds:
            continue
        kinds.add(profile.kind)
        with device(profile.id) as emulator:
            assert emulator.path
            assert emulator.command("help")
    assert kinds == set(Kind)


def test_a_printer_tells_its_state() -> None:
    with device("escpos") as printer:
        works, said = found("escpos", printer)
        assert works
        assert "There is paper" in said
        printer.command("fault paper_out on")
        works, said = found("escpos", printer)
        assert not works
        assert "put a roll in" in said


def test_a_mute_printer_is_looked_for_at_other_speeds() -> None:
    with device("escpos") as printer:
        printer.command("fault mute on")
        works, said = found("escpos", printer)
    assert not works
    assert "Nobody answers." in said
    assert "At no other speed" in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (PrinterStatus(paper=PaperState.NEAR_END), "near its end"),
        (PrinterStatus(cover_open=True, online=False), "close it"),
        (PrinterStatus(error=PrinterError.RECOVERABLE), "cutter"),
        (PrinterStatus(error=PrinterError.UNRECOVERABLE), "off and on"),
    ],
)
def test_what_a_state_of_a_printer_asks_for(status: PrinterStatus, words: str) -> None:
    assert words in " ".join(printer_words(status))


def test_a_keypad_works_when_its_keys_are_understood() -> None:
    with device("ff68-keypad") as keypad:
        works, said = pressed("ff68-keypad", keypad, "press 5", "press 1")
    assert works
    assert "rated, level 5" in said
    assert "rated, level 1" in said


def test_a_keypad_at_another_address_is_told_apart() -> None:
    with device("ff68-keypad", address=3) as keypad:
        works, said = pressed("ff68-keypad", keypad, "press 5")
    assert not works
    assert "83" in said
    assert "--address" in said


def test_a_keypad_that_nobody_presses_is_silent() -> None:
    with device("ff68-keypad") as keypad:
        works, said = found("ff68-keypad", keypad, seconds=0.1)
    assert not works
    assert "Nothing came" in said


def test_another_make_is_recognised_by_what_it_says() -> None:
    with device("serial-scanner") as scanner:
        works, said = pressed("ff68-keypad", scanner, "scan 7F3KQ2M8XW4RTN6H")
    assert not works
    assert "serial-scanner" in said


def test_a_caller_shows_beeps_and_is_heard() -> None:
    with device("ff68-caller") as caller:
        works, said = pressed("ff68-caller", caller, "key call", "key 12 call")
        assert works
        assert "call, digits 12" in said
        assert "012" in caller.command("state") or "12" in caller.command("state")


def test_a_scanner_is_heard() -> None:
    with device("serial-scanner") as scanner:
        works, said = pressed("serial-scanner", scanner, "scan 7F3KQ2M8XW4RTN6H")
    assert works
    assert "7F3KQ2M8XW4RTN6H" in said


@pytest.mark.parametrize("profile", ["sms-modem", "sam-card-reader", "a090-strip"])
def test_what_answers_works(profile: str) -> None:
    with device(profile) as emulator:
        works, said = found(profile, emulator)
    assert works, said


@pytest.mark.parametrize("profile", ["sms-modem", "sam-card-reader"])
def test_what_is_mute_does_not(profile: str) -> None:
    with device(profile) as emulator:
        emulator.command("fault mute on")
        works, said = found(profile, emulator)
    assert not works
    assert "Nobody answers." in said


def test_a_port_that_is_not_there_is_an_error_of_its_own() -> None:
    with pytest.raises(PortMissing):
        check("/dev/nowhere", load_profile("escpos"), print)


def heard(profile: str, *lines: str, count: int, open_book: bool = False) -> list[Traffic]:
    ending = threading.Event()
    with device(profile) as emulator:
        spoken = load_profile(profile)
        with open_port(emulator.path, spoken.port) as port:
            for line in lines:
                emulator.command(line)
            found = []
            for traffic in monitor(port, spoken, ending, open_book=open_book, seconds=5.0):
                found.append(traffic)
                if len(found) == count:
                    ending.set()
    return found


def test_a_monitor_hides_what_was_pressed() -> None:
    (traffic,) = heard("ff68-keypad", "press 4", count=1)
    assert traffic.event is not None
    assert "rated" in traffic.words
    assert "••" in traffic.words
    assert "03" not in traffic.words
    assert "level" not in traffic.words


def test_a_monitor_shows_everything_where_it_is_allowed() -> None:
    (traffic,) = heard("ff68-keypad", "press 4", count=1, open_book=True)
    assert "level 4" in traffic.words


def test_a_monitor_tells_of_bytes_that_are_no_frame() -> None:
    found = heard("ff68-keypad", "raw 010203", "press 5", count=2)
    assert any(each.lost == 3 for each in found) or any(each.lost for each in found)
    assert any(each.event is not None for each in found)


def test_a_monitor_hides_what_it_does_not_know() -> None:
    unknown = "raw FF 68 05 05 68 01 02 01 02 44 4A 16"  # digits, and a key of no profile
    (traffic,) = heard("ff68-caller", unknown, count=1)
    assert traffic.event is None
    assert "unknown content" in traffic.words
    assert "01 02 44" not in traffic.words
    (traffic,) = heard("ff68-caller", unknown, count=1, open_book=True)
    assert "01 02 44" in traffic.words


def test_a_modem_that_babbles_is_not_listened_to_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hallclient.devices.checkup.answering.AT_SECONDS", 0.2)

    def babble() -> None:
        line.send(b"\x00\r\n")
        line.later(0.05, babble)

    with EmulatedBus() as line:
        babble()
        said: list[str] = []
        assert not check(line.path, load_profile("sms-modem"), said.append)


def test_a_strip_that_is_answered_by_others_has_not_acknowledged() -> None:
    profile = load_profile("a090-strip")
    with EmulatedBus() as line:
        EmulatedStrip(profile, address=2, bus=line).deaf = True
        other = Answering(line, profile.confirm("show", 3))
        line.join(other)
        said: list[str] = []
        assert not check(line.path, profile, said.append, address=2)
    assert "did not acknowledge" in "\n".join(said)
