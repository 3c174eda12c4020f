"""From the keypad's thread into the UI thread, and on to the database. Write-only.

What the citizen pressed passes through here once. It is kept in no attribute, is in no log line and
in no exception: a failed write is told by the name of its error alone (domain.md §5).
"""

import logging

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hallclient.domain.errors import DomainError
from hallclient.domain.rating import Level
from hallclient.services.ratings import Ratings
from hallclient.services.store import StoreError
from hallclient.ui.tasks import Worker

log = logging.getLogger(__name__)

_TRY_AGAIN_MS = (500, 1000, 2000, 4000, 8000, 8000)
"""A rating that met a database away is offered again while its time may still be open."""


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
            if again and tried < len(_TRY_AGAIN_MS):
                wait = _TRY_AGAIN_MS[tried]
                QTimer.singleShot(wait, self, lambda: self._offer(turn_id, level, tried + 1))

        self._worker.submit(
            lambda: _must_try_again(ratings, turn_id, level, device), settled, owner=self
        )


def _must_try_again(ratings: Ratings, turn_id: int, level: int, device: str) -> bool:
    """Write a rating; return whether it should be offered again. In the worker's thread.

    No exception leaves: a traceback of the database driver carries the row's values.
    """
    try:
        ratings.record(turn_id, Level(level), device)
    except StoreError as error:
        log.warning("a rating was not written: %s", type(error).__name__)
        return error.retryable
    except DomainError as error:
        log.info("a rating was not taken: %s", error.key)
    except Exception as error:  # noqa: BLE001 - see above
        log.error("a rating was not written: %s", type(error).__name__)  # noqa: TRY400 - see above
    return False
