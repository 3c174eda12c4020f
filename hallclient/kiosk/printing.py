"""Tickets on their way to paper: who waits for which outcome, and how long."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.kiosk.desk import KioskDesk
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)

if TYPE_CHECKING:
    from hallclient.services.slip import Slip

_TRIES = frozenset({DeviceState.READY, DeviceState.OPENING})


class Printing(QObject):
    """Sends slips to the printer and matches outcomes to tickets."""

    printed = Signal(object)
    """A ticket id: its paper came out and the printer confirmed it, perhaps late."""
    failed = Signal(object)
    """A ticket id: no paper, not surely all of it, or no answer in time."""
    slip_done = Signal(int, bool)
    """A number that :meth:`send_slip` gave, and whether the paper came out."""
    trouble_changed = Signal()
    usable = Signal()
    """The printer has come back, or has paper again."""

    def __init__(self, desk: KioskDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._printer = desk.printer
        self._waiting: dict[int, int] = {}
        self._doubts: dict[int, int] = {}
        self._early: dict[int, PrintOutcome] = {}
        self._slips: set[int] = set()
        self._asked: list[int] = []
        self._trouble: PrintTrouble | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(round(desk.times.print_answer * 1000))
        self._patience.timeout.connect(self._no_answer)
        self._slip_patience = QTimer(self)
        self._slip_patience.setSingleShot(True)
        self._slip_patience.setInterval(round(desk.times.print_answer * 1000))
        self._slip_patience.timeout.connect(self._no_slips)

    @property
    def fitted(self) -> bool:
        """Tell whether this kiosk has a printer at all."""
        return self._printer is not None

    @property
    def works(self) -> bool:
        """Tell whether paper can be expected now."""
        return self.connected and self._trouble is None

    @property
    def connected(self) -> bool:
        """Tell whether the printer can be asked."""
        return self._printer is not None and self._printer.state in _TRIES

    @property
    def trouble(self) -> PrintTrouble | None:
        """What the printer said when it last failed, None when it last printed."""
        return self._trouble

    @property
    def ready(self) -> bool:
        """Tell whether the printer answers, whatever its trouble."""
        return self._printer is not None and self._printer.state is DeviceState.READY

    @property
    def busy(self) -> bool:
        """Tell whether a ticket is on its way to paper."""
        return bool(self._waiting or self._slips)

    def untouched(self, ticket_id: int) -> bool:
        """Tell whether no byte of a ticket can have reached the printer since this start."""
        return not self.doubts(ticket_id) and ticket_id not in self._waiting.values()

    def doubts(self, ticket_id: int) -> int:
        """Return how often the outcome of a ticket stayed unknown since this start."""
        return self._doubts.get(ticket_id, 0)

    def send(self, ticket_id: int, slip: "Slip") -> bool:
        """Print a ticket; False when there is no printer to ask. Outcomes come as signals."""
        if self._printer is None or not self.connected:
            return False
        request = self._printer.print_slip(slip)
        self._waiting[request] = ticket_id
        self._asked.append(ticket_id)
        self._patience.start()
        early = self._early.pop(request, None)
        if early is not None:
            self.finished(early)
        return True

    def send_slip(self, slip: "Slip") -> int:
        """Print what is no ticket and not remembered; 0 when there is no printer to ask."""
        if self._printer is None or not self.connected:
            return 0
        request = self._printer.print_slip(slip)
        self._slips.add(request)
        self._slip_patience.start()
        early = self._early.pop(request, None)
        if early is not None:
            self.finished(early)
        return request

    def finished(self, outcome: PrintOutcome) -> None:
        """Take an outcome, in the UI thread."""
        if outcome.request in self._slips:
            self._end_slip(outcome)
            return
        ticket_id = self._waiting.pop(outcome.request, None)
        if ticket_id is None:
            self._early[outcome.request] = outcome
            return
        if ticket_id in self._asked:
            self._asked.remove(ticket_id)
            self._await_the_others()
        done = outcome.result is PrintResult.PRINTED
        if done:
            self._doubts.pop(ticket_id, None)
        elif outcome.result is PrintResult.UNKNOWN:
            self._doubts[ticket_id] = self.doubts(ticket_id) + 1
        self._set_trouble(None if done else outcome.trouble or PrintTrouble.OFFLINE)
        (self.printed if done else self.failed).emit(ticket_id)

    def status_changed(self, state: DeviceState, trouble: PrintTrouble | None) -> None:
        """Take what the printer says of itself; ready without a trouble is able to print."""
        if state is not DeviceState.OPENING:
            self._trouble = trouble
        if state is DeviceState.READY and trouble is None:
            self.usable.emit()
        self.trouble_changed.emit()

    def stop(self) -> None:
        """Wait no more."""
        self._patience.stop()
        self._slip_patience.stop()

    def _end_slip(self, outcome: PrintOutcome) -> None:
        self._slips.discard(outcome.request)
        if not self._slips:
            self._slip_patience.stop()
        done = outcome.result is PrintResult.PRINTED
        self._set_trouble(None if done else outcome.trouble or PrintTrouble.OFFLINE)
        self.slip_done.emit(outcome.request, done)

    def _no_slips(self) -> None:
        late, self._slips = sorted(self._slips), set()
        self._set_trouble(PrintTrouble.OFFLINE)
        for request in late:
            self.slip_done.emit(request, False)  # noqa: FBT003 - a signal's argument

    def _await_the_others(self) -> None:
        """Give the rest of several papers their time anew: they come one after the other."""
        if self._asked:
            self._patience.start()
        else:
            self._patience.stop()

    def _no_answer(self) -> None:
        silent, self._asked = self._asked, []
        if silent:
            self._set_trouble(PrintTrouble.OFFLINE)
        for ticket_id in silent:
            self.failed.emit(ticket_id)

    def _set_trouble(self, trouble: PrintTrouble | None) -> None:
        if trouble is not self._trouble:
            self._trouble = trouble
            self.trouble_changed.emit()
