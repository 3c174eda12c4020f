"""From the threads of printer and readers into the UI thread.

A device tells its news in the thread of its port; a signal that is queued to a bound method of
this object, which lives in the UI thread, carries it over.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from hallclient.services.ports_devices import DeviceState, PrintOutcome, PrintTrouble, Visitor

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter


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


class ReaderBridge(QObject):
    """What scanner and card reader say, in the UI thread; any thread may call its methods."""

    code = Signal(str)
    """What was scanned; hostile until ``services.codes`` has parsed it."""
    visitor = Signal(object)
    """A ``Visitor``: a card was read."""
    noticed = Signal()
    """A card lies there and waits for its holder's word."""
    unreadable = Signal()
    _code_came = Signal(str)
    _visitor_came = Signal(object)
    _notice_came = Signal()
    _trouble_came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        queued = Qt.ConnectionType.QueuedConnection
        self._code_came.connect(self._tell_code, queued)
        self._visitor_came.connect(self._tell_visitor, queued)
        self._notice_came.connect(self._tell_notice, queued)
        self._trouble_came.connect(self._tell_trouble, queued)

    def scanned(self, text: str) -> None:
        """Take a code from a scanner."""
        self._code_came.emit(text)

    def card_read(self, visitor: Visitor) -> None:
        """Take the holder of a card that was read."""
        self._visitor_came.emit(visitor)

    def card_noticed(self) -> None:
        """Take that a card was laid down."""
        self._notice_came.emit()

    def card_unreadable(self) -> None:
        """Take that a card stays unread."""
        self._trouble_came.emit()

    def _tell_code(self, text: str) -> None:
        self.code.emit(text)

    def _tell_visitor(self, visitor: object) -> None:
        self.visitor.emit(visitor)

    def _tell_notice(self) -> None:
        self.noticed.emit()

    def _tell_trouble(self) -> None:
        self.unreadable.emit()


class ReaderRoute(QObject):
    """From a bridge to the journeys, each imported when it is first needed."""

    def __init__(self, bridge: ReaderBridge, kiosk: "KioskPresenter") -> None:
        super().__init__(kiosk)
        self._kiosk = kiosk
        bridge.code.connect(self._on_code)
        bridge.visitor.connect(self._on_visitor)
        bridge.noticed.connect(self._on_noticed)
        bridge.unreadable.connect(self._on_unreadable)

    def _on_code(self, text: str) -> None:
        self._kiosk.journeys.scanning.scanned(text)

    def _on_visitor(self, visitor: Visitor) -> None:
        self._kiosk.journeys.card.read(visitor)

    def _on_noticed(self) -> None:
        self._kiosk.journeys.card.noticed()

    def _on_unreadable(self) -> None:
        self._kiosk.journeys.card.unreadable()
