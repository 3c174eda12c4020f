"""Keeps a window's state fresh: on every wake-up, every five seconds or so, after a loss."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.services.bar_news import BarNews
    from hallclient.services.window_spool_lines import Report
    from hallclient.services.windows import WindowState
    from hallclient.window.desk import ClerkDesk

log = logging.getLogger(__name__)

REFRESH_MS = 5000
SPREAD = 0.2
RECONNECT_MS = (250, 500, 1000, 2000, 5000)
"""Pauses before the database is asked again; the last one goes on."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A state with the local moment it was true at, and the hall's plan when it was read too."""

    state: WindowState
    at: float
    plan: HallPlan | None = None
    news: BarNews | None = None
    report: Report | None = None
    """What was handed in before it."""


def report_of(desk: ClerkDesk) -> Report | None:
    """Return what was handed in since this was asked last; in the worker's thread."""
    return desk.offline.spool.take_report() if desk.offline is not None else None


class WindowWatch(QObject):
    """Reads the state in the worker, one reading at a time. Nothing is told after :meth:`close`."""

    taken = Signal(object)
    """A :class:`Reading`."""
    missed = Signal(object)
    """The exception of a reading that failed."""

    def __init__(self, desk: ClerkDesk, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._clock = clock
        self._reading = self._again = self._closed = False
        self._known = self._heard = 0
        self._attempt = 0
        self._claim_at = 0.0
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.refresh)
        if desk.feed is not None:
            desk.feed.changed.connect(self._woken)
            desk.feed.recovered.connect(self.refresh)

    def knows(self, state: WindowState) -> None:
        """Note a state that came another way, with a clerk's move; in the worker's thread."""
        self._known = state.seq
        if self._desk.feed is not None:
            self._desk.feed.known = self._known

    def refresh(self) -> None:
        """Read now, or once more when a reading is under way: it may have looked too early."""
        self._read(0)

    def _woken(self) -> None:
        assert self._desk.feed is not None  # noqa: S101 - it has just woken
        self._read(self._desk.feed.heard)

    def _read(self, heard: int) -> None:
        """Read, unless all is known up to the entry that was ``heard`` of: a clerk's own move."""
        if self._reading or self._closed:
            before = self._heard if self._again else heard
            self._heard = min(heard, before) and max(heard, before)  # 0: in any case
            self._again = True
            return
        self._reading, self._again = True, False
        self.timer.stop()
        desk, clock = self._desk, self._clock

        def read() -> Reading | None:
            # Here, behind the move that may be under way: its answer is newer than its wake-up.
            if 0 < heard <= self._known:
                return None
            if desk.offline is not None:
                desk.offline.hand_in()
            self._claim()
            if desk.glance is not None:
                seen = desk.glance()
                self.knows(seen.state)
                return Reading(seen.state, clock(), seen.plan, seen.news, report_of(desk))
            plan = desk.present_plan()
            state = desk.calling.state()
            news = desk.news(state) if desk.news is not None else None
            self.knows(state)
            return Reading(state, clock(), plan, news, report_of(desk))

        desk.worker.submit(read, self._take, self._miss, owner=self)

    def _claim(self) -> None:
        """Renew the window's lease when it is time; in the worker's thread."""
        if self._must_claim():
            from hallclient.services.terminals import RENEW_S  # noqa: PLC0415 - not for the start

            assert self._desk.terminals is not None  # noqa: S101 - it must be claimed
            self._desk.terminals.claim()
            self._claim_at = self._clock() + RENEW_S

    def _must_claim(self) -> bool:
        return self._desk.terminals is not None and self._clock() >= self._claim_at

    def settle(self) -> None:
        """Go back to the slow pace: the database answered.

        Each move puts the next reading off, and not the lease: a hurried clerk keeps the window.
        """
        self._attempt = 0
        self._start(REFRESH_MS)
        if self._must_claim() and not (self._reading or self._closed):
            self._desk.worker.submit(self._claim, lambda _: None, lambda _: None, owner=self)

    def retry(self) -> None:
        """Read again soon, then less and less soon: the database is away."""
        wait = RECONNECT_MS[min(self._attempt, len(RECONNECT_MS) - 1)]
        self._attempt += 1
        self._start(wait)

    def close(self) -> None:
        """Read no more."""
        self._closed = True
        self.timer.stop()

    def _start(self, wait_ms: float) -> None:
        if not self._reading and not self._closed:
            # 250 bars must not ask in step.
            spread = random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - not a secret
            self.timer.start(round(wait_ms * spread))

    def _take(self, reading: Reading | None) -> None:
        self._reading = False
        if reading is None:
            self.settle()
        elif not self._closed:
            self.taken.emit(reading)
        if self._again:
            self._read(self._heard)

    def _miss(self, error: Exception) -> None:
        self._reading = False
        if self._closed:
            return
        if not isinstance(error, StoreError | DomainError):
            log.error("the window's state cannot be read", exc_info=error)
        self.missed.emit(error)
