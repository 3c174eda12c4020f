"""Where what a citizen gave goes: into the database, or sealed onto the disk. Write-only.

It is kept in no attribute, is in no log line and in no exception (domain.md §5).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.screen.rating.asked import Given
    from hallclient.services.rating_spool import RatingSpool
    from hallclient.services.ratings import Ratings
    from hallclient.services.store import Store
    from hallclient.ui.tasks import Worker

log = logging.getLogger(__name__)

HAND_IN_MS = 5000


class RatingDrop(QObject):
    """Takes ratings in the UI thread and writes them in a worker. Nothing comes back."""

    def __init__(
        self,
        ratings: Ratings,
        store: Store,
        spool: RatingSpool,
        worker: Worker,
        device: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ratings = ratings
        self._store = store
        self._spool = spool
        self._worker = worker
        self._device = device
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HAND_IN_MS)
        self._timer.timeout.connect(self.hand_in)

    def give(self, given: Given) -> None:
        """Write what a citizen gave; never waits."""
        self._offer(given, 0)

    def hand_in(self) -> None:
        """Hand in what waits on the disk, as at the start; again and again while there is some."""
        if not self._stopped:
            spool, store = self._spool, self._store
            self._worker.submit(lambda: _handed_in(spool, store), self._handed, owner=self)

    def stop(self) -> None:
        """Offer nothing again; what is in the worker's hands it still writes or keeps."""
        self._stopped = True
        self._timer.stop()

    def _offer(self, given: Given, tried: int) -> None:
        def settled(again: bool) -> None:  # noqa: FBT001 - a result handed over by the worker
            from hallclient.services.ratings import TRY_AGAIN_S  # noqa: PLC0415 - rare

            if self._spool.pending and not self._timer.isActive():
                self._timer.start()
            if again and not self._stopped and tried < len(TRY_AGAIN_S):
                wait = round(1000 * TRY_AGAIN_S[tried])
                QTimer.singleShot(wait, self, lambda: self._offer(given, tried + 1))

        self._worker.submit(self._writing(given), settled, owner=self)

    def _writing(self, given: Given) -> Callable[[], bool]:
        ratings, spool, device = self._ratings, self._spool, self._device

        def write() -> bool:
            from hallclient.services.ratings import must_offer_again  # noqa: PLC0415 - rare

            what = (given.turn_id, given.level, device, given.reasons, given.contact)
            return must_offer_again(ratings, *what) and not spool.keep(*what)

        return write

    def _handed(self, wait: bool) -> None:  # noqa: FBT001 - a result handed over by the worker
        if wait and not self._stopped:
            self._timer.start()


def _handed_in(spool: RatingSpool, store: Store) -> bool:
    """Hand in; return whether to try again later."""
    from hallclient.services.spool_lines import SpoolError  # noqa: PLC0415 - in the worker
    from hallclient.services.store_error import StoreError  # noqa: PLC0415 - the same

    try:
        spool.hand_in(store)
    except StoreError:
        return True
    except SpoolError as error:
        log.warning("ratings kept on this PC wait: %s", error)
        return True
    return False
