"""The hardware caller of the demo's panel: its display, the strip over the window, its keys."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hallclient.lab.demo.counter import Counter
from hallclient.ui.words import Words

LOOK_MS = 200
ROWS = (
    ("call", "recall", "start", "finish", "no_show"),
    ("hold", "resume", "pause", "transfer", "sign_in"),
)


class CallerKeys(QWidget):
    """Fingers on a caller: digits first, then a key, as on the real one."""

    def __init__(self, counter: Counter, words: Words) -> None:
        super().__init__()
        self._counter = counter
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        top = QHBoxLayout()
        top.addWidget(QLabel(words("demo.caller.title", window=counter.window.number)), 1)
        self._strip = _shown("#3B0D0D", "#FF6B4A")
        self._display = _shown("#10240F", "#7CFC6A")
        self.digits = QLineEdit()
        self.digits.setPlaceholderText(words("demo.caller.digits"))
        self.digits.setMaximumWidth(120)
        for widget in (self._strip, self._display, self.digits):
            top.addWidget(widget)
        column.addLayout(top)
        for names in ROWS:
            row = QHBoxLayout()
            for name in names:
                button = QPushButton(words(f"demo.caller.{name}"))
                button.clicked.connect(_Key(self, name, button).press)
                row.addWidget(button)
            column.addLayout(row)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def press(self, name: str) -> None:
        """Press a key behind the digits that were typed."""
        digits = "".join(sign for sign in self.digits.text() if sign in "0123456789")
        self.digits.clear()
        self._counter.caller.command(f"key {digits} {name}")

    def _look(self) -> None:
        self._strip.setText(self._counter.strip.text or "–")
        self._display.setText(self._counter.caller.shown or "–")


class _Key(QObject):
    """One key; a child of its button, so that it lives as long."""

    def __init__(self, keys: CallerKeys, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = keys
        self._name = name

    def press(self) -> None:
        """Press it."""
        self._keys.press(self._name)


def _shown(ground: str, ink: str) -> QLabel:
    label = QLabel("–")
    label.setMinimumWidth(110)
    label.setStyleSheet(f"background: {ground}; color: {ink}; padding: 4px 8px; font-size: 18px")
    return label
