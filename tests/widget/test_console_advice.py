"""Advice on the console: asked for off the UI thread, shown quietly, never acted upon by itself."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.services.supervising import Supervising
from hallclient.services.whatif.advice import Way
from hallclient.services.whatif.now import AdviceNow
from hallclient.supervisor.sheets.advice import AdviceSheet
from hallclient.supervisor.sheets.parts import ListRow
from hallclient.supervisor.sheets.windows import AssignSheet, PickSheet
from tests.services.console import LEAD, SUPERVISOR, USHER, with_console_staff
from tests.stores import HallUnderTest, hall, hall_url, postgres_template, sqlite_template
from tests.widget.console_floor import Console, console_on

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def pressed(hall: HallUnderTest) -> HallUnderTest:
    """Window 2 is alone with thirty people; windows 1 and 3 are shut."""
    with_console_staff(hall)
    hall.sign_in("2")
    for _ in range(30):
        hall.clock.advance(minutes=1)
        hall.issue("ZH001")
    return hall


@pytest.fixture
def console(pressed: HallUnderTest, app: QApplication, qtbot: QtBot) -> Iterator[Console]:
    with console_on(pressed, qtbot) as made:
        yield made


def asked(console: Console) -> AdviceNow:
    console.presenter.ask_advice()
    console.until(lambda: not console.presenter.advising)
    found = console.presenter.advice
    assert found is not None
    return found


def test_a_floor_without_an_answer_keeps_its_place(console: Console) -> None:
    console.enter(SUPERVISOR)
    assert not console.screen.advice.isVisible()
    assert console.screen.advice.tall == 0


def test_a_line_leads_to_why_and_on_to_a_window(console: Console, pressed: HallUnderTest) -> None:
    console.enter(SUPERVISOR)
    before = pressed.kinds()
    found = asked(console)
    best = found.advised.queues[0].best
    assert best is not None
    assert best.way is Way.OPEN
    card = console.screen.advice
    assert card.isVisible()
    (row,) = card.rows
    assert row.line.text == console.say("advice.open", n=best.many, queue="综合窗口")
    console.press(row)
    sheet = console.sheet
    assert isinstance(sheet, AdviceSheet)
    assert sheet.findChildren(ListRow)[0].spec.chosen
    assert "综合窗口" in sheet.facts.accessibleName()
    console.press(sheet.go)
    assert isinstance(console.sheet, PickSheet)
    console.press(console.sheet.findChildren(ListRow)[0])
    assign = console.sheet
    assert isinstance(assign, AssignSheet)
    assert assign.ranks()[0] == ("A",)
    assert pressed.kinds() == before, "nothing is done before somebody confirms it"


def test_what_is_lent_comes_filled_in(
    pressed: HallUnderTest, app: QApplication, qtbot: QtBot
) -> None:
    """Window 1 serves B only, and nobody is there: it backs A up."""
    windows = pressed.store.plan().as_filed.windows
    alone = tuple(replace(one, ranks=(("B",),)) if one.code == "1" else one for one in windows)
    pressed.change_plan(windows=alone)
    pressed.sign_in("1")
    with console_on(pressed, qtbot) as console:
        console.enter(SUPERVISOR)
        ways = [one for queue in asked(console).advised.queues for one in queue.found]
        lent = next(one for one in ways if one.window == "1")
        console.press(console.screen.advice.head)
        sheet = console.sheet
        assert isinstance(sheet, AdviceSheet)
        names = [name for name, one in sheet._listed.items() if one is lent]
        assert names, "among the first three ways"
        sheet._choose(names[0])
        assert sheet.picked() == {"1"}
        console.press(sheet.go)
        assign = console.sheet
        assert isinstance(assign, AssignSheet)
        assert assign.ranks() == lent.ranks


def test_the_days_are_played_in_a_thread_of_their_own(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moves go on meanwhile; who signs out wants no answer."""
    console.enter(SUPERVISOR)
    goes_on, wanted, seen = threading.Event(), [], []
    moved: list[object] = []

    def slow(_self: Supervising, stopped, _seconds):  # type: ignore[no-untyped-def]
        seen.append(threading.current_thread().name)
        while not goes_on.wait(0.01) and not stopped():
            pass
        wanted.append(not stopped())

    monkeypatch.setattr(Supervising, "advice", slow)
    console.presenter.ask_advice()
    console.until(lambda: seen)
    assert console.presenter.advising
    console.presenter.do(lambda who: who.leave("1003"), moved.append)
    console.until(lambda: moved)
    console.presenter.sign_out()
    console.until(lambda: False in wanted)
    goes_on.set()
    assert seen == ["advice"]
    assert console.presenter.advice is None


def test_who_may_not_lend_is_not_advised_to(console: Console) -> None:
    """A lead of another department gets nothing about this queue; an usher is never asked for."""
    console.enter(LEAD)
    found = asked(console)
    member = console.presenter.supervisor
    assert member is not None
    assert all(queue.queue != "A" for queue in found.advised.queues) or member.department == "ZH"
    console.presenter.sign_out()
    console.enter(USHER)
    console.presenter.ask_advice()
    assert not console.presenter.advising
    assert not console.screen.advice.isVisible()
