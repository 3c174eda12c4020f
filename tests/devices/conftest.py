"""Device tests leave no thread and no file descriptor behind."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Drawn anew from the same seed, without a deadline: one result on a slow machine too.
settings.register_profile("hall", deadline=None, derandomize=True, database=None)

PATIENCE = 2.0
settings.load_profile("hall")


def _descriptors() -> set[str]:
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:  # the descriptor of the listing itself
            continue
        if target.startswith(("/dev/pts", "/dev/ptmx", "pipe:", "socket:")):
            found.add(f"{entry.name} {target}")
    return found


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    threads = set(threading.enumerate())
    descriptors = _descriptors() if os.name == "posix" else set()
    yield
    deadline = time.monotonic() + PATIENCE
    for thread in set(threading.enumerate()) - threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not set(threading.enumerate()) - threads
    if os.name == "posix":
        # What was closed from another thread may go a moment after that thread was asked to end.
        while _descriptors() - descriptors and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        assert not _descriptors() - descriptors
