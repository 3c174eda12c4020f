"""The lines that the agent owns: their ports, and the windows whose devices hang on them."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.services.ports_devices import DeviceState

log = logging.getLogger(__name__)

FAREWELL_S: Final = 1.0
"""For the last texts to go out, on all lines together."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in the settings: the place (``agent.lines 2, device 1``) and a sentence."""

    place: str
    words: str


class OwnedLine(Protocol):
    """A port with its devices, as the agent sees it."""

    @property
    def name(self) -> str:
        """The port."""
        ...

    @property
    def state(self) -> DeviceState:
        """Where the port stands; any thread."""
        ...

    @property
    def words(self) -> str:
        """What hangs there, and what is the matter with the port."""
        ...

    def start(self) -> None:
        """Open the port, and again whenever it is lost."""
        ...

    def settle(self, until: float) -> None:
        """Let what its devices were told go out, until a ``time.monotonic`` second at most."""
        ...

    def stop(self) -> None:
        """Begin to close, without waiting."""
        ...

    def close(self) -> None:
        """Release the port."""
        ...


class Attending(Protocol):
    """Who looks after the windows, ``services.attendant.Attendant``."""

    @property
    def windows(self) -> tuple[str, ...]:
        """The windows' codes."""
        ...

    @property
    def attended(self) -> bool:
        """Whether the windows are known by now."""
        ...

    @property
    def away(self) -> bool:
        """Whether the database is away."""
        ...

    @property
    def unknown(self) -> frozenset[str]:
        """Windows that the hall does not have."""
        ...

    def start(self) -> None:
        """Begin to serve. Once."""
        ...

    def close(self) -> None:
        """End, within a few seconds."""
        ...


class LinesPart:
    """A part of the agent. Wrong settings cost what they are about, and nothing else."""

    name = "lines"

    def __init__(
        self,
        lines: Sequence[OwnedLine],
        attendant: Attending | None,
        faults: Sequence[Fault],
    ) -> None:
        self._lines = tuple(lines)
        self._attendant = attendant
        self._begun = self._ended = False
        self._since = {key: utc_now() for key in ("", *(line.name for line in lines))}
        self._said: dict[str, PartState] = {}
        self._faults = tuple(
            StatusLine(fault.place, PartState.TROUBLE, utc_now(), words=fault.words)
            for fault in faults
        )
        for fault in faults:
            log.error("%s: %s", fault.place, fault.words)

    def start(self) -> None:
        """Serve the windows, then open the ports."""
        if self._begun:
            return
        self._begun = True
        if self._attendant is not None:
            self._attendant.start()
        for line in self._lines:
            line.start()

    def stop(self) -> None:
        """Nothing ends early: the devices are to say that nobody is here any more."""

    def close(self) -> None:
        """Take leave of the windows, then release all ports at the same time."""
        if self._attendant is not None:
            self._attendant.close()
        until = time.monotonic() + FAREWELL_S
        for line in self._lines:
            line.settle(until)
        for line in self._lines:
            line.stop()
        for line in self._lines:
            line.close()
        self._ended = True

    def status(self) -> Sequence[StatusLine]:
        """Return a line for the windows, one for each port, one for each wrong setting."""
        windows = [] if self._attendant is None else [self._of_windows(self._attendant)]
        return [*windows, *(self._of_line(line) for line in self._lines), *self._faults]

    def _of_windows(self, attendant: Attending) -> StatusLine:
        name = f"windows {', '.join(attendant.windows)}"
        if not self._begun or self._ended:
            return self._line("", name, PartState.STOPPED, "ended with the agent")
        if attendant.away:
            return self._line("", name, PartState.WAITING, "the database is away")
        if attendant.unknown:
            unknown = ", ".join(sorted(attendant.unknown))
            words = f"this hall has no window {unknown}: what hangs there stays idle"
            return self._line("", name, PartState.TROUBLE, words)
        if not attendant.attended:
            return self._line("", name, PartState.WAITING, "the hall is being read")
        return self._line("", name, PartState.RUNNING, "attended")

    def _of_line(self, line: OwnedLine) -> StatusLine:
        state = PartState.WAITING
        if line.state is DeviceState.READY:
            state = PartState.RUNNING
        elif line.state is DeviceState.FAILED:
            state = PartState.TROUBLE
        elif line.state is DeviceState.CLOSED:
            state = PartState.STOPPED
        return self._line(line.name, f"line {line.name}", state, line.words)

    def _line(self, key: str, name: str, state: PartState, words: str) -> StatusLine:
        if self._said.get(key) is not state:
            self._said[key], self._since[key] = state, utc_now()
        return StatusLine(name, state, self._since[key], words=words)
