"""Keys that are held down, and keys of other keyboards, in the popovers of the bar."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.ui.words import Words
from hallclient.window.choices import Choice, ChoicePopover
from hallclient.window.missing import MissingPopover

PAPERS = tuple(Material(LocalText(name)) for name in ("身份证", "买卖合同", "完税证明"))
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def parent(qtbot: QtBot, app: QApplication) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def press(popover: QWidget, text: str, *, again: bool = False) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_3, NONE, text, again)
    QApplication.sendEvent(popover, event)


def test_a_digit_held_down_ticks_nothing(parent: QWidget) -> None:
    """F8, 3 held a moment too long: the list is open already when the key repeats itself."""
    popover = MissingPopover(parent, Words(), "B107", PAPERS)
    press(popover, "3", again=True)
    assert not popover.ticked
    press(popover, "3")
    press(popover, "3", again=True)
    assert popover.ticked == ("完税证明",)


def test_a_digit_held_down_chooses_nothing(parent: QWidget) -> None:
    popover = ChoicePopover(parent, "暂停", [Choice("a", "A"), Choice("b", "B")], ("", "", ""))
    chosen: list[str] = []
    popover.chosen.connect(chosen.append)
    press(popover, "2", again=True)
    assert chosen == []
    press(popover, "2")
    assert chosen == ["b"]


@pytest.mark.parametrize("text", ["²", "٢", "0", "9", ""])
def test_other_digits_choose_nothing(parent: QWidget, text: str) -> None:
    """A French keyboard has a key for ², which is a digit to Python and no number."""
    popover = ChoicePopover(parent, "暂停", [Choice("a", "A"), Choice("b", "B")], ("", "", ""))
    chosen: list[str] = []
    popover.chosen.connect(chosen.append)
    press(popover, text)
    assert chosen == []
