"""The hall's figures on a kiosk: read in the worker every few seconds, kept while it fails."""

import logging
import random
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.hall import HallPlan
from hallclient.kiosk.desk import KioskDesk
from hallclient.services.board import HallNow

log = logging.getLogger(__name__)

SPREAD = 0.2
"""Kiosks of one hall must not ask in step (architecture.md §3)."""


@dataclass(frozen=True, slots=True)
class HallSight:
    """The hall and how full it was; ``at`` is the monotonic second of the look.

    ``known`` False: only remembered, nobody has counted yet.
    """

    plan: HallPlan
    hall: HallNow
    at: float
    known: bool = True

    def now(self) -> datetime:
        """Return the hall's time now: the database's clock, carried on by this PC's."""
        return self.hall.now + timedelta(seconds=time.monotonic() - self.at)


class Figures(QObject):
    """Looks at the hall; never on the UI thread and never twice at once."""

    changed = Signal()
    lost = Signal(object)
    """A look failed; the error. It is tried again after a growing pause."""

    def __init__(self, desk: KioskDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._failures = 0
        self._looking = self._again_soon = False
        self._stopped = False
        self.sight = _remembered(desk.remembered) if desk.remembered else None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    @property
    def down(self) -> bool:
        """Tell whether the last look failed."""
        return self._failures > 0

    @property
    def known(self) -> bool:
        """Tell whether the hall has been read at all."""
        return self.sight is not None and self.sight.known

    def now(self) -> datetime:
        """Return the hall's time, or this PC's before the first look."""
        return self.sight.now() if self.sight else datetime.now(UTC)

    def set_time(self, now: datetime) -> None:
        """Take the hall's time from who knows it better than this PC; before a look only."""
        sight = self.sight
        if sight is not None and not sight.known:
            self.sight = replace(sight, hall=replace(sight.hall, now=now), at=time.monotonic())

    def look(self) -> None:
        """Look at the hall now."""
        if self._looking or self._stopped:
            return
        self._looking, self._again_soon = True, False
        self._timer.stop()
        desk = self._desk
        desk.worker.submit(lambda: _look(desk), self._seen, self._failed, owner=self)

    def wake(self) -> None:
        """Look now; once more where a look is under way, for that may have been too early."""
        self._again_soon = self._looking
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._stopped = True
        self._timer.stop()

    def _seen(self, sight: HallSight) -> None:
        self._looking = False
        if self._stopped:  # whoever would look again has no worker any more
            return
        self._failures = 0
        self.sight = sight
        self.changed.emit()
        if self._again_soon:
            self.look()
            return
        refresh = self._desk.times.refresh
        # Not a secret: only spreads the kiosks over time.
        self._again(refresh * random.uniform(1 - SPREAD, 1 + SPREAD))  # noqa: S311

    def _failed(self, error: Exception) -> None:
        self._looking = False
        if self._failures == 0:
            log.warning("the hall cannot be read: %s", error)
        pauses = self._desk.times.retries
        pause = pauses[min(self._failures, len(pauses) - 1)]
        self._failures += 1
        self.lost.emit(error)
        self._again(pause)

    def _again(self, seconds: float) -> None:
        if not self._stopped:
            self._timer.start(round(seconds * 1000))


def _remembered(plan: HallPlan) -> HallSight:
    nobody = HallNow(datetime.now(UTC), 0, 0, frozenset(), {})
    return HallSight(plan, nobody, time.monotonic(), known=False)


def _look(desk: KioskDesk) -> HallSight:
    plan, hall = desk.plan(), desk.board.now()
    return HallSight(plan, hall, time.monotonic())
