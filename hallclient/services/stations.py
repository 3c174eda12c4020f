"""What the devices of a station are doing, told to the database so that every role sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.store import Store

SILENT_AFTER = timedelta(seconds=90)
"""Three reports missed: the station is off, or it cannot reach the database."""


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """A device as its owner sees it. ``name`` is unique at its station.

    ``window`` is the code of the window it belongs to, ``trouble`` a ``PrintTrouble`` or the like,
    ``paper_left`` an estimate in tickets. Nothing personal belongs here.
    """

    name: str
    kind: DeviceKind
    state: DeviceState
    profile: str = ""
    port: str = ""
    window: str = ""
    trouble: str = ""
    paper_left: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A device as the hall knows it. ``since`` it is in this state with this trouble."""

    station: str
    report: DeviceReport
    since: datetime
    seen_at: datetime

    def silent(self, now: datetime) -> bool:
        """Return whether its station has not spoken for too long; the state is then a memory."""
        return now - self.seen_at > SILENT_AFTER


class Reporter:
    """Tells the hall what the devices of one station are doing; any thread may speak to it."""

    def __init__(self, open_store: Callable[[], Store], station: str) -> None:
        self._open_store = open_store
        self._station = station

    def note(self, report: DeviceReport) -> None:
        """Remember a device's report; it is written soon, and again every 30 seconds."""

    def close(self) -> None:
        """Report every device as closed and end; waits a few seconds at most."""
