"""From the keypad's thread into the UI thread, and on to the database. Write-only.

What the citizen pressed passes through here once. It is kept in no attribute, is in no log line and
in no exception: a failed write is told by the name of its error alone (domain.md §5).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hallclient.domain.rules import HallRules
    from hallclient.services.ratings import Ratings
    from hallclient.services.windows import WindowState
    from hallclient.ui.tasks import Worker
    from hallclient.window.desk import ClerkDesk

log = logging.getLogger(__name__)

GRACE_S = 0.5
"""The keypad counts its own time; what it hears in the last moment is still on its way."""
_REMEMBERED = 16


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
    """Puts what ``ears`` hear into the database. Nothing comes back from it.

    ``clock`` gives monotonic seconds.
    """

    def __init__(
        self,
        ears: KeypadEars,
        ratings: Ratings,
        worker: Worker,
        device: str,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._until: dict[int, float] = {}
        self._ratings = ratings
        self._worker = worker
        self._device = device
        self._closed = False
        ears.heard.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def expect(self, turn_id: int, seconds: float) -> None:
        """Take what is heard of a turn for so long, whatever the keypad's own time is.

        A terminal that was started again asks for a turn whose time has begun before it.
        """
        self._until.pop(turn_id, None)
        self._until[turn_id] = self._clock() + seconds + GRACE_S
        while len(self._until) > _REMEMBERED:
            self._until.pop(next(iter(self._until)))

    def close(self) -> None:
        """Take nothing more."""
        self._closed = True

    def _take(self, turn_id: int, level: int) -> None:
        if self._clock() < self._until.get(turn_id, 0.0):
            self._offer(turn_id, level, 0)
        else:
            log.info("keypad: a key outside an ask was ignored")

    def _offer(self, turn_id: int, level: int, tried: int) -> None:
        if self._closed:
            return
        from hallclient.services.ratings import (  # noqa: PLC0415 - not for the start
            TRY_AGAIN_S,
            must_offer_again,
        )

        ratings, device = self._ratings, self._device

        def settled(again: bool) -> None:  # noqa: FBT001 - a result handed over by the worker
            if again and tried < len(TRY_AGAIN_S):
                wait = round(1000 * TRY_AGAIN_S[tried])
                QTimer.singleShot(wait, self, lambda: self._offer(turn_id, level, tried + 1))

        self._worker.submit(
            lambda: must_offer_again(ratings, turn_id, level, device), settled, owner=self
        )


class KeypadAsker:
    """Asks the keypad of a desk, and has what it hears put into the database."""

    def __init__(self, desk: ClerkDesk, clock: Callable[[], float], parent: QObject) -> None:
        self._keypad = desk.keypad
        self._asked: tuple[int, datetime | None] | None = None
        self._slot: RatingSlot | None = None
        if desk.ears is not None:
            self._slot = RatingSlot(
                desk.ears, desk.ratings, desk.worker, desk.keypad_name, clock, parent
            )

    def has_asked(self, state: WindowState) -> bool:
        """Return whether this asking of the hall has reached the keypad from here."""
        turn = state.turn
        return turn is not None and self._asked == (turn.id, turn.rating_asked_at)

    def ask(self, state: WindowState, rules: HallRules) -> None:
        """Ask for the turn of a state, for as long as the hall's time lasts."""
        turn = state.turn
        if self._keypad is None or turn is None:
            return
        self._asked = (turn.id, turn.rating_asked_at)
        if self._slot is not None:
            from hallclient.services.window_signs import (  # noqa: PLC0415 - not for the start
                rating_left,
            )

            self._slot.expect(turn.id, rating_left(state, rules).total_seconds())
        self._keypad.ask(turn.id)

    def close(self) -> None:
        """Take nothing more."""
        if self._slot is not None:
            self._slot.close()
