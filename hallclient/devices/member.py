"""A device's place on a link: its turns, its state.

One link may carry one device or, on an RS485 bus, several. Each device joins as a ``LinkClient``
and gets a ``Member``. Its state is the port's, except that an open port says nothing about the
device behind it: there each member is ready or stale by itself.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hallclient.devices.transport import DeviceError
from hallclient.services.ports_devices import DeviceState

log = logging.getLogger(__name__)


class Channel(Protocol):
    """The open port, as one member may use it."""

    def read(self, timeout: float) -> bytes:
        """Wait up to ``timeout`` seconds for bytes, return what is there; may raise PortLost.

        For a device that has its line to itself. On a bus it waits a moment at most, and the other
        members get to hear the bytes too.
        """
        ...

    def write(self, data: bytes) -> None:
        """Send bytes; raises ``WriteTimeout`` or ``PortLost``.

        Inside ``received`` and ``silent`` they go out a moment later, when the line is clear.
        """
        ...

    def answers(self, *, answers: bool) -> None:
        """Tell whether this device answers: ready or stale."""
        ...


class LinkClient(Protocol):
    """The device's side of a link. All of it runs in the link's worker thread."""

    @property
    def gap_seconds(self) -> float | None:
        """After how much silence ``silent`` is wanted; ``None`` when no part of a frame waits.

        While it is not ``None`` a frame is coming in, and nothing is written into it.
        """
        ...

    def opened(self, channel: Channel) -> None:
        """Greet the device: the port has just been opened."""
        ...

    def received(self, data: bytes, channel: Channel) -> None:
        """Take bytes that arrived outside this member's own turn: on a bus, of any device."""
        ...

    def silent(self, channel: Channel) -> None:
        """Note that nothing followed the last bytes for ``gap_seconds``."""
        ...

    def due(self, now: float) -> float | None:
        """Do what is due at ``now``; return the monotonic second of the next need."""
        ...


Run = Callable[[Channel], None]
Refused = Callable[[DeviceError], None]
StateChanged = Callable[[DeviceState], None]


class StateLamp:
    """A state and those who want to know it; ``watch`` and reading from any thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._watchers: tuple[StateChanged, ...] = ()
        self.state = DeviceState.ABSENT

    def watch(self, changed: StateChanged) -> None:
        """Call ``changed`` at every change from now on, in the worker thread."""
        self._watchers = (*self._watchers, changed)

    def show(self, state: DeviceState) -> None:
        """Enter a state; nothing happens when it is the present one."""
        if state is self.state:
            return
        self.state = state
        for changed in self._watchers:
            try:
                changed(state)
            except Exception:
                log.exception("a device callback failed on %s", self._name)


class Member:
    """One device on a link; made by ``Link.join``."""

    def __init__(
        self,
        client: LinkClient,
        name: str,
        submit: Callable[["Job"], None],
        changed: Callable[[], None],
    ) -> None:
        self.client = client
        self.name = name
        self.quiet_since = 0.0
        self._lamp = StateLamp(name)
        self._submit = submit
        self._changed = changed
        self._port = DeviceState.ABSENT
        self._silent = self._stuck = False

    @property
    def state(self) -> DeviceState:
        """Where this device stands now; any thread."""
        return self._lamp.state

    def watch(self, changed: StateChanged) -> None:
        """Call ``changed`` at every change of state, in the worker thread."""
        self._lamp.watch(changed)

    def submit(self, run: Run, refused: Refused) -> None:
        """Queue a job; any thread, returns at once. See ``Job``."""
        self._submit(Job(self, run, refused))

    # The link tells, in the worker thread.

    def port_entered(self, state: DeviceState) -> None:
        """Follow the port; a port opened anew holds nothing against the device."""
        if state is not self._port:
            self._port = state
            self._silent = self._stuck = False
        self._show()

    def answered(self, *, answers: bool) -> None:
        """Note whether the device answers."""
        self._silent = not answers
        self._show()

    def took_bytes(self, *, took: bool) -> None:
        """Note whether a write for this device went out in time."""
        self._stuck = not took
        self._show()

    def _show(self) -> None:
        stale = self._port is DeviceState.READY and (self._silent or self._stuck)
        state = DeviceState.STALE if stale else self._port
        if state is not self._lamp.state:
            self._lamp.show(state)
            self._changed()


@dataclass(frozen=True, slots=True)
class Job:
    """Work for the worker thread: exactly one of ``run`` and ``refused`` is called, once.

    ``refused`` gets the reason when the port was not ready within ``PATIENCE_SECONDS`` of the
    link, or the link was closed.
    """

    member: Member
    run: Run
    refused: Refused
