"""The logic of a window's screen: reads the window when it is woken, and knows the time.

A wake-up leads to one look and that to one ``changed``. Nothing here knows whether a rating was
given: an asking is opened and closed by the hall's clock alone (visual.md §5).
"""

import logging
import math
import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.screen.desk import ScreenDesk
from hallclient.services.store_error import StoreError
from hallclient.services.window_public import OpenRating, PublicWindow
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.timer import new_timer

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""A lost wake-up costs no more than this."""
KEYPAD_S = 1.5
"""While its keypad asks: should that die, the screen asks in its place soon."""
JITTER = 0.2
HANGS_S = 5.0
"""A look that takes longer is a lost connection."""
RETRY_S = (0.25, 1.0, 2.0, 5.0)
FAILURES = 2
"""Failures in a row before the screen says that the connection is lost."""


class ScreenPresenter(QObject):
    """What a window's screen shows now. Signals say what changed; the view reads the properties."""

    changed = Signal()
    """``seen`` is another."""
    link_changed = Signal()
    minute_changed = Signal()
    rating_opened = Signal(object)
    """An ``OpenRating`` begins here, or is asked for once more. ``seen`` is the window with it."""
    rating_closed = Signal()
    """Its time is over."""

    def __init__(
        self, desk: ScreenDesk, parent: QObject | None = None, *, clock: HallClock | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.clock = clock or HallClock()
        self.seen: PublicWindow | None = None
        self.rating: OpenRating | None = None
        """The rating that this screen asks for now."""
        self._asked_at: datetime | None = None
        self.lost = False
        self.fresh_at: datetime | None = None
        self._asking = self._wanted = self._stopped = False
        self._failures = 0
        self._look_timer = new_timer(self, self._ask_anew, precise=True)
        self._minute_timer = new_timer(self, self._pass_minute, precise=True)
        self._rating_timer = new_timer(self, self._end_rating, precise=True)
        desk.feed.changed.connect(self.look_again)
        desk.feed.recovered.connect(self.look_again)
        desk.worker.busy_for.connect(self._note_hang)

    def start(self) -> None:
        """Look at the window and follow it from now on."""
        self.look_again()
        self._pass_minute()

    def stop(self) -> None:
        """Ask no more. The worker and the feed are ended by their owner."""
        self._stopped = True
        for signal in (self._desk.feed.changed, self._desk.feed.recovered):
            signal.disconnect(self.look_again)
        self._desk.worker.busy_for.disconnect(self._note_hang)
        for timer in self.findChildren(QTimer):
            timer.stop()

    def look_again(self) -> None:
        """Look at the window as soon as the present look is over."""
        self._wanted = True
        if not self._asking and not self._stopped:
            self._ask()

    # Asking

    def _ask(self) -> None:
        self._asking, self._wanted = True, False
        self._desk.worker.submit(self._desk.public.look, self._take, self._fail)

    def _ask_anew(self) -> None:
        if not self._asking:
            self._ask()

    def _take(self, seen: PublicWindow) -> None:
        if self._stopped:
            return
        self._asking, self._failures = False, 0
        self.clock.set(seen.now)
        self.fresh_at = seen.now
        before, self.seen = self.seen, seen
        self._set_lost(lost=False)
        if before is None or _lasting(before) != _lasting(seen):
            self.changed.emit()
        self._follow_rating(seen)
        self._pass_minute()
        self._ask_later(_next_look_s(seen))
        if self._wanted:
            self._ask()

    def _fail(self, error: Exception) -> None:
        if self._stopped:
            return
        self._asking = False
        self._failures += 1
        if self._failures == 1:
            unexpected = None if isinstance(error, StoreError) else error
            log.warning("the screen cannot read its window: %s", error, exc_info=unexpected)
        if self._failures >= FAILURES:
            self._set_lost(lost=True)
        step = min(self._failures, len(RETRY_S)) - 1
        self._ask_later(RETRY_S[step])

    def _note_hang(self, seconds: float) -> None:
        if seconds >= HANGS_S and self._asking:
            self._set_lost(lost=True)

    def _ask_later(self, seconds: float) -> None:
        self._look_timer.start(round(seconds * 1000))

    def _set_lost(self, *, lost: bool) -> None:
        if lost != self.lost:
            self.lost = lost
            log.log(logging.WARNING if lost else logging.INFO, "lost: %s", lost)
            self.link_changed.emit()

    # The rating

    def _follow_rating(self, seen: PublicWindow) -> None:
        """Open a rating that is asked for here. It closes by the clock and by nothing else."""
        asked = seen.rating
        if asked is None or not (seen.asks_here or seen.shows_code):
            return
        # One that has ended here may still be open by a clock that is a little behind.
        if self._asked_at is not None and asked.asked_at <= self._asked_at:
            return
        self.rating, self._asked_at = asked, asked.asked_at
        left = (asked.until - self.clock.now()).total_seconds()
        self._rating_timer.start(max(0, math.ceil(left * 1000)))
        self.rating_opened.emit(asked)

    def _end_rating(self) -> None:
        if self.rating is not None:
            self.rating = None
            self.rating_closed.emit()
            self.look_again()

    # Time

    def _pass_minute(self) -> None:
        self._minute_timer.start(self.clock.ms_to_next_minute())
        if self.clock.minute_passed():
            self.minute_changed.emit()


def _lasting(seen: PublicWindow) -> tuple[object, ...]:
    """Return what of a look is to be seen: all but its moment."""
    return tuple(getattr(seen, name) for name in PublicWindow.__dataclass_fields__ if name != "now")


def _next_look_s(seen: PublicWindow) -> float:
    asked = seen.rating
    if asked is None:
        return LOOK_S * _spread()
    elsewhere = not (seen.asks_here or seen.shows_code)
    wait_s = (KEYPAD_S if elsewhere else LOOK_S) * _spread()
    return min(wait_s, (asked.until - seen.now).total_seconds())


def _spread() -> float:
    return random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, hides nothing
