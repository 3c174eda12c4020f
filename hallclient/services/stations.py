"""What the devices of a station are doing, told to the database so that every role sees it."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.services.store import Store

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=90)
"""Three reports missed: the station is off, or it cannot reach the database."""


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """A device as its owner sees it. ``name`` is unique at its station.

    ``window`` is the code of the window it belongs to, ``trouble`` a ``PrintTrouble`` or the like,
    ``paper_left`` an estimate in tickets, ``levels`` how many of the five a citizen can give on it:
    None is not told, 0 is a screen that does not ask. Nothing personal belongs here.
    """

    name: str
    kind: DeviceKind
    state: DeviceState
    profile: str = ""
    port: str = ""
    window: str = ""
    trouble: str = ""
    paper_left: int | None = None
    levels: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A device as the hall knows it. ``since`` it is in this state with this trouble."""

    station: str
    report: DeviceReport
    since: datetime
    seen_at: datetime

    def silent(self, now: datetime) -> bool:
        """Return whether its station has not spoken for too long; the state is then a memory.

        Nothing more is said of a device whose role has ended: it is not missed.
        """
        ended = self.report.state is DeviceState.CLOSED
        return not ended and now - self.seen_at > SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a reporter writes, all in seconds."""

    gather: float = 0.2
    """A burst of notes is one report."""
    pause: float = 1.0
    """At least so long between two reports, however often a device comes and goes."""
    refresh: float = 30.0
    retry: float = 5.0
    close: float = 3.0


class Reporter:
    """Tells the hall what the devices of one station are doing; any thread may speak to it.

    Its thread begins with the first note; ``open_store`` is called there, and again until it
    succeeds. A database that is away costs nothing but time: the last notes are told when it is
    back.
    """

    def __init__(
        self, open_store: Callable[[], Store], station: str, pace: Pace | None = None
    ) -> None:
        self._open_store = open_store
        self._station = station
        self._pace = pace or Pace()
        self._change = threading.Condition()
        self._reports: dict[str, DeviceReport] = {}
        self._thread: threading.Thread | None = None
        self._closing = False
        self._news_at: float | None = None
        self._quiet_until = self._refresh_at = float("-inf")
        self._away = False

    def note(self, report: DeviceReport) -> None:
        """Remember a device's report; it is written soon, and again every 30 seconds."""
        with self._change:
            if self._closing or self._reports.get(report.name) == report:
                return
            self._reports[report.name] = report
            if self._news_at is None:
                self._news_at = time.monotonic()
                self._change.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Report every device as closed and end; waits a few seconds at most."""
        with self._change:
            self._closing = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join(self._pace.close)

    def _run(self) -> None:
        store: Store | None = None
        while True:
            reports, last = self._next()
            try:
                store = store or self._open_store()
                store.report_devices(self._station, reports)
            except StoreError as error:
                done = False
                self._note_away(str(error))
            except Exception:
                done = False
                log.exception("device states of %s not told", self._station)
            else:
                done, self._away = True, False
            if last or self._told(done=done):
                return

    def _next(self) -> tuple[tuple[DeviceReport, ...], bool]:
        """Wait for something to tell; the last time every device is closed."""
        with self._change:
            while not self._closing and (left := self._due() - time.monotonic()) > 0:
                self._change.wait(left)
            self._news_at = None
            reports = tuple(self._reports.values())
            if self._closing:
                closed = DeviceState.CLOSED
                reports = tuple(replace(one, state=closed, trouble="") for one in reports)
            return reports, self._closing

    def _due(self) -> float:
        if self._news_at is None:
            return self._refresh_at
        return max(self._quiet_until, self._news_at + self._pace.gather)

    def _told(self, *, done: bool) -> bool:
        """Plan the next report; True when there is to be none: closed, and the database away."""
        pace = self._pace
        # Spread out: a hall's PCs shall not all come in the same moment.
        spread = random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        with self._change:
            now = time.monotonic()
            self._quiet_until = now + (pace.pause if done else pace.retry * spread)
            self._refresh_at = now + (pace.refresh if done else pace.retry) * spread
            return self._closing and not done

    def _note_away(self, why: str) -> None:
        if not self._away:
            log.info("device states of %s not told for now: %s", self._station, why)
        self._away = True
