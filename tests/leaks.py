"""What a test may not leave behind: threads, child processes, running timers.

Asked twice by every test, so each question is put in the cheapest way.
"""

import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import psutil

PATIENCE_S = 3.0
_HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")

_strangers: set[int] = set()
"""Processes that were there before and are no children of ours: nobody becomes a child later."""
_known: list[weakref.ref[Any]] = []
"""Timers and threads that were there when the collector's sight was narrowed."""


def threads() -> set[threading.Thread]:
    """Return the live Python threads; those that Qt made and Python only met do not count."""
    met = threading._DummyThread
    return {t for t in threading.enumerate() if t.is_alive() and not isinstance(t, met)}


def children() -> set[int]:
    """Return the ids of this process's own children that still run or are still to be reaped."""
    found = set()
    for child in _children():
        try:
            line = " ".join(child.cmdline())
        except psutil.Error:
            line = ""
        if not any(helper in line for helper in _HELPERS):
            found.add(child.pid)
    return found


def _children() -> list[psutil.Process]:
    if not sys.platform.startswith("linux"):
        return psutil.Process().children()
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # there is none, and no need to look through all processes
        return []
    here = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208 - names
    _strangers.intersection_update(here)
    found = []
    for pid in here - _strangers:
        try:
            process = psutil.Process(pid)
            if process.ppid() == os.getpid():
                found.append(process)
            else:
                _strangers.add(pid)
        except psutil.Error:
            continue
    return found


def freeze() -> None:
    """Take what is there now out of the collector's sight: every search is shorter then."""
    gc.collect()
    _known.extend(weakref.ref(timer) for timer in _alive())
    gc.freeze()


def timers() -> set[int]:
    """Return the ids of running QTimers and QThreads that Python knows.

    The dearest question: it walks through all objects, some 20 ms with Qt's screens loaded.
    """
    if "PySide6.QtCore" not in sys.modules:
        return set()
    import shiboken6  # noqa: PLC0415 - a test without Qt must not load it

    known = [timer for known in _known if (timer := known()) is not None]
    return {id(o) for o in (*known, *_alive()) if shiboken6.isValid(o) and _runs(o)}


def _alive() -> list[Any]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return []
    kinds = _with_heirs(core.QTimer) | _with_heirs(core.QThread)
    return [o for o in gc.get_objects() if type(o) in kinds]


def _with_heirs(kind: type) -> set[type]:
    found = {kind}
    heirs: list[type] = type.__subclasses__(kind)
    for heir in heirs:
        found |= _with_heirs(heir)
    return found


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
