"""The change feed in the UI: wait in a thread, tell the screen once, in its own thread."""

import logging
import threading
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)

WAIT_S = 5.0
"""Longest single wait: 250 terminals that look up twice a second are a tenth of a core."""
_BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class FeedSource(Protocol):
    """What tells of changes: a socket, LISTEN/NOTIFY, a slow poll, or all of them."""

    @property
    def heard(self) -> int:
        """How far the newest wake-up tells; 0 when nobody knows (``services.store.Feed``)."""

    def wait(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds; True when something may have changed."""

    def close(self) -> None:
        """End a wait and let go of sockets and connections. Called once, by another thread."""


class FeedThread(QObject):
    """Runs one feed. Never more than one ``changed`` is under way, however many wake-ups come."""

    changed = Signal()
    failed = Signal(object)
    """The feed raised; it is tried again after a growing pause."""
    recovered = Signal()
    """The feed works again after ``failed``."""
    _woken = Signal()
    _broke = Signal(object)
    _healed = Signal()

    def __init__(
        self,
        source: FeedSource,
        parent: QObject | None = None,
        *,
        name: str = "feed",
        rest_s: float = 0.0,
    ) -> None:
        """``rest_s`` after a wake-up the source is left alone: all that came meanwhile is one."""
        super().__init__(parent)
        self._source = source
        self._rest_s = rest_s
        self.heard = 0
        """How far the newest wake-up tells; 0 when nobody knows."""
        self.known = 0
        """Up to which entry its listener knows all: no wake-up about that is told. Any thread."""
        self._stopping = threading.Event()
        self._told = threading.Event()
        self._woken.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._tell_broken, Qt.ConnectionType.QueuedConnection)
        self._healed.connect(self._tell_healed, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop, close the feed and join; False when the feed hangs. Nothing is told afterwards."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._close_source()
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # In the thread

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            failures = self._wait_once(failures)

    def _wait_once(self, failures: int) -> int:
        try:
            woken = self._source.wait(WAIT_S)
        except Exception as error:  # noqa: BLE001 - told to the UI thread and tried again
            if failures == 0:
                self._broke.emit(error)
            self._stopping.wait(_BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)])
            return failures + 1
        if failures:
            self._healed.emit()
        if woken or failures:
            self._wake(0 if failures else self._source.heard)
        if woken and self._rest_s:
            self._stopping.wait(self._rest_s)
        return 0

    def _wake(self, heard: int) -> None:
        if 0 < heard <= self.known:
            return
        if self._told.is_set():  # not told yet: both of them are
            self.heard = min(heard, self.heard) and max(heard, self.heard)
            return
        self.heard = heard
        self._told.set()
        self._woken.emit()

    def _close_source(self) -> None:
        try:
            self._source.close()
        except Exception:
            log.exception("the feed did not close cleanly")

    # In the UI thread

    def _tell(self) -> None:
        # Cleared first: a wake-up during the handling of this one must be told again.
        self._told.clear()
        if not self._stopping.is_set():
            self.changed.emit()

    def _tell_broken(self, error: object) -> None:
        if not self._stopping.is_set():
            self.failed.emit(error)

    def _tell_healed(self) -> None:
        if not self._stopping.is_set():
            self.recovered.emit()
