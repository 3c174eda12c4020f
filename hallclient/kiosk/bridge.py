"""From the printer's thread into the UI thread.

A printer tells its outcome in the thread of its port; a signal that is queued to a bound method of
this object, which lives in the UI thread, carries it over.
"""

from PySide6.QtCore import QObject, Qt, Signal

from hallclient.services.ports_devices import DeviceState, PrintOutcome


class PrinterBridge(QObject):
    """Hand :meth:`finished` and :meth:`state_changed` to the printer; any thread may call them."""

    outcome = Signal(object)
    """A ``PrintOutcome``, in the UI thread; connect ``KioskPresenter.printer_finished``."""
    state = Signal(object)
    """A ``DeviceState``, in the UI thread; connect ``KioskPresenter.printer_state_changed``."""
    _outcome_came = Signal(object)
    _state_came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outcome_came.connect(self._tell_outcome, Qt.ConnectionType.QueuedConnection)
        self._state_came.connect(self._tell_state, Qt.ConnectionType.QueuedConnection)

    def finished(self, outcome: PrintOutcome) -> None:
        """Take the end of a print request."""
        self._outcome_came.emit(outcome)

    def state_changed(self, state: DeviceState) -> None:
        """Take a change of the printer's link."""
        self._state_came.emit(state)

    def _tell_outcome(self, outcome: object) -> None:
        self.outcome.emit(outcome)

    def _tell_state(self, state: object) -> None:
        self.state.emit(state)
