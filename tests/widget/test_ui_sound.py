"""The chime: short, soft, and never in the way."""

import logging
import shutil
import sys
import time
import wave
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hallclient import assets
from hallclient.ui import sound
from hallclient.ui.sound import Chime, CommandSink, SilentSink, find_sink


class RecordingSink:
    def __init__(self) -> None:
        self.played: list[Path] = []
        self.closed = False

    def play(self, file: Path) -> None:
        self.played.append(file)

    def close(self) -> None:
        self.closed = True


def test_a_ring_plays_the_chime() -> None:
    sink = RecordingSink()
    chime = Chime(sink)
    chime.ring()
    chime.close()
    assert (sink.played, sink.closed) == ([assets.path("sounds", "chime.wav")], True)


def test_the_chime_is_small_and_does_not_clip() -> None:
    file = assets.path("sounds", "chime.wav")
    assert file.stat().st_size <= 60_000
    with wave.open(str(file), "rb") as chime:
        frames = chime.readframes(chime.getnframes())
        seconds = chime.getnframes() / chime.getframerate()
    levels = memoryview(frames).cast("h")
    loudest = max(abs(level) for level in levels)
    assert 0.5 < seconds < 1.5
    assert 8_000 < loudest < 28_000
    assert max(abs(level) for level in levels[-100:]) < 1_000


def player(tmp_path: Path, program: str) -> CommandSink:
    script = tmp_path / "player.py"
    script.write_text(program, "utf-8")
    return CommandSink((sys.executable, str(script)))


def test_the_player_gets_the_file(tmp_path: Path, qtbot: QtBot) -> None:
    out = tmp_path / "got"
    sink = player(tmp_path, f"import sys; open({str(out)!r}, 'w').write(sys.argv[1])")
    with qtbot.waitSignal(sink._process.finished):
        sink.play(Path("chime.wav"))
    assert out.read_text() == "chime.wav"
    assert not sink._limit.isActive()


def test_a_second_ring_while_one_sounds_is_left_out(tmp_path: Path, qtbot: QtBot) -> None:
    sink = player(tmp_path, "input()")
    sink.play(Path("chime.wav"))
    first = sink._process.processId()
    sink.play(Path("chime.wav"))
    assert sink._process.processId() == first
    sink.close()
    assert not sink.playing


def test_a_hung_player_is_ended(tmp_path: Path, qtbot: QtBot) -> None:
    sink = player(tmp_path, "import threading; threading.Event().wait()")
    sink._limit.setInterval(50)
    with qtbot.waitSignal(sink._process.finished):
        sink.play(Path("chime.wav"))
    assert not sink.playing


def test_a_missing_player_is_said_once_and_does_no_harm(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    sink = CommandSink(("/nowhere/player",))
    began = time.monotonic()
    for _ in range(3):
        sink.play(Path("chime.wav"))
        qtbot.waitUntil(lambda: not sink.playing)
    assert time.monotonic() - began < 2
    assert caplog.text.count("cannot be started") == 1
    sink.close()


def test_no_player_means_silence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with caplog.at_level(logging.INFO):
        sink = find_sink()
    assert isinstance(sink, SilentSink)
    assert "paplay" in caplog.text
    Chime(sink).ring()


def test_the_first_player_found_is_used(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    found = {"aplay": "/usr/bin/aplay", "afplay": "/usr/bin/afplay"}
    monkeypatch.setattr(shutil, "which", found.get)
    sink = find_sink()
    assert isinstance(sink, CommandSink)
    assert sink._command == ("/usr/bin/aplay", "-q")


class FakeWinsound:
    SND_FILENAME, SND_ASYNC = 1, 2

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.calls: list[tuple[str | None, int]] = []

    def PlaySound(self, name: str | None, flags: int) -> None:  # noqa: N802 - Windows' name
        self.calls.append((name, flags))
        if self.broken:
            raise RuntimeError("no device")


def test_windows_plays_without_waiting(caplog: pytest.LogCaptureFixture) -> None:
    fake = FakeWinsound()
    sink = sound.WindowsSink(fake)
    sink.play(Path("chime.wav"))
    sink.close()
    assert fake.calls == [("chime.wav", 3), (None, 0)]
    sound.WindowsSink(FakeWinsound(broken=True)).play(Path("chime.wav"))
    assert "cannot play" in caplog.text
