"""What others join to a board: a voice, pages of a playlist, publications; and what moves on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.display.parts import LED
from hallclient.display.places import Place
from hallclient.display.recent import KEPT, Pictures
from hallclient.display.timetable import Closed, Closing, Stops, Why, closed_now, closing_now
from hallclient.domain.parts import SessionHours
from hallclient.domain.text import LocalText
from hallclient.services.board import BoardCall, HallNow
from hallclient.services.calling import Calling
from hallclient.services.days import changing
from hallclient.services.hallfile import load_hall
from hallclient.ui import monitors
from tests.halls import small_hall
from tests.widget.displays import Floor, Watched, watching
from tests.widget.test_display_texts import make_board, state_of


@dataclass
class Ear:
    """A voice that says what it was told."""

    speaks: bool = True
    told: list[tuple[str, int, bool]] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    def announce(self, call: BoardCall, *, found: bool) -> bool:
        if not call.awaited:
            self.begun.append(call.label)
            return False
        self.told.append((call.label, call.calls, found))
        return self.speaks

    def settle(self, label: str) -> None:
        self.settled.append(label)


@pytest.fixture
def floor(tmp_path: Path, app: QApplication) -> Iterator[Floor]:
    made = Floor(tmp_path, small_hall(windows=9))
    yield made
    made.close()


@contextmanager
def heard(
    floor: Floor,
    ear: Ear,
    qtbot: QtBot,
    zones: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> Iterator[Watched]:
    with watching(floor, zones, voice=ear, voice_zones=more) as watched:
        qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)
        yield watched


def test_calls_are_announced_in_order_and_settled(floor: Floor, qtbot: QtBot) -> None:
    before, ear = floor.call("9"), Ear()
    with heard(floor, ear, qtbot) as watched:
        assert ear.told == [(before, 1, True)], "a restart hands over what may be unspoken"
        labels = [floor.call(window) for window in "2345"]
        floor.recall("3")
        Calling(floor.store, "2").start()
        floor.miss("4")
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(ear.settled) == 2)
        assert ear.told[1:5] == [(label, 1, False) for label in labels]
        assert ear.told[5] == (labels[1], 2, False)
        assert ear.settled == [labels[0], labels[2]]


def test_a_call_of_another_zone_is_spoken_but_not_shown(floor: Floor, qtbot: QtBot) -> None:
    ear = Ear()
    with heard(floor, ear, qtbot, ("1A",), ("1B",)) as watched:
        other = floor.call("1", "BDC001")
        floor.recall("1")
        mine = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: mine in watched.everywhere())
        assert ear.told == [(other, 1, False), (other, 2, False), (mine, 1, False)]
        assert other not in watched.everywhere()
    deaf = Ear()
    with heard(floor, deaf, qtbot, ("1A",)) as watched:
        floor.recall("1")
        later = floor.call("3")
        watched.feed.wake()
        qtbot.waitUntil(lambda: later in watched.everywhere())
        assert other not in [label for label, _, _ in deaf.told]


def test_the_frame_is_drawn_when_the_voice_begins(floor: Floor, qtbot: QtBot) -> None:
    with heard(floor, Ear(), qtbot) as watched:
        label = floor.call("2")
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.large() == [label])
        newest = watched.view.newest
        assert newest.call is not None
        begins, drawn = watched.view.presenter.begins, [newest.tracing]
        for turn in (newest.call.turn_id + 7, newest.call.turn_id):
            begins.emit(turn, 1)
            drawn.append(newest.tracing)
        assert drawn == [False, False, True]
        faint = [newest._faint]
        begins.emit(newest.call.turn_id, 1)
        assert [*faint, newest._faint] == [False, True], (
            "the second reading goes over the frame of the first"
        )
    with heard(floor, Ear(speaks=False), qtbot) as watched:
        other = floor.call("3")
        watched.feed.wake()
        watched.pass_s(9)
        qtbot.waitUntil(lambda: watched.large() == [other])
        assert watched.view.newest.tracing, "nothing to wait for where nothing is spoken"


def test_a_publication_is_told_when_the_hall_was_read_anew(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)
        told: list[int] = []
        watched.view.presenter.published.connect(lambda: told.append(1))
        with changing(floor.store, "test") as tx:
            tx.record("publication.saved", "publication:1", {"id": 1, "kind": "strip"})
            tx.record("call.shown", "turn:1", {"turn": 1, "calls": 1, "board": "D1"})
        watched.feed.wake()
        qtbot.waitUntil(lambda: told == [1])
        assert watched.board.asked == ["state", "news", "state"], "it is part of the state"


def test_recent_calls_move_on_and_who_is_new_is_there_at_once(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor) as watched:
        qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)
        view = watched.view
        labels = [floor.call(window) for window in "23456"]
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(watched.everywhere()) == 5)
        assert not any(box.shifting for box in view.recent), "nothing stood there before"
        watched.pass_s(9)
        watched.pass_s(9)
        qtbot.waitUntil(lambda: view.shift.rested)
        newest = floor.call("7")
        watched.feed.wake()
        qtbot.waitUntil(lambda: newest in watched.everywhere())
        moving = [box.call.label for box in view.recent if box.shifting and box.call]
        if newest in watched.recent():
            assert newest not in moving
        assert moving
        assert set(moving) <= set(labels)
        assert view.shift.running
        qtbot.waitUntil(lambda: not view.shift.running)
        assert not any(box.shifting for box in view.recent)
        again = floor.call("8")
        watched.feed.wake()
        qtbot.waitUntil(lambda: again in watched.everywhere())
        assert view.shift.running is view.shift.rested is False, "once a second and no oftener"


def test_reduced_motion_shows_the_end_at_once(floor: Floor, qtbot: QtBot) -> None:
    for window in "2345":
        floor.call(window)
    with watching(floor, reduced=True) as watched:
        qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)
        label = floor.call("6")
        watched.feed.wake()
        qtbot.waitUntil(lambda: label in watched.everywhere())
        watched.pass_s(9)
        assert watched.large() == [label]
        assert not watched.view.newest.tracing
        assert not watched.view.shift.running
        assert not any(box.shifting for box in watched.view.recent)


# Guests


def test_guests_stand_where_the_layout_has_room(qtbot: QtBot, app: QApplication) -> None:
    plan = replace(load_hall("demo").plan, notices=())
    board = make_board(state_of(plan), "zh-CN", "light", qtbot)
    assert not board.card.isVisible()
    page, card = QWidget(), QWidget()
    board.host(Place.CARD, card)
    board.host(Place.COLUMN, page)
    assert card.geometry() == QRect(1264, 120, 616, 346)
    assert board.place(board.queues).top() == 484, "the queues make room"
    assert page.geometry() == QRect(1264, 120, 616, 872)
    over = QWidget()
    board.host(Place.ALL, over)
    board.resize(2160, 3840)
    assert over.geometry() == QRect(0, 0, 2160, 3840)
    assert page.geometry().width() == 2000
    assert board.children().index(over) > board.children().index(page)
    board.host(Place.ALL, None)
    board.host(Place.CARD, None)
    assert over.isHidden()
    assert card.isHidden()
    assert page.isVisible()
    over.deleteLater()
    card.deleteLater()


def test_an_led_wall_keeps_a_guest_of_the_card_for_later(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", LED, qtbot)
    card = QWidget()
    board.host(Place.CARD, card)
    assert card.isHidden()
    board.set_look(
        replace(
            board.look,
            theme=make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot).look.theme,
        )
    )
    assert card.isVisible()


def test_published_texts_come_after_those_of_the_hall(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot)
    before = board.card.pages
    board.show_published(
        [(LocalText("新通知"), LocalText("今天起\u202e可以办"))], [LocalText("一行\n字")]
    )
    assert board.card.pages == before + 1
    board.card.index = before - 1
    board.card.next_page()
    assert board.card.card == ("新通知", "今天起可以办")
    seen = set()
    for _ in range(board.strip.pages):
        board.strip.next_page()
        seen.add(board.strip.line)
    assert "一行 字" in seen


# The end of a session


def hours(*sessions: tuple[int, int, int, int]) -> tuple[SessionHours, ...]:
    """Return sessions of every weekday: opens, closes, tickets from and until, in minutes."""

    def at(minutes: int) -> time:
        return time(minutes // 60, minutes % 60)

    return tuple(
        SessionHours(f"{day}-{opens}", day, at(opens), at(closes), at(begins), at(until))
        for day in range(1, 6)
        for opens, closes, begins, until in sessions
    )


def local(hour: int, minute: int) -> datetime:
    """Return a time of Friday in Shanghai."""
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_a_board_says_when_numbers_stop() -> None:
    day = hours((540, 720, 530, 705), (810, 1020, 800, 990))
    plan = replace(small_hall(), hours=day)
    assert closing_now(plan, (), local(10, 0)) is None
    assert closing_now(plan, (), local(11, 14)) is None
    soon = Closing(Stops.SOON, time(11, 45), time(13, 20))
    assert closing_now(plan, (), local(11, 15)) == soon
    assert closing_now(plan, (), local(11, 44)) == soon
    assert closing_now(plan, (), local(12, 0)) == Closing(Stops.PAUSED, time(12, 0), time(13, 20))
    assert closing_now(plan, (), local(14, 0)) is None
    assert closing_now(plan, (), local(16, 10)) == Closing(Stops.SOON, time(16, 30))
    assert closing_now(plan, (), local(16, 40)) == Closing(Stops.OVER, time(17, 0))
    assert closing_now(plan, (), local(8, 0)) is None
    assert closing_now(small_hall(), (), local(16, 40)) is None
    assert closing_now(plan, (), local(10, 0) + timedelta(days=1)) is None, "Saturday"


def test_lunch_is_not_called_the_morning() -> None:
    plan = replace(small_hall(), hours=hours((540, 720, 530, 705), (810, 1020, 800, 990)))
    empty = HallNow(local(12, 30), 1, 0, frozenset(), {})
    lunch = closed_now(plan, (), empty, local(12, 30))
    assert isinstance(lunch, Closed)
    assert lunch.why is Why.LUNCH
    early = closed_now(plan, (), empty, local(7, 30))
    assert early is not None
    assert early.why is Why.NOT_YET


def test_the_strip_says_it_first(qtbot: QtBot, app: QApplication) -> None:
    plan = replace(load_hall("demo").plan, hours=hours((540, 1020, 530, 900)))
    board = make_board(state_of(plan), "zh-CN", "light", qtbot)
    assert board.strip.line == "15:00 停止取号，已经取号的照常办理。"


# Monitors


def test_a_window_follows_its_monitor(
    qtbot: QtBot,
    app: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    main = app.primaryScreen()
    assert monitors.monitor_named("") is main
    assert monitors.monitor_named("1") is main
    assert monitors.monitor_named(main.name()) is main or not main.name()
    assert monitors.monitor_named("9") is None
    assert monitors.monitor_named("HDMI-7") is None
    window = QWidget()
    qtbot.addWidget(window)
    caplog.set_level("INFO")
    on = monitors.OnMonitor(window, "HDMI-7")
    on.place()
    assert window.isFullScreen()
    assert window.geometry() == main.geometry()
    on.place()
    assert [r.getMessage() for r in caplog.records].count(
        "the monitor HDMI-7 is away; the main one is used"
    ) == 1
    monkeypatch.setattr(monitors, "monitor_named", lambda _name: main)
    window.setGeometry(5, 5, 300, 200)
    app.screenRemoved.emit(main)
    qtbot.waitUntil(lambda: window.geometry() == main.geometry())
    assert any("on the monitor" in record.getMessage() for record in caplog.records)
    on.stop()
    monkeypatch.setattr(monitors, "main_monitor", lambda: None)
    monkeypatch.setattr(monitors, "monitor_named", lambda _name: None)
    monitors.OnMonitor(window, "").place()


class Regions(QObject):
    """Adds up what each picture of a widget repaints."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.areas: list[int] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(sum(r.width() * r.height() for r in _rects(event.region())))
        return False


def _rects(region: QRegion) -> list[QRect]:
    return list(region)  # type: ignore[call-overload,no-any-return] # iterable, but not said so


def test_a_trace_repaints_a_bit_of_the_frame_only(floor: Floor, qtbot: QtBot) -> None:
    with watching(floor, size=(3840, 2160)) as watched:
        qtbot.waitUntil(lambda: watched.view.presenter.plan is not None)
        floor.call("2")
        watched.feed.wake()
        newest = watched.view.newest
        qtbot.waitUntil(lambda: newest.tracing)
        seen = Regions(newest)
        qtbot.waitUntil(lambda: not newest.tracing)
        whole = newest.width() * newest.height()
        assert len(seen.areas) > 5
        small = [area for area in seen.areas if area < 0.1 * whole]
        assert len(small) >= len(seen.areas) - 1, "all but the first, which takes the old frame off"


def test_a_picture_of_a_call_is_drawn_once_wherever_it_stands(app: QApplication) -> None:
    drawn = []

    def draw() -> QPixmap:
        drawn.append(1)
        return QPixmap(1, 1)

    pictures = Pictures()
    first = pictures.get(("A001",), draw)
    assert pictures.get(("A001",), draw) is first
    for n in range(KEPT):
        pictures.get((n,), draw)
    assert len(drawn) == 1 + KEPT
    pictures.get(("A001",), draw)
    assert len(drawn) == 2 + KEPT, "the oldest goes"


def test_what_was_settled_while_the_hall_was_away_is_not_spoken(floor: Floor, qtbot: QtBot) -> None:
    ear = Ear()
    with heard(floor, ear, qtbot) as watched:
        served, missed, waits = (floor.call(window) for window in "234")
        watched.feed.wake()
        qtbot.waitUntil(lambda: len(ear.told) == 3)
        Calling(floor.store, "2").start()
        floor.miss("3")
        late = floor.call("5")
        Calling(floor.store, "5").start()
        came_not = floor.call("3")
        floor.miss("3")
        found = floor.call("6")
        watched.view.presenter.link.want(state=True)  # as after a lost connection
        qtbot.waitUntil(lambda: len(ear.told) == 4)
        assert ear.told[3][0] == found, "who is served already is not called"
        # Of the missed one the recalls were made in the outage.
        assert ear.begun == [late, missed, came_not], "the voice tells that they are unspoken"
        assert {served, missed, came_not} <= set(ear.settled)
        watched.view.presenter.link.want(state=True)
        floor.call("3")
        watched.feed.wake()  # the reading that was asked for may have been before it
        qtbot.waitUntil(lambda: len(ear.told) == 5)
        assert ear.begun == [late, missed, came_not], "each once"
        assert waits not in ear.settled
        assert late in watched.everywhere()


def test_what_was_missed_before_the_board_started_is_not_told(floor: Floor, qtbot: QtBot) -> None:
    """Another board has told it, or there was none."""
    floor.call("2")
    floor.miss("2")
    ear = Ear()
    with heard(floor, ear, qtbot) as watched:
        floor.call("3")
        watched.view.presenter.link.want(state=True)
        qtbot.waitUntil(lambda: len(ear.told) == 1)
        assert ear.begun == []


def test_what_grew_too_old_while_the_hall_was_away_is_for_the_voice_to_tell(
    floor: Floor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    with heard(floor, ear, qtbot) as watched:
        presenter = watched.view.presenter
        now = presenter.clock.now
        old = floor.call("2")
        monkeypatch.setattr(presenter.clock, "now", lambda: now() + timedelta(seconds=60))
        presenter.link.want(state=True)  # as after a lost connection
        qtbot.waitUntil(lambda: old in watched.everywhere())
        assert [label for label, *_more in ear.told] == [old], "it journals that it is unspoken"
        assert old not in [call.label for call in presenter.hero.shown]
