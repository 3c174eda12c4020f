"""X11's keys and strips against a real server, in this process: conflicts, maps, losses."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.ui.desktop.ports import Binding
from hallclient.ui.desktop.x11_keys import X11Keys
from hallclient.ui.desktop.x11_link import Link, LinkLost
from tests.desktop.real_desktop import RealDesktop, Typist, real_desktop


class Popover(QWidget):
    """Notes what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[int, str, bool]] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.got.append((event.key(), event.text(), event.isAutoRepeat()))


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesktop]:
    with real_desktop(tmp_path_factory.mktemp("desktop"), managed=False) as opened:
        yield opened


@pytest.fixture
def keys(qapp: QApplication, desktop: RealDesktop) -> Iterator[X11Keys]:
    opened = X11Keys(Link(display=desktop.display))
    opened.told = []  # type: ignore[attr-defined] # what was pressed
    opened.pressed.connect(opened.told.append)  # type: ignore[attr-defined]
    yield opened
    opened.close()


@pytest.fixture
def popover(qtbot: QtBot) -> Popover:
    made = Popover()
    qtbot.addWidget(made)
    return made


def told(keys: X11Keys) -> list[str]:
    pressed: list[str] = keys.told  # type: ignore[attr-defined]
    return pressed


def free(typist: Typist, name: str, modifiers: int = 0) -> bool:
    """Whether nobody has a key, nor the whole keyboard."""
    try:
        typist.grab_key(name, modifiers)
    except Exception:  # noqa: BLE001 - refused, whatever the words
        return False
    typist.ungrab_key(name, modifiers)
    return True


def test_a_key_of_a_third_program_is_replaced(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys
) -> None:
    third = Typist(desktop.display)
    third.grab_key("F1")
    third.grab_key("F8")
    third.grab_key("F8", 4)
    try:
        found = keys.bind({"call_next": "F1", "finish": "F8", "start": "F3", "help": ""})
        assert found == (
            Binding("call_next", "F1", "Ctrl+F1"),
            Binding("finish", "F8", "Ctrl+Shift+F8"),
            Binding("start", "F3", "F3"),
        )
        assert [b.conflict for b in found] == [True, True, False]
        desktop.typist.chord("Control", "F1")
        desktop.typist.tap("F3")
        qtbot.waitUntil(lambda: told(keys) == ["call_next", "start"])
    finally:
        third.close()
    assert not keys.trouble


def test_no_fallback_takes_what_another_key_wants(desktop: RealDesktop, keys: X11Keys) -> None:
    third = Typist(desktop.display)
    third.grab_key("F8")
    try:
        found = keys.bind({"finish": "F8", "finish_and_call": "Ctrl+F8"})
    finally:
        third.close()
    assert [b.works for b in found] == ["Ctrl+Shift+F8", "Ctrl+F8"]


@pytest.mark.parametrize("locks", [(), ("Num_Lock",), ("Caps_Lock",), ("Num_Lock", "Caps_Lock")])
def test_locks_keep_no_key_from_working(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys, popover: Popover, locks: tuple[str, ...]
) -> None:
    keys.bind({"finish": "F8"})
    keys.pressed.connect(lambda _name: keys.hold(popover))
    desktop.typist.tap(*locks)
    desktop.typist.tap("F8", "1", "KP_End", "a")
    desktop.typist.tap(*locks)
    qtbot.waitUntil(lambda: len([got for got in popover.got if got[1]]) >= 2)
    texts = [text for _, text, _ in popover.got if text]
    wanted = ["1", "1"] if "Num_Lock" in locks else ["1"]
    wanted.append("A" if "Caps_Lock" in locks else "a")
    qtbot.waitUntil(lambda: [text for _, text, _ in popover.got if text] == wanted)
    assert texts[0] == "1"
    keys.give_back(popover)


def test_another_map_binds_anew(qtbot: QtBot, desktop: RealDesktop, keys: X11Keys) -> None:
    keys.bind({"start": "F3"})
    typist = desktop.typist
    old, spare = typist.code("F3"), 250
    typist.remap(old, [0x61, 0x41])
    typist.remap(spare, [0xFFC0])
    try:
        typist.read_map()
        assert typist.code("F3") == spare

        def works() -> bool:
            typist.tap("F3")
            qtbot.wait(20)
            return bool(told(keys))

        qtbot.waitUntil(works)
        assert set(told(keys)) == {"start"}
    finally:
        typist.remap(old, [0xFFC0])
        typist.remap(spare, [0])
        typist.read_map()


def test_a_key_held_down_is_one_press(qtbot: QtBot, desktop: RealDesktop, keys: X11Keys) -> None:
    keys.bind({"call_next": "F1", "start": "F3"})
    desktop.typist.down("F1")
    qtbot.wait(1100)  # the server repeats after 660 ms
    desktop.typist.up("F1")
    desktop.typist.tap("F3")
    qtbot.waitUntil(lambda: "start" in told(keys))
    assert told(keys) == ["call_next", "start"]


def test_the_keyboard_is_free_when_the_last_key_is_up(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys, popover: Popover
) -> None:
    keys.bind({"finish": "F8"})
    keys.pressed.connect(lambda _name: keys.hold(popover))
    desktop.typist.tap("F8")
    qtbot.waitUntil(popover.isVisible)
    desktop.typist.down("1")
    qtbot.waitUntil(lambda: bool(popover.got))
    popover.hide()
    keys.give_back(popover)
    assert not _grabs(desktop)
    desktop.typist.up("1")
    qtbot.waitUntil(lambda: _grabs(desktop))
    assert popover.got == [(Qt.Key.Key_1.value, "1", False)]


def _grabs(desktop: RealDesktop) -> bool:
    """Whether the keyboard can be had by another program."""
    typist = Typist(desktop.display)
    try:
        return typist.takes_keyboard()
    finally:
        typist.close()


def test_a_paused_keyboard_stands_still_and_goes_on(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys
) -> None:
    keys.bind({"start": "F3", "finish": "F8"})
    keys.pressed.connect(lambda name: keys.pause() if name == "start" else None)
    desktop.typist.tap("F3", "F8")
    qtbot.waitUntil(lambda: told(keys) == ["start"])
    qtbot.wait(50)
    assert told(keys) == ["start"]
    keys.resume()
    qtbot.waitUntil(lambda: told(keys) == ["start", "finish"])


def test_a_digit_behind_a_key_that_opened_nothing_goes_nowhere(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys
) -> None:
    keys.bind({"finish": "F8"})
    keys.pressed.connect(lambda _name: keys.spare_digit())
    heard: list[str] = []
    other = desktop.other("spared")

    def has(text: str) -> bool:
        heard[:] = [other.text()]
        return heard == [text]

    desktop.typist.tap("F8", "1", "2")  # the first was meant for F8
    qtbot.waitUntil(lambda: has("2"))
    desktop.typist.tap("F8", "a", "3")  # who types on does not mean F8
    qtbot.waitUntil(lambda: has("2a3"))
    desktop.typist.tap("F8")
    qtbot.waitUntil(lambda: len(told(keys)) == 3)
    qtbot.waitUntil(lambda: _grabs(desktop))  # a second later
    desktop.typist.tap("4")
    qtbot.waitUntil(lambda: has("2a34"))
    other.end()


def test_another_program_has_the_whole_keyboard(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys, popover: Popover
) -> None:
    third = Typist(desktop.display)
    assert third.takes_keyboard(keep=True)
    try:
        keys.hold(popover)  # by the mouse: it gets the focus instead
        assert popover.isVisible()
        keys.give_back(popover)
    finally:
        third.close()


def test_a_lost_server_leaves_a_bar_for_the_mouse(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys, popover: Popover
) -> None:
    keys.bind({"start": "F3"})
    link = keys._link
    with socket.socket(fileno=socket.dup(link.conn.get_file_descriptor())) as cut:
        cut.shutdown(socket.SHUT_RDWR)
    with qtbot.waitSignal(keys.rebound):
        link.drain()
    assert [b.works for b in keys.bindings] == [""]
    assert keys.trouble
    keys.hold(popover)
    assert popover.isVisible()
    keys.give_back(popover)
    assert keys.bind({"start": "F3"})[0].works == ""


def test_a_hung_bar_lets_the_keyboard_go(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hallclient.ui.desktop.x11_link.HUNG_S", 0.3)
    keys.bind({"start": "F3"})
    keys.pressed.connect(lambda _name: keys.pause())
    keys._pausing.setInterval(60_000)
    desktop.typist.tap("F3")
    qtbot.waitUntil(lambda: told(keys) == ["start"])
    assert not _grabs(desktop)
    qtbot.waitUntil(lambda: _grabs(desktop))


def test_what_another_program_makes_up_is_no_key(
    qtbot: QtBot, desktop: RealDesktop, keys: X11Keys
) -> None:
    keys.bind({"start": "F3", "finish": "F8"})
    desktop.typist.make_up("F3")
    desktop.typist.tap("F8")
    qtbot.waitUntil(lambda: "finish" in told(keys))
    assert told(keys) == ["finish"]


def test_no_server_is_told(tmp_path: Path) -> None:
    with pytest.raises(LinkLost):
        Link(display=":987")
