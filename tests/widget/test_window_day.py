"""A clerk's day at the bar, on a real database: from the keys to the rows and back."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.turn import Outcome
from hallclient.window.choices import ChoicePopover
from hallclient.window.fields import SignIn
from hallclient.window.lists import ListPopover
from hallclient.window.states import KeyFace, KeyId, Stand
from tests.halls import PIN
from tests.widget.window_floor import Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


@pytest.fixture
def keyboard(qtbot: QtBot) -> Callable[[Qt.Key], None]:
    """Return what presses a key in whichever of our windows has the keyboard."""
    elsewhere = QWidget()
    qtbot.addWidget(elsewhere)
    elsewhere.show()
    elsewhere.activateWindow()
    qtbot.waitUntil(elsewhere.isActiveWindow)

    def press(key: Qt.Key) -> None:
        window = QApplication.activeWindow() or elsewhere
        qtbot.keyClick(QApplication.focusWidget() or window, key)

    return press


def standing(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    def check() -> None:
        assert desk.bar.view.stand is stand
        assert not desk.presenter.acting

    qtbot.waitUntil(check)


def click(qtbot: QtBot, desk: Desk, key: KeyId) -> None:
    qtbot.mouseClick(desk.bar.keys.keys[key], Qt.MouseButton.LeftButton)


def open_desk(qtbot: QtBot, floor: Floor, window: str = "1") -> Desk:
    floor.sign_in(window)
    desk = floor.desk(window)
    desk.bar.show()
    standing(qtbot, desk, Stand.IDLE)
    return desk


def test_call_recall_twice_and_no_show(qtbot: QtBot, floor: Floor) -> None:
    floor.issue(count=2)
    floor.clock.forward(11 * 60 + 1)
    desk = open_desk(qtbot, floor)
    view = desk.bar.view
    assert (view.title, view.sub) == ("下一位 B001", "二手房过户，等了 11 分钟")
    assert (view.waiting, view.longest, view.label) == ("2", "11", "")
    click(qtbot, desk, KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    assert (desk.bar.view.label, desk.bar.view.sub) == ("B001", "第 1 次，共 3 次")
    assert desk.bar.view.calling
    click(qtbot, desk, KeyId.NO_SHOW)  # flat: once is not enough
    click(qtbot, desk, KeyId.RECALL)
    qtbot.waitUntil(lambda: desk.bar.view.sub == "第 2 次，共 3 次")
    click(qtbot, desk, KeyId.RECALL)
    qtbot.waitUntil(lambda: desk.bar.view.sub == "第 3 次，可以过号")
    assert desk.bar.view.face(KeyId.RECALL) is KeyFace.FLAT
    click(qtbot, desk, KeyId.NO_SHOW)
    standing(qtbot, desk, Stand.IDLE)
    turn = floor.state().turn
    assert turn is not None
    assert turn.result is Outcome.NO_SHOW
    assert desk.bar.view.title == "下一位 B002"
    assert floor.journal().count("ticket.recalled") == 2
    assert desk.keypad is not None
    assert desk.keypad.asked == []


def test_a_citizen_takes_four_key_presses(
    qtbot: QtBot, floor: Floor, keyboard: Callable[[Qt.Key], None]
) -> None:
    floor.issue()
    desk = open_desk(qtbot, floor)
    keyboard(Qt.Key.Key_F1)
    standing(qtbot, desk, Stand.CALLED)
    keyboard(Qt.Key.Key_F3)
    standing(qtbot, desk, Stand.SERVING)
    keyboard(Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: desk.bar.popover is not None and desk.bar.popover.isActiveWindow())
    keyboard(Qt.Key.Key_3)
    standing(qtbot, desk, Stand.RATING)
    turn = floor.state().turn
    assert turn is not None
    assert turn.result is Outcome.SUPPLEMENT
    assert desk.keypad is not None
    assert desk.keypad.asked == [turn.id], "the rating is asked for by itself"


def test_enter_takes_what_the_service_usually_is(
    qtbot: QtBot, floor: Floor, keyboard: Callable[[Qt.Key], None]
) -> None:
    floor.issue("BDC001")
    desk = open_desk(qtbot, floor)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    click(qtbot, desk, KeyId.FINISH)
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover | ListPopover)
    qtbot.waitUntil(popover.isActiveWindow)
    keyboard(Qt.Key.Key_Escape)
    assert desk.bar.popover is None
    assert floor.state().turn is not None
    click(qtbot, desk, KeyId.FINISH)
    qtbot.waitUntil(lambda: desk.bar.popover is not None and desk.bar.popover.isActiveWindow())
    keyboard(Qt.Key.Key_Return)
    standing(qtbot, desk, Stand.RATING)
    turn = floor.state().turn
    assert turn is not None
    assert turn.result is Outcome.PROMISED


def test_a_key_pressed_twice_acts_once(qtbot: QtBot, floor: Floor) -> None:
    floor.issue(count=3)
    desk = open_desk(qtbot, floor)
    desk.gate.open.clear()
    before = desk.gate.changes
    for _ in range(5):
        click(qtbot, desk, KeyId.CALL_NEXT)
    desk.gate.open.set()
    standing(qtbot, desk, Stand.CALLED)
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    assert desk.gate.changes == before + 1
    assert floor.journal().count("ticket.called") == 1


def test_nobody_to_call_is_said(qtbot: QtBot, floor: Floor) -> None:
    desk = open_desk(qtbot, floor)
    assert desk.bar.view.title == "现在没有人在等"
    click(qtbot, desk, KeyId.CALL_NEXT)
    qtbot.waitUntil(lambda: desk.bar.view.message == "现在没有人在等")
    standing(qtbot, desk, Stand.IDLE)


def test_pause_and_resume(qtbot: QtBot, floor: Floor, keyboard: Callable[[Qt.Key], None]) -> None:
    desk = open_desk(qtbot, floor)
    keyboard(Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: desk.bar.popover is not None and desk.bar.popover.isActiveWindow())
    keyboard(Qt.Key.Key_4)
    standing(qtbot, desk, Stand.PAUSED)
    assert desk.bar.view.title == "暂停：取档案"
    assert desk.bar.keys.keys[KeyId.PAUSE].text() == "恢复办理"
    floor.clock.forward(390)
    desk.presenter.tick()
    assert desk.bar.view.timer == "06:30"
    desk.presenter.press(KeyId.PAUSE)
    standing(qtbot, desk, Stand.IDLE)
    assert desk.bar.view.timer == "00:00", "idle counts from the end of the pause"
    assert desk.bar.keys.keys[KeyId.PAUSE].text() == "暂停"


def test_sign_in_with_a_wrong_and_a_right_pin(
    qtbot: QtBot, floor: Floor, keyboard: Callable[[Qt.Key], None]
) -> None:
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.SIGNED_OUT)
    qtbot.mouseClick(desk.bar.sign_in_key, Qt.MouseButton.LeftButton)
    popover = desk.bar.popover
    assert isinstance(popover, SignIn)
    qtbot.waitUntil(popover.isActiveWindow)
    qtbot.keyClicks(popover.staff_number, "1001")
    keyboard(Qt.Key.Key_Return)
    qtbot.keyClicks(popover.pin, "0000")
    keyboard(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(popover.trouble.text()))
    assert popover.trouble.text() == "工号或密码不对，再试一次"
    assert (popover.staff_number.text(), popover.pin.text()) == ("1001", "")
    assert desk.bar.view.stand is Stand.SIGNED_OUT
    qtbot.keyClicks(popover.pin, PIN)
    keyboard(Qt.Key.Key_Return)
    standing(qtbot, desk, Stand.IDLE)
    assert desk.bar.popover is None
    assert desk.bar.view.staff == "职员1 1001"


def test_sign_out_is_refused_while_a_ticket_is_here(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = open_desk(qtbot, floor)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    qtbot.mouseClick(desk.bar.more, Qt.MouseButton.LeftButton)
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover | ListPopover)
    last = next(row for row in popover.rows if row.text() == "签退")
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.bar.view.message == "先办结手上的号")
    assert floor.state().shift is not None
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    assert desk.bar.view.message == "", "the next step clears the message"
    desk.presenter.finish(Outcome.CONSULT)
    standing(qtbot, desk, Stand.RATING)
    desk.presenter.sign_out()
    standing(qtbot, desk, Stand.SIGNED_OUT)


def test_two_windows_of_one_queue_never_get_the_same_ticket(qtbot: QtBot, floor: Floor) -> None:
    floor.issue("ZH001", count=12)
    desks = [open_desk(qtbot, floor, window) for window in ("2", "3")]
    got: list[str] = []
    for _ in range(6):
        for desk in desks:
            desk.presenter.press(KeyId.CALL_NEXT)
        for desk in desks:
            standing(qtbot, desk, Stand.CALLED)
            got.append(desk.bar.view.label)
            desk.presenter.press(KeyId.START)
        for desk in desks:
            standing(qtbot, desk, Stand.SERVING)
            desk.presenter.finish(Outcome.CONSULT)
        for desk in desks:
            standing(qtbot, desk, Stand.RATING)
    assert sorted(got) == [f"A{n:03}" for n in range(1, 13)]


def test_a_state_that_moved_on_elsewhere_is_told_and_read_again(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = open_desk(qtbot, floor)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    other = floor.desk("1")
    other.bar.show()
    standing(qtbot, other, Stand.CALLED)
    other.presenter.press(KeyId.START)
    standing(qtbot, other, Stand.SERVING)
    desk.presenter.press(KeyId.START)
    qtbot.waitUntil(lambda: desk.bar.view.message == "这个号的状态已经变了")
    standing(qtbot, desk, Stand.SERVING)


@pytest.mark.parametrize("stand", [Stand.CALLED, Stand.SERVING, Stand.RATING, Stand.PAUSED])
def test_a_bar_killed_and_started_again_stands_where_it_stood(
    qtbot: QtBot, floor: Floor, stand: Stand
) -> None:
    floor.issue()
    desk = open_desk(qtbot, floor)
    if stand is Stand.PAUSED:
        desk.presenter.pause("meal")
    else:
        desk.presenter.press(KeyId.CALL_NEXT)
        standing(qtbot, desk, Stand.CALLED)
    if stand in (Stand.SERVING, Stand.RATING):
        desk.presenter.press(KeyId.START)
        standing(qtbot, desk, Stand.SERVING)
    if stand is Stand.RATING:
        desk.presenter.finish(Outcome.INSTANT)
    standing(qtbot, desk, stand)
    desk.bar.close()
    floor.clock.forward(7.01)  # microseconds go by in the database
    again = floor.desk()
    again.bar.show()
    standing(qtbot, again, stand)
    assert again.bar.view.timer == "00:07"
    assert again.bar.view.label == ("" if stand is Stand.PAUSED else "B001")
    assert again.keypad is not None
    assert len(again.keypad.asked) == (1 if stand is Stand.RATING else 0)


def test_long_after_the_halls_minutes(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = open_desk(qtbot, floor)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    floor.clock.forward(30 * 60 - 1)
    desk.presenter.tick()
    assert (desk.bar.view.stand, desk.bar.view.timer) == (Stand.SERVING, "29:59")
    floor.clock.forward(1)
    desk.presenter.tick()
    assert (desk.bar.view.stand, desk.bar.view.timer) == (Stand.LONG, "30:00")


def test_f9_asks_the_keypad_again(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    desk = open_desk(qtbot, floor)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    desk.presenter.finish(Outcome.INSTANT)
    standing(qtbot, desk, Stand.RATING)
    floor.clock.forward(15)
    desk.presenter.tick()
    click(qtbot, desk, KeyId.ASK_AGAIN)
    qtbot.waitUntil(lambda: desk.keypad is not None and len(desk.keypad.asked) == 2)
    floor.clock.forward(19)
    desk.presenter.tick()
    standing(qtbot, desk, Stand.RATING)
    floor.clock.forward(1)
    desk.presenter.tick()
    standing(qtbot, desk, Stand.IDLE)
