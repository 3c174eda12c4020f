"""What the public sees and hears of one clerk's turn: boards, voice, strip, and an emergency."""

import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import load_profile
from hallclient.domain.publication import EmergencyKind
from hallclient.domain.speaking import VOLUME, CallToSpeak
from hallclient.lab.hand import Hand
from hallclient.services.publishing import Publishing
from hallclient.ui.call_voice import CallVoice
from hallclient.ui.voice_tape import Tape
from hallclient.ui.words import Words
from tests.e2e.test_roles import KEY, LIMIT_S, Roles, hall, roles, sign_in
from tests.halls import PIN
from tests.services.console import SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]

SAY = Words()
SPOKEN_S = 20.0


@pytest.fixture
def strip(tmp_path: Path) -> Iterator[EmulatedStrip]:
    with EmulatedStrip(load_profile("a090-strip"), link=tmp_path / "strip") as opened:
        yield opened


@pytest.fixture
def keypad(tmp_path: Path) -> Iterator[EmulatedKeypad]:
    with EmulatedKeypad(load_profile("ff68-keypad"), link=tmp_path / "keypad") as opened:
        yield opened


def board(roles: Roles, name: str, wav: Path) -> Hand:
    """A board of the whole hall on a PC of its own."""
    settings = roles.terminal.home / f"{name}.toml"
    settings.write_text(f'station = "PC-{name}"\n', "utf-8")
    own = ("--name", name, "--settings", str(settings), "--voice-to", str(wav))
    return roles.start(name, "display", *own, "--at", "0,0,960,540")


def times_heard(wav: Path, label: str, window: str) -> int:
    """How often a call is in a recording, clip for clip."""
    if not wav.exists():
        return 0
    with wave.open(str(wav)) as heard:
        samples = heard.readframes(heard.getnframes())
    call = CallToSpeak(1, 1, label, window, "1B", datetime.now(UTC))
    sound, tape = CallVoice().call(call, ("zh",)), Tape()
    assert sound
    tape.put(tape.begin(VOLUME), sound)
    found: int = samples.count(tape.take(len(sound) // 2))
    return found


def spoken(hall: HallUnderTest) -> list[tuple[object, object]]:
    said = [entry.data for entry in hall.journal() if entry.kind == "call.spoken"]
    return [(data["board"], data["times"]) for data in said]


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_a_call_is_seen_everywhere_and_heard_from_one_board(
    roles: Roles, hall: HallUnderTest, strip: EmulatedStrip, keypad: EmulatedKeypad, tmp_path: Path
) -> None:
    with_console_staff(hall)
    hall.issue("BDC001")
    wavs = {name: tmp_path / f"{name}.wav" for name in ("D1", "D2")}
    boards = {name: board(roles, name, wav) for name, wav in wavs.items()}
    window = roles.start("w", "window", "1", "--keypad", keypad.path, "--strip", strip.path)
    console = roles.start("c", "supervisor", "--at", "0,0,1440,900")
    sign_in(window)
    console.wait_for(SAY("supervisor.sign_in.enter"))
    for typed in (SUPERVISOR, PIN):
        console.type(typed)
        console.key("Return")
    console.wait_for(SAY("supervisor.action.stop"))
    eventually(lambda: hall.one("SELECT count(*) FROM board") == 2)
    window.touch(KEY["call_next"])
    for one in boards.values():
        one.wait_to_read("B001 → 1")
    assert strip.wait_for_text("请 B001", LIMIT_S), strip.texts
    window.wait_for(KEY["start"])
    window.touch(KEY["start"])  # he is there already: it is said to its end, as a rule not twice
    assert strip.wait_for_text("B001 办理中", LIMIT_S), strip.texts
    eventually(lambda: bool(spoken(hall)), limit_s=SPOKEN_S)
    ((speaker, times),) = spoken(hall)
    assert times in (1, 2)
    (silent,) = wavs.keys() - {speaker}

    # An emergency: screens, strip and the console, which ends it.
    Publishing(hall.store, SUPERVISOR).emergency(EmergencyKind.FIRE)
    for one in boards.values():
        one.wait_to_read(SAY("emergency.title.fire"))
    assert strip.wait_for_text("火警 请离开", LIMIT_S), strip.texts
    window.wait_to_read(SAY("emergency.staff_todo.fire"))
    end = console.wait_for_start(SAY("supervisor.verb.show_emergency"))
    console.touch(end)
    for _again in range(2):
        console.touch(console.wait_for(SAY("publish.emergency_form.clear")))
    for one in boards.values():
        one.wait_to_read(SAY("emergency.title.fire"), gone=True)
    console.wait_to_read(SAY("supervisor.verb.show_emergency"), gone=True)

    # The board that is killed shows the same when it is back.
    roles.kill(silent)
    board(roles, silent, tmp_path / "again.wav").wait_to_read("B001 → 1")
    assert strip.wait_for_text("B001 办理中", LIMIT_S), strip.texts
    roles.end()
    assert times_heard(wavs[str(speaker)], "B001", "1") == times
    assert not times_heard(wavs[silent], "B001", "1")
    assert not times_heard(tmp_path / "again.wav", "B001", "1")
