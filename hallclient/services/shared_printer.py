"""One printer for several who print: each gets a port of its own and its own outcomes."""

import threading
from collections.abc import Callable

from hallclient.services.ports_devices import DeviceState, PrintOutcome, TicketPrinterPort
from hallclient.services.slip import Slip

Finished = Callable[[PrintOutcome], None]


class SharedPrinter:
    """Knows who asked for what. Hand :meth:`finished` to the printer; any thread may call it."""

    def __init__(self, printer: TicketPrinterPort) -> None:
        self._printer = printer
        self._lock = threading.Lock()
        self._owners: dict[int, Finished] = {}
        self._early: dict[int, PrintOutcome] = {}

    def port(self, finished: Finished) -> "PrinterPort":
        """Return a port whose outcomes go to ``finished``, in the thread of the printer."""
        return PrinterPort(self._printer, lambda slip: self._print(slip, finished))

    def finished(self, outcome: PrintOutcome) -> None:
        """Take an outcome; it may come before the printer has told the request's number."""
        with self._lock:
            owner = self._owners.pop(outcome.request, None)
            if owner is None:
                self._early[outcome.request] = outcome
        if owner is not None:
            owner(outcome)

    def _print(self, slip: Slip, finished: Finished) -> int:
        request = self._printer.print_slip(slip)
        with self._lock:
            early = self._early.pop(request, None)
            if early is None:
                self._owners[request] = finished
        if early is not None:
            finished(early)
        return request


class PrinterPort:
    """Fulfils ``TicketPrinterPort`` for one of several."""

    def __init__(self, printer: TicketPrinterPort, send: Callable[[Slip], int]) -> None:
        self._printer = printer
        self._send = send

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        return self._printer.state

    def print_slip(self, slip: Slip) -> int:
        """Queue a slip and return its request number; one outcome follows, perhaps at once."""
        return self._send(slip)

    def close(self) -> None:
        """Do nothing: whoever made the printer closes it."""
