"""Asks for advice every few minutes in a thread of its own: playing a day must not hold up a move.

One question at a time, each with a limit; whoever signs out wants no answer any more.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.store_error import StoreError
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from hallclient.services.supervising import Supervising
    from hallclient.services.whatif.now import AdviceNow

log = logging.getLogger(__name__)

FIRST_MS, EVERY_MS = 20_000, 240_000
LIMIT_S = 20.0


class AdviceWatch(QObject):
    """The advice for whoever has signed in; lives in the UI thread."""

    changed = Signal()
    """Another advice, or none, or a question begins or ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.advice: AdviceNow | None = None
        self.failed = False
        self._who: Supervising | None = None
        self._worker: Worker | None = None
        self._stop = threading.Event()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ask)

    @property
    def asking(self) -> bool:
        """Whether a day is being played now."""
        return self._worker is not None and self._worker.pending > 0 and not self._stop.is_set()

    def follow(self, who: Supervising) -> None:
        """Ask for a member of staff from now on; an usher needs none."""
        self.rest()
        if who.supervisor.watches:
            self._who = who
            self._timer.start(FIRST_MS)

    def rest(self) -> None:
        """Ask no more, and want no answer."""
        self._stop.set()
        self._timer.stop()
        self._who, self.advice, self.failed = None, None, False

    def ask(self) -> None:
        """Ask now, unless a question is under way."""
        who = self._who
        if who is None or self.asking:
            return
        self._timer.stop()
        stop = self._stop = threading.Event()
        if self._worker is None:
            self._worker = Worker("advice", self)
        self._worker.submit(
            lambda: None if stop.is_set() else who.advice(stop.is_set, LIMIT_S),
            lambda advice: self._take(stop, advice),
            lambda error: self._miss(stop, error),
            owner=self,
        )
        self.changed.emit()

    def close(self) -> None:
        """End the thread; a play under way ends with the next stop to look."""
        self.rest()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _take(self, stop: threading.Event, advice: AdviceNow | None) -> None:
        if not stop.is_set():
            self.advice, self.failed = advice, False
            self._timer.start(EVERY_MS)
            self.changed.emit()

    def _miss(self, stop: threading.Event, error: Exception) -> None:
        if stop.is_set():
            return
        if isinstance(error, DomainError | StoreError):
            log.info("no advice: %s", error)
        else:
            log.error("no advice", exc_info=error)
        self.failed = True
        self._timer.start(EVERY_MS)
        self.changed.emit()
