"""The chime of the calls, one at a time, never in the way of painting."""

from PySide6.QtCore import QObject, QTimer

from hallclient.display.desk import Bell

FIRST_MS = 30
"""Starting a player takes some ms: the number is painted first."""
GAP_MS = 1300
"""From one chime to the next; it lasts one second."""


class Ringer(QObject):
    """Rings for each call. Calls during a chime are rung for once, after it."""

    def __init__(self, chime: Bell | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chime = chime
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._sound)

    def ring(self) -> None:
        """Ring as soon as there is silence."""
        if self._chime is None:
            return
        self._wanted = True
        if not self._timer.isActive():
            self._timer.start(FIRST_MS)

    def _sound(self) -> None:
        if self._wanted and self._chime is not None:
            self._wanted = False
            self._chime.ring()
            self._timer.start(GAP_MS)
