"""One port, one worker thread, the devices that share it.

Jobs go in by a queue, everything comes out by callbacks. A device joins before ``start``::

    link = Link("/dev/ttyUSB0", PortSettings(baud=9600))
    keypad = RatingKeypad(link, profile, ...)   # calls link.join(self)
    link.start()

States: ``absent → opening → ready ⇄ stale``, ``failed`` when the port cannot be used, ``closed``
at the end. The link tries again by itself every ``RETRY_SECONDS`` and reports changes only. Its
own state is the port's, and stale when no device on it answers; each member has its own.

A caller never waits for a port: ``Member.submit`` and ``state`` return at once, even while the
worker sits in a write that a dead device does not take. ``close`` waits for the worker, at most
for ``CLOSE_SECONDS`` and as a rule for one write time-out.

All methods of ``LinkClient``, all jobs and all callbacks run in the worker thread (only a job
submitted after ``close`` is refused in the caller's). What they raise beyond ``DeviceError`` is
logged, harms no other member and does not end the worker.
"""

import logging
import queue
import threading
import time
from collections import deque

from hallclient.devices.line import Line
from hallclient.devices.member import Channel, Job, LinkClient, Member, StateChanged, StateLamp
from hallclient.devices.transport import (
    DeviceError,
    LinkClosed,
    Port,
    PortError,
    PortMissing,
    PortSettings,
    open_port,
)
from hallclient.services.ports_devices import DeviceState

__all__ = ["Channel", "Link", "LinkClient", "Member"]

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
IDLE_SECONDS = 1.0
PATIENCE_SECONDS = 1.0
CLOSE_SECONDS = 5.0


class Link:
    """Keeps one port open and serves the devices that joined it."""

    def __init__(self, url: str, settings: PortSettings) -> None:
        self.url = url
        self.settings = settings
        self._members: tuple[Member, ...] = ()
        self._lamp = StateLamp(url)
        self._port_state = DeviceState.ABSENT
        self._trouble: DeviceError = PortMissing(f"port {url} is not open yet")
        self._jobs: queue.SimpleQueue[tuple[Job, float] | None] = queue.SimpleQueue()
        self._waiting: deque[tuple[Job, float]] = deque()
        self._port: Port | None = None
        self._tried = False
        self._woken = False
        self._closing = threading.Event()
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=f"link {url}", daemon=True)

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        return self._lamp.state

    @property
    def trouble(self) -> str:
        """Why the port cannot be used, fit for a person; empty while it can. Any thread."""
        troubled = self._port_state in (DeviceState.ABSENT, DeviceState.FAILED)
        return str(self._trouble) if troubled else ""

    def watch(self, changed: StateChanged) -> None:
        """Call ``changed`` at every change of state, in the worker thread."""
        self._lamp.watch(changed)

    def join(self, client: LinkClient) -> Member:
        """Add a device; only before ``start``."""
        if self._thread.ident is not None:
            raise RuntimeError(f"the link {self.url} has started already")
        member = Member(client, self.url, self._submit, self._show)
        self._members = (*self._members, member)
        return member

    def start(self) -> None:
        """Start the worker thread."""
        self._thread.start()

    def stop(self) -> None:
        """Begin to close, without waiting."""
        with self._gate:
            self._closing.set()
            self._jobs.put(None)
        port = self._port
        if port is not None:
            port.interrupt()

    def close(self) -> None:
        """Release the port and wait for the worker; queued jobs are refused."""
        self.stop()
        if self._thread.ident is None:  # never started: nobody else will refuse what is queued
            self._end()
        elif self._thread is not threading.current_thread():
            self._thread.join(CLOSE_SECONDS)
            if self._thread.is_alive():  # a host name that is looked up takes its time
                log.warning("port %s did not close in time", self.url)

    def _submit(self, job: Job) -> None:
        with self._gate:
            accepted = not self._closing.is_set()
            if accepted:
                self._jobs.put((job, time.monotonic() + PATIENCE_SECONDS))
        if accepted:
            self._wake()
        else:
            job.refused(LinkClosed(f"port {self.url} is closed"))

    def _wake(self) -> None:
        """Wake the worker once for all that is queued: more than a pipe holds would block us."""
        port = self._port
        if port is not None and not self._woken:
            self._woken = True
            port.wake()

    # What follows runs in the worker thread.

    def _work(self) -> None:
        while not self._closing.is_set():
            port = self._open()
            if port is None:
                self._wait_closed()
                continue
            with port:
                self._serve(port)
                self._port = None
        self._end()

    def _end(self) -> None:
        self._collect()
        self._refuse(float("inf"), LinkClosed(f"port {self.url} is closed"))
        self._enter(DeviceState.CLOSED)

    def _open(self) -> Port | None:
        if not self._tried:  # later tries are quiet: a screen must not flicker twice a second
            self._tried = True
            self._enter(DeviceState.OPENING)
        try:
            self._port = open_port(self.url, self.settings, self._closing.is_set)
        except PortError as error:
            self._trouble = error
            missing = isinstance(error, PortMissing)
            if not self._closing.is_set():
                self._enter(DeviceState.ABSENT if missing else DeviceState.FAILED)
        except Exception:
            log.exception("port %s could not be opened", self.url)
            self._enter(DeviceState.FAILED)
        return self._port

    def _wait_closed(self) -> None:
        """Spend the time until the next try: refuse jobs that waited long, keep the clock."""
        retry_at = time.monotonic() + RETRY_SECONDS
        while not self._closing.is_set() and (now := time.monotonic()) < retry_at:
            self._refuse(now, self._trouble)
            moments = [retry_at, *(give_up_at for _job, give_up_at in self._waiting)]
            next_due = self._due(now)
            if next_due is not None:
                moments.append(next_due)
            self._collect(max(0.0, min(moments) - now))

    def _serve(self, port: Port) -> None:
        try:
            self._enter(DeviceState.READY)
            line = Line(port, self._members, self.settings.baud)
            while not self._closing.is_set():
                self._step(line)
        except DeviceError as error:
            self._trouble = error
            if not self._closing.is_set():
                log.info("%s", error)
                self._enter(DeviceState.ABSENT)
        except Exception:  # a mistake of ours must not end the device for the rest of the day
            log.exception("port %s failed", self.url)
            self._enter(DeviceState.FAILED)

    def _step(self, line: Line) -> None:
        """Give one turn, or listen until there is something to do."""
        self._woken = False  # what is queued from here on wakes again
        self._collect()
        now = time.monotonic()
        next_due = self._due(now)
        urgent = line.has_urgent(jobs=bool(self._waiting))
        hold = line.hold(now) if urgent or self._waiting else IDLE_SECONDS
        if hold > 0.0:
            line.listen(hold if next_due is None else min(hold, max(0.0, next_due - now)))
        elif urgent:
            line.give_urgent_turn()
        else:
            self._give_job(line)

    def _give_job(self, line: Line) -> None:
        """Run the next job, unless something came in meanwhile: what came first is heard first."""
        line.listen(0.0)
        if not line.has_urgent(jobs=True) and line.hold(time.monotonic()) == 0.0:
            job, _give_up_at = self._waiting.popleft()
            line.give_job_turn(job.member, job.run)

    def _due(self, now: float) -> float | None:
        """Let every member look at the clock; return the earliest next need."""
        moments = []
        for member in self._members:
            try:
                moment = member.client.due(now)
            except Exception:
                log.exception("a device callback failed on %s", self.url)
            else:
                moments += [] if moment is None else [moment]
        return min(moments, default=None)

    def _collect(self, timeout: float | None = None) -> None:
        """Move queued jobs to the waiting list; with a time-out, wait for the first."""
        try:
            job = self._jobs.get(block=timeout is not None, timeout=timeout)
            while True:
                if job is not None:
                    self._waiting.append(job)
                job = self._jobs.get_nowait()
        except queue.Empty:
            return

    def _refuse(self, now: float, reason: DeviceError) -> None:
        """Refuse the jobs whose patience has ended."""
        refused = [job for job, give_up_at in self._waiting if give_up_at <= now]
        self._waiting = deque(entry for entry in self._waiting if entry[1] > now)
        for job in refused:
            try:
                job.refused(reason)
            except Exception:
                log.exception("a device callback failed on %s", self.url)

    def _enter(self, state: DeviceState) -> None:
        self._port_state = state
        for member in self._members:
            member.port_entered(state)
        self._show()

    def _show(self) -> None:
        states = {member.state for member in self._members}
        dead = self._port_state is DeviceState.READY and states == {DeviceState.STALE}
        self._lamp.show(DeviceState.STALE if dead else self._port_state)
