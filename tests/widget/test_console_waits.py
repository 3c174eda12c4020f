"""预计与实际 at the console: who sees it, by mouse and keyboard, its days, empty, in trouble."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.turn import Outcome
from hallclient.supervisor.sheets.waits import WaitsSheet
from hallclient.supervisor.widgets.wait_table import WaitLine
from hallclient.ui.widgets.base import Face
from tests.services.console import LEAD, SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest, hall, hall_url, postgres_template, sqlite_template
from tests.widget.console_floor import Console, console_on

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    with_console_staff(hall)
    return hall


@pytest.fixture
def console(floor: HallUnderTest, app: QApplication, qtbot: QtBot) -> Iterator[Console]:
    with console_on(floor, qtbot) as made:
        yield made


def busy(hall: HallUnderTest) -> None:
    """A queue that is called every four minutes, until it tells a wait."""
    hall.sign_in("2")
    for _ in range(3):
        hall.issue()
    calling = hall.calling("2")
    for _ in range(14):
        hall.clock.advance(minutes=4)
        hall.issue()
        calling.call_next()
        calling.start()
        calling.finish(Outcome.CONSULT)


def opened(console: Console) -> WaitsSheet:
    console.press(console.screen.queues.waits)
    sheet = console.sheet
    assert isinstance(sheet, WaitsSheet)
    console.settled()
    return sheet


def test_what_was_told_stands_beside_what_it_was(console: Console) -> None:
    busy(console.hall)
    console.enter(SUPERVISOR)
    sheet = opened(console)
    assert not console.screen.windows.isVisible(), "it takes the whole floor"
    whole, one = (row.line for row in sheet.table.rows)
    assert whole.whole
    assert whole.figures == one.figures, "one queue was busy"
    told, without = int(one.figures[0]), int(one.figures[-1])
    assert told + without == 14
    assert told > 0
    assert isinstance(one, WaitLine)
    assert one.within + one.longer + one.shorter == pytest.approx(1)
    assert "综合窗口" in sheet.table.rows[1].accessibleName()
    console.press(sheet.cross)
    assert console.screen.windows.isVisible()


def test_an_earlier_day_is_empty_and_says_so(console: Console) -> None:
    busy(console.hall)
    console.enter(SUPERVISOR)
    sheet = opened(console)
    today = sheet.day.text()
    assert sheet.after.face is Face.FLAT
    console.press(sheet.before)
    console.settled()
    assert not sheet.table.rows
    assert sheet.nothing.isVisible()
    assert sheet.nothing.text() == console.say("waits.none")
    state = console.presenter.state
    assert state is not None
    assert state.day is not None
    assert sheet.day.text() == console.words.long_date(state.day - timedelta(days=1))
    console.press(sheet.today)
    console.settled()
    assert sheet.day.text() == today
    assert sheet.table.rows
    assert not sheet.nothing.isVisible()


def test_by_the_keyboard_alone(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.screen.queues.waits.setFocus(Qt.FocusReason.TabFocusReason)
    console.key(Qt.Key.Key_Space)
    sheet = console.sheet
    assert isinstance(sheet, WaitsSheet)
    console.settled()
    today = sheet.day.text()
    for _ in range(8):
        if sheet.before.hasFocus():
            break
        console.key(Qt.Key.Key_Tab)
    assert sheet.before.hasFocus()
    console.key(Qt.Key.Key_Space)
    console.settled()
    assert sheet.day.text() != today
    console.key(Qt.Key.Key_Escape)
    assert console.screen.sheet is None
    assert console.screen.queues.waits.hasFocus()


def test_without_the_database_it_says_so_and_tries_again(console: Console) -> None:
    busy(console.hall)
    console.enter(SUPERVISOR)
    sheet = opened(console)
    console.gate.down = True
    console.press(sheet.before)
    console.until(sheet.again_key.isVisible)
    assert sheet.line.text() == console.say("away")
    assert not sheet.table.rows, "another day's figures do not stand under this day"
    console.gate.down = False
    console.settled()
    console.press(sheet.today)
    console.until(lambda: sheet.table.rows)
    assert not sheet.again_key.isVisible()


def test_a_lead_has_no_key_to_it(console: Console) -> None:
    console.enter(LEAD)
    assert not console.screen.queues.waits.isVisible()
    assert console.screen.queues.isVisible()
