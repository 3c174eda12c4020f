"""What is heard of a call: clips, chime, languages, volume; who may speak; devices that fail."""

import json
import logging
import math
import shutil
import subprocess
import sys
import threading
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hallclient import assets
from hallclient.bootstrap import call_voice as joined
from hallclient.bootstrap.call_voice import Loudspeaker, call_voice
from hallclient.config import DisplaySettings
from hallclient.display.speaking import Speaker
from hallclient.domain.announcement import CallKey, Spoken, Unspoken
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import PREFIX_LETTERS
from hallclient.domain.rules import HallRules
from hallclient.domain.speaking import Alert, CallToSpeak, all_clear
from hallclient.domain.text import LocalText
from hallclient.lab.voice.call_texts import SENTENCES, call_texts
from hallclient.ui.call_voice import CallVoice, chime
from hallclient.ui.voice_bank import RATE, Clips
from hallclient.ui.voice_floor import FileFloor, Floor, OpenFloor
from hallclient.ui.voice_mouth import Mouth, Played
from hallclient.ui.voice_tape import Tape, silence
from tests.leaks import threads
from tests.unit import voices
from tests.unit.voices import no_thread_is_left
from tests.waiting import eventually

__all__ = ["no_thread_is_left"]

CALLS = assets.path("voice", "calls")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""12:00 in the hall."""
PLAN = HallPlan("650100000000-01", LocalText("示例"))


def call(turn: int = 1, label: str = "A012", window: str = "3", **more: object) -> CallToSpeak:
    plain = CallToSpeak(turn, 1, label, window, "A", NOON)
    return replace(plain, **more)  # type: ignore[arg-type]


class Ear(voices.Ear):
    """A loudspeaker that takes a second in a millisecond and remembers what it heard."""

    def __init__(self, tape: Tape, *, works: bool = True, deaf: bool = False) -> None:
        super().__init__(tape, works=works)
        self.deaf = deaf
        self.heard: list[bytes] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._end.wait(0.001):
            left = self.tape.left
            if left and not self.deaf:
                self.heard.append(self.tape.take(left))


@dataclass
class Room:
    """The equipment of a speaker under test, and what it told."""

    own: Path | None = None
    works: bool = True
    deaf: bool = False
    floor_: Floor = field(default_factory=OpenFloor)
    ears: list[Ear] = field(default_factory=list)
    leased: bool = True
    asked: list[str] = field(default_factory=list)
    begun: list[CallKey] = field(default_factory=list)
    results: list[Spoken] = field(default_factory=list)

    def clips(self, hall_id: str) -> CallVoice:
        assert hall_id == PLAN.hall_id
        return CallVoice(self.own)

    def chime(self) -> bytes:
        return chime()

    def mouth(self) -> Mouth:
        return Mouth(self._ear, lost_s=0.05)

    def floor(self) -> Floor:
        return self.floor_

    def leads(self, zone: str) -> bool:
        self.asked.append(zone)
        return self.leased

    def begins(self, key: CallKey) -> None:
        self.begun.append(key)

    def spoken(self, result: Spoken) -> None:
        self.results.append(result)

    def heard(self) -> bytes:
        return b"".join(sound for ear in self.ears for sound in ear.heard)

    def _ear(self, tape: Tape) -> Ear:
        self.ears.append(Ear(tape, works=self.works, deaf=self.deaf))
        return self.ears[-1]


@contextmanager
def speaking(
    room: Room, rules: HallRules | None = None, now: datetime = NOON, leads: str = "A"
) -> Iterator[Speaker]:
    made = Speaker(room, between_s=0.0)
    made.listen(room)
    made.follow(replace(PLAN, rules=rules or HallRules()), lambda: now)
    made.lead(frozenset(leads))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def clips() -> CallVoice:
    return CallVoice()


# What is shipped


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_call_that_a_hall_can_make_has_its_clips(language: str) -> None:
    shipped = Clips(CALLS / language).keys
    assert shipped == {key for key, _text in call_texts(language)}
    assert len(shipped) > 1700


def test_every_pack_can_be_read_to_its_last_clip() -> None:
    for language in ("zh", "en"):
        bank = Clips(CALLS / language)
        last = {clip.pack: key for key, clip in bank._clips.items()}
        assert all(bank.samples(key) for key in last.values())


def test_a_call_takes_less_than_five_seconds(clips: CallVoice) -> None:
    lengths = []
    for number, window in (("012", "3"), ("798", "128"), ("111", "40")):
        for language in ("zh", "en"):
            sound = clips.call(call(label=f"A{number}", window=window), (language,))
            lengths.append(len(sound) / 2 / RATE)
    assert all(2 < length < 4.7 for length in lengths), lengths


def test_the_sentences_of_all_languages_are_the_same() -> None:
    assert SENTENCES["zh"].keys() == SENTENCES["en"].keys()
    assert {all_clear(drill=one).removeprefix("say/") for one in (True, False)} < set(
        SENTENCES["zh"]
    )


# How it is put together


def test_parts_and_languages_have_their_gaps(clips: CallVoice) -> None:
    bank = Clips(CALLS / "zh")
    a, number, window = (bank.samples(key) for key in ("prefix/A", "number/012", "window/3"))
    chinese = a + silence(120) + number + silence(120) + window
    assert clips.call(call(), ("zh",)) == chinese
    both = clips.call(call(), ("zh", "en"))
    assert both == chinese + silence(350) + clips.call(call(), ("en",))
    four = clips.call(call(label="A1234"), ("zh",))
    assert bank.samples("first/12") + silence(60) + bank.samples("last/34") in four
    assert clips.call(call(), ("zh",), yao=True) != chinese


def test_what_has_no_clip_is_no_sound(clips: CallVoice) -> None:
    assert clips.call(call(window="综合"), ("zh",)) == b""
    assert clips.call(call(), ("xx",)) == b""
    assert clips.call(call(), ("xx", "zh")) == clips.call(call(), ("zh",))


def test_a_third_language_is_a_folder(tmp_path: Path) -> None:
    """Made-up, and it says the window first."""
    shutil.copytree(CALLS / "en", tmp_path / "xx")
    index = json.loads((tmp_path / "xx" / "index.json").read_text("utf-8"))
    index["order"] = ["window", "prefix", "number"]
    (tmp_path / "xx" / "index.json").write_text(json.dumps(index), "utf-8")
    bank = Clips(CALLS / "en")
    window, a, number = (bank.samples(key) for key in ("window/3", "prefix/A", "number/012"))
    said = CallVoice(shipped=tmp_path).call(call(), ("xx",))
    assert said == window + silence(120) + a + silence(120) + number


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_sounds_whole(language: str) -> None:
    """No click where clips begin and end, one loudness, gaps as they are meant."""
    bank, loud = Clips(CALLS / language), []
    keys = [key for key in sorted(bank.keys) if not key.startswith("say/")][::31]
    for key in (*keys, "prefix/AB", "first/12", "last/34"):
        samples = array("h", bank.samples(key))
        voiced = [one for one in samples if abs(one) > 650]
        loud.append(10 * math.log10(sum(one * one for one in voiced) / len(voiced)))
        assert max(abs(samples[0]), abs(samples[-1])) == 0, key
        assert max(abs(one) for one in (*samples[:4], *samples[-4:])) < 330, f"{key}: a click"
        assert sum(abs(one) > 32_766 for one in samples) < 8, f"{key} is clipped"
    assert max(loud) - min(loud) < 3, "dB between clips"
    said = CallVoice().call(call(label="AB1234"), (language,))
    parts = [bank.samples(key) for key in ("prefix/AB", "first/12", "last/34", "window/3")]
    assert (
        said
        == parts[0] + silence(120) + parts[1] + silence(60) + parts[2] + silence(120) + parts[3]
    )


def own_clips(folder: Path, **keys: str) -> Path:
    """Make a hall's own folder: its keys sound like shipped ones."""
    (folder / "zh").mkdir(parents=True)
    shutil.copy(CALLS / "zh" / "01.ogg", folder / "zh" / "01.ogg")
    shipped = json.loads((CALLS / "zh" / "index.json").read_text("utf-8"))["clips"]
    table = {"rate": RATE, "clips": {k: shipped[v] for k, v in keys.items()}, "aliases": {}}
    (folder / "zh" / "index.json").write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    return folder


def test_a_halls_own_names_go_before_what_is_shipped(tmp_path: Path) -> None:
    own = own_clips(tmp_path, **{"window/综合": "number/001", "place/F2": "number/002"})
    bank = Clips(CALLS / "zh")
    said = CallVoice(own).call(call(window="综合", place="F2"), ("zh",))
    assert said.endswith(bank.samples("number/002") + silence(120) + bank.samples("number/001"))


def test_a_broken_folder_of_the_hall_leaves_the_shipped_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "index.json").write_text("{", "utf-8")
    assert CallVoice(tmp_path).call(call(), ("zh",))
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_broken_pack_silences_its_own_calls_only(tmp_path: Path) -> None:
    shutil.copytree(CALLS / "zh", tmp_path / "zh")
    index = json.loads((tmp_path / "zh" / "index.json").read_text("utf-8"))["clips"]
    (tmp_path / "zh" / index["number/012"][0]).write_bytes(b"broken")
    voice = CallVoice(shipped=tmp_path)
    assert voice.call(call(), ("zh",)) == b""
    assert voice.call(call(label="A512"), ("zh",))


# What a board says


def test_chime_then_the_call_twice(clips: CallVoice) -> None:
    room, sound = Room(), clips.call(call(), ("zh",))
    with speaking(room) as voice:
        voice.call(call())
        eventually(lambda: bool(room.results))
    assert room.results == [Spoken(1, 1, "A", 2)]
    assert room.begun == [(1, 1)]
    expected = at_volume(chime() + sound, 80) + at_volume(sound, 80)
    assert room.heard() == expected


def at_volume(samples: bytes, volume: int) -> bytes:
    tape = Tape()
    tape.put(tape.begin(volume), samples)
    return tape.take(len(samples) // 2)


def test_in_a_backlog_once_and_without_more_chimes(clips: CallVoice) -> None:
    room = Room()
    with speaking(room, leads="") as voice:
        for turn in (1, 2, 3):
            voice.call(call(turn, f"A00{turn}"))
        assert voice.held() == ((1, 1), (2, 1), (3, 1))
        voice.lead(frozenset("A"))
        eventually(lambda: len(room.results) == 3)
    assert [(result.turn_id, result.times) for result in room.results] == [(1, 1), (2, 1), (3, 2)]
    sounds = [clips.call(call(label=f"A00{n}"), ("zh",)) for n in (1, 2, 3, 3)]
    assert room.heard() == at_volume(chime() + b"".join(sounds), 80)


def test_who_leads_nothing_is_silent_and_has_no_thread() -> None:
    before, room = threads(), Room()
    with speaking(room, leads="") as voice:
        voice.call(call())
        assert threads() == before
        voice.heard_elsewhere([(1, 1)])
        assert voice.held() == ()
    assert room.ears == []


@pytest.mark.parametrize(
    ("room", "rules", "why", "sounds"),
    [
        (Room(works=False), HallRules(), Unspoken.NO_SOUND, False),
        (Room(deaf=True), HallRules(), Unspoken.NO_SOUND, False),
        (Room(), HallRules(voice_languages=("xx",)), Unspoken.NO_CLIP, True),
        (
            Room(),
            HallRules(voice_languages=("xx",), voice_chime=False),
            Unspoken.NO_CLIP,
            False,
        ),
        (
            Room(),
            HallRules(voice_volumes=((NOON.replace(hour=11).time(), 0),)),
            Unspoken.MUTED,
            False,
        ),
    ],
    ids=["no device", "lost device", "no clip", "no clip, no chime", "muted"],
)
def test_why_a_call_is_not_spoken(
    room: Room, rules: HallRules, why: Unspoken, *, sounds: bool
) -> None:
    with speaking(room, rules) as voice:
        voice.call(call())
        eventually(lambda: bool(room.results))
    assert [(result.times, result.why) for result in room.results] == [(0, why)]
    assert room.begun == [(1, 1)], "the frame traces all the same"
    assert room.heard() == (at_volume(chime(), 80) if sounds else b"")


def test_a_lease_that_has_run_out_silences_calls_until_there_is_another() -> None:
    room = Room(leased=False)
    with speaking(room) as voice:
        voice.call(call())
        eventually(lambda: bool(room.asked) and voice.held() == ((1, 1),))
        room.leased = True
        voice.lead(frozenset())
        voice.lead(frozenset("A"))
        eventually(lambda: bool(room.results))
    assert room.begun == [(1, 1)], "not before the lease was there again"
    assert room.results == [Spoken(1, 1, "A", 2)]


def test_too_old_and_answered_are_told() -> None:
    room = Room()
    with speaking(room, leads="", now=NOON + timedelta(seconds=50)) as voice:
        voice.call(call())
        voice.call(call(2))
        voice.lead(frozenset("A"))
        eventually(lambda: len(room.results) == 2)
    assert {result.why for result in room.results} == {Unspoken.TOO_OLD}
    room = Room(floor_=Taken())
    with speaking(room) as voice:
        voice.call(call())
        voice.answered(1)
        eventually(lambda: bool(room.results))
    assert [result.why for result in room.results] == [Unspoken.ANSWERED]


class Taken(OpenFloor):
    """Somebody else speaks until the end."""

    def take(self, wait: Callable[[float], bool]) -> bool:
        while not wait(0.01):
            pass
        return False


def test_an_emergency_is_said_at_full_volume_and_in_english_too(clips: CallVoice) -> None:
    room = Room()
    fire = clips.sentences(("say/fire",), ("zh",))
    assert fire.endswith(clips.sentences(("say/fire",), ("en",)))
    with speaking(room) as voice:
        voice.alert(Alert(("say/fire",)))
        eventually(lambda: len(room.heard()) >= len(chime() + fire))
        voice.call(call())
        voice.alert(None)
        voice.say("say/ended")
        eventually(lambda: bool(room.results))
    assert room.heard().startswith(chime() + fire)
    assert room.results == [Spoken(1, 1, "A", 2)]


def test_the_end_of_an_emergency_is_heard_where_the_emergency_was(clips: CallVoice) -> None:
    room = Room()
    quiet = HallRules(voice_volumes=((NOON.replace(hour=11).time(), 0),))
    ended = chime() + clips.sentences((all_clear(drill=False),), ("zh",))
    with speaking(room, quiet) as voice:
        voice.say(all_clear(drill=False))
        eventually(lambda: len(room.heard()) >= len(ended))
    assert room.heard() == ended


def test_closing_falls_silent_at_once() -> None:
    room = Room(deaf=True)
    with speaking(room) as voice:
        voice.call(call())
        eventually(lambda: bool(room.begun))
        start = time.monotonic()
    assert time.monotonic() - start < 2


def test_trouble_with_one_call_does_not_end_the_voice(caplog: pytest.LogCaptureFixture) -> None:
    room = Room()
    broken: list[CallToSpeak] = []

    class Moody(CallVoice):
        def call(self, call: CallToSpeak, *args: object, **more: object) -> bytes:
            if not broken:
                broken.append(call)
                raise RuntimeError("moody")
            return super().call(call, *args, **more)  # type: ignore[arg-type]

    made = Moody()
    room.clips = lambda hall_id: made  # type: ignore[method-assign]
    with speaking(room) as voice:
        voice.call(call(1))
        eventually(lambda: len(room.results) == 1)
        voice.call(call(2))
        eventually(lambda: len(room.results) == 2)
    assert [result.why for result in room.results] == [Unspoken.NO_SOUND, None]
    assert "moody" in caplog.text


# Whose turn it is on this PC


HOLD = """
import sys
from pathlib import Path
from hallclient.ui.voice_floor import FileFloor
floor = FileFloor(Path(sys.argv[1]))
floor.take(lambda seconds: False)
print("mine", flush=True)
sys.stdin.read()
"""


def test_two_boards_of_a_pc_do_not_speak_at_once(tmp_path: Path) -> None:
    lock, free = tmp_path / "run" / "voice.lock", threading.Event()
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"mine\n"
            floor = FileFloor(lock)
            assert not floor.take(lambda _seconds: True), "given up"
            tries = iter(range(3))
            assert not floor.take(lambda _seconds: next(tries, None) is None)
            other.kill()
            assert floor.take(free.wait), "the kernel has freed it"
            floor.give()
        finally:
            other.kill()


def test_a_board_that_hangs_does_not_silence_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    hung, floor = FileFloor(tmp_path / "lock"), FileFloor(tmp_path / "lock", lambda: now[0])
    assert hung.take(lambda _seconds: False)

    def wait(_seconds: float) -> bool:
        now[0] += 10
        return False

    assert floor.take(wait)
    floor.give()
    waited = now[0]
    assert floor.take(wait)
    assert now[0] == waited, "a hung one is waited for once, or every call grows too old"
    floor.give()
    hung.give()
    assert len(caplog.records) == 1
    assert floor.take(wait)
    assert hung.take(lambda _seconds: True) is False, "who has come back is waited for again"
    floor.give()
    assert hung.take(lambda _seconds: False)
    assert not floor.take(lambda _seconds: True)
    hung.give()


def test_a_place_that_cannot_be_locked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    floor = FileFloor(tmp_path / "file" / "lock")
    assert floor.take(lambda _seconds: False)
    floor.give()
    assert len(caplog.records) == 1


# Joined


def test_a_sound_that_is_lost_half_way() -> None:
    room = Room(deaf=True)
    mouth = room.mouth()
    assert mouth.play(silence(500), 80, lambda seconds: threading.Event().wait(seconds)) is (
        Played.LOST
    )
    assert "fail" in room.ears[0].calls
    mouth.close()


def test_a_board_without_sound_has_no_voice() -> None:
    for settings in (DisplaySettings(sound=False), DisplaySettings(voice=False)):
        assert call_voice(settings) is None
    voice = call_voice(DisplaySettings())
    assert voice is not None
    voice.close()


def test_voice_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clips: CallVoice) -> None:
    """In real time, as it would be heard: the chime and most of a call."""
    monkeypatch.setattr(joined, "own_clips", lambda _hall: tmp_path / "own")
    file = tmp_path / "heard.wav"
    made = Speaker(Loudspeaker(str(file)))
    expected = at_volume(chime() + clips.call(call(), ("zh",)), 80)
    made.follow(PLAN, lambda: NOON)
    made.lead(frozenset("A"))
    made.call(call())
    eventually(lambda: file.is_file() and file.stat().st_size > 44 + RATE * 2)
    made.close()
    with wave.open(str(file)) as read:
        heard = read.readframes(read.getnframes())
    assert expected.startswith(heard[: RATE * 2 - 2000])


def test_prefixes_of_every_hall() -> None:
    pairs = {a + b for a in PREFIX_LETTERS for b in PREFIX_LETTERS} | set(PREFIX_LETTERS)
    assert {f"prefix/{letters}" for letters in pairs} <= Clips(CALLS / "zh").keys


def test_clips_that_are_missing_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    voice = CallVoice()
    for _twice in range(2):
        voice.call(call(window="综合"), ("zh",))
    assert len(caplog.records) == 1
