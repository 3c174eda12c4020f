"""From the keypad's thread into the UI thread, and on to the database. Write-only.

What the citizen pressed passes through here once. It is kept in no attribute, is in no log line and
in no exception: a failed write is told by the name of its error alone (domain.md §5).
"""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hallclient.services.ratings import TRY_AGAIN_S, Ratings, must_offer_again
from hallclient.ui.tasks import Worker


class KeypadEars(QObject):
    """Hands what the keypad says to the UI thread. Both methods may be called in any thread."""

    heard = Signal(int, int)
    """Turn and level."""
    unheard = Signal(int)
    """A turn whose time ran out: no rating."""

    def rated(self, turn_id: int, level: int) -> None:
        """Take a level; the ``rated`` callback of a keypad."""
        self.heard.emit(turn_id, level)

    def expired(self, turn_id: int) -> None:
        """Take a time-out; the ``expired`` callback of a keypad."""
        self.unheard.emit(turn_id)


class RatingSlot(QObject):
    """Puts what ``ears`` hear into the database. Nothing comes back from it."""

    def __init__(
        self,
        ears: KeypadEars,
        ratings: Ratings,
        worker: Worker,
        device: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ratings = ratings
        self._worker = worker
        self._device = device
        self._closed = False
        ears.heard.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        """Take nothing more."""
        self._closed = True

    def _take(self, turn_id: int, level: int) -> None:
        self._offer(turn_id, level, 0)

    def _offer(self, turn_id: int, level: int, tried: int) -> None:
        if self._closed:
            return
        ratings, device = self._ratings, self._device

        def settled(again: bool) -> None:  # noqa: FBT001 - a result handed over by the worker
            if again and tried < len(TRY_AGAIN_S):
                wait = round(1000 * TRY_AGAIN_S[tried])
                QTimer.singleShot(wait, self, lambda: self._offer(turn_id, level, tried + 1))

        self._worker.submit(
            lambda: must_offer_again(ratings, turn_id, level, device), settled, owner=self
        )
