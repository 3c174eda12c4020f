"""试一试 at the console: a day with changes, off the UI thread, to be stopped; nothing is done."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.turn import Outcome
from hallclient.services.whatif.changes import Arrivals, MoveWindow, OpenWindow, SetCeiling
from hallclient.services.whatif.compare import compare
from hallclient.services.whatif.trying import OutOfTime
from hallclient.supervisor.sheets import what_if
from hallclient.supervisor.sheets.advice import AdviceSheet
from hallclient.supervisor.sheets.what_if import WhatIfSheet
from hallclient.supervisor.sheets.what_if_form import Kind
from hallclient.ui.widgets.base import Face
from tests.services.console import SUPERVISOR, USHER, with_console_staff
from tests.stores import HallUnderTest, hall, hall_url, postgres_template, sqlite_template
from tests.widget.console_floor import Console, console_on

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    """Window 2 calls every six minutes while somebody comes every three."""
    with_console_staff(hall)
    hall.sign_in("2")
    calling = hall.calling("2")
    for _ in range(12):
        hall.issue("ZH001")
        hall.clock.advance(minutes=3)
        hall.issue("ZH001")
        calling.call_next()
        hall.clock.advance(minutes=1)
        calling.start()
        hall.clock.advance(minutes=2)
        calling.finish(Outcome.CONSULT)
    return hall


@pytest.fixture
def console(floor: HallUnderTest, app: QApplication, qtbot: QtBot) -> Iterator[Console]:
    with console_on(floor, qtbot) as made:
        yield made


def opened(console: Console) -> WhatIfSheet:
    console.press(console.screen.tries)
    sheet = console.sheet
    assert isinstance(sheet, WhatIfSheet)
    console.until(lambda: not sheet.busy)
    return sheet


def tried(console: Console, sheet: WhatIfSheet, kind: Kind, code: str = "A") -> None:
    console.press(sheet.form.kind.keys[kind])
    if code:
        row = next(one for one in sheet.form.queues.rows if one.spec.value == code)
        console.press(row)
    console.press(sheet.form.add)
    console.until(lambda: not sheet.busy)


def changed_line(sheet: WhatIfSheet) -> object:
    return sheet.picture.after


def stopped_by(console: Console, sheet: WhatIfSheet) -> bool:
    """Press the key while it works; tell whether it has worked and does no more."""
    worked = sheet.busy
    console.press(sheet.go)
    return worked and not sheet.busy


def test_one_more_window_stands_beside_the_day_as_it_was(
    console: Console, floor: HallUnderTest
) -> None:
    console.enter(SUPERVISOR)
    before = floor.kinds()
    sheet = opened(console)
    assert not console.screen.windows.isVisible(), "it takes the whole floor"
    assert not changed_line(sheet)
    whole, own = (row.line for row in sheet.table.rows)
    assert "→" not in whole.cells[0].text
    tried(console, sheet, Kind.OPEN)
    (change,) = sheet.changes
    assert isinstance(change, OpenWindow)
    own = next(row.line for row in sheet.table.rows if row.line.code == "A")
    assert own.cells[0].better
    assert own.cells[0].change.startswith("−")
    assert "综合窗口" in own.said
    assert sheet.picture.before
    assert changed_line(sheet)
    assert changed_line(sheet) != sheet.picture.before
    console.press(sheet.made.rows[0])
    console.until(lambda: not sheet.busy)
    assert sheet.changes == ()
    assert not changed_line(sheet)
    assert floor.kinds() == before, "nothing is done in the hall"


def test_every_kind_of_change_is_made_from_lists(console: Console) -> None:
    console.enter(SUPERVISOR)
    sheet = opened(console)
    form = sheet.form
    tried(console, sheet, Kind.ARRIVALS)
    tried(console, sheet, Kind.CEILING)
    console.press(form.kind.keys[Kind.MOVE])
    assert form.add.face is Face.FLAT, "no window is chosen yet"
    console.press(form.windows.rows[0])
    console.press(next(one for one in form.queues.rows if one.spec.value == "A"))
    console.press(form.stop.less)
    console.press(form.add)
    console.until(lambda: not sheet.busy)
    more, limit, moved = sheet.changes
    assert more == Arrivals(1.2, "A")
    assert limit == SetCeiling(20, "A")
    assert isinstance(moved, MoveWindow)
    assert (moved.number, moved.ranks) == ("2", (("A",),))
    assert moved.stop == form._days.hours[1] - 1800 if form._days else False
    assert len(sheet.made.rows) == 3
    console.press_named(console.say("what_if.clear"), sheet)
    console.until(lambda: not sheet.busy)
    assert sheet.changes == ()


def test_lists_are_narrowed_by_typing_and_led_by_the_keyboard(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.screen.tries.setFocus()
    console.key(Qt.Key.Key_Space)
    sheet = console.sheet
    assert isinstance(sheet, WhatIfSheet)
    console.until(lambda: not sheet.busy)
    assert sheet.form.wanted.hasFocus()
    console.type("xyz")
    assert not sheet.form.queues.rows
    sheet.form.wanted.clear()
    console.type("综合")
    assert [row.spec.value for row in sheet.form.queues.rows] == ["A"]
    console.key(Qt.Key.Key_Tab)
    assert sheet.form.queues.rows[0].hasFocus()
    console.key(Qt.Key.Key_Space)
    assert sheet.form.change() is not None
    console.key(Qt.Key.Key_Escape)
    assert console.screen.windows.isVisible()
    assert console.screen.tries.hasFocus()


def test_days_without_a_record_say_so(console: Console) -> None:
    console.enter(SUPERVISOR)
    sheet = opened(console)
    for key in (sheet.before, sheet.usual):
        console.press(key)
        console.until(lambda: not sheet.busy)
        assert sheet.nothing.isVisible()
        assert not sheet.table.rows
    console.press(sheet.today)
    console.until(lambda: not sheet.busy)
    assert not sheet.nothing.isVisible()
    assert sheet.table.rows


def test_a_play_is_stopped_beside_moves_and_taken_up_again(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.enter(SUPERVISOR)
    sheet = opened(console)
    seen, ends, moved = list[str](), list[bool](), list[object]()
    goes_on = threading.Event()

    def slow(*args, **named):  # type: ignore[no-untyped-def]
        seen.append(threading.current_thread().name)
        budget = args[2]
        while not goes_on.wait(0.01) and not budget.stopped():
            pass
        ends.append(budget.stopped())
        return compare(*args, **named)

    monkeypatch.setattr(what_if, "compare", slow)
    console.press(next(one for one in sheet.form.queues.rows if one.spec.value == "A"))
    console.press(sheet.form.add)
    console.until(lambda: seen)
    assert seen == ["what-if"]
    console.presenter.do(lambda who: who.leave("1003"), moved.append)
    console.until(lambda: moved)
    assert stopped_by(console, sheet)
    console.until(lambda: ends)
    assert ends == [True]
    assert not sheet.table.rows, "no figures of another question"
    goes_on.set()
    console.press(sheet.go)
    console.until(lambda: not sheet.busy)
    assert sheet.table.rows


def test_what_takes_too_long_is_given_up_calmly(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.enter(SUPERVISOR)
    sheet = opened(console)

    def late(*_args: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(what_if, "compare", late)
    tried(console, sheet, Kind.OPEN)
    assert sheet.line.text() == console.say("what_if.late")
    assert not sheet.table.rows


def test_an_usher_has_no_such_key_and_no_such_right(console: Console) -> None:
    console.enter(USHER)
    assert not console.screen.tries.isVisible()
    said: list[str] = []
    console.presenter.do(
        lambda who: who.trial_days(None), lambda _days: said.append("days"), said.append
    )
    console.until(lambda: said)
    assert said != ["days"]


def test_advice_shows_the_picture_of_why(
    hall: HallUnderTest, app: QApplication, qtbot: QtBot
) -> None:
    with_console_staff(hall)
    hall.sign_in("2")
    hall.change_plan(rules=replace(hall.store.plan().rules, wait_goal_minutes=20))
    for _ in range(30):
        hall.clock.advance(minutes=1)
        hall.issue("ZH001")
    with console_on(hall, qtbot) as console:
        console.enter(SUPERVISOR)
        console.presenter.ask_advice()
        console.until(lambda: not console.presenter.advising)
        found = console.presenter.advice
        assert found is not None
        assert found.advised.goal.minutes == 20
        console.press(console.screen.advice.head)
        sheet = console.sheet
        assert isinstance(sheet, AdviceSheet)
        console.until(lambda: bool(sheet.picture.text()))
        assert sheet.picture.isVisible()
        assert sheet.picture.after != sheet.picture.before
