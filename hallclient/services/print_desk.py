"""The printing side of print jobs: one station's jobs, one printer, a thread of its own.

- A job is marked as being printed before its first byte may go out. Found so at a start, its
  outcome is unknown; it is never printed again by itself (devices.md §1).
- Nothing came out for certain: the job goes back and waits until the printer works again.
- It is printed only while ``may_print`` says so: a kiosk serves its citizen first.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hallclient.services.jobs import PrintJob, PrintJobState
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    TicketPrinterPort,
)
from hallclient.services.print_jobs import StationJobs
from hallclient.services.slip_json import SlipError, slip_from_json
from hallclient.services.store import Feed, Store
from hallclient.services.store_error import StoreError

log = logging.getLogger(__name__)

_STATES = {
    PrintResult.PRINTED: PrintJobState.PRINTED,
    PrintResult.NOT_PRINTED: PrintJobState.WAITING,
    PrintResult.UNKNOWN: PrintJobState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """How long a print desk waits, in seconds."""

    look: float = 5.0
    """Between two looks at the jobs when no wake-up comes."""
    gate: float = 0.5
    """Between two looks whether the printer may be used, when nobody says so."""
    outcome: float = 60.0
    """A printer that has told nothing for so long leaves an unknown outcome."""
    last: float = 2.0
    """For the outcome of the slip that is being printed when the desk closes."""
    pauses: tuple[float, ...] = (2.0, 5.0, 10.0, 30.0)
    """After a job that was not printed, or while the database is away."""


class PrintDesk:
    """Prints the jobs of a station; ``open_store`` and ``open_feed`` are called in its thread."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        open_feed: Callable[[], Feed],
        station: str,
        *,
        may_print: Callable[[], bool] = lambda: True,
        times: DeskTimes | None = None,
    ) -> None:
        self._open_store = open_store
        self._open_feed = open_feed
        self._station = station
        self._may_print = may_print
        self._times = times or DeskTimes()
        self._printer: TicketPrinterPort | None = None
        self._store: Store | None = None
        self._jobs: StationJobs | None = None
        self._feed: Feed | None = None
        self._owed: tuple[PrintJob, PrintJobState, str] | None = None
        self._outcomes: queue.SimpleQueue[PrintOutcome | None] = queue.SimpleQueue()
        self._poked = threading.Event()
        self._closing = threading.Event()
        self._failures = 0
        self._away = False
        self._thread = threading.Thread(target=self._run, name="print desk", daemon=True)

    def start(self, printer: TicketPrinterPort) -> None:
        """Print with this printer from now on; its outcomes come to :meth:`finished`."""
        self._printer = printer
        self._thread.start()

    def finished(self, outcome: PrintOutcome) -> None:
        """Take the outcome of the slip that was sent last."""
        self._outcomes.put(outcome)

    def poke(self) -> None:
        """Look again at once: the printer is back, or the citizen has gone. Any thread."""
        self._failures = 0
        self._poked.set()

    def close(self, timeout_s: float = 5.0) -> bool:
        """End; a slip at the printer stays unknown until the next start. False when it hangs."""
        self._closing.set()
        self._poked.set()
        self._outcomes.put(None)
        feed = self._feed
        if feed is not None:
            feed.close()
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # In the thread

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                try:
                    self._step()
                    self._away = False
                except StoreError as error:
                    if not self._away:
                        log.warning("print jobs cannot be read or noted: %s", error)
                    self._away = True
                    self._pause()
                except Exception:
                    log.exception("a print job could not be done")
                    self._pause()
        finally:
            feed, self._feed = self._feed, None
            if feed is not None:
                feed.close()

    def _step(self) -> None:
        jobs = self._opened()
        self._settle(jobs)
        if not jobs.waiting():
            self._failures = 0
            self._wait_for_jobs()
        elif not self._ready():
            self._wait(self._times.gate)
        elif (job := jobs.take()) is not None:
            self._print(job, jobs)

    def _opened(self) -> StationJobs:
        if self._jobs is None:
            self._store = self._store or self._open_store()
            jobs = StationJobs(self._store, self._station)
            lost = jobs.recover()
            if lost:
                log.warning("%d print jobs have an unknown outcome since the last stop", lost)
            self._jobs = jobs
        if self._feed is None:
            self._feed = self._open_feed()
            if self._closing.is_set():
                self._feed.close()
        return self._jobs

    def _ready(self) -> bool:
        printer = self._printer
        return printer is not None and printer.state is DeviceState.READY and self._may_print()

    def _print(self, job: PrintJob, jobs: StationJobs) -> None:
        while not self._outcomes.empty():
            self._outcomes.get_nowait()  # of a slip that was given up long ago
        request = self._sent(job)
        outcome = None if request is None else self._outcome_of(request)
        if request is None:
            self._owed = (job, PrintJobState.CANCELLED, "unprintable")
        elif outcome is not None:
            self._owed = (job, _STATES[outcome.result], outcome.trouble or "")
        elif self._closing.is_set():
            return  # found as being printed at the next start
        else:
            self._owed = (job, PrintJobState.UNKNOWN, "no_answer")
        self._settle(jobs)
        if outcome is not None and outcome.result is PrintResult.NOT_PRINTED:
            self._pause()
        else:
            self._failures = 0

    def _sent(self, job: PrintJob) -> int | None:
        """Return the printer's request, None when this can never be printed."""
        printer = self._printer
        assert printer is not None  # noqa: S101 - see _ready
        try:
            return printer.print_slip(slip_from_json(job.slip))
        except SlipError as error:
            log.error("print job %d is no slip: %s", job.id, error)  # noqa: TRY400 - a bad row
        except Exception:
            log.exception("print job %d cannot be laid out", job.id)
        return None

    def _outcome_of(self, request: int) -> PrintOutcome | None:
        times = self._times
        until = time.monotonic() + (times.last if self._closing.is_set() else times.outcome)
        with suppress(queue.Empty):
            while (left := until - time.monotonic()) > 0:
                outcome = self._outcomes.get(timeout=left)
                if outcome is None:  # closing
                    until = min(until, time.monotonic() + times.last)
                elif outcome.request == request:
                    return outcome
        return None

    def _settle(self, jobs: StationJobs) -> None:
        """Note how a job ended, as often as the database needs."""
        if self._owed is not None:
            jobs.end(*self._owed)
            self._owed = None

    def _wait_for_jobs(self) -> None:
        feed = self._feed
        if feed is not None and not self._closing.is_set():
            feed.wait(self._times.look)

    def _pause(self) -> None:
        pauses = self._times.pauses
        pause = pauses[min(self._failures, len(pauses) - 1)]
        self._failures += 1
        self._wait(pause)

    def _wait(self, seconds: float) -> None:
        self._poked.wait(seconds)
        self._poked.clear()
