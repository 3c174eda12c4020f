"""The chime of the calls, one at a time, never in the way of painting."""

from PySide6.QtCore import QObject, QTimer

from hallclient.display.desk import Bell

FIRST_MS = 30
"""Starting a player takes some ms: the number is painted first."""
GAP_MS = 1300
"""From one chime to the next; it lasts one second."""


class Ringer(QObject):
    """A bell that rings once for all that are called during a chime, after it."""

    def __init__(self, chime: Bell, gap_ms: int = GAP_MS) -> None:
        super().__init__()
        self._chime = chime
        self._gap_ms = gap_ms
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._sound)

    def ring(self) -> None:
        """Ring as soon as there is silence."""
        self._wanted = True
        if not self._timer.isActive():
            self._timer.start(FIRST_MS)

    def close(self) -> None:
        """Ring no more."""
        self._timer.stop()

    def _sound(self) -> None:
        if self._wanted:
            self._wanted = False
            self._chime.ring()
            self._timer.start(self._gap_ms)
