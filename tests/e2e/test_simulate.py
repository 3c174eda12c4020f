"""``hallclient simulate`` from the command line, and against the services on a database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

SMALL = ["--cases", "400", "--windows", "60"]


def simulate(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hallclient", "simulate", *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_before_and_after_stand_side_by_side(tmp_path: Path) -> None:
    picture = tmp_path / "waits.png"
    done = simulate(*SMALL, "--open", "FA*2@9:00-12:00", "--picture", str(picture))
    assert done.returncode == 0, done.stderr
    assert "before  after   diff" in done.stdout
    assert "60 → 62" in done.stdout
    assert "FA 社保费" in done.stdout
    image = QImage(str(picture))
    assert image.width() == 1600
    assert len({image.pixel(x, 400) for x in range(0, 1600, 3)}) > 3


def test_the_same_citizens_come_before_and_after() -> None:
    done = simulate(*SMALL, "--close", "1", "--runs", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    before, after = found["hall"]["before"], found["hall"]["after"]
    assert before["came"] == after["came"] == 800
    assert after["mean"] >= before["mean"]
    again = json.loads(simulate(*SMALL, "--close", "1", "--runs", "2", "--json").stdout)
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--open", "NOPE"], "there is no queue NOPE"),
        (["--day", "someday"], "--day is drawn, typical or a date"),
        (["--windows", "9999"], "cannot be drawn"),
        (["--check", "--close", "1"], "--check plays a drawn day as it is"),
    ],
)
def test_what_cannot_be_done_is_said_calmly(words: list[str], says: str) -> None:
    done = simulate(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(320)
def test_it_waits_as_the_services_do(tmp_path: Path) -> None:
    """A dense small day through both: every queue's waits are the same to a few seconds."""
    words = ["--cases", "90", "--windows", "3", "--processes", "2", "--json"]
    done = simulate("--check", *words, "--db", f"sqlite:///{tmp_path / 'hall.db'}")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["hall"]["product"]["mean"] > 3
    assert found["hall"]["product"]["called"] == found["hall"]["simulated"]["called"]
    assert found["apart"] < 0.25
