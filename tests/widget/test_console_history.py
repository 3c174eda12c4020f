"""历史 at the console: days to years, by mouse and keyboard, saved, in trouble."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.turn import Outcome
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.days import close_day_if_over
from hallclient.services.floor_history import Period, Span
from hallclient.supervisor.sheets.history import TIME, HistorySheet
from hallclient.ui.widgets.base import Face
from tests.services.console import LEAD, SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest, hall, hall_url, postgres_template, sqlite_template
from tests.widget.console_floor import Console, console_on

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    """A day that is counted, with three numbers, and an open one with five."""
    with_console_staff(hall)
    work(hall, 3)
    hall.clock.advance(days=1)
    close_day_if_over(hall.store, "chore")
    assert RollupChore().step(hall.store)
    work(hall, 5)
    return hall


@pytest.fixture
def console(floor: HallUnderTest, app: QApplication, qtbot: QtBot) -> Iterator[Console]:
    with console_on(floor, qtbot) as made:
        yield made


def work(hall: HallUnderTest, numbers: int) -> None:
    hall.sign_in("2")
    for _ in range(numbers):
        hall.issue()
    for _ in range(2):
        hall.clock.advance(minutes=4)
        hall.calling().call_next()
        hall.calling().start()
        hall.calling().finish(Outcome.CONSULT)


def opened(console: Console) -> HistorySheet:
    console.enter(SUPERVISOR)
    console.press(console.screen.history)
    sheet = console.sheet
    assert isinstance(sheet, HistorySheet)
    read(console, sheet)
    return sheet


def read(console: Console, sheet: HistorySheet) -> None:
    console.until(lambda: sheet.found is not None and not sheet.missing_bars)


def rows(sheet: HistorySheet) -> dict[str, str]:
    return {row.line.name: row.line.figures[0] for row in sheet.table.rows}


def test_today_first_then_the_day_before(console: Console) -> None:
    sheet = opened(console)
    assert not console.screen.windows.isVisible(), "it takes the whole floor"
    assert rows(sheet) == {console.say("history.whole"): "5", "综合窗口": "5"}
    assert [(bar.issued, bar.finished) for bar in sheet.picture.bars] == [(3, 2), (5, 2)]
    assert sheet.after.face is Face.FLAT
    console.press(sheet.before)
    read(console, sheet)
    assert rows(sheet) == {console.say("history.whole"): "3", "综合窗口": "3"}
    assert [bar.issued for bar in sheet.picture.bars] == [3]
    assert sheet.before.face is Face.FLAT, "the hall has no day before"
    console.press(sheet.now_key)
    read(console, sheet)
    assert rows(sheet)["综合窗口"] == "5"


@pytest.mark.parametrize("span", list(Span))
def test_a_longer_period_holds_both_days(console: Console, span: Span) -> None:
    sheet = opened(console)
    console.press(sheet.span.keys[span.value])
    read(console, sheet)
    assert sheet.period is not None
    assert sheet.period.span is span
    assert rows(sheet)["综合窗口"] == ("5" if span is Span.DAY else "8")
    console.press(sheet.split.keys["window"])
    read(console, sheet)
    window = sheet.table.rows[1].line
    assert window.name == console.say("window_n", number="2")
    assert window.figures[2] == ("2" if span is Span.DAY else "4"), "turns served"
    console.press(sheet.split.keys[TIME])
    read(console, sheet)
    parts = {Span.DAY: 1, Span.WEEK: 2, Span.MONTH: 2, Span.YEAR: 1}[span]
    assert len(sheet.table.rows) == 1 + parts


def test_it_is_saved_with_all_its_figures(console: Console) -> None:
    sheet = opened(console)
    console.press(sheet.span.keys[Span.WEEK.value])
    read(console, sheet)
    console.press(sheet.save_key)
    console.settled()
    ((name, table),) = console.files.items()
    assert sheet.period is not None
    assert name == f"week-{sheet.period.first}-queue"
    assert sheet.line.text() == console.say("history.saved", file=f"{name}.csv")
    assert table.columns[:3] == ("队列", "名称", "取号")
    assert [row[2] for row in table.rows] == [8, 8]
    console.full = True
    console.press(sheet.save_key)
    console.until(lambda: sheet.line.text() == console.say("history.unsaved"))


def test_a_day_that_is_not_counted_yet_is_told(console: Console) -> None:
    sheet = opened(console)
    today = console.hall.clock.now.date()
    with console.hall.store.change("test") as tx:
        tx.unmark_day(today - timedelta(days=1))
    console.press(sheet.span.keys[Span.WEEK.value])
    read(console, sheet)
    assert rows(sheet)["综合窗口"] == "5"
    assert console.say("history.missing", n=1) in sheet.line.text()


def test_a_week_without_anybody_says_so(console: Console) -> None:
    console.hall.clock.advance(days=14)
    close_day_if_over(console.hall.store, "chore")
    while RollupChore().step(console.hall.store):
        pass
    console.enter(SUPERVISOR)
    console.press(console.screen.history)
    sheet = console.sheet
    assert isinstance(sheet, HistorySheet)
    read(console, sheet)
    assert sheet.nothing.isVisible()
    assert sheet.save_key.face is Face.FLAT
    assert not sheet.save_key.isEnabled()


def test_by_the_keyboard_alone(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.screen.history.setFocus(Qt.FocusReason.TabFocusReason)
    console.key(Qt.Key.Key_Space)
    sheet = console.sheet
    assert isinstance(sheet, HistorySheet)
    read(console, sheet)
    for _ in range(8):
        if sheet.span.keys[Span.MONTH.value].hasFocus():
            break
        console.key(Qt.Key.Key_Tab)
    console.key(Qt.Key.Key_Space)
    assert sheet.period is not None
    assert sheet.period == Period.of(Span.MONTH, console.hall.clock.now.date())
    console.key(Qt.Key.Key_Escape)
    assert console.screen.sheet is None
    assert console.screen.history.hasFocus()


def test_without_the_database_it_says_so_and_tries_again(console: Console) -> None:
    sheet = opened(console)
    console.gate.down = True
    console.press(sheet.before)
    console.until(sheet.again_key.isVisible)
    assert sheet.line.text() == console.say("away")
    assert not sheet.table.rows, "another day's figures do not stand under this day"
    console.gate.down = False
    console.press(sheet.again_key)
    read(console, sheet)
    assert rows(sheet)["综合窗口"] == "3"
    assert not sheet.again_key.isVisible()


def test_a_lead_has_no_key_to_it(console: Console) -> None:
    console.enter(LEAD)
    assert not console.screen.history.isVisible()
    assert console.screen.tries.isVisible()
