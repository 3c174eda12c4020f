"""From the printer's thread into the UI thread.

A printer tells its outcome in the thread of its port; a signal that is queued to a bound method of
this object, which lives in the UI thread, carries it over.
"""

from PySide6.QtCore import QObject, Qt, Signal

from hallclient.services.ports_devices import DeviceState, PrintOutcome, PrintTrouble


class PrinterBridge(QObject):
    """Hand :meth:`finished` and :meth:`status_changed` to the printer; any thread may call them."""

    outcome = Signal(object)
    """A ``PrintOutcome``, in the UI thread; connect ``KioskPresenter.printer_finished``."""
    status = Signal(object, object)
    """A ``DeviceState`` and a ``PrintTrouble`` or None, in the UI thread; connect
    ``KioskPresenter.printer_status_changed``."""
    _outcome_came = Signal(object)
    _status_came = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outcome_came.connect(self._tell_outcome, Qt.ConnectionType.QueuedConnection)
        self._status_came.connect(self._tell_status, Qt.ConnectionType.QueuedConnection)

    def finished(self, outcome: PrintOutcome) -> None:
        """Take the end of a print request."""
        self._outcome_came.emit(outcome)

    def status_changed(
        self, state: DeviceState, trouble: PrintTrouble | None, _low: object = None
    ) -> None:
        """Take a change of the printer: where it stands, and why it would not print."""
        self._status_came.emit(state, trouble)

    def _tell_outcome(self, outcome: object) -> None:
        self.outcome.emit(outcome)

    def _tell_status(self, state: object, trouble: object) -> None:
        self.status.emit(state, trouble)
