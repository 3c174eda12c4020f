"""Windows' calls and structures, checked by a double of the system."""

from ctypes import addressof, sizeof
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hallclient.ui.desktop import windows as w


@dataclass
class System:
    """A shell with another toolbar of 40 at the top, and keys that others have."""

    taken: set[tuple[int, int]] = field(default_factory=set)
    calls: list[tuple[int, int, tuple[int, ...]]] = field(default_factory=list)
    keys: dict[int, tuple[int, int]] = field(default_factory=dict)
    front: int = 4711
    accepts: bool = True

    def app_bar(self, message: int, data: w.AppBarData) -> int:
        assert data.cbSize == sizeof(w.AppBarData) == (48 if sizeof(w.c_void_p) == 8 else 36)
        area = (data.rc.left, data.rc.top, data.rc.right, data.rc.bottom)
        self.calls.append((message, data.uEdge, area))
        if message == w.ABM_QUERYPOS and data.uEdge == w.ABE["top"]:
            data.rc.top = max(data.rc.top, 40)
        return int(self.accepts)

    def register(self, number: int, modifiers: int, key: int) -> bool:
        assert modifiers & w.MOD_NOREPEAT
        wanted = (modifiers & ~w.MOD_NOREPEAT, key)
        if wanted in self.taken or wanted in self.keys.values():
            return False
        self.keys[number] = wanted
        return True

    def unregister(self, number: int) -> None:
        del self.keys[number]

    def foreground(self) -> int:
        return self.front

    def to_front(self, window: int) -> None:
        self.front = window


@pytest.fixture
def bar(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("edge", ["top", "left", "right"])
def test_a_strip_is_asked_for_and_set(bar: QWidget, edge: str) -> None:
    system = System()
    strip = w.AppBarStrip(system)
    screen = QGuiApplication.primaryScreen()
    place = strip.reserve(bar, screen, edge, 72)
    assert [call[0] for call in system.calls] == [w.ABM_NEW, w.ABM_QUERYPOS, w.ABM_SETPOS]
    area = screen.geometry()
    expected = {
        "top": QRect(area.left(), 40, area.width(), 72),
        "left": QRect(area.left(), area.top(), 72, area.height()),
        "right": QRect(area.right() - 71, area.top(), 72, area.height()),
    }[edge]
    assert place == expected
    assert system.calls[-1][1] == w.ABE[edge]
    strip.reserve(bar, screen, edge, 72)
    assert [call[0] for call in system.calls].count(w.ABM_NEW) == 1
    strip.release(bar)
    strip.release(bar)
    assert [call[0] for call in system.calls].count(w.ABM_REMOVE) == 1
    assert not strip.trouble


def test_a_refused_strip_is_told(bar: QWidget) -> None:
    strip = w.AppBarStrip(System(accepts=False))
    place = strip.reserve(bar, QGuiApplication.primaryScreen(), "top", 72)
    assert place.height() == 72
    assert strip.trouble


def test_keys_are_registered_and_heard(qapp: QGuiApplication) -> None:
    system = System(taken={(0, 0x70), (0, 0x77), (w.MOD_CONTROL, 0x77)})
    keys = w.HotKeys(system)
    heard: list[str] = []
    keys.pressed.connect(heard.append)
    found = keys.bind({"call_next": "F1", "finish": "F8", "help": "Ctrl+Alt+H", "none": ""})
    assert [(b.name, b.works) for b in found] == [
        ("call_next", "Ctrl+F1"),
        ("finish", "Ctrl+Shift+F8"),
        ("help", "Ctrl+Alt+H"),
    ]
    number = next(n for n, key in system.keys.items() if key == (w.MOD_CONTROL, 0x70))
    message = w.Message(None, w.WM_HOTKEY, number, 0)
    caught, _ = keys._filter.nativeEventFilter(
        QByteArray(b"windows_generic_MSG"), addressof(message)
    )
    assert caught
    other = w.Message(None, 0x0100, number, 0)
    assert not keys._filter.nativeEventFilter(
        QByteArray(b"windows_generic_MSG"), addressof(other)
    )[0]
    assert not keys._filter.nativeEventFilter(QByteArray(b"xcb_generic_event_t"), 0)[0]
    assert heard == ["call_next"]
    keys.bind({"call_next": "F2"})
    assert list(system.keys.values()) == [(0, 0x71)]
    keys.close()
    assert not system.keys


def test_the_program_in_front_comes_back(qtbot: QtBot, bar: QWidget) -> None:
    system = System()
    keyboard = w.ForegroundKeyboard(system)
    keyboard.hold(bar)
    assert system.front == int(bar.winId())
    keyboard.give_back(bar)
    assert system.front == 4711
    keyboard.hold(bar)
    system.front = 99  # the clerk clicked elsewhere
    keyboard.give_back(bar)
    assert system.front == 99
