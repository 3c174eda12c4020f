"""Every text of the board fits, in three languages, on three screens, in both schemes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.display.board import CallBoard
from hallclient.display.desk import BoardDesk
from hallclient.display.hero import Hero
from hallclient.display.parts import LED, NORMAL, WIDE, BoardPart, scale_of
from hallclient.display.roll import BOXES
from hallclient.display.said import clean
from hallclient.display.timetable import Closed, Why, closed_now
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import CalendarDay, Notice, Series
from hallclient.domain.text import LocalText
from hallclient.services.board import BoardCall, BoardNews, BoardState, HallNow, QueueLine
from hallclient.services.hallfile import load_hall
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words
from tests.halls import small_hall, weekdays
from tests.widget.conftest import picture

AT = datetime(2026, 11, 20, 6, 50, 20, tzinfo=UTC)
LANGUAGES = ("zh-CN", "en", "zh-Hant")
SIZES = ((1280, 720), (1920, 1080), (3840, 2160))
T = TypeVar("T")


class StillWorker(QObject):
    """Answers at once, in the same thread."""

    busy_for = Signal(float)

    def submit(self, op: object, on_done: object, on_failed: object) -> None:
        assert callable(op)
        assert callable(on_done)
        on_done(op())


class StillFeed(QObject):
    changed = Signal()
    recovered = Signal()


class StillBoard:
    """A hall that does not change."""

    def __init__(self, state: BoardState) -> None:
        self._state = state

    def state(self) -> BoardState:
        return self._state

    def now(self) -> HallNow:
        return self._state.hall

    def news(self, seq: int, head: str = "") -> BoardNews:
        return BoardNews(seq, (), head=head)


def call(number: int, label: str, window: str, zone: str, service: LocalText) -> BoardCall:
    at = AT - timedelta(seconds=100 + number)
    return BoardCall(number, label, window, zone, service, at, 1, active=True)


def longest(texts: list[LocalText]) -> list[LocalText]:
    return [max(texts, key=lambda t: len(t.text(code))) for code in LANGUAGES]


def hall_now(plan: HallPlan, *, waits: bool, waiting: int = 128) -> HallNow:
    wait = WaitRange(100, 150) if waits else None
    lines = {q.code: QueueLine(q.code, waiting, None, 1, 0, wait) for q in plan.queues}
    return HallNow(AT, 10, waiting, frozenset(w.code for w in plan.windows), lines)


def state_of(plan: HallPlan, *, waits: bool = True) -> BoardState:
    services = longest([s.name for s in plan.services])
    zone = max(plan.zones, key=lambda z: len(z.name.en)).code
    calls = [call(n, f"AB{107 + n}", str(220 - n), zone, services[n % 3]) for n in range(9)]
    missed = [f"AB{n}" for n in range(200, 208)]
    return BoardState(plan, hall_now(plan, waits=waits), calls, missed)


def make_board(
    state: BoardState,
    language: str,
    scheme: str,
    qtbot: QtBot,
    *,
    bilingual: bool = False,
    boxes: int = BOXES,
) -> CallBoard:
    desk = BoardDesk(
        StillBoard(state),  # type: ignore[arg-type]
        StillWorker(),  # type: ignore[arg-type]
        StillFeed(),  # type: ignore[arg-type]
        Words(language),
        reduced_motion=True,
        bilingual=bilingual,
        boxes=boxes,
    )
    look = Look(load_theme(scheme), language)
    board = CallBoard(desk, look, clock=HallClock(lambda: AT, lambda: 0.0))
    qtbot.addWidget(board, before_close_func=lambda _: board.stop())
    board.show()
    board.start()
    return board


def cut(part: BoardPart) -> list[str]:
    return [phrase.text for phrase in part.phrases() if phrase.fitted(part.look).elided]


@pytest.fixture(scope="module")
def big_hall() -> HallPlan:
    return load_hall("xindu").plan


@pytest.mark.parametrize("scheme", ["light", LED])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_names_of_a_big_hall_fit(
    big_hall: HallPlan, language: str, scheme: str, qtbot: QtBot, app: QApplication
) -> None:
    state = state_of(big_hall)
    board = make_board(state, language, scheme, qtbot)
    presenter = board.presenter
    for size in SIZES:
        board.resize(*size)
        for newest in state.calls[:3]:
            presenter.hero = Hero((newest,), tuple(state.calls[4:7]))
            presenter.calls_changed.emit()
            assert not board.is_cut(), size
        presenter.hero = Hero(tuple(state.calls[:4]))
        presenter.calls_changed.emit()
        assert not board.is_cut(), size
        for _ in range(board.queues.pages):
            board.queues.next_page()
            assert cut(board.queues) == []


@pytest.mark.parametrize("scheme", ["light", LED])
@pytest.mark.parametrize("language", LANGUAGES)
def test_lost_closed_and_empty_boards_fit(
    big_hall: HallPlan, language: str, scheme: str, qtbot: QtBot, app: QApplication
) -> None:
    board = make_board(state_of(big_hall, waits=False), language, scheme, qtbot)
    presenter = board.presenter
    for size in SIZES:
        board.resize(*size)
        presenter.link.set_lost(lost=True)
        assert not board.is_cut(), size
        presenter.link.set_lost(lost=False)
        presenter.hero, presenter.roll = Hero(), replace(presenter.roll, calls=(), missed=())
        presenter.calls_changed.emit()
        assert not board.is_cut(), size
        for why in Why:
            presenter.closed = Closed(why, AT + timedelta(days=3))
            presenter.minute_changed.emit()
            assert board.closed.isVisible()
            assert not board.is_cut(), (size, why)
        presenter.closed = None
        presenter.minute_changed.emit()


def test_a_cut_text_is_found(big_hall: HallPlan, qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(big_hall), "zh-CN", "light", qtbot)
    assert not board.is_cut()
    board.newest.set_details("很长的事项名称" * 30, "", "", "")
    assert board.is_cut()


def test_switching_the_language_writes_every_text_anew(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot)
    words = board.presenter._desk.words
    before = {type(p): p.phrases() for p in board.parts()}
    words.switch("en")
    for part in board.parts():
        for phrase in part.phrases():
            if any("\u4e00" <= sign <= "\u9fff" for sign in phrase.text):
                pytest.fail(f"{type(part).__name__} still says {phrase.text}")
    assert before != {type(p): p.phrases() for p in board.parts()}


def test_one_scale_for_the_whole_board() -> None:
    plan = small_hall()
    assert scale_of(plan) is NORMAL
    assert scale_of(replace(plan, series=(*plan.series, Series("AB", "AB")))) is WIDE
    assert scale_of(replace(plan, series=(Series("A", "A", digits=4),))) is WIDE
    assert scale_of(small_hall(windows=100)) is WIDE
    assert scale_of(plan, ["A1007"]) is WIDE


def test_hostile_notices_are_plain_text_on_one_line(qtbot: QtBot, app: QApplication) -> None:
    bad = "<b>粗</b>\n\n<img src='file:///etc/passwd'>\u202e反\u0000\u2066" + "长" * 5000
    plan = replace(small_hall(), notices=(Notice("n", LocalText(bad)), Notice("e", LocalText(" "))))
    board = make_board(state_of(plan), "zh-CN", "light", qtbot)
    assert board.strip.line.startswith("<b>粗</b> <img src='file:///etc/passwd'>反长长")
    assert 2 < board.strip.pages <= 40
    seen = set()
    for _ in range(board.strip.pages):
        seen.add(board.strip.text())
        board.strip.next_page()
        board.strip.repaint()
    assert len(seen) >= 2
    assert clean("a\u202eb\tc\x07") == "ab c"


def test_a_hall_without_queues_or_notices_still_has_a_board(
    qtbot: QtBot, app: QApplication
) -> None:
    plan = replace(small_hall(), queues=(), services=(), windows=(), notices=())
    now = HallNow(AT, 1, 0, frozenset(), {})
    board = make_board(BoardState(plan, now, (), ()), "zh-CN", "light", qtbot)
    assert board.queues.page == ()
    assert board.queues.pages == 1
    assert not board.card.isVisible()
    assert board.strip.line == ""
    assert not board.is_cut()


def test_queues_come_in_pages_of_five_and_only_living_ones(
    big_hall: HallPlan, qtbot: QtBot, app: QApplication
) -> None:
    board = make_board(state_of(big_hall), "zh-CN", "light", qtbot)
    assert board.queues.pages == -(-len(big_hall.queues) // 5)
    seen = []
    for _ in range(board.queues.pages):
        seen += [row.name for row in board.queues.page]
        board._turn_pages()
    assert seen == [q.name.text("zh-CN") for q in big_hall.queues]
    quiet = hall_now(big_hall, waits=False, waiting=0)
    lines = {code: replace(line, open_windows=0) for code, line in quiet.lines.items()}
    code = big_hall.queues[3].code
    lines[code] = replace(lines[code], open_windows=1, free_windows=1, at_once=True)
    board.presenter._take_hall(replace(quiet, lines=lines))
    assert [(row.name, row.free) for row in board.queues.page] == [
        (big_hall.queues[3].name.text("zh-CN"), True)
    ]


def test_without_estimates_there_is_no_column_for_them(qtbot: QtBot, app: QApplication) -> None:
    plan = load_hall("demo").plan
    with_waits = make_board(state_of(plan), "zh-CN", "light", qtbot)
    without = make_board(state_of(plan, waits=False), "zh-CN", "light", qtbot)
    said = [phrase.text for phrase in with_waits.queues.phrases()]
    assert "预计" in said
    assert "100–150 分" in said
    said = [phrase.text for phrase in without.queues.phrases()]
    assert "预计" not in said
    assert not any("分" in text for text in said)


def test_a_queue_without_an_estimate_has_a_dash_in_the_column(
    qtbot: QtBot, app: QApplication
) -> None:
    plan = load_hall("demo").plan
    whole = state_of(plan)
    first, second = (queue.code for queue in plan.queues[:2])
    lines = dict(whole.hall.lines)
    lines[first] = replace(lines[first], wait=None)
    lines[second] = replace(lines[second], waiting=0, wait=WaitRange(0, 5), at_once=True)
    state = replace(whole, hall=replace(whole.hall, lines=lines))
    said = [phrase.text for phrase in make_board(state, "zh-CN", "light", qtbot).queues.phrases()]
    assert said.count("–") == 1
    assert said.count("马上可办") == 1
    assert "5 分内" not in said


def test_a_table_says_aloud_the_waits_that_it_paints(qtbot: QtBot, app: QApplication) -> None:
    plan = load_hall("demo").plan
    whole = state_of(plan)
    first, second, third = (queue.code for queue in plan.queues[:3])
    lines = dict(whole.hall.lines)
    lines[first] = replace(lines[first], wait=None)
    lines[second] = replace(lines[second], waiting=0, wait=WaitRange(0, 5), at_once=True)
    state = replace(whole, hall=replace(whole.hall, lines=lines))
    name = {queue.code: queue.name.text("zh-CN") for queue in plan.queues}
    said = make_board(state, "zh-CN", "light", qtbot).queues.text().split("; ")
    assert said[0] == f"{name[first]} 128"
    assert said[1] == f"{name[second]} 0 马上可办"
    assert said[2] == f"{name[third]} 128 100–150 分"
    english = make_board(state, "en", "light", qtbot).queues.text()
    assert "100–150 min" in english
    led = make_board(state, "zh-CN", "board-dark", qtbot).queues.text().split("; ")
    assert led[2] == f"{name[third]} 128"


def test_nothing_is_painted_when_nothing_changes(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot)
    qtbot.waitExposed(board)
    before = picture(board)
    painted = []
    for part in board.parts():
        part.update = lambda *_, p=part: painted.append(p)  # type: ignore[method-assign]
    board.presenter.link.take_figures(board.presenter._desk.board.now())
    board.presenter._pass_minute()
    board.presenter.calls_changed.emit()
    assert painted == []
    assert picture(board) == before


def test_amber_only_for_a_call(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot)
    amber = load_theme("light").colour("call").rgb()

    def ambers() -> int:
        seen = picture(board)
        return sum(
            seen.pixel(x, y) == amber
            for x in range(0, seen.width(), 4)
            for y in range(0, seen.height(), 4)
        )

    assert ambers() > 500
    board.presenter.link.set_lost(lost=True)
    assert ambers() == 0


def test_closed_outside_hours_with_nobody_left() -> None:
    plan = replace(small_hall(), hours=weekdays(time(9), time(17)))
    friday = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)  # 17:42 in the hall
    empty = HallNow(friday, 1, 0, frozenset(), {})
    closed = closed_now(plan, (), empty, friday)
    assert closed is not None
    assert closed.why is Why.OVER
    assert closed.opens is not None
    assert closed.opens.strftime("%m-%d %H:%M") == "11-23 09:00"
    early = closed_now(plan, (), empty, datetime(2026, 11, 20, 0, 30, tzinfo=UTC))
    assert early is not None
    assert early.why is Why.NOT_YET
    sunday = closed_now(plan, (), empty, datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    assert sunday is not None
    assert sunday.why is Why.DAY_OFF
    assert closed_now(plan, (), empty, datetime(2026, 11, 20, 3, 0, tzinfo=UTC)) is None
    assert closed_now(plan, (), replace(empty, open_windows=frozenset({"2"})), friday) is None
    one_waits = {"A": QueueLine("A", 1, None, 0, 0)}
    assert closed_now(plan, (), replace(empty, lines=one_waits), friday) is None
    assert closed_now(plan, ("1B",), replace(empty, lines=one_waits), friday) is not None
    assert closed_now(small_hall(), (), empty, friday) is None


def test_a_holiday_moves_the_next_opening() -> None:
    monday_off = CalendarDay(date(2026, 11, 23).isoformat(), working=False)
    plan = replace(small_hall(), hours=weekdays(time(9), time(17)), calendar=(monday_off,))
    friday = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)
    closed = closed_now(plan, (), HallNow(friday, 1, 0, frozenset(), {}), friday)
    assert closed is not None
    assert closed.opens is not None
    assert closed.opens.day == 24


def test_the_clock_follows_the_hall_and_not_the_pc() -> None:
    pc, mono = [AT], [0.0]
    clock = HallClock(lambda: pc[0], lambda: mono[0])
    clock.set(AT)
    assert clock.minute_passed()
    pc[0] = AT + timedelta(days=400)
    mono[0] = 39.0
    assert not clock.minute_passed()
    assert clock.ms_to_next_minute() == 1000
    mono[0] = 40.0
    assert clock.minute_passed()
