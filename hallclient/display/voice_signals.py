"""What a voice tells, as signals: they arrive in the thread of whoever listens."""

from PySide6.QtCore import QObject, Signal

from hallclient.domain.announcement import CallKey, Spoken


class VoiceSignals(QObject):
    """A ``VoiceListener``. Connect bound methods of objects that live in the UI thread."""

    call_begins = Signal(object)
    """The ``CallKey`` of a call that sounds from now on."""
    call_spoken = Signal(object)
    """A ``Spoken``."""

    def begins(self, call: CallKey) -> None:
        """Pass it on; see ``VoiceListener``."""
        self.call_begins.emit(call)

    def spoken(self, result: Spoken) -> None:
        """Pass it on; see ``VoiceListener``."""
        self.call_spoken.emit(result)
