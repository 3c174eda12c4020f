"""What the devices of this agent are doing, for the hall and for the agent's own status."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.services.ports_devices import DeviceState
from hallclient.services.stations import DeviceReport

_STATES: Final = {
    DeviceState.ABSENT: (PartState.WAITING, "nothing is connected to its port"),
    DeviceState.OPENING: (PartState.WAITING, "its port is being opened"),
    DeviceState.READY: (PartState.RUNNING, "ready"),
    DeviceState.STALE: (PartState.WAITING, "it does not answer"),
    DeviceState.FAILED: (PartState.TROUBLE, "its port cannot be used"),
    DeviceState.CLOSED: (PartState.STOPPED, "ended with the agent"),
}


class DeviceReporter(Protocol):
    """Who tells the hall, ``services.stations.Reporter``."""

    def note(self, report: DeviceReport) -> None:
        """Remember a report; it is written soon."""
        ...

    def close(self) -> None:
        """Report every device as closed."""
        ...


class DeviceBoard:
    """A part of the agent: a line for each device. Starts before the devices, ends after them."""

    name = "devices"

    def __init__(self, reporter: DeviceReporter, changed: Callable[[], None]) -> None:
        self._reporter = reporter
        self._changed = changed
        self._lock = threading.Lock()
        self._lines: dict[str, StatusLine] = {}

    def note(self, report: DeviceReport, place: str, trouble: str = "") -> None:
        """Take how a device is doing; any thread, never waits.

        ``place`` says where it hangs, ``trouble`` why its port is not open.
        """
        self._reporter.note(report)
        state, words = _STATES[report.state]
        line = StatusLine(report.name, state, utc_now(), words=f"{trouble or words}; {place}")
        with self._lock:
            before = self._lines.get(report.name)
            if before is not None and before.state is state:
                line = replace(line, since=before.since)
            self._lines[report.name] = line
        if line != before:
            self._changed()

    def start(self) -> None:
        """Nothing to begin: the reporter does with the first note."""

    def stop(self) -> None:
        """Nothing to end early: the devices say themselves that they are closed."""

    def close(self) -> None:
        """Tell the hall that every device is closed."""
        self._reporter.close()

    def status(self) -> Sequence[StatusLine]:
        """Return a line for each device."""
        with self._lock:
            return tuple(self._lines.values())
