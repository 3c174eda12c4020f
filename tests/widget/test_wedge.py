"""A scanner that types: its keys reach nobody, a person's keys arrive as they were pressed."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from hallclient.ui.wedge import LEAST, LONGEST, KeyboardWedge

CODE = "7K3M9PQR2T5VWX8Y"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Typing:
    """A field with the keyboard, and what was scanned past it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.field = QLineEdit()
        self.field.setAccessibleName("field")
        self.wedge = KeyboardWedge(self.field, clock=self.clock)
        self.codes: list[str] = []
        self.entered = 0
        self.wedge.scanned.connect(self.codes.append)
        self.field.returnPressed.connect(self._enter)

    def _enter(self) -> None:
        self.entered += 1

    def keys(self, text: str, pause_ms: float) -> None:
        """Press and let go each key; capitals with Shift, as scanners do."""
        for sign in text:
            self.clock.now += pause_ms / 1000
            if sign.isupper():
                self._send(QEvent.Type.KeyPress, Qt.Key.Key_Shift, "")
            key = Qt.Key(ord(sign.upper())) if sign.isascii() else Qt.Key.Key_unknown
            self._send(QEvent.Type.KeyPress, key, sign)
            self._send(QEvent.Type.KeyRelease, key, sign)
            if sign.isupper():
                self._send(QEvent.Type.KeyRelease, Qt.Key.Key_Shift, "")

    def enter(self, pause_ms: float = 1) -> None:
        self.clock.now += pause_ms / 1000
        self._send(QEvent.Type.KeyPress, Qt.Key.Key_Return, "\r")
        self._send(QEvent.Type.KeyRelease, Qt.Key.Key_Return, "\r")

    def _send(self, kind: QEvent.Type, key: Qt.Key, text: str) -> None:
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(self.field, event)


@pytest.fixture
def typing(app: QApplication, qtbot: QtBot) -> Iterator[Typing]:
    made = Typing()
    yield made
    made.field.close()
    made.field.deleteLater()


def test_a_scan_is_told_whole_and_reaches_no_widget(typing: Typing) -> None:
    typing.keys(CODE, 5)
    typing.enter()
    assert typing.codes == [CODE]
    assert typing.field.text() == ""
    assert typing.entered == 0


def test_a_scanner_without_enter_is_heard_too(typing: Typing, qtbot: QtBot) -> None:
    typing.keys(CODE, 5)
    qtbot.waitUntil(lambda: typing.codes == [CODE])
    assert typing.field.text() == ""


def test_fingers_type_what_they_press(typing: Typing, qtbot: QtBot) -> None:
    typing.keys("Haus", 120)
    typing.enter(120)
    assert typing.field.text() == "Haus"
    assert typing.entered == 1
    typing.keys("es", 120)
    qtbot.waitUntil(lambda: typing.field.text() == "Hauses")
    assert typing.codes == []


def test_a_few_fast_keys_are_fingers(typing: Typing, qtbot: QtBot) -> None:
    typing.keys("abc", 1)
    qtbot.waitUntil(lambda: typing.field.text() == "abc")
    typing.keys("de", 1)
    typing.enter()
    assert (typing.field.text(), typing.entered, typing.codes) == ("abcde", 1, [])


def test_two_scans_are_two_and_keys_after_them_arrive(typing: Typing, qtbot: QtBot) -> None:
    for code in (CODE, CODE[::-1]):
        typing.keys(code, 2)
        typing.enter()
    typing.keys("x", 200)
    qtbot.waitUntil(lambda: typing.field.text() == "x")
    assert typing.codes == [CODE, CODE[::-1]]


def test_ten_thousand_keys_are_one_refused_scan(typing: Typing) -> None:
    typing.keys("A" * 10_000, 1)
    typing.enter()
    assert [len(code) for code in typing.codes] == [LONGEST + 1]
    assert typing.field.text() == ""


def test_a_space_presses_at_once(typing: Typing) -> None:
    QTest.keyClick(typing.field, Qt.Key.Key_Space)
    assert typing.field.text() == " "


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from("ab1'"), st.sampled_from([1, 5, 200])), max_size=20))
def test_every_key_is_typed_or_scanned_and_none_twice(
    typing: Typing, keys: list[tuple[str, int]]
) -> None:
    typing.field.clear()
    typing.codes.clear()
    for sign, pause in keys:
        typing.keys(sign, pause)
    typing.enter(200)
    typed, scanned = typing.field.text(), "".join(typing.codes)
    assert sorted(typed + scanned) == sorted(sign for sign, _ in keys)
    assert all(len(code) >= LEAST for code in typing.codes)
