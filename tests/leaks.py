"""What a test may not leave behind: threads, child processes, running timers."""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psutil

PATIENCE_S = 3.0
_HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def threads() -> set[threading.Thread]:
    """Return the live Python threads; those that Qt made and Python only met do not count."""
    met = threading._DummyThread
    return {t for t in threading.enumerate() if t.is_alive() and not isinstance(t, met)}


def children() -> set[int]:
    """Return the ids of this process's own children that still run or are still to be reaped."""
    found = set()
    for child in psutil.Process().children():
        try:
            line = " ".join(child.cmdline())
        except psutil.Error:
            line = ""
        if not any(helper in line for helper in _HELPERS):
            found.add(child.pid)
    return found


def timers() -> set[int]:
    """Return the ids of running QTimers and QThreads that Python knows."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return set()
    import shiboken6  # noqa: PLC0415 - a test without Qt must not load it

    kinds = (core.QTimer, core.QThread)
    alive = [o for o in gc.get_objects() if type(o) in kinds or issubclass(type(o), kinds)]
    return {id(o) for o in alive if shiboken6.isValid(o) and _runs(o)}


def _runs(thing: Any) -> bool:
    return bool(thing.isActive() if hasattr(thing, "isActive") else thing.isRunning())


def flush_qt() -> None:
    """Let Qt delete what was asked to be deleted."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        core.QCoreApplication.processEvents()


def left_over(
    before: Iterable[Any], now: Callable[[], set[Any]], patience_s: float = PATIENCE_S
) -> set[Any]:
    """Return what ``now`` finds beyond ``before``, after giving it time to end."""
    known, deadline = set(before), time.monotonic() + patience_s
    pause = threading.Event()
    while (extra := now() - known) and time.monotonic() < deadline:
        flush_qt()
        pause.wait(0.02)
    return extra
