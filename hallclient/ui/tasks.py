"""Work off the UI thread: one thread, first in first out, results back in the UI thread.

    worker.submit(lambda: service.issue(request), on_done=self.show_ticket, on_failed=self.say_why)

A signal sent from a worker thread runs a lambda in *that* thread. Here the thread only ever signals
the worker object itself, which lives in the UI thread, and callbacks are called from there.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

log = logging.getLogger(__name__)

T = TypeVar("T")
BUSY_AFTER_S = 3.0
_TICK_MS = 500


@dataclass(frozen=True, slots=True, eq=False)
class _Task(Generic[T]):
    op: Callable[[], T]
    on_done: Callable[[T], object] | None
    on_failed: Callable[[Exception], object] | None
    owner: QObject | None


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    task: _Task[Any]
    result: Any
    error: Exception | None


class Worker(QObject):
    """One thread for the database. Made, used and closed in the UI thread."""

    failed = Signal(object)
    """An exception that no ``on_failed`` took; connect it to a notice."""
    busy_for = Signal(float)
    """Seconds the present task has taken, every half second from 3 s on."""
    idle = Signal()
    """Everything submitted has been delivered."""
    _finished = Signal(object)

    def __init__(self, name: str = "database", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: queue.SimpleQueue[_Task[Any] | None] = queue.SimpleQueue()
        self._pending = 0
        self._started_at: float | None = None
        self._give_up_at: float | None = None
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._watch = QTimer(self)
        self._watch.setInterval(_TICK_MS)
        self._watch.timeout.connect(self._look_at_clock)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Tasks submitted and not delivered yet."""
        return self._pending

    def submit(
        self,
        op: Callable[[], T],
        on_done: Callable[[T], object] | None = None,
        on_failed: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Run ``op`` in the thread; never blocks. RuntimeError after :meth:`close`.

        ``on_done`` gets its result, ``on_failed`` its exception, both in the UI thread. Nothing is
        called when ``owner`` (by default the object whose method ``on_done`` is) has gone by then.
        """
        if self._give_up_at is not None:
            raise RuntimeError("the worker is closed")
        self._pending += 1
        if not self._watch.isActive():
            self._watch.start()
        self._tasks.put(_Task(op, on_done, on_failed, owner or _owner_of(on_done)))

    def close(self, timeout_s: float = 5.0) -> bool:
        """Finish what is queued within ``timeout_s``, join the thread, drop undelivered results.

        Returns False when a task hangs; its thread is a daemon and ends with the process.
        """
        if self._give_up_at is None:
            self._give_up_at = time.monotonic() + timeout_s
            self._tasks.put(None)
        self._watch.stop()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            log.error("worker %s did not end within %.1f s", self._thread.name, timeout_s)
        return not self._thread.is_alive()

    # In the thread

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            if self._give_up_at is not None and time.monotonic() > self._give_up_at:
                log.error("worker closed with work left undone")
                return
            self._started_at = time.monotonic()
            outcome = _perform(task)
            self._started_at = None
            if self._give_up_at is None:
                self._finished.emit(outcome)

    # In the UI thread

    def _deliver(self, outcome: _Outcome) -> None:
        self._pending -= 1
        if self._pending == 0:
            self._watch.stop()
        try:
            self._call_back(outcome)
        finally:
            if self._pending == 0:
                self.idle.emit()

    def _call_back(self, outcome: _Outcome) -> None:
        task = outcome.task
        if task.owner is not None and not shiboken6.isValid(task.owner):
            if outcome.error is not None:
                log.warning("a task failed after its page had gone", exc_info=outcome.error)
            return
        if outcome.error is None:
            if task.on_done is not None:
                task.on_done(outcome.result)
        elif task.on_failed is not None:
            task.on_failed(outcome.error)
        else:
            self.failed.emit(outcome.error)

    def _look_at_clock(self) -> None:
        started = self._started_at
        if started is not None and (busy := time.monotonic() - started) >= BUSY_AFTER_S:
            self.busy_for.emit(busy)


def _perform(task: _Task[Any]) -> _Outcome:
    try:
        return _Outcome(task, task.op(), None)
    except Exception as error:  # noqa: BLE001 - handed to the UI thread, which decides
        return _Outcome(task, None, error)


def _owner_of(callback: Callable[..., object] | None) -> QObject | None:
    bound = getattr(callback, "__self__", None)
    return bound if isinstance(bound, QObject) else None
