"""Keeps the floor fresh: read on every wake-up, every five seconds or so, soon after a loss.

A wake-up during a reading leads to another one: the first may have looked too early.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.floor import FloorFigures, FloorState, floor_hours
from hallclient.services.floor_staff import FloorStaff
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.publication import Publication
    from hallclient.services.helping import Help
    from hallclient.services.supervising import Supervising
    from hallclient.supervisor.desk import ConsoleDesk

log = logging.getLogger(__name__)

REFRESH_MS = 5000
SPREAD = 0.2
RECONNECT_MS = (250, 500, 1000, 2000, 5000)

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Reading:
    """The floor and the calls for help, with the local moment they were true at."""

    state: FloorState
    calls: tuple[Help, ...]
    at: float


class FloorWatch(QObject):
    """Reads in the worker, one reading at a time. Nothing is told after :meth:`rest`."""

    taken = Signal(object)
    """A :class:`Reading`."""
    missed = Signal(object)
    """The exception of a reading that failed."""

    def __init__(self, desk: ConsoleDesk, parent: QObject, clock: Clock = time.monotonic) -> None:
        super().__init__(parent)
        self._desk = desk
        self._clock = clock
        self._who: Supervising | None = None
        self._reading = self._again = False
        self._attempt = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        if desk.feed is not None:
            desk.feed.changed.connect(self.refresh)
            desk.feed.recovered.connect(self.refresh)

    def follow(self, who: Supervising) -> None:
        """Read for a member of staff from now on."""
        self._who, self._attempt = who, 0
        self.refresh()

    def rest(self) -> None:
        """Read no more until somebody else is followed."""
        self._who = None
        self._timer.stop()

    def refresh(self) -> None:
        """Read now, or once more when a reading is under way."""
        who = self._who
        if who is None:
            return
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self._timer.stop()
        clock, plan = self._clock, self._desk.plan

        def read() -> Reading:
            at, calls = clock(), who.calls()
            if who.supervisor.watches:
                return Reading(who.floor(), calls, at)
            now = calls[0].now if calls else datetime.now(UTC)
            return Reading(quiet_floor(plan(), now, who.emergencies()), calls, at)

        self._desk.worker.submit(
            read,
            lambda reading: self._take(who, reading),
            lambda error: self._miss(who, error),
            owner=self,
        )

    def settle(self) -> None:
        """Go back to the slow pace: the database answered."""
        self._attempt = 0
        self._start(REFRESH_MS)

    def retry(self) -> None:
        """Read again soon, then less and less soon: the database is away."""
        wait = RECONNECT_MS[min(self._attempt, len(RECONNECT_MS) - 1)]
        self._attempt += 1
        self._start(wait)

    def _start(self, wait_ms: float) -> None:
        if not self._reading and self._who is not None:
            spread = random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - spreads load
            self._timer.start(round(wait_ms * spread))

    def _take(self, who: Supervising, reading: Reading) -> None:
        self._reading = False
        if who is self._who:
            self.taken.emit(reading)
        if self._again or who is not self._who:
            self.refresh()

    def _miss(self, who: Supervising, error: Exception) -> None:
        self._reading = False
        if who is not self._who:
            self.refresh()
            return
        if not isinstance(error, StoreError | DomainError):
            log.error("the floor cannot be read", exc_info=error)
        self.missed.emit(error)


def quiet_floor(
    plan: HallPlan, now: datetime, emergencies: tuple[Publication, ...] = ()
) -> FloorState:
    """Return a floor for an usher: the hall's name, hours and staff, and an emergency's alarm."""
    nothing = FloorFigures(0, None, None, 0, None, None, 0, 0, 0, 0, 0, 0)
    hours = floor_hours(plan, now)
    quiet = FloorState(plan, now, None, hours, (), (), nothing, (), FloorStaff(), ())
    if not emergencies:
        return quiet
    from hallclient.domain.alarm_rules import FloorFacts, alarms_of  # noqa: PLC0415 - hardly ever
    from hallclient.services.alarms import emergency_facts  # noqa: PLC0415 - hardly ever

    found = alarms_of(FloorFacts(now, emergencies=emergency_facts(emergencies)))
    return replace(quiet, alarms=found, publications=emergencies)
