"""Call boards as processes of their own: which monitor, and what they cost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCREENS = [
    {"name": "LEFT", "x": 0, "y": 0, "width": 1280, "height": 720, "logicalDpi": 96, "dpr": 1},
    {"name": "HALL", "x": 1280, "y": 0, "width": 1080, "height": 1920, "logicalDpi": 96, "dpr": 1},
]


def run(*words: str, platform: str = "offscreen") -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={**os.environ, "QT_QPA_PLATFORM": platform},
        capture_output=True,
        text=True,
        timeout=1700,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def two(tmp_path: Path) -> str:
    """Return a platform with two monitors, one of them on its side."""
    file = tmp_path / "screens.json"
    file.write_text(json.dumps({"screens": SCREENS}), "utf-8")
    return f"offscreen:configfile={file}"


def test_the_monitors_are_listed(two: str) -> None:
    lines = run("hallclient", "display", "--list-screens", platform=two).splitlines()
    assert lines == ["1  HALL  1080×1920 at 1280,0  (main)", "2  LEFT  1280×720 at 0,0"]


PLACES = """
from hallclient.lab.bench.board_stand import MadeUpHall, made_up_board
from hallclient.ui.monitors import OnMonitor
app, board = made_up_board(MadeUpHall(), (640, 360))
for name in ("LEFT", "HALL", "1", "2", "GONE"):
    on = OnMonitor(board, name)
    on.place()
    app.qt.processEvents()
    at = board.geometry()
    print(at.x(), at.width(), at.height(), board.place(board.header).height())
    on.stop()
board.stop(); board.close(); app.close()
"""


def test_a_board_fills_the_monitor_it_is_told(two: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLACES],
        env={**os.environ, "QT_QPA_PLATFORM": two},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    tall, wide = "1280 1080 1920 150.0", "0 1280 720 112.0"
    assert done.stdout.splitlines() == [wide, tall, tall, wide, tall]


LOCKED = """
from PySide6.QtWidgets import QApplication, QWidget
from hallclient.kiosk.lockdown import Lockdown
app = QApplication([])
for name in ("LEFT", "", "GONE", "2"):
    window = QWidget()
    lock = Lockdown(window, name)
    lock.hold()
    app.processEvents()
    print(window.geometry().x(), window.isFullScreen())
    lock.release()
    window.close()
"""


def test_a_locked_kiosk_fills_the_monitor_it_is_told(two: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOCKED],
        env={**os.environ, "QT_QPA_PLATFORM": two},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == ["0 True", "1280 True", "1280 True", "0 True"]


def test_nothing_grows_and_every_call_is_accounted_for() -> None:
    found = json.loads(run("hallclient.lab.bench.board_probe", "memory", "6000"))
    assert found["events"] == 6000
    assert found["unaccounted"] == 0
    assert min(found["shown"], found["spoken"], found["unspoken"]) > 0
    assert found["late_threads"] <= found["early_threads"]
    assert found["late_descriptors"] <= found["early_descriptors"] + 2
    assert found["grown_mb"] < 4


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_soak_of_two_hundred_thousand_events() -> None:
    found = json.loads(run("hallclient.lab.bench.board_probe", "memory", "200000"))
    assert found["unaccounted"] == 0
    assert found["grown_mb"] < 4


@pytest.mark.slow
def test_a_4k_board_moves_at_thirty_frames_a_second() -> None:
    found = json.loads(run("hallclient.lab.bench.board_probe", "motion", "3840", "2160"))
    assert found["trace_fps"] >= 30
    assert found["shift_fps"] >= 30
