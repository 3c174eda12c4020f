"""The keyboard: the bar never takes it, a popover gives it back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from hallclient.bootstrap.docking import Docking
from hallclient.config import Settings, WindowSettings
from hallclient.ui.desktop.plain import FocusKeyboard, PlainStrip
from hallclient.ui.desktop.ports import Desktop, GlobalKeys
from hallclient.window.choices import ChoicePopover
from hallclient.window.fields import SignIn
from hallclient.window.lists import ListPopover
from hallclient.window.popovers import HOLD_MS, StaffPopover
from hallclient.window.states import KeyId, Stand
from tests.widget.window_floor import Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


@pytest.fixture
def business(qtbot: QtBot) -> QLineEdit:
    """The system the clerk types in, with the keyboard."""
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    return field


def shown(qtbot: QtBot, floor: Floor, stand: Stand, business: QLineEdit | None = None) -> Desk:
    """Return a bar in sight, the keyboard at the business system.

    The offscreen platform hands the keyboard to every window it shows, whatever its flags say.
    """
    desk = floor.desk()
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is stand)
    if business is not None:
        business.activateWindow()
        qtbot.waitUntil(business.hasFocus)
    return desk


def idle(qtbot: QtBot, floor: Floor, business: QLineEdit | None = None) -> Desk:
    floor.sign_in()
    return shown(qtbot, floor, Stand.IDLE, business)


def test_the_bar_asks_for_no_keyboard(qtbot: QtBot, floor: Floor) -> None:
    desk = floor.desk()
    flags = desk.bar.windowFlags()
    for flag in (
        Qt.WindowType.FramelessWindowHint,
        Qt.WindowType.WindowStaysOnTopHint,
        Qt.WindowType.WindowDoesNotAcceptFocus,
    ):
        assert flags & flag
    assert flags & Qt.WindowType.WindowType_Mask == Qt.WindowType.Tool
    assert desk.bar.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    inside = desk.bar.findChildren(QWidget)
    assert len(inside) > 15
    for widget in inside:
        if not widget.isWindow():
            assert widget.focusPolicy() in (
                Qt.FocusPolicy.NoFocus,
                Qt.FocusPolicy.TabFocus,
            ), widget


def test_clicking_leaves_the_keyboard_where_it_was(
    qtbot: QtBot, floor: Floor, business: QLineEdit
) -> None:
    floor.issue()
    desk = idle(qtbot, floor, business)
    assert not desk.bar.isActiveWindow()
    qtbot.mouseClick(desk.bar.keys.keys[KeyId.CALL_NEXT], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.CALLED)
    assert business.hasFocus()
    qtbot.keyClicks(business, "ab12")
    assert business.text() == "ab12"


def test_a_popover_takes_the_keyboard_and_gives_it_back(
    qtbot: QtBot, floor: Floor, business: QLineEdit
) -> None:
    desk = idle(qtbot, floor, business)
    desk.bar.askings.press(KeyId.PAUSE)
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover | ListPopover)
    qtbot.waitUntil(popover.isActiveWindow)
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert desk.bar.popover is None
    qtbot.waitUntil(business.isActiveWindow)


def ready_to_close(popover: StaffPopover) -> None:
    """Let the 15 s be over at once."""
    assert popover.hold.isActive()
    assert popover.hold.interval() == HOLD_MS == 15_000
    popover.hold.setInterval(1)


def test_a_popover_closes_after_15_s_without_a_key(
    qtbot: QtBot, floor: Floor, business: QLineEdit
) -> None:
    desk = idle(qtbot, floor, business)
    desk.bar.askings.press(KeyId.PAUSE)
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover | ListPopover)
    qtbot.waitUntil(popover.isActiveWindow)
    ready_to_close(popover)
    qtbot.waitUntil(lambda: desk.bar.popover is None)
    qtbot.waitUntil(business.isActiveWindow)
    assert desk.bar.view.stand is Stand.IDLE


def test_a_key_begins_the_15_s_anew(qtbot: QtBot, floor: Floor, business: QLineEdit) -> None:
    desk = idle(qtbot, floor, business)
    desk.bar.askings.press(KeyId.PAUSE)
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover | ListPopover)
    popover.hold.setInterval(60_000)
    popover.hold.start(30_000)
    popover.hold.setInterval(60_000)
    qtbot.keyClick(popover, Qt.Key.Key_Down)
    assert popover.hold.remainingTime() > 50_000
    popover.close()


def test_who_types_on_unaware_does_not_prolong_them(
    qtbot: QtBot, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = idle(qtbot, floor)
    desk.bar.askings.press(KeyId.PAUSE)
    popover = desk.bar.popover
    assert popover is not None
    counted: list[bool] = []
    monkeypatch.setattr(popover, "touched", lambda: counted.append(True))
    qtbot.keyClick(popover, Qt.Key.Key_X)
    qtbot.keyClick(popover, Qt.Key.Key_Space)
    assert not counted
    qtbot.keyClick(popover, Qt.Key.Key_Down)
    assert counted
    popover.close()


def test_the_sign_in_closes_too_and_keys_in_its_fields_count(
    qtbot: QtBot, floor: Floor, business: QLineEdit
) -> None:
    desk = shown(qtbot, floor, Stand.SIGNED_OUT, business)
    desk.bar.askings.ask_sign_in()
    popover = desk.bar.popover
    assert isinstance(popover, SignIn)
    qtbot.waitUntil(popover.isActiveWindow)
    popover.hold.setInterval(60_000)
    popover.hold.stop()
    popover.hold.start()
    qtbot.keyClicks(popover.staff_number, "1")
    assert popover.hold.remainingTime() > 50_000
    popover.hold.setInterval(1)
    qtbot.waitUntil(lambda: desk.bar.popover is None)
    qtbot.waitUntil(business.isActiveWindow)


def test_a_click_elsewhere_closes_the_popover(
    qtbot: QtBot, floor: Floor, business: QLineEdit
) -> None:
    desk = idle(qtbot, floor, business)
    desk.bar.askings.press(KeyId.PAUSE)
    popover = desk.bar.popover
    assert popover is not None
    qtbot.waitUntil(popover.isActiveWindow)
    business.activateWindow()
    qtbot.waitUntil(lambda: desk.bar.popover is None)
    qtbot.waitUntil(business.hasFocus)


def test_the_same_key_closes_its_popover(qtbot: QtBot, floor: Floor) -> None:
    desk = idle(qtbot, floor)
    desk.bar.askings.press(KeyId.PAUSE)
    assert desk.bar.popover is not None
    desk.bar.askings.press(KeyId.PAUSE)
    assert desk.bar.popover is None


class Keys(GlobalKeys):
    """Keys of a desktop that may be lost."""

    lost = ""

    @property
    def trouble(self) -> str:
        return self.lost


def test_a_lost_desktop_is_asked_anew(
    qtbot: QtBot, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second connection to the X server broke, Qt's own goes on."""
    opened: list[Keys] = []

    def open_desktop(parent: QObject) -> Desktop:
        opened.append(Keys(parent))
        return Desktop("X11", PlainStrip(""), opened[-1], FocusKeyboard())

    monkeypatch.setattr("hallclient.ui.desktop.opening.open_desktop", open_desktop)
    monkeypatch.setattr("hallclient.bootstrap.docking._REOPEN_MS", 1)
    desk = idle(qtbot, floor)
    docking = Docking(Settings(window=WindowSettings(window="2")), desk.bar)
    docking.start()
    qtbot.waitUntil(lambda: len(opened) == 1)
    opened[0].lost = "The connection to the X server is lost."
    opened[0].rebound.emit()
    assert docking.desktop is None
    qtbot.waitUntil(lambda: len(opened) == 2)
    opened[1].pressed.emit("pause")
    assert desk.bar.popover is not None
    docking.close()
