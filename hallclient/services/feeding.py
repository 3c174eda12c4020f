"""Listening to the hall without a screen: a thread that waits at a feed and says so."""

import logging
import threading
import time
from collections.abc import Callable

from hallclient.services.store import Feed

log = logging.getLogger(__name__)

WAIT_S = 5.0
UNHEARD_S = 1.5
"""Those who change a hall look once a second who listens: until then every wait may have missed."""
_EARLY_WAIT_S = 0.25
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class FeedEar:
    """Calls ``woken`` in its own thread whenever the hall may have changed."""

    def __init__(self, open_feed: Callable[[], Feed], woken: Callable[[], None], name: str) -> None:
        self._open_feed = open_feed
        self._woken = woken
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._feed: Feed | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Listen no more; nothing is called afterwards."""
        self._closing.set()
        with self._lock:
            if self._feed is not None:
                self._feed.close()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - told once, tried again
                if self._failures == 0:
                    log.warning("the feed is lost: %s", error)
                self._closing.wait(BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)])
                self._failures += 1

    def _listen(self) -> None:
        """Wait at a feed until it fails or is closed."""
        feed = self._open_feed()
        with self._lock:
            self._feed = feed
        try:
            early = time.monotonic() + UNHEARD_S
            self._woken()
            while not self._closing.is_set():
                young = time.monotonic() < early
                woken = feed.wait(_EARLY_WAIT_S if young else WAIT_S)
                self._failures = 0
                if (woken or young) and not self._closing.is_set():
                    self._woken()
        finally:
            with self._lock:
                self._feed = None
            feed.close()
