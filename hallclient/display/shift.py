"""The recent calls move on by one box: 240 ms, finished pictures, nothing else is repainted."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer

from hallclient.display.recent import RecentCall

_FRAME_MS = 16
PAUSE_S = 1.0


class Shift(QObject):
    """Moves the boxes that have a new call to come in, all together."""

    def __init__(self, boxes: Sequence[RecentCall], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reduced = False
        self._boxes = tuple(boxes)
        self._started = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    @property
    def rested(self) -> bool:
        """Whether the last move began a second ago: nothing moves oftener (visual.md §4)."""
        return time.monotonic() - self._started >= PAUSE_S

    @property
    def running(self) -> bool:
        """Whether something moves just now."""
        return self._timer.isActive()

    def begin(self) -> None:
        """Move what has changed; what moved before stands at once."""
        self._started = time.monotonic()
        self._timer.start()

    def rest(self) -> None:
        """Show where everything will be in the end."""
        self._timer.stop()
        for box in self._boxes:
            box.move_in(1.0)

    def _advance(self) -> None:
        whole = self._boxes[0].look.theme.motion["rowShift"] / 1000
        progress = min(1.0, (time.monotonic() - self._started) / whole)
        if progress >= 1:
            self._timer.stop()
        eased = 1 - (1 - progress) ** 3
        for box in self._boxes:
            box.move_in(eased)
