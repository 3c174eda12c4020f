"""Hands of a monkey at a screen of ours, and ears at the log.

The hands press, click, drag and type anywhere in whatever of the program stands on the screen; the
ears hear errors and anything personal.
"""

import logging
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from tests.widget.meddlers import MASK, NOTE, PIN, TAIL

K = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
LANGUAGES = ("zh-CN", "zh-Hant", "en")
SCHEMES = ("light", "high-contrast")
KEYS = (
    *(K.Key_Tab, K.Key_Backtab, K.Key_Return, K.Key_Enter, K.Key_Space, K.Key_Escape),
    *(K.Key_Up, K.Key_Down, K.Key_Left, K.Key_Right, K.Key_Home, K.Key_End, K.Key_PageUp),
    *(K.Key_PageDown, K.Key_Backspace, K.Key_Delete, K.Key_Return, K.Key_Tab, K.Key_Escape),
)
HOT = (K.Key_F1, K.Key_F2, K.Key_F3, K.Key_F4, K.Key_F5, K.Key_F6, K.Key_F7, K.Key_F8, K.Key_F9)
TEXTS = (
    *("1", "2", "3", "4", "9", "0", "001", "A001", "B001", "b2", "1001", "9001", "5", "12"),
    *("请稍候", NOTE, "x" * 300, "' OR 1=1 --", "\u202ex", "🎫", " ", "²", "-1", "99999999999999"),
)
FIELDS = (QLineEdit, QPlainTextEdit)


class Ears(logging.Handler):
    """Hears every line of the log: no error, and nothing personal."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if record.levelno >= logging.ERROR:
            self.faults.append(text)
        self.faults += [
            f"{one} in the log: {text}" for one in (PIN, MASK, TAIL, NOTE) if one in text
        ]


@contextmanager
def listening() -> Iterator[Ears]:
    """Hear the program's log."""
    ears, root = Ears(), logging.getLogger()
    level = root.level
    root.addHandler(ears)
    root.setLevel(logging.DEBUG)
    try:
        yield ears
    finally:
        root.removeHandler(ears)
        root.setLevel(level)


class Hands:
    """A mouse and a keyboard. ``done`` are the last deeds, for whoever reads a failure."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.done: list[str] = []
        self.count: Counter[str] = Counter()

    def note(self, deed: str) -> None:
        """Remember a deed."""
        self.count[deed.partition(" ")[0]] += 1
        self.done.append(deed)
        del self.done[:-25]

    def act(self, window: QWidget) -> None:
        """Do one thing at a window of the program."""
        (act,) = self.dice.choices(
            (self.press_control, self.click_anywhere, self.drag, self.key, self.hot, self.type),
            (30, 8, 2, 20, 8, 12),
        )
        act(window)

    def press_control(self, window: QWidget) -> None:
        """Click a control that is there to be clicked."""
        there = controls(window)
        if there:
            control = self.dice.choice(there)
            self.note(f"press {control.accessibleName()!r} {type(control).__name__}")
            at = control.mapTo(window, control.rect().center())
            self._click(window, at)
            if self.dice.random() < 0.1:
                self._click(window, at)

    def click_anywhere(self, window: QWidget) -> None:
        at = self._somewhere(window)
        self.note(f"click {at.x()},{at.y()}")
        self._click(window, at)

    def drag(self, window: QWidget) -> None:
        """Press here and let go there; or turn the wheel."""
        start, end = self._somewhere(window), self._somewhere(window)
        self.note(f"drag {start.x()},{start.y()}")
        on = window.childAt(start) or window
        if self.dice.random() < 0.5:
            turned = QPoint(0, self.dice.choice((-120, 120)))
            where = QPointF(on.mapFrom(window, start))
            event = QWheelEvent(
                *(where, QPointF(start), QPoint(), turned, Qt.MouseButton.NoButton, NONE),
                *(Qt.ScrollPhase.NoScrollPhase, False),
            )
            QApplication.sendEvent(on, event)
            return
        _mouse(QEvent.Type.MouseButtonPress, window, on, start)
        _mouse(QEvent.Type.MouseMove, window, on, end)
        _mouse(QEvent.Type.MouseButtonRelease, window, on, end)

    def key(self, window: QWidget) -> None:
        self._press(window, self.dice.choice(KEYS))

    def hot(self, window: QWidget) -> None:
        """A key with a meaning of its own, also with Ctrl, Alt or Shift."""
        held = self.dice.choice((NONE,) * 6 + (Qt.KeyboardModifier.ControlModifier,) * 2)
        keys: tuple[Qt.Key, ...] = (
            HOT if held is NONE else (*HOT, K.Key_G, K.Key_K, K.Key_Z, K.Key_F10, K.Key_Return)
        )
        if self.dice.random() < 0.1:
            held, keys = Qt.KeyboardModifier.AltModifier, (K.Key_1, K.Key_2, K.Key_3)
        self._press(window, self.dice.choice(keys), held)

    def type(self, window: QWidget) -> None:
        """Type into what has the keyboard."""
        text = self.dice.choice(TEXTS)
        holder = holder_of(window) or window
        self.note(f"type {text[:12]!r} into {type(holder).__name__}")
        if isinstance(holder, QLineEdit):
            holder.insert(text)
            return
        for sign in text[:6]:
            if sign.isascii():
                QTest.keyClicks(holder, sign)

    def _press(self, window: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        self.note(f"key {held.name}+{key.name}" if held is not NONE else f"key {key.name}")
        if window.isVisible() and held is NONE:
            QTest.keyClick(window.windowHandle(), key)
            return
        # With Ctrl, keyClick lets the program run before the key, and does not look if the window
        # is still there then.
        for press in (True, False):
            if shiboken6.isValid(window) and window.isVisible():
                QTest.simulateEvent(window.windowHandle(), press, key, held, "", False)

    def _click(self, window: QWidget, at: QPoint) -> None:
        on = window.childAt(at) or window
        _mouse(QEvent.Type.MouseButtonPress, window, on, at)
        _mouse(QEvent.Type.MouseButtonRelease, window, on, at)

    def _somewhere(self, window: QWidget) -> QPoint:
        return QPoint(
            self.dice.randrange(max(1, window.width())),
            self.dice.randrange(max(1, window.height())),
        )


def controls(window: QWidget) -> list[QAbstractButton]:
    """Return the controls that a click reaches now."""
    found = [b for b in window.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
    return [b for b in found if window.childAt(b.mapTo(window, b.rect().center())) is b]


def holder_of(window: QWidget) -> QWidget | None:
    """Return what has the keyboard in a window; Qt's own says that there always is something."""
    return window.focusWidget()


def by_keys(window: QWidget) -> set[QWidget]:
    """Return what the keyboard comes by: Tab round once, and the arrows from every stop."""
    seen: set[QWidget] = set()
    holder = holder_of(window)
    for _ in range(250):
        QTest.keyClick(window.windowHandle(), K.Key_Tab)
        now = holder_of(window)
        if now is None or now in seen:
            break
        seen.add(now)
    if holder is not None and holder.isVisible():
        holder.setFocus()
    return seen


def _mouse(kind: QEvent.Type, window: QWidget, on: QWidget, at: QPoint) -> None:
    left = Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(kind, QPointF(on.mapFrom(window, at)), QPointF(at), left, held, NONE)
    QApplication.sendEvent(on, event)
