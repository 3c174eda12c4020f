"""The worker: in order, off the UI thread, back in it, and gone when closed."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from hallclient.ui import tasks
from hallclient.ui.tasks import Worker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    assert worker.close()


class Page(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.threads: list[threading.Thread] = []

    def take(self, result: object) -> None:
        self.seen.append(result)
        self.threads.append(threading.current_thread())


def test_work_runs_elsewhere_and_comes_back_here(worker: Worker, qtbot: QtBot) -> None:
    page = Page()
    with qtbot.waitSignal(worker.idle):
        worker.submit(threading.current_thread, page.take)
    assert page.seen != [threading.main_thread()]
    assert page.threads == [threading.main_thread()]


def test_even_a_lambda_is_called_in_the_ui_thread(worker: Worker, qtbot: QtBot) -> None:
    seen: list[threading.Thread] = []
    with qtbot.waitSignal(worker.idle):
        worker.submit(int, lambda _: seen.append(threading.current_thread()))
    assert seen == [threading.main_thread()]


def test_first_in_first_out(worker: Worker, qtbot: QtBot) -> None:
    page = Page()
    for number in range(50):
        worker.submit(lambda number=number: number, page.take)  # type: ignore[misc]
    qtbot.waitUntil(lambda: worker.pending == 0)
    assert page.seen == list(range(50))


def test_a_failure_goes_where_it_was_asked_to(worker: Worker, qtbot: QtBot) -> None:
    page = Page()
    with qtbot.waitSignal(worker.idle), qtbot.assertNotEmitted(worker.failed):
        worker.submit(lambda: 1 // 0, page.take, page.take)
    assert [type(error) for error in page.seen] == [ZeroDivisionError]


def test_a_failure_nobody_asked_for_reaches_the_default(worker: Worker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(worker.failed) as caught:
        worker.submit(lambda: 1 // 0)
    assert isinstance(caught.args[0], ZeroDivisionError)


def test_the_thread_survives_a_failure(worker: Worker, qtbot: QtBot) -> None:
    page = Page()
    worker.submit(lambda: 1 // 0, on_failed=page.take)
    worker.submit(lambda: 7, page.take)
    qtbot.waitUntil(lambda: worker.pending == 0)
    assert page.seen[1] == 7


@pytest.mark.parametrize("by_name", [True, False])
def test_results_for_a_page_that_has_gone_are_dropped(
    worker: Worker, qtbot: QtBot, *, by_name: bool
) -> None:
    page, parent, go = Page(), QObject(), threading.Event()
    page.setParent(parent)
    seen: list[bool] = []
    if by_name:
        worker.submit(go.wait, seen.append, owner=page)
    else:
        worker.submit(go.wait, page.take)
    with qtbot.waitSignal(page.destroyed):
        parent.deleteLater()
    with qtbot.waitSignal(worker.idle):
        go.set()
    assert (seen, page.seen) == ([], [])


def test_submitting_never_waits_for_what_runs(worker: Worker, qtbot: QtBot) -> None:
    go = threading.Event()
    worker.submit(go.wait)
    worker.submit(int)
    assert worker.pending == 2
    go.set()
    qtbot.waitUntil(lambda: worker.pending == 0)


def test_long_work_is_told(worker: Worker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BUSY_AFTER_S", 0.2)
    worker._watch.setInterval(20)
    go = threading.Event()
    with qtbot.waitSignal(worker.busy_for) as caught:
        worker.submit(go.wait)
    assert caught.args[0] >= 0.2
    go.set()
    qtbot.waitUntil(lambda: worker.pending == 0)
    assert not worker._watch.isActive()


def test_closing_finishes_what_was_queued_and_delivers_nothing_more(qtbot: QtBot) -> None:
    worker, page, done = Worker(), Page(), []
    for number in range(5):
        worker.submit(lambda number=number: done.append(number), page.take)  # type: ignore[misc]
    assert worker.close()
    assert done == [0, 1, 2, 3, 4]
    with pytest.raises(RuntimeError, match="closed"):
        worker.submit(int)
    assert worker.close()


def test_closing_does_not_wait_for_ever(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    worker, go, done = Worker(), threading.Event(), []
    worker.submit(go.wait)
    worker.submit(lambda: done.append(1))
    assert not worker.close(0.1)
    assert "did not end" in caplog.text
    go.set()
    assert worker.close()
    assert not done
