"""Plays days with changes in a thread of its own: one question at a time, the last one counts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class TryingOut(QObject):
    """What somebody tries at the console; lives in the UI thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._stop = threading.Event()

    def ask(
        self,
        op: Callable[[Callable[[], bool]], T],
        then: Callable[[T], None],
        tell: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Run ``op`` in the thread; the question before it is stopped and gets no answer.

        ``op`` is handed what tells it whether it is still wanted; with ``owner`` it is not.
        """
        self.stop()
        stop = self._stop = threading.Event()
        owner.destroyed.connect(lambda _gone=None: stop.set())
        if self._worker is None:
            self._worker = Worker("what-if", self)
        self._worker.submit(
            lambda: None if stop.is_set() else op(stop.is_set),
            lambda found: None if stop.is_set() or found is None else then(found),
            lambda error: None if stop.is_set() else tell(error),
            owner=owner,
        )

    def stop(self) -> None:
        """Want no answer any more."""
        self._stop.set()

    def close(self) -> None:
        """End the thread; a play under way ends first."""
        self.stop()
        if self._worker is not None:
            self._worker.close()
            self._worker = None
