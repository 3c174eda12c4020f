"""The voice: what is heard, interrupted, softer; broken clips; devices that fail or hang."""

import json
import logging
import shutil
import threading
import time
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from hallclient import assets
from hallclient.ui import voice_sinks
from hallclient.ui.voice import RecordedVoice, recorded_voice
from hallclient.ui.voice_bank import RATE, BankError, VoiceBank, bank_language
from hallclient.ui.voice_sinks import AGAIN_S, DeviceSink, WavSink, open_device
from hallclient.ui.voice_tape import Tape, silence
from hallclient.ui.voice_text import ZH
from tests.leaks import threads
from tests.unit import voices
from tests.unit.voices import no_thread_is_left
from tests.waiting import eventually

__all__ = ["no_thread_is_left"]

CLIPS = assets.path("voice")
STEP = RATE // 100


class Ear(voices.Ear):
    """A sink that leaves the tape to the test."""

    def hear(self) -> bytes:
        return self.tape.take(self.tape.left)


class Speaking:
    """A voice and the ear that hears it."""

    def __init__(self, folder: Path = CLIPS, **times: float) -> None:
        self.ears: list[Ear] = []
        self.voice = RecordedVoice(folder, self._ear, **times)

    def _ear(self, tape: Tape) -> Ear:
        self.ears.append(Ear(tape))
        return self.ears[0]

    @property
    def ear(self) -> Ear:
        return self.ears[0]

    def heard(self, *lines: str, language: str = "zh-CN", volume: int = 100) -> bytes:
        """Return all that is heard of these lines."""
        expected = sum(self.length(line, language) for line in lines)
        self.voice.read(lines, language, volume)
        eventually(lambda: self.ear.tape.left >= expected)
        return self.ear.hear()

    def length(self, line: str, language: str) -> int:
        """Return how many frames a line has with the shortest gaps."""
        clips = self.sounds(line, language=language)
        gaps = len(silence(60)) * (len(clips) - 1) + len(silence(300)) if clips else 0
        return (sum(map(len, clips)) + gaps) // 2

    def sounds(self, *lines: str, language: str = "zh-CN") -> list[bytes]:
        bank = VoiceBank(CLIPS / bank_language(language), bank_language(language))
        return [bank.samples(said.key) for line in lines for said in bank.cut(line) or ()]


@pytest.fixture
def speaking() -> Iterator[Speaking]:
    made = Speaking()
    yield made
    made.voice.close()


def peak(samples: bytes) -> int:
    return max((abs(sample) for sample in array("h", samples)), default=0)


# What is heard


def test_clips_come_in_order_with_their_gaps(speaking: Speaking) -> None:
    seven, eight = speaking.sounds("7", "8")
    heard = speaking.heard("7，8", "8 7")
    first = seven + silence(120) + eight + silence(300)
    assert heard == first + eight + silence(60) + seven + silence(300)


@pytest.mark.parametrize(("language", "other"), [("zh-CN", "zh-Hant"), ("zh-Hant", "zh-CN")])
def test_traditional_chinese_is_read_in_mandarin(
    speaking: Speaking, language: str, other: str
) -> None:
    assert speaking.heard("B107", language=language) == speaking.heard("B107", language=other)


def test_english_has_a_voice_of_its_own(speaking: Speaking) -> None:
    assert speaking.heard("7", language="en") != speaking.heard("7")


def test_a_line_without_a_clip_is_left_out_whole(
    speaking: Speaking, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _twice in range(2):
        assert speaking.heard("7 王小明 8", "8") == speaking.sounds("8")[0] + silence(300)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert "王" not in told[0]


def test_softer_and_silent(speaking: Speaking) -> None:
    loud, soft, none = (peak(speaking.heard("7", volume=v)) for v in (100, 50, 0))
    assert loud * 0.2 < soft < loud * 0.3
    assert none == 0


def test_new_words_take_the_place_of_the_old(speaking: Speaking) -> None:
    speaking.voice.read(("7",) * 50, "zh-CN", 100)
    eventually(lambda: speaking.ear.tape.left > RATE)
    eight = speaking.sounds("8")[0] + silence(300)
    heard = speaking.heard("8")
    assert heard.endswith(eight)
    assert len(heard) - len(eight) <= RATE // 200 * 2


def test_hush_leaves_five_milliseconds(speaking: Speaking) -> None:
    speaking.voice.read(("7",) * 200, "zh-CN", 100)
    eventually(lambda: speaking.ear.tape.left > RATE)
    speaking.ear.tape.take(STEP * 7)
    start = time.perf_counter()
    speaking.voice.hush()
    assert time.perf_counter() - start < 0.05
    assert speaking.ear.tape.left <= RATE // 200
    assert peak(speaking.ear.tape.take(RATE)[RATE // 200 * 2 :]) == 0
    assert voice_sinks.PERIOD_MS * voice_sinks.PERIODS + 5 < 50, "a device holds that much"


def test_reading_begins_again_after_a_hush(speaking: Speaking) -> None:
    speaking.voice.read(("7",) * 50, "zh-CN", 100)
    speaking.voice.hush()
    assert speaking.heard("8").endswith(speaking.sounds("8")[0] + silence(300))


def test_a_closed_voice_is_silent(speaking: Speaking) -> None:
    speaking.voice.read(("7",), "zh-CN", 100)
    speaking.voice.close()
    speaking.voice.read(("8",), "zh-CN", 100)
    assert speaking.ear.tape.left <= RATE // 200
    assert speaking.ear.calls[-1] == "close"


def test_nobody_listens_no_thread() -> None:
    before = threads()
    made = Speaking()
    made.voice.hush()
    assert threads() == before
    made.voice.close()


def test_the_device_rests_when_nothing_is_said() -> None:
    made = Speaking(rest_s=0.02)
    made.heard("7")
    eventually(lambda: "rest" in made.ear.calls)
    made.voice.close()


def test_a_device_that_takes_nothing_is_lost() -> None:
    made = Speaking(lost_s=0.02)
    made.voice.read(("7",), "zh-CN", 100)
    eventually(lambda: "fail" in made.ear.calls)
    eventually(lambda: made.ear.tape.left <= RATE // 200)
    made.voice.read(("8",), "zh-CN", 100)
    eventually(lambda: made.ear.calls.count("wake") == 2)
    made.voice.close()


# Clips


def test_clips_that_are_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = Speaking(tmp_path)
    for _twice in range(2):
        made.voice.read(("7",), "zh-CN", 100)
        eventually(lambda: made.voice._wish is None)
    made.voice.close()
    assert made.ear.calls == ["close"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("damage", ["missing", "empty", "garbage", "short"])
def test_a_broken_pack_silences_its_own_lines_only(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "voice"
    shutil.copytree(CLIPS / "zh", folder / "zh")
    index = json.loads((folder / "zh" / "index.json").read_text("utf-8"))
    seven, eight = index["clips"]["7"], index["clips"]["8"]
    shutil.copy(folder / "zh" / seven[0], folder / "zh" / "90.ogg")
    seven[0] = "90.ogg"
    (folder / "zh" / "index.json").write_text(json.dumps(index), "utf-8")
    pack = folder / "zh" / "90.ogg"
    whole = pack.read_bytes()
    left = {"empty": b"", "garbage": b"\x00\xff" * 5000, "short": whole[:6000]}
    if damage in left:
        pack.write_bytes(left[damage])
    else:
        pack.unlink()
    assert eight[0] != "90.ogg"
    made = Speaking(folder)
    last = made.sounds("8")[0] + silence(300)
    made.voice.read(("8 7", "7", "8"), "zh-CN", 100)
    try:
        eventually(lambda: made.ear.tape.left >= len(last) // 2)
        assert made.ear.hear() == last
    finally:
        made.voice.close()
    assert "90.ogg" in caplog.text


@pytest.mark.parametrize(
    "index",
    [
        "", "[]", "{}", '{"rate": 16000, "clips": [], "aliases": {}}',
        '{"rate": 8000, "clips": {}, "aliases": {}}',
        '{"rate": 16000, "clips": {"7": ["../../x.ogg", 0, 10]}, "aliases": {}}',
        '{"rate": 16000, "clips": {"7": ["01.ogg", -1, 10]}, "aliases": {}}',
        '{"rate": 16000, "clips": {"7": ["01.ogg", 0, 100000000]}, "aliases": {}}',
        '{"rate": 16000, "clips": {"7": ["01.ogg", 0.5, 10]}, "aliases": {}}',
        '{"rate": 16000, "clips": {"7": 5}, "aliases": {}}',
    ],
)  # fmt: skip
def test_strange_indexes_are_refused(tmp_path: Path, index: str) -> None:
    (tmp_path / "index.json").write_text(index, "utf-8")
    with pytest.raises(BankError):
        VoiceBank(tmp_path, ZH)


# Devices


class Box:
    """A sound device."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_no_device_is_told_once_and_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now, tried, box = [0.0], [], Box()

    def opener(_tape: Tape) -> Box:
        tried.append(now[0])
        if now[0] < 50:
            raise OSError("no such device")
        return box

    sink = DeviceSink(Tape(), opener, lambda: now[0])
    for now[0] in (0, 1, AGAIN_S - 1, AGAIN_S + 1, AGAIN_S + 2):
        assert not sink.wake()
    now[0] = 60
    assert sink.wake()
    assert tried == [0, AGAIN_S + 1, 60]
    assert len(caplog.records) == 2
    sink.close()
    assert box.closed


def test_a_device_that_hangs_holds_nobody_up() -> None:
    now, go, box, tried = [0.0], threading.Event(), Box(), []

    def opener(_tape: Tape) -> Box:
        tried.append(1)
        go.wait(30)
        return box

    sink = DeviceSink(Tape(), opener, lambda: now[0], patience_s=0.05)
    assert not sink.wake()
    now[0] = 2 * AGAIN_S
    assert not sink.wake()
    assert len(tried) == 1, "while one hangs no second is begun"
    go.set()
    eventually(lambda: box.closed)
    now[0] = 4 * AGAIN_S
    eventually(sink.wake)
    sink.close()


def test_a_device_that_hangs_while_it_closes() -> None:
    go = threading.Event()

    class Stuck(Box):
        def close(self) -> None:
            go.wait(30)

    sink = DeviceSink(Tape(), lambda _tape: Stuck(), patience_s=0.05)
    assert sink.wake()
    start = time.monotonic()
    sink.close()
    assert time.monotonic() - start < 2
    go.set()


def test_this_machine_has_a_device_or_not(capfd: pytest.CaptureFixture[str]) -> None:
    sink = DeviceSink(Tape(), open_device)
    assert sink.wake() in (True, False)
    sink.close()


# A file


def test_a_wav_file_has_what_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "heard.wav"
    voice = recorded_voice(CLIPS, str(file))
    expected = Speaking().sounds("7")[0]
    voice.read(("7",), "zh-CN", 100)
    eventually(lambda: file.is_file() and file.stat().st_size >= 44 + len(expected))
    voice.close()
    with wave.open(str(file)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, RATE)
        assert read.readframes(read.getnframes())[: len(expected)] == expected


def test_a_wav_file_that_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tape = Tape()
    sink = WavSink(tape, tmp_path / "no folder" / "heard.wav")
    sink.wake()
    eventually(lambda: not sink.wake())
    sink.close()
    assert "heard.wav" in caplog.text
