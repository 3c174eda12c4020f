"""A call board whose database goes away, answers late, or has said more than was heard."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.services.board import BoardNews
from hallclient.storage.store import SqlStore
from tests.halls import small_hall
from tests.widget.displays import Floor, TroubledBoard, Watched, watching


@pytest.fixture
def floor(tmp_path: Path, app: QApplication) -> Iterator[Floor]:
    made = Floor(tmp_path, small_hall(windows=9))
    yield made
    made.close()


def await_start(qtbot: QtBot, watched: Watched) -> None:
    qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)


def test_a_wake_up_during_a_query_is_not_lost(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        first = floor.call("2")
        watched.board.go.clear()
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked == ["state", "news"])
        # The answer is read already and held back: what is called now is not in it.
        second = floor.call("3")
        presenter = watched.view.presenter
        watched.feed.wake()
        qtbot.waitUntil(lambda: presenter.link.wanted)
        presenter.link.wake()
        watched.board.go.set()
        qtbot.waitUntil(lambda: watched.everywhere() == {first, second})
        assert watched.board.asked == ["state", "news", "news"]


class ForgetfulBoard(TroubledBoard):
    """News that lack their first entry, once."""

    def __init__(
        self, store: SqlStore, zones: Sequence[str] = (), heard: Sequence[str] = ()
    ) -> None:
        super().__init__(store, zones, heard)
        self.gaps = 1

    def news(self, seq: int, head: str = "") -> BoardNews:
        found = super().news(seq, head)
        if self.gaps and found.entries:
            self.gaps -= 1
            return BoardNews(found.seq, found.entries[1:], gap=True)
        return found


def test_a_gap_reads_the_state_and_announces_what_was_missed(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor, board=ForgetfulBoard) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked == ["state", "news", "state"])
        qtbot.waitUntil(lambda: watched.large() == [label])
        qtbot.waitUntil(lambda: watched.bell.rings == 1)


def test_the_database_goes_and_comes_back_by_itself(floor: Floor, qtbot: QtBot) -> None:
    label = floor.call("2")
    with watching(floor) as watched:
        qtbot.waitUntil(lambda: watched.large() == [label])
        view = watched.view
        watched.board.away = True
        watched.feed.wake()
        qtbot.waitUntil(view.recovering.isVisible)
        assert not view.newest.isVisible()
        assert watched.recent() == [label]
        assert view.card.card[0] == "为什么停了？"
        assert "左边是" in view.queues.text()
        assert "以前的叫号" in view.queues.text()
        view.resize(540, 960)
        assert "上面是" in view.queues.text(), "on its side, the calls stand over the queues"
        second = floor.call("3")
        watched.seconds.now += 10
        watched.board.away = False
        qtbot.waitUntil(lambda: not view.recovering.isVisible(), timeout=8000)
        qtbot.waitUntil(lambda: watched.large() == [second])
        assert "以前的叫号" not in view.queues.text()


def test_one_failure_is_not_a_lost_connection(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        watched.board.away = True
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.presenter.link.failures == 1)
        watched.board.away = False
        label = floor.call("2")
        qtbot.waitUntil(lambda: watched.large() == [label])
        assert not watched.view.presenter.lost


def test_a_board_that_starts_without_its_database_waits_for_it(floor: Floor, qtbot: QtBot) -> None:
    def away(store: SqlStore, *zones: Sequence[str]) -> TroubledBoard:
        made = TroubledBoard(store, *zones)
        made.away = True
        return made

    label = floor.call("2")
    with watching(floor, board=away) as watched:
        qtbot.waitUntil(watched.view.recovering.isVisible)
        watched.board.away = False
        qtbot.waitUntil(lambda: watched.large() == [label], timeout=8000)


def test_a_journal_that_was_set_back_is_noticed_without_a_wake_up(
    floor: Floor, qtbot: QtBot
) -> None:
    """A restored backup: its journal ends before what stands here."""
    with watching(floor) as watched:
        await_start(qtbot, watched)
        link = watched.view.presenter.link
        assert link.seq is not None
        link.seq += 5
        link._ask_figures()
        qtbot.waitUntil(lambda: watched.board.asked == ["state", "now", "news", "state"])


def test_a_restored_backup_that_is_as_long_as_before_is_noticed(floor: Floor, qtbot: QtBot) -> None:
    """It has gone on meanwhile: the number says the same, and tells of other calls."""
    with watching(floor) as watched:
        await_start(qtbot, watched)
        link = watched.view.presenter.link
        link.head = "of another history"
        link._ask_figures()
        qtbot.waitUntil(lambda: watched.board.asked == ["state", "now", "news", "state"])
        label = floor.call("2")
        link.head = "of another history"
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked[-2:] == ["news", "state"])
        qtbot.waitUntil(lambda: watched.large() == [label])


def test_a_query_that_hangs_is_a_lost_connection(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        watched.board.go.clear()
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked[-1] == "news")
        presenter = watched.view.presenter
        presenter.link.note_hang(3.0)
        assert not watched.view.recovering.isVisible()
        presenter.link.note_hang(5.0)
        assert watched.view.recovering.isVisible()
        watched.board.go.set()
        qtbot.waitUntil(lambda: not presenter.lost)


def test_an_entry_of_another_version_makes_the_board_read_its_state(
    floor: Floor, qtbot: QtBot
) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        with floor.store.change("test") as tx:
            tx.record("ticket.called", "ticket:1", {"turn": "seven"}, zone="1A", window="2")
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked == ["state", "news", "state"])
        qtbot.waitUntil(lambda: watched.large() == [label])


def test_an_hour_of_calls_leaves_the_lists_short(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        presenter = watched.view.presenter
        floor.call("2")
        with floor.store.look() as reader:
            called = next(e for e in reader.entries_after(0, 99) if e.kind == "ticket.called")
        for number in range(300):
            data = {**called.data, "turn": 10_000 + number, "label": f"A{number:03}"}
            presenter._apply([replace(called, data=data)])
            watched.seconds.now += 0.1
        assert len(presenter.roll.calls) <= 12
        assert len(watched.recent()) == 6
        assert len(watched.view._traced) <= 64


def test_a_burst_is_read_in_few_questions_and_no_call_is_lost(floor: Floor, qtbot: QtBot) -> None:
    """Every commit wakes; the board asks now and then, and each call is painted once, in order."""
    with watching(floor, size=(1920, 1080)) as watched:
        await_start(qtbot, watched)
        qtbot.waitUntil(watched.view.isVisible)
        labels = []
        for window in "23456789":
            labels.append(floor.call(window))
            watched.feed.wake()
            QApplication.processEvents()
        qtbot.waitUntil(lambda: len(watched.painted) == len(labels))
        roll = watched.view.presenter.roll
        assert [call.label for call in roll.calls] == labels[::-1]
        assert sorted(watched.painted) == [(call.turn_id, 1) for call in reversed(roll.calls)]
        assert watched.board.asked[1:] == ["news"] * len(watched.board.asked[1:])


def test_questions_in_a_row_keep_their_distance(
    floor: Floor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is asked at once, and whoever follows with the next picture."""
    asked: list[float] = []
    now = [100.0]
    with watching(floor) as watched:
        await_start(qtbot, watched)
        link = watched.view.presenter.link
        qtbot.waitUntil(lambda: not link._asking)
        monkeypatch.setattr(link, "_clock", SimpleNamespace(monotonic=lambda: now[0]))
        monkeypatch.setattr(link, "_ask", lambda: asked.append(now[0]))
        left: list[int] = []
        monkeypatch.setattr(link._rest_timer, "start", left.append)
        link._asked_at = now[0] - 1.0
        link.wake()
        assert asked == [100.0]
        link._asked_at = now[0]
        now[0] += 0.005
        link.wake()
        assert left == [pytest.approx(40, abs=1)]
        link._asked_at = now[0] = 102.0
        now[0] += 0.5
        link.wake()
        assert asked[-1] == 102.5, "and after a pause it is at once again"
