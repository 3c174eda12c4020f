"""A printer's state for those who look after it: link and sensors together, changes told."""

import logging
from collections.abc import Callable

from hallclient.devices.escpos_status import PrinterStatus
from hallclient.services.ports_devices import DeviceState, PrintTrouble

log = logging.getLogger(__name__)

StatusChanged = Callable[[DeviceState, PrintTrouble | None, bool], None]


class PrinterLamp:
    """Joins the link's state with what the printer says; worker thread, ``watch`` from any."""

    def __init__(self) -> None:
        self.status: PrinterStatus | None = None
        """What the printer last said, ``None`` since the port is open anew."""
        self.greeted = False
        """Whether somebody asked the printer since then."""
        self._state = DeviceState.ABSENT
        self._watchers: tuple[StatusChanged, ...] = ()
        self._told: tuple[DeviceState, PrintTrouble | None, bool] | None = None

    @property
    def fit(self) -> bool:
        """Whether the printer said that it would print."""
        return self.status is not None and self.status.trouble is None

    def watch(self, changed: StatusChanged) -> None:
        """Call ``changed`` at every change of state, trouble or low paper."""
        self._watchers = (*self._watchers, changed)

    def link_changed(self, state: DeviceState) -> None:
        """Follow the link; behind a port that went away all is unknown."""
        self._state = state
        if state not in {DeviceState.READY, DeviceState.STALE}:
            self.greeted = False
            self.status = None
        self._tell()

    def greet(self) -> None:
        """Note that the printer was asked: from now on ready is told."""
        self.greeted = True
        self._tell()

    def seen(self, status: PrinterStatus) -> None:
        """Note what the printer said."""
        self.status = status
        self._tell()

    def _tell(self) -> None:
        if self._state is DeviceState.READY and not self.greeted:
            return
        now = (self._state, self._trouble(), bool(self.status and self.status.paper_low))
        if now == self._told:
            return
        self._told = now
        for changed in self._watchers:
            try:
                changed(*now)
            except Exception:
                log.exception("a device callback failed")

    def _trouble(self) -> PrintTrouble | None:
        match self._state:
            case DeviceState.READY:
                return None if self.status is None else self.status.trouble
            case DeviceState.STALE:
                return PrintTrouble.OFFLINE
            case DeviceState.OPENING:
                return None
            case _:
                return PrintTrouble.ABSENT
