"""A device emulated behind a real pseudo-terminal (POSIX only).

The emulator holds the master side; the product opens the slave side as any serial port, by
``path``. With ``link`` that path is a symbolic link which stays the same when the device is
unplugged and plugged in again, as a udev name would.
"""

import contextlib
import heapq
import os
import select
import threading
import time
import tty
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Self

CHUNK = 4096


class PseudoDevice:
    """A thread that reads what the product writes; subclasses answer in ``_received``."""

    def __init__(self, *, link: Path | None = None, baud: int | None = None) -> None:
        self._link = link
        self._baud = baud
        self._lock = threading.RLock()
        self._master = self._slave = -1
        self._path = ""
        self._reading = True
        self._closing = False
        self._wake_read, self._wake_write = os.pipe()
        self._paced = threading.Event()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._timer_numbers = count()
        self.plug_in()
        self._thread = threading.Thread(target=self._work, name=f"emulated {self.path}")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The port to open: the symbolic link, or the pseudo-terminal itself."""
        return str(self._link) if self._link else self._path

    def plug_in(self) -> None:
        """Make the port appear; harmless when it is there."""
        with self._lock:
            if self._master >= 0 or self._closing:
                return
            before = self._slave
            self._master, self._slave = os.openpty()
            self._free(before)
            os.set_blocking(self._master, False)
            tty.setraw(self._slave)  # no echo before the product has configured the port
            self._path = os.ttyname(self._slave)
            if self._link:
                fresh = self._link.with_name(self._link.name + ".new")
                fresh.unlink(missing_ok=True)
                fresh.symlink_to(self._path)
                fresh.replace(self._link)
        self._wake()

    def unplug(self) -> None:
        """Make the port vanish, as a pulled cable does."""
        with self._lock:
            if self._master < 0:
                return
            if self._link and self._link.is_symlink() and str(self._link.readlink()) == self._path:
                self._link.unlink(missing_ok=True)  # else it is another's by now
            # The near side stays open: the system gives its number to the next port, and whoever
            # still looks for this one would open that.
            os.close(self._master)
            self._master = -1
        self._wake()

    def close(self) -> None:
        """Unplug and end the thread."""
        if self._closing:
            return
        self._closing = True
        self._paced.set()
        self.unplug()
        self._wake()
        self._thread.join()
        self._free(self._slave)
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _set_reading(self, *, reading: bool) -> None:
        self._reading = reading
        self._wake()

    def _send(self, data: bytes) -> None:
        """Send bytes to the product; dropped while unplugged."""
        with self._lock:
            if self._master >= 0:
                with contextlib.suppress(OSError):
                    os.write(self._master, data)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something done in the emulator's thread; dropped by ``close``."""
        with self._lock:
            timer = (time.monotonic() + seconds, next(self._timer_numbers), action)
            heapq.heappush(self._timers, timer)
        self._wake()

    def _received(self, data: bytes) -> None:
        """Take bytes from the product, in the emulator's thread."""
        raise NotImplementedError

    @staticmethod
    def _free(slave: int) -> None:
        if slave >= 0:
            os.close(slave)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"x")

    def _work(self) -> None:
        while not self._closing:
            with self._lock:
                master = self._master
            wanted = [self._wake_read]
            if self._reading and master >= 0:
                wanted.append(master)
            try:
                ready, _, _ = select.select(wanted, [], [], self._do_what_is_due())
            except OSError:  # unplugged meanwhile
                continue
            if self._wake_read in ready:
                os.read(self._wake_read, CHUNK)
            elif master in ready:
                self._read()

    def _do_what_is_due(self) -> float | None:
        """Return the seconds until the next timer, ``None`` without one."""
        while not self._closing:
            with self._lock:
                if not self._timers:
                    return None
                wait = self._timers[0][0] - time.monotonic()
                if wait > 0:
                    return wait
                _due, _number, action = heapq.heappop(self._timers)
            action()
        return 0.0

    def _read(self) -> None:
        size = CHUNK if self._baud is None else max(1, self._baud // 1000)
        with self._lock:
            if self._master < 0:
                return
            try:
                data = os.read(self._master, size)
            except OSError:
                return
        if self._baud is not None:
            self._paced.wait(len(data) * 10 / self._baud)
        self._received(data)
