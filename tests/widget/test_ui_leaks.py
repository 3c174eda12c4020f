"""The leak guard finds what it is there to find."""

import subprocess
import sys
import threading

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests import leaks


def test_a_thread_is_found_and_a_finished_one_is_not() -> None:
    before, go = leaks.threads(), threading.Event()
    thread = threading.Thread(target=go.wait, name="left over")
    thread.start()
    assert {t.name for t in leaks.left_over(before, leaks.threads, 0.05)} == {"left over"}
    go.set()
    thread.join()
    assert not leaks.left_over(before, leaks.threads, 0.05)


def test_a_child_process_is_found(qtbot: QtBot) -> None:
    before = leaks.children()
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as child:
        assert leaks.left_over(before, leaks.children, 0.05) == {child.pid}
        child.kill()
    assert not leaks.left_over(before, leaks.children)


def test_a_running_timer_is_found_until_stopped(qtbot: QtBot) -> None:
    before = leaks.timers()
    timer = QTimer()
    timer.start(60_000)
    assert len(leaks.left_over(before, leaks.timers, 0.05)) == 1
    timer.stop()
    assert not leaks.left_over(before, leaks.timers, 0.05)
