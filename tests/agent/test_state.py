"""One agent a folder, and what it says of itself."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.agent import agent as agent_module
from hallclient.agent import state
from hallclient.agent.agent import Agent, Bell
from hallclient.agent.part import PartState, StatusLine
from hallclient.agent.state import AgentRunsError, StateFolder

SINCE = datetime(2026, 9, 29, 1, tzinfo=UTC)
LINE = StatusLine("window 12", PartState.WAITING, SINCE, 3, "somebody quit it")
HOLD = """
import pathlib, sys
from hallclient.agent.state import StateFolder
folder = StateFolder(pathlib.Path(sys.argv[1]))
folder.take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StateFolder]:
    own = StateFolder(tmp_path / "state")
    yield own
    own.give_back()


def test_a_second_agent_is_refused_and_a_killed_one_leaves_nothing(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_TRY_S", 0.1)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"taken\n"
        folder.write(SINCE, [LINE])
        status = folder.read()
        assert status is not None
        assert status.runs
        with pytest.raises(AgentRunsError, match="An agent runs on this PC already"):
            folder.take()
        other.kill()
        other.wait()
        status = folder.read()
        assert status is not None
        assert not status.runs
        folder.take()


def test_status_is_read_as_it_was_written(folder: StateFolder) -> None:
    folder.take()
    assert folder.read() is None
    folder.write(SINCE, [LINE])
    status = folder.read()
    assert status is not None
    assert (status.process, status.since, status.lines) == (os.getpid(), SINCE, (LINE,))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"lines": [1]}', '{"lines": 3}', "\x00"])
def test_a_status_that_cannot_be_read_is_none(folder: StateFolder, text: str) -> None:
    folder.path.mkdir()
    (folder.path / "status.json").write_text(text, "utf-8")
    assert folder.read() is None


def test_asking_does_not_make_a_folder(tmp_path: Path) -> None:
    assert StateFolder(tmp_path / "none").read() is None
    assert not (tmp_path / "none").exists()


class FakePart:
    """A part that fails to begin so many times."""

    name = "fake"

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails
        self.done: list[str] = []

    def start(self) -> None:
        self.done.append("start")
        if self.done.count("start") <= self.fails:
            raise RuntimeError("no threads left")

    def stop(self) -> None:
        self.done.append("stop")

    def close(self) -> None:
        self.done.append("close")

    def status(self) -> Sequence[StatusLine]:
        return [LINE] if self.done.count("start") > self.fails else []


def run(folder: StateFolder, *parts: FakePart, until: str, rings: int = 0) -> int:
    """Run an agent until its status holds a word, then ask it to end by a signal."""
    bell = Bell()
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.01):
            for _ in range(rings):
                bell.ring()
            status = folder.read()
            if status and any(until in f"{line.state} {line.words}" for line in status.lines):
                os.kill(os.getpid(), signal.SIGTERM)
                return

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        return Agent(parts, folder, bell).run()
    finally:
        done.set()
        asker.join()
        bell.close()


def test_an_agent_begins_tells_and_ends_its_parts(folder: StateFolder) -> None:
    folder.take()
    before = signal.getsignal(signal.SIGTERM)
    parts = FakePart(), FakePart()
    assert run(folder, *parts, until="quit") == 0
    assert [part.done for part in parts] == [["start", "stop", "close"]] * 2
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_that_was_ignored_stays_ignored(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started with nohup, the agent outlives its terminal."""
    folder.take()
    part, seen = FakePart(), []
    monkeypatch.setattr(part, "stop", lambda: seen.append(signal.getsignal(signal.SIGHUP)))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert run(folder, part, until="quit") == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert seen == [signal.SIG_IGN]


def test_a_part_that_does_not_begin_is_tried_again(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(agent_module, "AGAIN_S", 0.05)
    folder.take()
    broken, whole = FakePart(fails=2), FakePart()
    whole.status = list  # type: ignore[method-assign]
    assert run(folder, broken, whole, until="quit") == 0
    assert broken.done == ["start"] * 3 + ["stop", "close"]
    assert whole.done == ["start", "stop", "close"]
    assert "did not begin" in caplog.text


def test_a_storm_of_changes_writes_seldom_and_hides_no_signal(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.take()
    writes = []
    write = folder.write

    def counted(since: datetime, lines: Sequence[StatusLine]) -> None:
        writes.append(lines)
        write(since, lines)

    monkeypatch.setattr(folder, "write", counted)
    assert run(folder, FakePart(), until="quit", rings=5000) == 0
    assert len(writes) == 1, "nothing had changed"


def test_a_disk_that_is_full_is_no_end(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder.take()
    write, fails = folder.write, [1]

    def full_at_first(*all_of: object) -> None:
        if fails:
            fails.pop()
            raise OSError(28, "No space left on device")
        write(*all_of)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "write", full_at_first)
    assert run(folder, FakePart(), until="quit", rings=1) == 0
    assert "the status cannot be written: No space left on device" in caplog.text


def test_a_status_that_met_a_full_disk_is_written_when_there_is_room(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing rings any more: all is well, and the file says what was before."""
    monkeypatch.setattr(agent_module, "AGAIN_S", 0.05)
    folder.take()
    write, fails = folder.write, [1]

    def full_at_first(*all_of: object) -> None:
        if fails:
            fails.pop()
            raise OSError(28, "No space left on device")
        write(*all_of)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "write", full_at_first)
    late = threading.Timer(5.0, os.kill, (os.getpid(), signal.SIGTERM))
    late.start()
    try:
        assert run(folder, FakePart(), until="quit") == 0
        assert late.is_alive(), "written by the agent's end only"
    finally:
        late.cancel()
        late.join()


def test_a_ring_in_the_middle_of_a_wait_makes_no_bell_deaf() -> None:
    bell = Bell()
    clear, rung = bell._rung.clear, bell._rung

    class Interrupted:
        """Another thread rings just when the bell has been cleared."""

        is_set, set = rung.is_set, rung.set

        def clear(self) -> None:
            clear()
            bell.ring()

    bell.ring()
    bell._rung = Interrupted()  # type: ignore[assignment]
    assert bell.wait(1.0)
    bell._rung = rung
    bell.ring()
    heard = bell.wait(0.2)
    bell.close()
    assert heard


def test_a_folder_of_somebody_else_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "agent.lock").mkdir()  # opens for nobody, not even for root
    assert main(["agent", "--status", "--state", str(tmp_path)]) == 2
    assert f"The folder {tmp_path} cannot be used: Is a directory." in capsys.readouterr().err
