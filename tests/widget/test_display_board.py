"""The call board with a real database under it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.display.ringer import Ringer
from hallclient.domain.parts import Notice, Zone
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.days import close_day
from hallclient.services.halls import update_hall
from hallclient.services.issuing import Issuing
from hallclient.storage.feed import open_feed
from hallclient.ui.feed import FeedThread
from tests.halls import small_hall
from tests.widget.displays import Floor, HandBell, Watched, watching

WINDOWS = 9


@pytest.fixture
def floor(tmp_path: Path, app: QApplication) -> Iterator[Floor]:
    made = Floor(tmp_path, small_hall(windows=WINDOWS))
    yield made
    made.close()


def await_start(qtbot: QtBot, watched: Watched) -> None:
    qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)


def test_a_call_is_large_then_moves_to_the_recent_calls(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        assert watched.everywhere() == set()
        first = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [first])
        assert watched.view.newest.text() == f"{first} → 2"
        second = floor.call("3")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.recent() == [second])
        watched.pass_s(4.1)
        assert watched.large() == [second]
        assert watched.recent() == [first]


def test_a_wake_up_reads_the_news_once_and_nothing_else(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [label])
        assert watched.board.asked == ["state", "news"]


def test_a_burst_makes_four_tiles_and_goes_back(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        labels = [floor.call(str(n)) for n in range(2, 10)]
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == labels[:1])
        assert watched.recent() == labels[:1:-1]
        watched.pass_s(2.1)
        assert watched.large() == labels[:3:-1]
        assert watched.recent() == labels[3::-1]
        watched.pass_s(8.1)
        assert watched.large() == [labels[-1]]
        assert watched.recent() == labels[-2:0:-1]


def test_those_waiting_behind_the_large_call_are_counted(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        for window in "234":
            floor.call(window)
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(watched.everywhere()) == 3)
        said = [phrase.text for phrase in watched.view.newest.phrases()]
        assert "后面还有 2 个号" in said


def test_a_recall_moves_to_the_front_and_rings_again(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        labels = [floor.call(window) for window in "2345"]
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(watched.everywhere()) == 4)
        for _ in labels:
            watched.pass_s(8.1)
        assert watched.large() == labels[-1:]
        before = watched.bell.rings
        floor.recall("3")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [labels[1]])
        assert watched.recent() == [labels[3], labels[2], labels[0]]
        qtbot.waitUntil(lambda: watched.bell.rings == before + 1)
        watched.pass_s(4.1)
        last = floor.call("6")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [last])
        assert watched.recent() == [labels[1], labels[3], labels[2], labels[0]]


def test_calls_during_a_chime_are_rung_for_once_after_it(qtbot: QtBot) -> None:
    bell = HandBell()
    ringer = Ringer(bell, gap_ms=400)
    ringer.ring()
    qtbot.waitUntil(lambda: bell.rings == 1)
    ringer.ring()
    ringer.ring()
    assert bell.rings == 1
    qtbot.waitUntil(lambda: bell.rings == 2)
    qtbot.waitUntil(lambda: not ringer._timer.isActive())
    assert bell.rings == 2


def test_one_chime_for_a_call(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.bell.rings == 1)
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked.count("news") == 2)
        assert watched.bell.rings == 1


def test_a_no_show_moves_to_the_missed_numbers(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [label])
        floor.miss("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.missed.labels == (label,))
        assert watched.everywhere() == set()


def test_who_is_back_is_not_missed_any_more(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        floor.miss("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.missed.labels == (label,))
        with floor.store.look() as reader:
            ticket = next(t for t in reader.missed([w.id for w in reader.plan.windows], 9))
        Issuing(floor.store, "kiosk:K1").requeue(ticket.id)
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.missed.labels == ())
        Calling(floor.store, "2").call_next()
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [label])


def test_a_number_that_was_given_back_leaves_and_a_wrong_no_show_is_no_miss(
    floor: Floor, qtbot: QtBot
) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        stays = floor.call("3")
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: {stays, label} <= watched.everywhere())
        floor.miss("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.missed.labels == (label,))
        Calling(floor.store, "2").take_back()
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.missed.labels == ())
        assert label in watched.everywhere(), "it is called, as it was before"
        Calling(floor.store, "2").start()
        Calling(floor.store, "2").return_to_pool()
        watched.feed.wake()
        qtbot.waitUntil(lambda: label not in watched.everywhere())
        assert stays in watched.everywhere()
    with watching(floor) as later:
        await_start(qtbot, later)
        assert label not in later.everywhere()
        assert stays in later.everywhere()


def test_a_restart_shows_what_was_there_in_silence(floor: Floor, qtbot: QtBot) -> None:
    labels = [floor.call(window) for window in "234"]
    gone = floor.call("5")
    floor.miss("5")
    with watching(floor) as watched:
        qtbot.waitUntil(lambda: watched.large() == [labels[-1]])
        assert watched.recent() == labels[1::-1]
        assert watched.view.missed.labels == (gone,)
        assert not watched.view.newest.tracing
        assert watched.bell.rings == 0


def test_calls_of_other_zones_are_not_shown(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor, ("1A",)) as watched:
        await_start(qtbot, watched)
        other = floor.call("1", "BDC001")
        mine = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [mine])
        assert watched.everywhere() == {mine}
        assert other not in watched.everywhere()
        with floor.store.look() as reader:
            assert watched.view.presenter.link.seq == reader.seq


def test_each_call_is_told_painted_once(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        for window in "23":
            floor.call(window)
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(watched.painted) == 2)
        watched.pass_s(4.1)
        watched.view.repaint()
        assert len(watched.painted) == 2
        floor.recall("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(watched.painted) == 3)
        assert watched.painted[-1] == (min(watched.painted)[0], 2)


def test_the_frame_is_drawn_once_around_in_small_pieces(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        floor.call("2")
        watched.feed.wake()
        newest = watched.view.newest
        qtbot.waitUntil(lambda: newest.tracing)
        bit = newest._between(0.1, 0.14)
        assert (
            bit.boundingRect().width() * bit.boundingRect().height()
            < newest.width() * newest.height() / 10
        )
        qtbot.waitUntil(lambda: not newest.tracing)
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.board.asked.count("news") == 2)
        assert not newest.tracing


def test_with_reduced_motion_the_frame_is_there_at_once(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor, reduced=True) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [label])
        assert not watched.view.newest.tracing


def test_waiting_counts_come_by_themselves(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        assert [row.waiting for row in watched.view.queues.page] == [0, 0]
        floor.issue()
        floor.issue()
        qtbot.waitUntil(
            lambda: [row.waiting for row in watched.view.queues.page] == [2], timeout=8000
        )


def test_a_lost_wake_up_costs_a_few_seconds(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        qtbot.waitUntil(lambda: watched.large() == [label], timeout=8000)


def test_a_changed_hall_is_read_anew(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        with floor.store.look() as reader:
            plan = reader.plan
        notice = Notice("n1", LocalText("今天 16:30 停止取号"))
        update_hall(floor.store, replace(plan, notices=(notice,)))
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.strip.line == "今天 16:30 停止取号")


def test_yesterdays_calls_leave_the_board_before_the_first_ticket(
    floor: Floor, qtbot: QtBot
) -> None:
    with watching(floor) as watched:
        await_start(qtbot, watched)
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [label])
        Calling(floor.store, "2").start()
        Calling(floor.store, "2").finish(Outcome.CONSULT)
        close_day(floor.store, "chore")
        presenter, asked = watched.view.presenter, watched.board.asked.count("state")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        watched.board.today = tomorrow
        presenter.clock.set(tomorrow)
        presenter._pass_minute()
        qtbot.waitUntil(lambda: watched.board.asked.count("state") > asked)
        qtbot.waitUntil(lambda: watched.everywhere() == set())


def test_zones_are_named_by_their_floor_when_it_is_shown_whole(
    tmp_path: Path, qtbot: QtBot, app: QApplication
) -> None:
    ground, upper = LocalText("一楼"), LocalText("二楼")
    zones = (
        Zone("1A", LocalText("A 区"), ground),
        Zone("1B", LocalText("B 区"), ground),
        Zone("2D", LocalText("D 区"), upper),
    )
    floor = Floor(tmp_path, replace(small_hall(), zones=zones))
    for shown, said in (
        (("1A", "1B"), "一楼"),
        (("1A",), "A 区"),
        (("1A", "2D"), "A 区、D 区"),
        ((), ""),
    ):
        with watching(floor, shown) as watched:
            await_start(qtbot, watched)
            assert watched.view._wording is not None
            assert watched.view._wording.zones() == said
    floor.close()


def test_the_real_feed_brings_a_call(floor: Floor, qtbot: QtBot) -> None:
    feed = FeedThread(open_feed(floor.engine, floor.plan.hall_id, ["zone:1A"], "display"))
    # Another process calls: a store that has not yet looked up who listens.
    clerk = Floor.beside(floor)
    with watching(floor) as watched:
        await_start(qtbot, watched)
        watched.view.presenter.link.figures_timer.stop()
        feed.changed.connect(watched.view.presenter.link.wake)
        feed.start()
        try:
            label = clerk.call("2")
            qtbot.waitUntil(lambda: watched.large() == [label])
        finally:
            assert feed.stop()
    clerk.store.close()
