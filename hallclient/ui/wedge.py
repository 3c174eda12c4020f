"""A scanner that types like a keyboard: keys faster than anybody's fingers, and Enter at the end.

Such keys must not press buttons or land in a search, so every printable key waits for ``GAP_MS``:
followed by others as fast it is a scan, alone it goes where it was meant to go.
"""

import time
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

GAP_MS = 50
"""Between two keys of a scanner; fingers need twice as long."""
LEAST = 6
"""Keys; no code is shorter, and nobody types so many while a screen is busy."""
LONGEST = 512
"""Characters that are kept; what is longer is told as one more than that."""

_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease})
_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_CHORDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class KeyboardWedge(QObject):
    """Filters the application's keys from when it is made until it is deleted."""

    scanned = Signal(str)
    """A code; nothing of it has reached any widget."""

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._text: list[str] = []
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._last = 0.0
        self._after_scan = False
        self._giving_back = False
        self._gap = QTimer(self)
        self._gap.setSingleShot(True)
        self._gap.setTimerType(Qt.TimerType.PreciseTimer)
        self._gap.timeout.connect(self._pause)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold keys back that may be a scanner's."""
        if event.type() not in _KEYS or not watched.isWidgetType() or self._giving_back:
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._release(watched, event)
        return self._press(watched, event)

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        now = self._clock()
        if self._text and (now - self._last) * 1000 > GAP_MS:
            self._pause()  # the timer was late: the screen was busy
        self._last, self._after_scan = now, False
        if event.key() in _ENDS:
            return self._enter()
        text = event.text()
        if bool(event.modifiers() & _CHORDS) or not (self._text or _begins(text)):
            self._give_back()
            return False
        self._hold(watched, event)
        if text and len(self._text) <= LONGEST:  # Shift is a key without a text
            self._text.append(text)
        self._gap.start(GAP_MS)
        return True

    def _enter(self) -> bool:
        if len(self._text) < LEAST:
            self._give_back()
            return False
        self._end()
        return True

    def _release(self, watched: QObject, event: QKeyEvent) -> bool:
        if self._after_scan and event.key() in _ENDS:
            self._after_scan = False
            return True
        if not self._text:
            return False
        self._hold(watched, event)
        return True

    def _hold(self, watched: QObject, event: QKeyEvent) -> None:
        """Keep a key for whom it was meant; those of a scan are meant for nobody."""
        if len(self._text) < LEAST:
            self._held.append((watched, event.clone()))
        else:
            self._held.clear()

    def _pause(self) -> None:
        """Take the end of fast keys: a scanner without Enter, or fingers."""
        if len(self._text) >= LEAST:
            self._end()
        else:
            self._give_back()

    def _end(self) -> None:
        text = "".join(self._text)[: LONGEST + 1]
        self._forget()
        self._after_scan = True
        self.scanned.emit(text)

    def _give_back(self) -> None:
        held = self._held
        self._forget()
        self._giving_back = True
        try:
            for widget, event in held:
                if shiboken6.isValid(widget):
                    QApplication.sendEvent(widget, event)
        finally:
            self._giving_back = False

    def _forget(self) -> None:
        self._gap.stop()
        self._text, self._held = [], []


def _begins(text: str) -> bool:
    """Return whether a scan may begin with this: a space presses a button."""
    return len(text) == 1 and text.isprintable() and not text.isspace()
