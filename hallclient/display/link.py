"""What a board asks its hall, and whether the hall answers.

A wake-up leads to one query; wake-ups during a query, or right after one, are kept and asked for
together. Every few
seconds the figures are read, and their journal number tells whether a wake-up was lost.
"""

import logging
import math
import random
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hallclient.display.desk import BoardDesk
from hallclient.services.board import BoardNews, BoardState, HallNow
from hallclient.services.store_error import StoreError
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.timer import new_timer

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

FIGURES_S = 5.0
JITTER = 0.2
REST_S = 0.045
"""Between two questions for news: what forty windows do in a burst are few answers and pictures."""
HANGS_S = 5.0
"""A query that takes longer is a lost connection."""
RETRY_S = (0.25, 1.0, 2.0, 5.0)
FAILURES = 2
"""Failures in a row before the board says that the connection is lost."""


class HallLink(QObject):
    """Asks on the worker, tells on the UI thread.

    ``take_news`` returns whether the entries could be applied; if not, the state is read anew.
    """

    changed = Signal()
    """``lost`` has changed."""

    def __init__(
        self,
        desk: BoardDesk,
        clock: HallClock,
        take_state: Callable[[BoardState, bool], None],
        take_news: Callable[[BoardNews], bool],
        take_figures: Callable[[HallNow], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._clock = clock
        self._give_state = take_state
        self._give_news = take_news
        self._give_figures = take_figures
        self.lost = False
        self.fresh_at: datetime | None = None
        self.seq: int | None = None
        """Number of the last journal entry that is shown; None before the first state."""
        self.head = ""
        """Its hash: the same number after a restored backup may be another entry."""
        self.wanted = False
        self.failures = 0
        self._asking = False
        self._asking_figures = False
        self._wanted_state = False
        self._stopped = False
        self._asked_at = -math.inf
        self._rest_timer = new_timer(self, self._ask, precise=True)
        self.figures_timer = new_timer(self, self._ask_figures)
        self._retry_timer = new_timer(self, self._retry)
        desk.feed.changed.connect(self.wake)
        desk.feed.recovered.connect(self.wake)
        desk.worker.busy_for.connect(self.note_hang)

    def start(self) -> None:
        """Read the hall and follow it from now on."""
        self.want(state=True)
        self._plan_figures()

    def stop(self) -> None:
        """Ask no more; an answer that is still on its way is dropped."""
        self._stopped = True
        for signal in (self._desk.feed.changed, self._desk.feed.recovered):
            signal.disconnect(self.wake)
        self._desk.worker.busy_for.disconnect(self.note_hang)
        for timer in (self._rest_timer, self.figures_timer, self._retry_timer):
            timer.stop()

    def wake(self) -> None:
        """Ask what is new."""
        self.want(state=False)

    def want(self, *, state: bool) -> None:
        """Ask for the whole state, or for what is new; at once, or after the query that runs."""
        self.wanted = True
        self._wanted_state |= state
        if not self._asking:
            self._ask_soon()

    def _ask_soon(self) -> None:
        """Ask at once, or a moment after the question before: calls that come in a row share it."""
        left = self._asked_at + REST_S - self._clock.monotonic()
        if left <= 0 or self._wanted_state or self.seq is None:
            self._rest_timer.stop()
            self._ask()
        elif not self._rest_timer.isActive():
            self._rest_timer.start(math.ceil(left * 1000))

    def _ask(self) -> None:
        if self._asking:
            return
        self._asking, self.wanted, self._asked_at = True, False, self._clock.monotonic()
        board, worker = self._desk.board, self._desk.worker
        if self._wanted_state or self.seq is None:
            self._wanted_state = False
            worker.submit(board.state, self.take_state, self._fail)
        else:
            worker.submit(partial(board.news, self.seq, self.head), self.take_news, self._fail)

    def _ask_figures(self) -> None:
        self._plan_figures()
        if not self._asking_figures and not self.lost:
            self._asking_figures = True
            self._desk.worker.submit(self._desk.board.now, self.take_figures, self._fail_figures)

    def _plan_figures(self) -> None:
        spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, hides nothing
        self.figures_timer.start(round(FIGURES_S * spread * 1000))

    def _answered(self) -> None:
        self._asking = False
        if self.wanted:
            self._ask_soon()

    # Answers

    def take_state(self, state: BoardState) -> None:
        """Take the answer to a question for everything."""
        if self._stopped:
            return
        first = self.seq is None
        self._clock.set(state.hall.now)
        self.seq, self.head = state.hall.seq, state.hall.head
        self._give_state(state, first)
        self._answered()

    def take_news(self, news: BoardNews) -> None:
        """Take the entries behind ``seq``."""
        if self._stopped:
            return
        self.succeed()
        if news.gap or not self._give_news(news):
            self.wanted = self._wanted_state = True
        else:
            self.seq, self.head = news.seq, news.head
        self._answered()

    def take_figures(self, hall: HallNow) -> None:
        """Take the figures; a journal at another place than we are is read.

        Further means a lost wake-up, less a restored backup.
        """
        if self._stopped:
            return
        self._asking_figures = False
        self._clock.set(hall.now)
        self.succeed()
        self._give_figures(hall)
        if self.seq is not None and (hall.seq, hall.head) != (self.seq, self.head):
            self.want(state=False)

    # The connection

    def succeed(self) -> None:
        """Note that the hall has answered."""
        self.failures = 0
        self._retry_timer.stop()
        self.fresh_at = self._clock.now()
        self.set_lost(lost=False)

    def set_lost(self, *, lost: bool) -> None:
        """Take that the connection is lost, or back."""
        if lost != self.lost:
            self.lost = lost
            log.log(logging.WARNING if lost else logging.INFO, "lost: %s", lost)
            self.changed.emit()

    def note_hang(self, seconds: float) -> None:
        """Take how long the worker has been busy with one query."""
        if seconds >= HANGS_S and (self._asking or self._asking_figures):
            self.set_lost(lost=True)

    def _fail(self, error: Exception) -> None:
        if self._stopped:
            return
        self._asking = False
        self.failures += 1
        if self.failures == 1:
            unexpected = None if isinstance(error, StoreError) else error
            log.warning("the board cannot read the hall: %s", error, exc_info=unexpected)
        if self.failures >= FAILURES:
            self.set_lost(lost=True)
        step = min(self.failures, len(RETRY_S)) - 1
        if not self._retry_timer.isActive():
            self._retry_timer.start(round(RETRY_S[step] * 1000))

    def _fail_figures(self, error: Exception) -> None:
        self._asking_figures = False
        if not self._asking:
            self._fail(error)

    def _retry(self) -> None:
        self.want(state=self.lost)
