"""An entry that has to wait says why where it was touched, for a few seconds."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.kiosk.views.home import EntryView
from hallclient.ui.words import Words

TOLD_MS = 8000


class Telling(QObject):
    """Which waiting entry of a page was touched last."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOLD_MS)
        self._timer.timeout.connect(self._fall_silent)

    def tell(self, name: str) -> None:
        """Say why the entry of this name waits."""
        self._name = name
        self._timer.start()
        self.changed.emit()

    def told(self, words: Words, entries: Sequence[EntryView]) -> tuple[EntryView, ...]:
        """Return the entries; the one that was touched, while it waits, says why."""
        return tuple(
            replace(entry, sub=_why(words, entry))
            if entry.name == self._name and not entry.works
            else entry
            for entry in entries
        )

    def _fall_silent(self) -> None:
        self._name = None
        self.changed.emit()


def _why(words: Words, entry: EntryView) -> str:
    if not entry.name:
        return words("kiosk.entries.take_why")
    return words("kiosk.entries.later_why", entry=entry.title)
