"""What becomes of the slips that the end of a ticket calls for, told in the bar's calm line."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hallclient.services.handing_out import HandedOut
from hallclient.services.jobs import PrintJobState
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words

LOOKS_MS = (300, 500, 700, 1000, 1500, 2500, 4000, 8000, 16000)
"""Pauses between the looks at a job; after the last one nobody looks any more."""
WAITS_AFTER = 3
"""Looks after which a job that is not done is said to wait."""

_OVER = {PrintJobState.PRINTED: "printed", PrintJobState.UNKNOWN: "unknown"}
_OPEN = (PrintJobState.WAITING, PrintJobState.PRINTING)


class SlipEars(QObject):
    """Hands what was asked for to the UI thread; ``told`` may be called in any thread."""

    handed = Signal(object)
    """A :class:`HandedOut`."""

    def told(self, handed: HandedOut) -> None:
        """Take a slip; the ``tell`` of ``HandingOut``."""
        self.handed.emit(handed)


class SlipFollower(QObject):
    """Follows the last slip. ``state`` looks at a job, in the worker's thread."""

    def __init__(
        self,
        ears: SlipEars,
        state: Callable[[int], PrintJobState],
        worker: Worker,
        words: Words,
        say: Callable[[str], None],
        parent: QObject | None = None,
        *,
        table: str = "",
    ) -> None:
        """``table`` has words for any slip; empty: those of the window's own slips."""
        super().__init__(parent)
        self._table = table
        self._state = state
        self._worker = worker
        self._words = words
        self._say = say
        self._following: HandedOut | None = None
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        ears.handed.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        """Look no more."""
        self._following = None
        self._timer.stop()

    def _take(self, handed: HandedOut) -> None:
        self._timer.stop()
        self._looks = 0
        self._following = handed if handed.job is not None else None
        if handed.job is None:
            self._tell(handed, "failed")
        else:
            self._timer.start(LOOKS_MS[0])

    def _look(self) -> None:
        handed = self._following
        if handed is None or handed.job is None:
            return
        self._worker.submit(
            partial(self._state, handed.job),
            partial(self._seen, handed),
            lambda _error: self._again(handed),  # the bar tells that the database is away
            owner=self,
        )

    def _seen(self, handed: HandedOut, state: PrintJobState) -> None:
        if handed is not self._following:
            return
        if state in _OPEN:
            self._again(handed)
            return
        self._following = None
        if state in _OVER:
            self._tell(handed, _OVER[state])

    def _again(self, handed: HandedOut) -> None:
        if handed is not self._following:
            return
        self._looks += 1
        if self._looks == WAITS_AFTER:
            self._tell(handed, "waits")
        if self._looks < len(LOOKS_MS):
            self._timer.start(LOOKS_MS[self._looks])

    def _tell(self, handed: HandedOut, how: str) -> None:
        key = f"{self._table}.{how}" if self._table else f"window.slip.{handed.kind}_{how}"
        self._say(self._words(key, label=handed.label))
