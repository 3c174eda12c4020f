"""Two boards of one zone, as processes: one speaks; when it is killed, the other does."""

import os
import signal
import subprocess
import sys
import wave
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hallclient.services.announcing import leaders
from tests.stores import HallUnderTest
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0


@contextmanager
def board(hall: HallUnderTest, name: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.e2e.board_jobs", hall.url, f"PC {name}", name]
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(folder / name),
    }
    log = (folder / f"{name}.log").open("wb")
    process = subprocess.Popen(
        [*command, str(folder / f"{name}.wav")], cwd=ROOT, env=environment, stderr=log, stdout=log
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        log.close()


def leads(hall: HallUnderTest) -> list[str]:
    with hall.store.look() as reader:
        return list(leaders(reader))


def known(hall: HallUnderTest) -> list[str]:
    with hall.store.look() as reader:
        return [one.name for one in reader.boards()]


def acks(hall: HallUnderTest) -> Counter[tuple[str, object, object]]:
    return Counter(
        (entry.kind, entry.data["turn"], entry.data["board"])
        for entry in hall.journal()
        if entry.kind.startswith("call.")
    )


@pytest.fixture
def hall_now(hall: HallUnderTest) -> HallUnderTest:
    """The hall with the present time, as the boards' processes have it."""
    hall.store = type(hall.store)(hall.engine, hall.store.plan().hall_id)
    hall.clock.now = datetime.now(UTC)
    return hall


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_the_other_board_speaks_when_the_leader_is_killed(
    hall_now: HallUnderTest, tmp_path: Path
) -> None:
    hall = hall_now
    hall.sign_in("2", "3")
    with ExitStack() as stack:
        first = stack.enter_context(board(hall, "D1", tmp_path))
        eventually(lambda: leads(hall) == ["D1"], "the first board leads")
        second = stack.enter_context(board(hall, "D2", tmp_path))
        eventually(lambda: known(hall) == ["D1", "D2"], "the second one is there")
        assert leads(hall) == ["D1"]
        hall.issue()
        one = hall.calling("2").call_next().turn
        assert one is not None
        eventually(lambda: bool(acks(hall)), "the call is shown")
        first.send_signal(signal.SIGKILL)
        hall.issue()
        two = hall.calling("3").call_next().turn
        assert two is not None
        eventually(lambda: leads(hall) == ["D2"], "the other one leads")
        eventually(lambda: acks(hall)["call.spoken", one.id, "D2"] == 1, "it speaks what was not")
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE_S) == 0
    found = acks(hall)
    shown = [key for key in found if key[0] == "call.shown"]
    assert {turn for _kind, turn, _board in shown} == {one.id, two.id}
    assert set(found.values()) == {1}, "each is journalled once"
    with wave.open(str(tmp_path / "D2.wav")) as heard:
        assert heard.getnframes() / heard.getframerate() > 3
    with hall.store.look() as reader:
        assert reader.boards()[1].ended_at is not None
        assert leaders(reader) == {}
