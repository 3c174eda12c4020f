"""One serial port, one worker thread: jobs go in by a queue, everything comes out by callbacks.

States: ``absent → opening → ready ⇄ stale``, ``failed`` when the port cannot be used, ``closed``
at the end. The link tries again by itself every ``RETRY_SECONDS`` and reports changes only.

A caller never waits for a port: ``submit`` and ``state`` return at once, even while the worker
sits in a write that a dead device does not take. ``close`` waits for the worker, at most for one
write time-out.

All methods of ``LinkClient``, all jobs and all callbacks run in the worker thread (only a job
submitted after ``close`` is refused in the caller's). What they raise beyond ``DeviceError`` is
logged and does not end the worker.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hallclient.devices.transport import (
    DeviceError,
    LinkClosed,
    Port,
    PortError,
    PortLost,
    PortMissing,
    PortSettings,
    WriteTimeout,
    open_port,
)
from hallclient.services.ports_devices import DeviceState

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
IDLE_SECONDS = 1.0
PATIENCE_SECONDS = 1.0


class Channel(Protocol):
    """What a job may do with the open port."""

    def read(self, timeout: float) -> bytes:
        """Wait up to ``timeout`` seconds for bytes, return what is there; may raise PortLost."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes; raises ``WriteTimeout`` or ``PortLost``."""
        ...

    def answers(self, *, answers: bool) -> None:
        """Tell whether the device behind the port answers: ready or stale."""
        ...


class LinkClient(Protocol):
    """The device's side of a link."""

    @property
    def gap_seconds(self) -> float | None:
        """After how much silence ``silent`` is wanted, ``None`` for never."""
        ...

    def opened(self, channel: Channel) -> None:
        """Greet the device: the port has just been opened."""
        ...

    def received(self, data: bytes, channel: Channel) -> None:
        """Take bytes that arrived outside any job."""
        ...

    def silent(self, channel: Channel) -> None:
        """Note that nothing followed the last bytes for ``gap_seconds``."""
        ...

    def due(self, now: float) -> float | None:
        """Do what is due at ``now``; return the monotonic second of the next need."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Work for the worker thread: exactly one of ``run`` and ``refused`` is called, once.

    ``refused`` gets the reason when the port was not ready within ``PATIENCE_SECONDS``, or the
    link was closed.
    """

    run: Callable[[Channel], None]
    refused: Callable[[DeviceError], None]
    give_up_at: float


class Link:
    """Keeps one port open and serves one client on it."""

    def __init__(
        self,
        url: str,
        settings: PortSettings,
        client: LinkClient,
        state_changed: Callable[[DeviceState], None] | None = None,
    ) -> None:
        self.url = url
        self._settings = settings
        self._client = client
        self._state_changed = state_changed
        self._state = DeviceState.ABSENT
        self._trouble: DeviceError = PortMissing(f"port {url} is not open yet")
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._waiting: list[Job] = []
        self._port: Port | None = None
        self._tried = False
        self._closing = threading.Event()
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=f"link {url}", daemon=True)

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        return self._state

    def start(self) -> None:
        """Start the worker thread."""
        self._thread.start()

    def submit(
        self, run: Callable[[Channel], None], refused: Callable[[DeviceError], None]
    ) -> None:
        """Queue a job; any thread, returns at once."""
        with self._gate:
            accepted = not self._closing.is_set()
            if accepted:
                self._jobs.put(Job(run, refused, time.monotonic() + PATIENCE_SECONDS))
        if accepted:
            self._wake()
        else:
            refused(LinkClosed(f"port {self.url} is closed"))

    def close(self) -> None:
        """Release the port and wait for the worker; queued jobs are refused."""
        with self._gate:
            self._closing.set()
            self._jobs.put(None)
        self._wake()
        if self._thread.ident is None:  # never started: nobody else will refuse what is queued
            self._end()
        elif self._thread is not threading.current_thread():
            self._thread.join()

    def _wake(self) -> None:
        port = self._port
        if port is not None:
            port.wake()

    # What follows runs in the worker thread.

    def _work(self) -> None:
        while not self._closing.is_set():
            port = self._open()
            if port is None:
                self._wait_closed()
                continue
            with port:
                self._serve(_OpenChannel(port, self._enter))
                self._port = None
        self._end()

    def _end(self) -> None:
        self._collect()
        self._refuse(lambda _job: True, LinkClosed(f"port {self.url} is closed"))
        self._enter(DeviceState.CLOSED)

    def _open(self) -> Port | None:
        if not self._tried:  # later tries are quiet: a screen must not flicker twice a second
            self._tried = True
            self._enter(DeviceState.OPENING)
        try:
            self._port = open_port(self.url, self._settings)
        except PortError as error:
            self._trouble = error
            missing = isinstance(error, PortMissing)
            self._enter(DeviceState.ABSENT if missing else DeviceState.FAILED)
        return self._port

    def _wait_closed(self) -> None:
        """Spend the time until the next try: refuse jobs that waited long, keep the clock."""
        retry_at = time.monotonic() + RETRY_SECONDS
        while not self._closing.is_set() and (now := time.monotonic()) < retry_at:
            self._refuse(lambda job: job.give_up_at <= now, self._trouble)
            moments = [retry_at, *(job.give_up_at for job in self._waiting)]
            next_due = self._due(now)
            if next_due is not None:
                moments.append(next_due)
            self._collect(max(0.0, min(moments) - now))

    def _serve(self, channel: "_OpenChannel") -> None:
        try:
            self._enter(DeviceState.READY)
            self._guard(lambda: self._client.opened(channel))
            while not self._closing.is_set():
                self._run_jobs(channel)
                self._listen(channel)
        except DeviceError as error:
            self._trouble = error
            if not self._closing.is_set():
                log.info("%s", error)
                self._enter(DeviceState.ABSENT)

    def _run_jobs(self, channel: "_OpenChannel") -> None:
        self._collect()
        while self._waiting and not self._closing.is_set():
            job = self._waiting.pop(0)
            self._guard(lambda: job.run(channel))  # noqa: B023  called before the next turn
            self._collect()

    def _listen(self, channel: "_OpenChannel") -> None:
        now = time.monotonic()
        next_due = self._due(now)
        wait = IDLE_SECONDS if next_due is None else min(IDLE_SECONDS, max(0.0, next_due - now))
        gap = self._client.gap_seconds
        if gap is not None:
            wait = min(wait, gap)
        data = channel.read(wait)
        if data:
            self._guard(lambda: self._client.received(data, channel))
        elif gap is not None and time.monotonic() - now >= gap:
            self._guard(lambda: self._client.silent(channel))

    def _due(self, now: float) -> float | None:
        try:
            return self._client.due(now)
        except Exception:
            log.exception("a device callback failed on %s", self.url)
            return None

    def _guard(self, action: Callable[[], None]) -> None:
        """Run device code: port trouble ends the connection, anything else is only logged."""
        try:
            action()
        except WriteTimeout as error:
            log.info("%s", error)
            self._enter(DeviceState.STALE)
        except PortLost:
            raise
        except Exception:
            log.exception("a device callback failed on %s", self.url)

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

    def _refuse(self, chosen: Callable[[Job], bool], reason: DeviceError) -> None:
        refused = [job for job in self._waiting if chosen(job)]
        self._waiting = [job for job in self._waiting if job not in refused]
        for job in refused:
            try:
                job.refused(reason)
            except Exception:
                log.exception("a device callback failed on %s", self.url)

    def _enter(self, state: DeviceState) -> None:
        if state is self._state:
            return
        self._state = state
        if self._state_changed is not None:
            try:
                self._state_changed(state)
            except Exception:
                log.exception("a device callback failed on %s", self.url)


class _OpenChannel:
    """The open port as jobs and clients see it."""

    def __init__(self, port: Port, enter: Callable[[DeviceState], None]) -> None:
        self._port = port
        self._enter = enter

    def read(self, timeout: float) -> bytes:
        return self._port.read(timeout)

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except WriteTimeout:
            self._port.discard_unsent()  # what is late must not come out as a surprise
            raise

    def answers(self, *, answers: bool) -> None:
        self._enter(DeviceState.READY if answers else DeviceState.STALE)
