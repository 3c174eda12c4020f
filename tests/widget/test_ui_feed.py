"""The feed thread: tells once, survives a broken feed, stops cleanly."""

import queue
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.ui import feed as feed_module
from hallclient.ui.feed import FeedThread


class Source:
    """A feed that a test wakes: put True, or an exception to raise."""

    heard = 0

    def __init__(self) -> None:
        self.wakes: queue.Queue[bool | Exception] = queue.Queue()
        self.waited = threading.Semaphore(0)
        self.closed_in: list[threading.Thread] = []

    def wait(self, timeout: float) -> bool:
        try:
            got = self.wakes.get(timeout=min(timeout, 0.02))
        except queue.Empty:
            return False
        finally:
            self.waited.release()
        if isinstance(got, Exception):
            raise got
        return got

    def close(self) -> None:
        self.closed_in.append(threading.current_thread())


class Ear(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[threading.Thread] = []

    def hear(self) -> None:
        self.heard.append(threading.current_thread())


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def feed(source: Source, qtbot: QtBot) -> Iterator[FeedThread]:
    feed = FeedThread(source)
    feed.start()
    yield feed
    assert feed.stop()


def test_a_change_is_told_in_the_ui_thread(feed: FeedThread, source: Source, qtbot: QtBot) -> None:
    ear = Ear()
    feed.changed.connect(ear.hear)
    source.wakes.put(True)
    qtbot.waitUntil(lambda: len(ear.heard) == 1)
    assert ear.heard == [threading.main_thread()]


def test_many_wake_ups_are_told_once_and_none_is_lost(
    feed: FeedThread, source: Source, qtbot: QtBot
) -> None:
    ear = Ear()
    feed.changed.connect(ear.hear)
    for _ in range(200):
        source.wakes.put(True)
    for _ in range(200):
        assert source.waited.acquire(timeout=5)
    # All 200 came while the UI thread was busy here: one is pending, the rest are in it.
    qtbot.waitUntil(lambda: len(ear.heard) >= 1)
    QApplication.processEvents()
    assert len(ear.heard) == 1
    source.wakes.put(True)
    qtbot.waitUntil(lambda: len(ear.heard) == 2)


def test_a_change_during_handling_is_told_again(
    feed: FeedThread, source: Source, qtbot: QtBot
) -> None:
    heard: list[int] = []

    def handle() -> None:
        heard.append(1)
        if len(heard) == 1:
            source.wakes.put(True)
            for _ in range(3):
                source.waited.acquire(timeout=5)

    feed.changed.connect(handle)
    source.wakes.put(True)
    qtbot.waitUntil(lambda: len(heard) == 2)


def test_what_the_listener_knows_already_is_not_told(
    feed: FeedThread, source: Source, qtbot: QtBot
) -> None:
    """A clerk's own move: its answer said more than its wake-up."""
    told: list[int] = []
    feed.changed.connect(lambda: told.append(feed.heard))
    feed.known = 7
    for heard, count in ((7, 0), (8, 1), (0, 2)):  # 0: nobody knows how far it tells
        source.heard = heard
        source.wakes.put(True)
        qtbot.waitUntil(source.wakes.empty)
        while source.waited.acquire(blocking=False):
            pass
        assert source.waited.acquire(timeout=5)  # it waits again: the one before is told
        qtbot.waitUntil(lambda count=count: len(told) == count)  # type: ignore[misc]
    assert told == [8, 0]


def test_a_broken_feed_is_told_once_and_tried_again(
    feed: FeedThread, source: Source, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "_BACK_OFF_S", (0.01,))
    ear = Ear()
    feed.failed.connect(ear.hear)
    with qtbot.waitSignals([feed.failed, feed.recovered, feed.changed]):
        for _ in range(3):
            source.wakes.put(ConnectionError("gone"))
    assert len(ear.heard) == 1


def test_stopping_closes_the_feed_where_it_waited_and_tells_nothing_more(
    source: Source, qtbot: QtBot
) -> None:
    feed = FeedThread(source)
    feed.start()
    source.wakes.put(True)
    assert source.waited.acquire(timeout=5)
    with qtbot.assertNotEmitted(feed.changed, wait=50):
        assert feed.stop()
    assert len(source.closed_in) == 1


def test_a_feed_never_started_is_closed_all_the_same(source: Source, qtbot: QtBot) -> None:
    assert FeedThread(source).stop()
    assert len(source.closed_in) == 1


def test_a_feed_that_rests_takes_all_that_came_meanwhile_as_one(
    source: Source, qtbot: QtBot
) -> None:
    class Drained(Source):
        def wait(self, timeout: float) -> bool:
            """As sockets do: one answer for all that is there."""
            got = super().wait(timeout)
            while not self.wakes.empty():
                self.wakes.get()
            return got

    drained, ear = Drained(), Ear()
    feed = FeedThread(drained, rest_s=0.2)
    feed.changed.connect(ear.hear)
    feed.start()
    drained.wakes.put(True)
    qtbot.waitUntil(lambda: len(ear.heard) == 1)
    for _ in range(50):
        drained.wakes.put(True)
        QApplication.processEvents()
    assert len(ear.heard) == 1
    qtbot.waitUntil(lambda: len(ear.heard) == 2)
    assert feed.stop()
