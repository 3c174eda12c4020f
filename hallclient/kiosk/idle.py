"""Nobody there: ask, then go home. And the seconds until a finished page leaves by itself."""

import time
from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress})
_TICK_MS = 200


class IdleWatch(QObject):
    """Counts the seconds since the last touch anywhere; ``limit`` None counts nothing."""

    touched = Signal()
    ran_out = Signal()
    changed = Signal()
    """:attr:`left` has another whole second."""

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._limit: float | None = None
        self._since = clock()
        self._shown = 0
        self.extends = True
        """Whether a touch starts the time anew."""
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.check)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    @property
    def left(self) -> int:
        """Whole seconds left, rounded up; 0 without a limit."""
        if self._limit is None:
            return 0
        return max(0, ceil(self._limit - (self._clock() - self._since)))

    def watch(self, limit: float | None, *, extends: bool = True) -> None:
        """Begin to count ``limit`` seconds from now."""
        self._limit, self.extends = limit, extends
        self._since = self._clock()
        self._shown = self.left
        if limit is None:
            self._tick.stop()
        else:
            self._tick.start()
        self.changed.emit()

    def restart(self) -> None:
        """Count from now again."""
        self._since = self._clock()
        self.check()

    def check(self) -> None:
        """Tell what has changed."""
        if self._limit is None:
            return
        if self._clock() - self._since >= self._limit:
            self.watch(None)
            self.ran_out.emit()
        elif self.left != self._shown:
            self._shown = self.left
            self.changed.emit()

    def stop(self) -> None:
        """Count no more and let go of the application."""
        self._tick.stop()
        self._limit = None
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See every touch and key before its widget does; take none."""
        if event.type() in _TOUCHES and watched.isWidgetType():
            if self.extends and self._limit is not None:
                self.restart()
            self.touched.emit()
        return False
