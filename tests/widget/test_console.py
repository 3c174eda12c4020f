"""The console as a supervisor, a lead and an usher have it: mouse, keyboard, a real database."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.alarm import Verb
from hallclient.domain.bulletin import Audience
from hallclient.domain.case import CaseResult, Handover, SuspendReason
from hallclient.domain.parts import Material
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.follow_ups import FollowUps
from hallclient.services.helping import Helping, anybody_there
from hallclient.supervisor.alarm_words import HELP
from hallclient.supervisor.sheets.case_form import CaseForm
from hallclient.supervisor.sheets.cases import CaseSheet, CasesSheet
from hallclient.supervisor.sheets.follow_ups import AppealSheet, FollowUpSheet
from hallclient.supervisor.sheets.parts import ListRow
from hallclient.supervisor.sheets.windows import AssignSheet, WindowSheet
from hallclient.supervisor.view import Action, AlarmLine, Stand, Tone
from tests import leaks
from tests.halls import PIN
from tests.services.console import CLERK, LEAD, SUPERVISOR, USHER, with_console_staff
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


def test_who_is_let_in(console: Console) -> None:
    card = console.screen.sign_in
    console.type_in(CLERK, PIN)
    console.until(lambda: card.trouble.text() == console.say("refused.no_right"))
    for _ in range(3):
        console.type_in(SUPERVISOR, "0000")
        console.until(lambda: card.enter.isEnabled() and card.trouble.text())
        assert card.pin.text() == ""
    assert card.trouble.text() == console.say("refused.sign_in_failed")
    console.type_in(SUPERVISOR, PIN)
    console.until(lambda: card.enter.isEnabled() and card.trouble.text())
    assert card.trouble.text() == console.say("refused.pin_wait", seconds=30)
    console.seconds += 31
    console.enter(SUPERVISOR)
    assert not card.isVisible()
    assert console.screen.windows.isVisible()
    console.press(console.screen.header.who)
    console.press_named(console.say("sign_out"))
    assert console.presenter.view.stand is Stand.SIGNED_OUT
    assert (card.number.text(), card.pin.text()) == ("", "")


def test_a_queue_gets_a_window_and_the_window_its_own_again(console: Console) -> None:
    console.hall.sign_in("1", "2")
    console.enter(SUPERVISOR)
    row = next(
        r for r in console.screen.queues.rows if r.key.accessibleName().endswith("不动产登记")
    )
    console.press(row.key)
    # Window 2 is picked on the floor itself: B is its second queue.
    console.press(console.screen.windows.tiles["2"])
    sheet = console.sheet
    assert isinstance(sheet, AssignSheet)
    assert sheet.ranks() == (("B",), ("A",))
    console.press_named("综合窗口", sheet)
    console.press_named("综合窗口", sheet)
    assert sheet.ranks() == (("B",),)
    console.press(sheet.confirm)
    console.until(lambda: console.screen.sheet is None)
    console.until(lambda: console.screen.windows.tiles["2"].tile.lent)
    with console.hall.another_store() as store:
        assert store.plan().window("2").ranks == (("B",),)
    console.press(console.screen.windows.tiles["2"])
    assert isinstance(console.sheet, WindowSheet)
    console.press(console.sheet.assign)
    assert isinstance(console.sheet, AssignSheet)
    console.press(console.sheet.back)
    console.until(lambda: not console.screen.windows.tiles["2"].tile.lent)


def test_a_stop_asks_once_more(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.press(console.screen.team.keys[Action.STOP])
    console.press_named("综合窗口", console.sheet)
    console.press_named(console.say("stop.why_staff"), console.sheet)
    console.press_named(console.say("stop.stop"), console.sheet)
    assert console.sheet.again.isVisible()
    assert console.screen.focusWidget() is console.sheet.again.no
    console.key(Qt.Key.Key_Escape)
    assert not console.sheet.again.isVisible()
    assert "queue.stopped" not in console.hall.kinds()
    console.press_named(console.say("stop.stop"), console.sheet)
    console.press(console.sheet.again.yes)
    console.until(lambda: any(q.stopped for q in console.presenter.view.queues))
    assert console.hall.kinds().count("queue.stopped") == 1
    row = next(r for r in console.screen.queues.rows if r.key.text() == console.say("verb.reopen"))
    console.press(row.key)
    console.press_named(console.say("stop.reopen"), console.sheet)
    console.until(lambda: not any(q.stopped for q in console.presenter.view.queues))


def test_a_broadcast_by_keyboard_alone(console: Console) -> None:
    console.enter(SUPERVISOR)
    keys = console.screen.team.keys
    for _ in range(9):  # Tab leads from part to part, arrows within one
        console.key(Qt.Key.Key_Tab)
        if console.screen.team.isAncestorOf(console.screen.focusWidget()):
            break
    console.key(Qt.Key.Key_Down)
    for _ in range(3):
        console.key(Qt.Key.Key_Left)
    assert console.screen.focusWidget() is keys[Action.BROADCAST]
    console.key(Qt.Key.Key_Return)
    console.type("请带好随身物品")
    console.key(Qt.Key.Key_Return)
    assert console.sheet.again.isVisible()
    console.key(Qt.Key.Key_Tab)
    console.key(Qt.Key.Key_Return)
    console.until(lambda: console.screen.sheet is None)
    console.settled()
    with console.hall.store.look() as reader:
        (said,) = reader.bulletins()
    assert (said.text.zh_cn, said.audience) == ("请带好随身物品", Audience.ALL)
    console.press(console.screen.team.keys[Action.BROADCAST])
    console.press_named("请带好随身物品", console.sheet)
    console.until(lambda: not console.presenter.state.bulletins)  # type: ignore[union-attr]


def test_a_window_that_was_left_is_closed(console: Console) -> None:
    console.hall.sign_in("2")
    console.hall.issue()
    console.hall.calling("2").call_next()
    console.enter(SUPERVISOR)
    tile = console.screen.windows.tiles["2"]
    assert (tile.tile.tone, tile.tile.doing) == (Tone.CALLED, "A001")
    console.press(tile)
    sheet = console.sheet
    assert isinstance(sheet, WindowSheet)
    console.press(sheet.shut)
    assert "A001" in sheet.again.text.text()
    console.press(sheet.again.yes)
    console.until(lambda: console.screen.windows.tiles["2"].tile.tone in (Tone.CLOSED, Tone.ABSENT))
    with console.hall.store.look() as reader:
        (ticket,) = reader.open_tickets()
    assert ticket.status is TicketStatus.WAITING


def calls_on(console: Console) -> list[AlarmLine]:
    return [line for line in console.presenter.view.alarms if line.key.startswith(HELP)]


def test_help_is_heard_once_and_answered(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.settled()
    Helping(console.hall.store, "kiosk:K1").ask("K1")
    console.presenter.refresh()
    console.until(lambda: calls_on(console))
    (line,) = calls_on(console)
    assert (line.title, line.solid) == ("K1 号取号机求助", True)
    assert console.bell.rung == 1
    row = console.screen.alarms.rows[0]
    assert row.line == line
    console.press(row.key)
    console.until(lambda: calls_on(console)[0].taken == console.say("you_go"))
    assert console.bell.rung == 1
    row = next(r for r in console.screen.alarms.rows if r.line == calls_on(console)[0])
    console.press(row.key)
    console.until(lambda: not calls_on(console))


def test_a_lead_has_keys_for_the_own_department_only(console: Console) -> None:
    console.enter(LEAD)
    by_code = {line.code: line for line in console.presenter.view.queues}
    assert (by_code["A"].verb, by_code["B"].verb) == ("", console.say("verb.assign"))
    assert Action.BROADCAST not in console.presenter.view.actions
    assert not console.screen.team.keys[Action.BROADCAST].isVisible()
    console.press(console.screen.team.keys[Action.STOP])
    console.press_named("综合窗口", console.sheet)
    console.press_named(console.say("stop.stop"), console.sheet)
    console.press(console.sheet.again.yes)
    console.until(lambda: console.sheet.line.text() == console.say("refused.no_right"))
    assert "queue.stopped" not in console.hall.kinds()


def test_a_right_that_is_gone_ends_the_sitting(console: Console) -> None:
    console.enter(SUPERVISOR)
    staff = console.hall.store.plan().staff
    console.hall.change_plan(staff=tuple(m for m in staff if m.code != SUPERVISOR))
    console.presenter.refresh()
    console.until(lambda: console.presenter.view.stand is Stand.SIGNED_OUT)
    assert console.screen.sign_in.trouble.text() == console.say("refused.no_right")


def test_an_usher_sees_calls_and_three_keys(console: Console) -> None:
    Helping(console.hall.store, "kiosk:K1").ask("K1")
    console.enter(USHER)
    screen = console.screen
    assert [screen.windows.isVisible(), screen.queues.isVisible(), screen.trend.isVisible()] == [
        False
    ] * 3
    keys = [a for a, key in screen.team.keys.items() if key.isVisible()]
    assert keys == [Action.REPRINT, Action.TAKE, Action.PRIORITY]
    assert screen.alarms.rows[0].line is not None
    # A number for somebody, with a reason to go first, by the keyboard.
    console.press(screen.team.keys[Action.TAKE])
    console.type("esf")
    console.press_named("二手房过户", console.sheet)
    console.press_named(console.say("priority.elderly"), console.sheet)
    console.press_named(console.say("ticket.take_it"), console.sheet)
    console.settled()
    assert console.hall.kinds().count("ticket.issued") == 1, console.sheet.line.text()
    console.settled()
    with console.hall.store.look() as reader:
        (ticket,) = reader.open_tickets()
    assert (ticket.channel, ticket.priority) == (Channel.USHER, PriorityClass.ELDERLY)
    console.press(console.sheet.cross)
    # The same one waits as usual again.
    console.press(screen.team.keys[Action.PRIORITY])
    console.type(ticket.label)
    console.key(Qt.Key.Key_Return)
    console.settled()
    console.press_named(console.say("priority.normal"), console.sheet)
    console.until(lambda: console.screen.sheet is None)
    assert console.presenter.view.message == console.say("ticket.no_longer", label=ticket.label)
    console.press(screen.team.keys[Action.REPRINT])
    console.type("B555")
    console.key(Qt.Key.Key_Return)
    console.settled()
    assert console.sheet.line.text() == console.say("refused.unknown_ticket")


def test_somebody_is_on_leave(console: Console) -> None:
    console.hall.sign_in("2")
    console.enter(SUPERVISOR)
    console.press(console.screen.team.staff)
    console.press_named("机动", console.sheet)
    console.press_named(console.say("staff.leave"), console.sheet)
    console.until(lambda: console.presenter.state.staff.on_leave)  # type: ignore[union-attr]
    console.settled()
    console.press_named(console.say("staff.back"), console.sheet)
    console.until(lambda: not console.presenter.state.staff.on_leave)  # type: ignore[union-attr]


def test_the_database_goes_and_comes_back(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.settled()
    console.gate.down = True
    console.presenter.refresh()
    console.until(console.screen.banner.isVisible)
    assert console.screen.windows.isVisible()
    assert not console.screen.figures.isVisible()
    console.seconds += 12
    console.until(lambda: console.presenter.view.stale)
    console.press(console.screen.team.keys[Action.STOP])
    console.press_named("综合窗口", console.sheet)
    console.press_named(console.say("stop.stop"), console.sheet)
    console.press(console.sheet.again.yes)
    console.until(lambda: console.sheet.line.text() == console.say("away"))
    console.gate.down = False
    console.until(lambda: not console.presenter.view.stale)
    assert not console.notices.has("database") or console.screen.banner.isVisible()


def test_a_database_that_hangs_is_told(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.settled()
    console.worker.busy_for.emit(3.5)
    assert not console.screen.banner.isVisible()
    console.worker.busy_for.emit(5.5)
    assert console.screen.banner.isVisible()
    console.presenter.refresh()
    console.settled()
    current = console.notices.current
    assert current is None or current.title == console.say("back")


def test_tab_leads_through_all_parts_and_every_control_has_a_name(console: Console) -> None:
    console.enter(SUPERVISOR)
    screen = console.screen
    seen = []
    for _ in range(6):
        console.key(Qt.Key.Key_Tab)
        holder = screen.focusWidget()
        parts = (screen.header, screen.windows, screen.queues, screen.team)
        seen += [part for part in parts if part.isAncestorOf(holder)]
    assert set(seen) == {screen.header, screen.windows, screen.queues, screen.team}
    screen.windows.tiles["2"].setFocus(Qt.FocusReason.TabFocusReason)
    console.key(Qt.Key.Key_Right)
    assert screen.focusWidget() is screen.windows.tiles["3"]
    console.key(Qt.Key.Key_Return)
    assert isinstance(console.sheet, WindowSheet)
    assert all(b.accessibleName().strip() for b in console.shown())
    console.key(Qt.Key.Key_Escape)
    assert screen.sheet is None
    assert screen.focusWidget() is screen.windows.tiles["3"]


def test_nothing_personal_is_in_the_view(console: Console) -> None:
    console.hall.sign_in("2")
    console.enter(SUPERVISOR)
    said = repr(console.presenter.view) + repr(console.presenter.supervisor)
    staff = console.hall.store.plan().staff
    assert all(m.pin_hash not in said for m in staff if m.pin_hash)
    assert PIN not in said


def test_the_language_is_switched_while_it_runs(console: Console) -> None:
    console.enter(SUPERVISOR)
    console.press(console.screen.header.who)
    console.press_named("English", console.sheet)
    assert console.screen.windows.title.text() == "Windows"
    assert console.screen.team.keys[Action.STOP].text() == "Stop queue"
    assert replace(console.presenter.view).state


def served(hall: HallUnderTest, service: str, window: str, outcome: Outcome) -> int:
    """A turn at a window that ended so; returns its id."""
    hall.issue(service)
    calling = hall.calling(window)
    calling.call_next()
    calling.start()
    state = calling.finish(outcome)
    assert state.turn is not None
    return state.turn.id


def test_an_overdue_case_is_seen_and_finished(console: Console) -> None:
    console.hall.sign_in("1")
    turn = served(console.hall, "BDC001", "1", Outcome.PROMISED)
    console.hall.clock.advance(days=12)
    console.enter(SUPERVISOR)
    line = next(a for a in console.presenter.view.alarms if a.verb is Verb.SHOW_CASE)
    row = next(r for r in console.screen.alarms.rows if r.line == line)
    console.press(row.key)
    console.settled()
    (listed,) = console.sheet.findChildren(ListRow)
    console.press(listed)
    sheet = console.sheet
    assert isinstance(sheet, CaseSheet)
    assert not sheet.key.isEnabled()
    console.press(sheet.stand)
    console.press_named(console.say("cases.why_hearing"), sheet)
    console.until(lambda: sheet.stand.text() == console.say("cases.resume"))
    with console.hall.store.look() as reader:
        held = reader.case_of_turn(turn)
        assert held is not None
        assert [one.reason for one in reader.suspensions(held.id)] == [SuspendReason.HEARING]
    console.settled()
    console.press(sheet.stand)
    console.until(lambda: sheet.stand.text() == console.say("cases.suspend"))
    console.settled()
    console.press_named(console.say("cases.result.granted"), sheet)
    console.press(sheet.key)
    console.press(sheet.again.yes)
    console.until(lambda: console.screen.sheet is None)
    with console.hall.store.look() as reader:
        case = reader.case_of_turn(turn)
    assert case is not None
    assert case.result is CaseResult.GRANTED
    console.settled()
    assert all(a.verb is not Verb.SHOW_CASE for a in console.presenter.view.alarms)


def test_who_has_left_the_console_is_signed_out(console: Console) -> None:
    console.enter(SUPERVISOR)

    def there() -> bool:
        with console.hall.store.look() as reader:
            return anybody_there(reader)

    console.until(there)
    console.seconds += 15 * 60 - 30
    console.until(lambda: console.presenter.view.message == console.say("away_soon", n=30))
    console.key(Qt.Key.Key_Tab)
    console.seconds += 14 * 60 - 1
    assert console.presenter.open, "a touch begins the time anew"
    console.seconds += 62
    console.until(lambda: console.presenter.view.stand is Stand.SIGNED_OUT)
    assert console.screen.sign_in.trouble.text() == console.say("away_out", n=15)
    console.until(lambda: not there())


def test_a_supplement_at_the_console(console: Console) -> None:
    papers = (Material(LocalText("身份证")), Material(LocalText("合同")))
    hall = console.hall
    services = tuple(replace(s, materials=papers) for s in hall.store.plan().services)
    hall.change_plan(services=services)
    hall.sign_in("1")
    turn = served(hall, "BDC001", "1", Outcome.SUPPLEMENT)
    console.enter(SUPERVISOR)
    with hall.store.look() as reader:
        case = reader.case_of_turn(turn)
    assert case is not None

    def form(way: str) -> CaseForm:
        console.screen.open_sheet(CasesSheet(console.presenter))
        console.settled()
        console.sheet.search.setFocus()  # type: ignore[attr-defined] # a CasesSheet
        console.type(case.number)
        console.key(Qt.Key.Key_Return)
        console.settled()
        (listed,) = console.sheet.findChildren(ListRow)
        console.press(listed)
        console.press_named(console.say(f"case_form.{way}"), console.sheet)
        sheet = console.sheet
        assert isinstance(sheet, CaseForm)
        return sheet

    sheet = form("tell")
    console.press_named("合同", sheet.materials)
    console.press(sheet.key)
    console.until(lambda: console.screen.sheet is None)
    sheet = form("accept")
    console.press(sheet.outcome.keys["promised"])
    console.press(sheet.handover.keys["mail"])
    console.press(sheet.key)
    console.until(lambda: console.screen.sheet is None)
    with hall.store.look() as reader:
        told = reader.case(case.id)
    assert told is not None
    assert (told.missing, told.kind, told.handover) == (("合同",), Outcome.PROMISED, Handover.MAIL)
    console.settled()
    sheet = form("correct")
    console.press(sheet.outcome.keys["refused"])
    console.press(sheet.key)
    assert sheet.line.text() == console.say("case_form.lacks_refused")
    console.press(sheet.refusal.keys["not_here"])
    console.press(sheet.reason.keys["mistake"])
    console.press(sheet.key)
    console.settled()
    assert sheet.line.text() == console.words("case.trouble.case_moved"), (
        "accepted, and moved since"
    )


def test_a_bad_rating_is_called_back_by_a_date(console: Console) -> None:
    console.hall.sign_in("1")
    turn = served(console.hall, "BDC001", "1", Outcome.PROMISED)
    console.hall.ratings.record(turn, Level.VERY_DISSATISFIED, "K1")
    console.enter(SUPERVISOR)
    line = next(a for a in console.presenter.view.alarms if a.verb is Verb.FOLLOW_UP)
    row = next(r for r in console.screen.alarms.rows if r.line == line)
    console.press(row.key)
    console.settled()
    (listed,) = console.sheet.findChildren(ListRow)
    console.press(listed)
    sheet = console.sheet
    assert isinstance(sheet, FollowUpSheet)
    console.press(sheet.take)
    console.settled()
    console.press_named(console.say("follow_up.by_date"), sheet)
    assert not sheet.key.isEnabled()
    console.press(next(iter(sheet.day.keys.values())))
    console.press(sheet.key)
    console.until(lambda: console.screen.sheet is None)
    console.settled()
    assert all(a.verb is not Verb.FOLLOW_UP for a in console.presenter.view.alarms)


def test_the_list_of_call_backs_follows_the_floor_also_when_opened_amid_a_move(
    console: Console,
) -> None:
    console.hall.sign_in("1")

    def complain() -> None:
        turn = served(console.hall, "BDC001", "1", Outcome.PROMISED)
        console.hall.ratings.record(turn, Level.VERY_DISSATISFIED, "K1")

    def listed() -> int:
        return len(console.sheet.findChildren(ListRow))

    complain()
    console.enter(SUPERVISOR)
    line = next(a for a in console.presenter.view.alarms if a.verb is Verb.FOLLOW_UP)
    row = next(r for r in console.screen.alarms.rows if r.line == line)
    go_on = threading.Event()
    console.presenter.do(lambda _who: go_on.wait(10), lambda _done: None)
    console.press(row.key)
    go_on.set()
    console.until(lambda: listed() == 1)
    complain()
    console.presenter.refresh()
    console.until(lambda: listed() == 2)


def test_what_a_sheet_wants_amid_a_move_is_done_behind_it_and_a_double_press_once(
    console: Console,
) -> None:
    console.enter(SUPERVISOR)
    go_on, said = threading.Event(), list[str]()
    first, other, gone = QWidget(), QWidget(), QWidget()

    def do(name: str, owner: QWidget | None, *, asks: bool = False) -> None:
        console.presenter.do(lambda _who: name, said.append, owner=owner, asks=asks)

    def begin(owner: QWidget | None) -> None:
        go_on.clear()
        waiting = console.presenter.do
        waiting(lambda _who: go_on.wait(10), lambda _done: said.append("first"), owner=owner)

    begin(first)
    do("pressed twice", first)
    do("filled", other)
    do("never shown", gone)
    do("behind", None)
    shiboken6.delete(gone)
    go_on.set()
    console.until(lambda: len(said) == 3)
    console.settled()
    assert said == ["first", "filled", "behind"]
    said.clear()
    begin(first)
    do("who?", first, asks=True)
    do("who else?", first, asks=True)
    go_on.set()
    console.until(lambda: len(said) == 2)
    console.settled()
    assert said == ["first", "who else?"], "the last question of a sheet counts"
    begin(None)
    do("for somebody who has left", other)
    console.presenter.sign_out()
    go_on.set()
    console.settled()
    assert said == ["first", "who else?"]


def test_a_list_of_cases_that_opens_amid_a_move_is_filled(console: Console) -> None:
    console.enter(SUPERVISOR)
    go_on = threading.Event()
    console.presenter.do(lambda _who: go_on.wait(10), lambda _done: None)
    console.screen.open_sheet(CasesSheet(console.presenter))
    go_on.set()
    assert isinstance(console.sheet, CasesSheet)
    console.until(lambda: console.sheet.list.nothing is not None)  # type: ignore[attr-defined]


def test_an_appeal_is_asked_by_one_and_granted_by_another(console: Console) -> None:
    console.hall.sign_in("1")
    turn = served(console.hall, "BDC001", "1", Outcome.PROMISED)
    console.hall.ratings.record(turn, Level.VERY_DISSATISFIED, "K1", ("115",))
    lead = FollowUps(console.hall.store, LEAD)
    rating = lead.open()[0].rating.id

    def appeal_sheet() -> AppealSheet:
        line = next(a for a in console.presenter.view.alarms if a.verb is Verb.FOLLOW_UP)
        console.press(next(r for r in console.screen.alarms.rows if r.line == line).key)
        console.settled()
        console.press(console.sheet.findChildren(ListRow)[0])
        shown = console.sheet
        assert isinstance(shown, FollowUpSheet)
        assert not shown.call.isVisible(), "no telephone was left"
        console.press(shown.appeal)
        sheet = console.sheet
        assert isinstance(sheet, AppealSheet)
        return sheet

    console.enter(SUPERVISOR)
    sheet = appeal_sheet()
    console.press_named(console.words("rating_loop.ask"), sheet)
    console.settled()
    assert sheet.line.text() == console.words("refused.appeal_reason")
    console.key(Qt.Key.Key_Escape)
    lead.appeal(rating, "投诉的是别处")
    console.presenter.refresh()
    console.settled()
    sheet = appeal_sheet()
    assert not sheet.reason.isVisible()
    console.press_named(console.say("follow_up.mistaken"), sheet)
    console.until(lambda: console.screen.sheet is None)
    console.settled()
    assert all(a.verb is not Verb.FOLLOW_UP for a in console.presenter.view.alarms)
    assert lead.show(rating).follow_up.set_aside


def test_a_sheet_is_left_though_the_window_behind_it_is_no_more(console: Console) -> None:
    console.enter(SUPERVISOR)
    tile = list(console.screen.windows.tiles.values())[-1]
    tile.setFocus()
    console.key(Qt.Key.Key_Return)
    console.until(lambda: console.screen.sheet is not None)
    plan = console.hall.store.plan()
    console.hall.change_plan(windows=plan.as_filed.windows[:-1])
    console.presenter.refresh()
    console.until(lambda: tile not in console.screen.windows.tiles.values())
    console.settled()
    leaks.flush_qt()
    console.key(Qt.Key.Key_Escape)
    assert console.screen.sheet is None


def test_the_next_one_signs_in_while_a_move_of_the_last_hangs(console: Console) -> None:
    """Its answer is for nobody any more: no line of it, and no key that waits for ever."""
    console.enter(SUPERVISOR)
    console.settled()
    console.gate.open.clear()
    done: list[object] = []
    console.presenter.do(lambda who: who.stop("A", "full"), done.append)
    console.presenter.sign_out()
    console.type_in(LEAD, PIN)
    console.gate.open.set()
    console.until(lambda: console.presenter.open)
    assert console.presenter.supervisor is not None
    assert console.presenter.supervisor.code == LEAD
    assert done == []
    console.settled()
    assert "queue.stopped" in console.hall.kinds()
