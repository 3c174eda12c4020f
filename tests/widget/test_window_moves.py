"""All moves from the bar: transfer, hold, chosen calls, split, steps, hand-over, taking back."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.case import Handover
from hallclient.domain.holding import HoldKind
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.helping import HELPER
from hallclient.window.choices import ChoicePopover
from hallclient.window.fields import SignIn, TextPopover
from hallclient.window.lists import ListPopover
from hallclient.window.states import KeyFace, KeyId, Stand
from tests.halls import PIN
from tests.widget.window_floor import Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


def until(qtbot: QtBot, desk: Desk, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(lambda: true() and not desk.presenter.acting)


def standing(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    until(qtbot, desk, lambda: desk.bar.view.stand is stand)


def open_desk(qtbot: QtBot, floor: Floor, window: str = "1", language: str = "zh-CN") -> Desk:
    floor.sign_in(window)
    desk = floor.desk(window, language=language)
    desk.bar.show()
    standing(qtbot, desk, Stand.IDLE)
    return desk


def serving(qtbot: QtBot, floor: Floor, window: str = "1") -> Desk:
    desk = open_desk(qtbot, floor, window)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    return desk


def lists(desk: Desk) -> ListPopover:
    popover = desk.bar.popover
    assert isinstance(popover, ListPopover)
    return popover


def shown(popover: ListPopover | ChoicePopover) -> list[str]:
    return [row.accessibleName() for row in popover.rows if not row.isHidden()]


def keys(qtbot: QtBot, desk: Desk, *pressed: Qt.Key) -> None:
    for key in pressed:
        popover = desk.bar.popover
        assert popover is not None
        qtbot.keyClick(popover, key)


def menu(qtbot: QtBot, desk: Desk, name: str) -> None:
    """Choose a line of the menu by the mouse."""
    qtbot.mouseClick(desk.bar.more, Qt.MouseButton.LeftButton)
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover)
    words = desk.words(f"window.menu.{name}")
    row = next(row for row in popover.rows if row.text() == words)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)


def write(qtbot: QtBot, desk: Desk, text: str) -> None:
    """Type into the popover's line, and Enter."""
    popover = desk.bar.popover
    assert isinstance(popover, TextPopover)
    popover.field.insert(text)  # QTest types no Chinese
    qtbot.keyClick(popover.field, Qt.Key.Key_Return)


def test_transfer_to_a_queue_takes_a_digit_and_enter(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    floor.issue("ZH001", 3)
    desk = serving(qtbot, floor)
    desk.bar.keys.do("transfer")
    qtbot.waitUntil(lambda: shown(lists(desk)) == ["1 综合窗口 1–3 号 等候 3"])
    keys(qtbot, desk, Qt.Key.Key_Z, Qt.Key.Key_Z)
    assert shown(lists(desk)) == [], "letters narrow the list"
    assert lists(desk).told.text() == "没有这样的队列"
    keys(qtbot, desk, Qt.Key.Key_Backspace, Qt.Key.Key_Backspace, Qt.Key.Key_1)
    write(qtbot, desk, "要复印件")
    standing(qtbot, desk, Stand.IDLE)
    with floor.store.look() as reader:
        ticket = reader.ticket_by_label("B001")
        assert ticket is not None
        assert reader.plan.queue_by_id(ticket.queue_id).code == "A"
        assert [note.text for note in reader.notes(f"ticket:{ticket.id}")] == ["要复印件"]
    assert desk.bar.view.undo > 0


@pytest.mark.parametrize(("turns", "typed"), [(1, "2"), (2, "1002")])
def test_transfer_to_a_window_or_a_person_by_number(
    qtbot: QtBot, floor: Floor, turns: int, typed: str
) -> None:
    floor.issue()
    floor.sign_in("2")
    desk = serving(qtbot, floor)
    desk.bar.keys.do("transfer")
    keys(qtbot, desk, *[Qt.Key.Key_Right] * turns)
    qtbot.waitUntil(lambda: len(shown(lists(desk))) == 1)
    qtbot.keyClicks(lists(desk), "99")
    assert shown(lists(desk)) == []
    keys(qtbot, desk, Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    qtbot.keyClicks(lists(desk), typed)
    keys(qtbot, desk, Qt.Key.Key_Return)
    write(qtbot, desk, "")
    standing(qtbot, desk, Stand.IDLE)
    assert [ticket.label for ticket in floor.state("2").bound] == ["B001"]
    assert floor.state("1").next_ticket is None


def test_hold_here_and_go_on(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    desk.bar.keys.do("hold")
    keys(qtbot, desk, Qt.Key.Key_Right, Qt.Key.Key_2)
    standing(qtbot, desk, Stand.IDLE)
    assert [(one.hold.kind, one.hold.reason) for one in desk.presenter.held] == [
        (HoldKind.HERE, "copy")
    ]
    assert desk.bar.view.face(KeyId.HOLD) is KeyFace.OPEN, "F7 of an empty window takes one up"
    desk.bar.keys.do("hold")
    assert shown(lists(desk)) == ["1 B001 · 复印 0 分钟"]
    keys(qtbot, desk, Qt.Key.Key_1)
    standing(qtbot, desk, Stand.SERVING)
    assert desk.presenter.held == ()
    desk.bar.keys.do("hold")
    keys(qtbot, desk, Qt.Key.Key_Return)
    standing(qtbot, desk, Stand.IDLE)
    desk.bar.keys.do("hold")
    keys(qtbot, desk, Qt.Key.Key_Right, Qt.Key.Key_1)
    until(qtbot, desk, lambda: desk.presenter.held == ())
    assert desk.bar.view.face(KeyId.HOLD) is KeyFace.FLAT
    assert desk.bar.view.title == "下一位 B001", "let go, it waits again"


def test_a_chosen_number_and_a_no_show_by_the_menu(qtbot: QtBot, floor: Floor) -> None:
    floor.issue(count=3)
    desk = open_desk(qtbot, floor)
    menu(qtbot, desk, "chosen")
    write(qtbot, desk, "B003")
    keys(qtbot, desk, Qt.Key.Key_2)
    standing(qtbot, desk, Stand.CALLED)
    assert desk.bar.view.label == "B003"
    for _ in range(2):
        floor.clock.forward(6)
        desk.presenter.recall()
        until(qtbot, desk, lambda: True)
    desk.presenter.press(KeyId.NO_SHOW)
    standing(qtbot, desk, Stand.IDLE)
    floor.clock.forward(6)
    menu(qtbot, desk, "requeue")
    write(qtbot, desk, "B003")
    until(qtbot, desk, lambda: desk.bar.view.waiting == "3")


def test_back_to_the_queue_split_and_one_step_more(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    menu(qtbot, desk, "split")
    keys(qtbot, desk, Qt.Key.Key_Return)
    until(qtbot, desk, lambda: desk.bar.view.message.startswith("另开的号：A"))
    menu(qtbot, desk, "step")
    keys(qtbot, desk, Qt.Key.Key_Return)
    until(qtbot, desk, lambda: "之后" in desk.bar.view.sub)
    menu(qtbot, desk, "return")
    write(qtbot, desk, "证件没带")
    standing(qtbot, desk, Stand.IDLE)
    with floor.store.look() as reader:
        ticket = reader.ticket_by_label("B001")
    assert ticket is not None
    assert ticket.status is TicketStatus.WAITING


def test_what_was_a_mis_click_is_taken_back(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    assert desk.bar.view.undo == 5
    assert desk.bar.undo.isVisible()
    assert not desk.bar.waiting.isVisible(), "the way back stands where the figures are"
    qtbot.mouseClick(desk.bar.undo, Qt.MouseButton.LeftButton)
    standing(qtbot, desk, Stand.CALLED)
    assert desk.bar.view.undo == 0
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    floor.clock.forward(5.1)
    desk.presenter.tick()
    assert not desk.bar.undo.isVisible()
    desk.bar.keys.do("take_back")
    assert not desk.presenter.acting, "too late: the key does nothing"
    assert desk.bar.view.stand is Stand.SERVING


def test_finish_and_call_the_next_one(qtbot: QtBot, floor: Floor) -> None:
    floor.issue(count=2)
    desk = serving(qtbot, floor)
    turn = floor.state().turn
    desk.bar.keys.do("finish_and_call")
    assert lists(desk).accessibleName() == "B001 办结并叫下一位"
    keys(qtbot, desk, Qt.Key.Key_1)
    standing(qtbot, desk, Stand.CALLED)
    assert desk.bar.view.label == "B002"
    assert desk.keypad is not None
    assert turn is not None
    assert desk.keypad.asked == [turn.id], "the rating of the first is asked for all the same"


def test_an_acceptance_shows_its_day_and_takes_its_handover(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    desk.presenter.press(KeyId.FINISH)
    assert "2 受理（承诺件） 11-27 前，日历未更新" in shown(lists(desk))
    keys(qtbot, desk, Qt.Key.Key_Right, Qt.Key.Key_Return)
    standing(qtbot, desk, Stand.RATING)
    state = floor.state()
    assert state.turn is not None
    with floor.store.look() as reader:
        case = reader.case_of_turn(state.turn.id)
    assert case is not None
    assert (case.kind, case.handover) == (Outcome.PROMISED, Handover.MAIL)
    assert case.due_on is not None
    assert f"{case.due_on:%m-%d}" == "11-27", "what was shown is what was recorded"


def test_a_refusal_has_a_reason(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    desk.presenter.press(KeyId.FINISH)
    keys(qtbot, desk, Qt.Key.Key_4, Qt.Key.Key_2)
    standing(qtbot, desk, Stand.RATING)
    state = floor.state()
    assert state.turn is not None
    with floor.store.look() as reader:
        case = reader.case_of_turn(state.turn.id)
    assert case is not None
    assert case.refused == "not_here"


def test_hand_over_with_a_ticket_in_hand(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    menu(qtbot, desk, "hand_over")
    popover = desk.bar.popover
    assert isinstance(popover, SignIn)
    qtbot.keyClicks(popover.staff_number, "1002")
    qtbot.keyClicks(popover.pin, "000000")
    qtbot.keyClick(popover.pin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(popover.trouble.text()))
    qtbot.keyClicks(popover.pin, PIN)
    qtbot.keyClick(popover.pin, Qt.Key.Key_Return)
    until(qtbot, desk, lambda: desk.bar.view.staff == "职员2 1002")
    assert desk.bar.view.stand is Stand.SERVING
    assert desk.bar.popover is None


def test_sign_out_says_what_is_left_behind(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = serving(qtbot, floor)
    desk.presenter.hold(HoldKind.HERE, "form")
    standing(qtbot, desk, Stand.IDLE)
    menu(qtbot, desk, "sign_out")
    qtbot.waitUntil(lambda: isinstance(desk.bar.popover, ChoicePopover))
    popover = desk.bar.popover
    assert popover is not None
    assert popover.accessibleName() == "还有挂起 1、指定等候 0"
    keys(qtbot, desk, Qt.Key.Key_1)
    standing(qtbot, desk, Stand.SIGNED_OUT)


def test_help_is_asked_where_somebody_would_come(qtbot: QtBot, floor: Floor) -> None:
    desk = open_desk(qtbot, floor)
    assert not desk.bar.keys.keys[KeyId.HELP].isVisible(), "nobody would hear it"
    floor.store.take_lease(HELPER, "usher", 600)
    desk.presenter.refresh()
    qtbot.waitUntil(desk.bar.keys.keys[KeyId.HELP].isVisible)
    qtbot.mouseClick(desk.bar.keys.keys[KeyId.HELP], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.bar.view.message == "已请人过来，请照常办理")
    with floor.store.look() as reader:
        assert [call.station for call in reader.help_calls()] == ["window 1"]


def test_the_menu_moves_the_bar_and_changes_the_language(qtbot: QtBot, floor: Floor) -> None:
    desk = open_desk(qtbot, floor)
    menu(qtbot, desk, "settings")
    with qtbot.waitSignal(desk.bar.edge_changed) as wanted:
        keys(qtbot, desk, Qt.Key.Key_3)
    assert wanted.args == ["left"]
    menu(qtbot, desk, "settings")
    keys(qtbot, desk, Qt.Key.Key_2)
    assert desk.words.language == "en"


def test_the_second_terminal_of_a_window_is_told_and_may_take_over(
    qtbot: QtBot, floor: Floor
) -> None:
    floor.issue()
    floor.sign_in()
    first, second = floor.desk(terminal="PC-A"), floor.desk(terminal="PC-B")
    first.bar.show()
    standing(qtbot, first, Stand.IDLE)
    first.presenter.call_next()
    standing(qtbot, first, Stand.CALLED)
    second.bar.show()
    standing(qtbot, second, Stand.ELSEWHERE)
    assert {key.face for key in second.bar.view.keys} == {KeyFace.FLAT}
    assert second.bar.sign_in_key.text() == "接管"
    qtbot.mouseClick(second.bar.sign_in_key, Qt.MouseButton.LeftButton)
    standing(qtbot, second, Stand.CALLED)
    assert second.bar.view.label == "B001", "exactly where the first one was"
    first.presenter.refresh()  # the wake-up of the take-over
    standing(qtbot, first, Stand.ELSEWHERE)
    floor.clock.forward(20)
    for desk in (first, second):
        desk.presenter.refresh()
    qtbot.waitUntil(lambda: not first.worker.pending and not second.worker.pending)
    assert (first.bar.view.stand, second.bar.view.stand) == (Stand.ELSEWHERE, Stand.CALLED)
