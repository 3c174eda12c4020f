"""Waiting for what another thread or process does, at most so long."""

import threading
import time
from collections.abc import Callable

LIMIT_S = 45.0
PAUSE_S = 0.01


def eventually(condition: Callable[[], object], what: str = "it", limit_s: float = LIMIT_S) -> None:
    """Return as soon as a condition holds; it fails the test when that takes too long."""
    until, pause = time.monotonic() + limit_s, threading.Event()
    while not condition():
        assert time.monotonic() < until, f"{what} did not come in time"
        pause.wait(PAUSE_S)
