"""How the bar stays true: the feed's wake-ups, the slow refresh, its own clock."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.services.terminals import LEASE_S
from hallclient.ui.feed import FeedThread
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand
from hallclient.window.watch import Reading, WindowWatch
from tests.widget.window_floor import Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


class Bell:
    """A feed that a test rings."""

    heard = 0

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def wait(self, timeout: float) -> bool:
        rung = self._rung.wait(timeout)
        self._rung.clear()
        return rung

    def close(self) -> None:
        self._rung.set()


def test_a_wake_up_reads_the_state_anew(qtbot: QtBot, floor: Floor) -> None:
    floor.sign_in()
    desk = floor.desk()
    bell = Bell()
    feed = FeedThread(bell)
    woken = ClerkPresenter(replace(desk.clerk_desk, feed=feed), clock=floor.clock.local)
    feed.start()
    woken.start()
    qtbot.waitUntil(lambda: woken.view.stand is Stand.IDLE)
    assert woken.view.waiting == "0"
    floor.issue(count=2)
    assert woken.view.waiting == "0"
    bell.ring()
    qtbot.waitUntil(lambda: woken.view.waiting == "2", timeout=3500)
    woken.close()
    assert feed.stop()
    woken.deleteLater()


def test_a_wake_up_during_a_reading_is_not_forgotten(qtbot: QtBot, floor: Floor) -> None:
    floor.sign_in()
    desk = floor.desk()
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    before = desk.gate.looks
    for _ in range(4):
        desk.presenter.refresh()
    # A reading looks twice: at the window, and at what else the bar shows.
    qtbot.waitUntil(lambda: desk.gate.looks == before + 4)
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    assert desk.gate.looks == before + 4, "four wake-ups are one more reading, not three"


def test_the_state_is_read_every_five_seconds_or_so(qtbot: QtBot, floor: Floor) -> None:
    floor.sign_in()
    desk = floor.desk()
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    waits = set()
    timer = desk.presenter._watch.timer
    for _ in range(12):
        desk.presenter.refresh()
        assert not timer.isActive()
        qtbot.waitUntil(timer.isActive)
        waits.add(timer.interval())
    assert all(4000 <= wait <= 6000 for wait in waits)
    assert len(waits) > 3, "250 bars must not ask in step"
    timer.start(1)
    floor.issue()
    qtbot.waitUntil(lambda: desk.bar.view.waiting == "1")


def test_the_timer_follows_the_databases_clock(qtbot: QtBot, floor: Floor) -> None:
    floor.sign_in()
    floor.clock.forward(75.5)
    desk = floor.desk()
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    assert desk.bar.view.timer == "01:15"
    beat = desk.presenter._beat
    assert beat.isActive()
    assert 450 <= beat.interval() <= 560, "the next beat is when the second is over"
    floor.clock.forward(0.51)
    beat.start(1)
    qtbot.waitUntil(lambda: desk.bar.view.timer == "01:16")


def test_a_message_goes_after_five_seconds(qtbot: QtBot, floor: Floor) -> None:
    desk = floor.desk()
    desk.presenter.say("先在这个窗口签到")
    timer = desk.presenter._forget
    assert timer.interval() == 5000
    assert desk.bar.view.message == "先在这个窗口签到"
    timer.start(1)
    qtbot.waitUntil(lambda: desk.bar.view.message == "")


def test_a_wake_up_of_what_is_known_reads_nothing(qtbot: QtBot, floor: Floor) -> None:
    floor.sign_in()
    floor.issue()
    desk, bell = floor.desk().clerk_desk, Bell()
    feed = FeedThread(bell)
    watch = WindowWatch(replace(desk, feed=feed), floor.clock.local, desk.worker)
    taken: list[Reading] = []
    watch.taken.connect(taken.append)
    feed.start()
    watch.refresh()
    qtbot.waitUntil(lambda: len(taken) == 1)
    known = desk.calling.call_next()
    watch.knows(known)
    for heard in (known.seq - 1, known.seq):
        bell.heard = heard
        assert feed.known == known.seq
        feed.known = 0  # as if it came while the move's answer was under way
        with qtbot.waitSignal(feed.changed):
            bell.ring()
        qtbot.waitUntil(lambda: desk.worker.pending == 0)
        watch.knows(known)
    assert len(taken) == 1
    for nth, heard in enumerate((known.seq + 1, 0), start=2):
        bell.heard = heard
        bell.ring()
        qtbot.waitUntil(lambda nth=nth: len(taken) == nth)  # type: ignore[misc]
    watch.close()
    assert feed.stop()


def test_a_hurried_clerk_keeps_the_window(qtbot: QtBot, floor: Floor) -> None:
    """Each move puts the next reading off; the lease is renewed all the same."""
    floor.sign_in()
    desk = floor.desk(terminal="bar 1").clerk_desk
    watch = WindowWatch(desk, floor.clock.local, desk.worker)
    taken: list[Reading] = []
    watch.taken.connect(taken.append)
    watch.refresh()
    qtbot.waitUntil(lambda: len(taken) == 1)
    for _ in range(2 * round(LEASE_S) // 4):
        floor.clock.forward(4)
        watch.settle()
        qtbot.waitUntil(lambda: desk.worker.pending == 0)
    assert len(taken) == 1
    assert desk.terminals is not None
    assert desk.terminals.holder() == "bar 1"
    watch.close()
