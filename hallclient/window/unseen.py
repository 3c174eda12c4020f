"""Whether the present call stands on a board: asked once, a moment after it should.

Imported with the first call. A call that is seen costs one question. One that is not is asked for
again every two seconds until a board shows it or the ticket moves on.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.board_alarms import LONG_CALLED
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hallclient.domain.announcement import CallKey
    from hallclient.domain.rules import HallRules
    from hallclient.services.windows import WindowState
    from hallclient.ui.tasks import Worker

log = logging.getLogger(__name__)

GRACE_MS: Final = 200
"""Behind the hall's limit: a board tells with a little spread."""
AGAIN_MS: Final = 2000


class UnseenWatch(QObject):
    """Follows the calls of one window. ``is_shown`` is asked in the worker."""

    changed = Signal()

    def __init__(
        self, is_shown: Callable[[int, int], bool], worker: Worker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._is_shown = is_shown
        self._worker = worker
        self._call: CallKey | None = None
        self.unseen = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    def follow(self, state: WindowState, rules: HallRules, now: datetime) -> None:
        """Take the window's state; another call begins anew."""
        turn = state.turn
        called = turn is not None and turn.active and turn.started_at is None and turn.calls > 0
        call = (turn.id, turn.calls) if turn is not None and called else None
        if call == self._call:
            return
        self._call = call
        self._timer.stop()
        self._set(unseen=False)
        if turn is None or call is None or not rules.unseen_seconds:
            return
        gone = now - turn.last_called_at
        if gone < LONG_CALLED:
            left = rules.unseen_seconds * 1000 + GRACE_MS - gone.total_seconds() * 1000
            self._timer.start(max(0, round(left)))

    def close(self) -> None:
        """Ask no more."""
        self._call = None
        self._timer.stop()

    def _ask(self) -> None:
        call = self._call
        if call is not None:
            self._worker.submit(
                partial(self._is_shown, *call),
                partial(self._take, call),
                partial(self._miss, call),
                owner=self,
            )

    def _take(self, call: CallKey, shown: bool) -> None:  # noqa: FBT001 - an answer
        if call == self._call:
            self._set(unseen=not shown)
            if not shown:
                self._timer.start(AGAIN_MS)

    def _miss(self, call: CallKey, error: Exception) -> None:
        if not isinstance(error, StoreError):
            log.error("whether a call is shown cannot be told", exc_info=error)
        if call == self._call:
            self._timer.start(AGAIN_MS)

    def _set(self, *, unseen: bool) -> None:
        if unseen != self.unseen:
            self.unseen = unseen
            self.changed.emit()
