"""A printer with all who use it: a kiosk's citizens first, then the jobs of its station.

What it can do and how much paper is left goes to the hall, so that every role sees it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hallclient.bootstrap.printers import own_printer
from hallclient.config import KioskSettings, WindowSettings
from hallclient.services.ports_devices import (
    DeviceKind,
    DeviceState,
    PrintOutcome,
    PrintTrouble,
)
from hallclient.services.print_desk import PrintDesk
from hallclient.services.print_jobs import station_scope
from hallclient.services.shared_printer import SharedPrinter
from hallclient.services.stations import DeviceReport, Reporter

if TYPE_CHECKING:
    from hallclient.bootstrap.halls import LateHall
    from hallclient.services.slip import Slip
    from hallclient.services.store import Store
    from hallclient.storage.store import SqlStore

PAPER_LOW = "paper_low"
CLOSE_S = 3.0
_STEP = 10
"""Tickets; the hall need not know every single one."""

Status = Callable[[DeviceState, PrintTrouble | None, bool], None]


class PrintStation:
    """Fulfils ``TicketPrinterPort`` for a kiosk's own tickets. Close it before its hall.

    ``name`` is the station. A window without tickets of its own leaves out the callbacks.
    """

    def __init__(
        self,
        own: KioskSettings | WindowSettings,
        name: str,
        hall: "LateHall",
        finished: Callable[[PrintOutcome], None] = lambda _outcome: None,
        status: Status = lambda _state, _trouble, _low: None,
    ) -> None:
        self._own = own
        self._window = own.window if isinstance(own, WindowSettings) else ""
        self._hall = hall
        self._stores: list[SqlStore] = []
        self._status = status
        self._report = (DeviceState.OPENING, "")
        self._free = True
        self._able = False
        self._started = False
        self._mine = own_printer(own, self._finished)
        self._shared = SharedPrinter(self._mine.printer)
        self._port = self._shared.port(finished)
        self._desk = PrintDesk(
            self._store,
            lambda: hall.open().feed(station_scope(name)),
            name,
            may_print=lambda: self._free and self._able,
        )
        self._reporter = Reporter(self._store, name)
        self._mine.printer.watch_status(self._status_changed)
        self._mine.link.start()

    @property
    def state(self) -> DeviceState:
        """Where the printer stands; any thread."""
        return self._port.state

    def print_slip(self, slip: "Slip") -> int:
        """Queue a ticket and return its request number."""
        return self._port.print_slip(slip)

    def start_jobs(self) -> None:
        """Print also what others ask for, and report; once, when the hall is there."""
        if not self._started:
            self._started = True
            self._desk.start(self._shared.port(self._desk.finished))
            self._tell_hall()

    def set_free(self, *, free: bool) -> None:
        """Take whether no citizen waits for paper."""
        was, self._free = self._free, free
        if free and not was:
            self._desk.poke()

    def close(self) -> None:
        """Release the printer and whatever was opened for it."""
        self._desk.close(CLOSE_S)
        self._reporter.close()
        self._mine.link.close()
        for store in self._stores:
            store.close()

    def _store(self) -> "Store":
        store = self._hall.open().another_store()
        self._stores.append(store)
        return store

    # In the printer's thread

    def _finished(self, outcome: PrintOutcome) -> None:
        self._mine.roll.keep(self._mine.meter.memory)
        self._shared.finished(outcome)
        self._tell_hall()

    def _status_changed(
        self,
        state: DeviceState,
        trouble: PrintTrouble | None,
        low: bool,  # noqa: FBT001 - as told
    ) -> None:
        self._able = state is DeviceState.READY and trouble is None
        self._report = (state, trouble or (PAPER_LOW if low else ""))
        self._mine.roll.keep(self._mine.meter.memory)
        self._status(state, trouble, low)
        if self._able:
            self._desk.poke()
        self._tell_hall()

    def _tell_hall(self) -> None:
        if not self._started:
            return
        state, trouble = self._report
        left = self._mine.meter.tickets_left // _STEP * _STEP
        self._reporter.note(
            DeviceReport(
                name="printer",
                kind=DeviceKind.PRINTER,
                state=state,
                profile=self._own.printer_profile,
                port=self._own.printer,
                window=self._window,
                trouble=trouble,
                paper_left=left,
            )
        )
