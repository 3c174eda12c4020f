"""A rating keypad on a link.

A rating is the first valid grade between the ask and its time-out, from this keypad's address.
Keys before, after and twice are acknowledged (the keypad would repeat them) and ignored. A
time-out is no rating. What was pressed is never logged (domain.md §5).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from hallclient.devices.codec.formats import Frame
from hallclient.devices.link import Channel, Link
from hallclient.devices.profile import DeviceProfile
from hallclient.devices.transport import DeviceError, LinkClosed
from hallclient.services.ports_devices import DeviceState

log = logging.getLogger(__name__)

RATING_SECONDS = 20.0
KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class _Ask(Generic[KeyT]):
    turn_key: KeyT
    until: float


class RatingKeypad(Generic[KeyT]):
    """Asks for ratings; ``rated`` and ``expired`` are called in the worker thread.

    ``address`` is the caller's address (1-127); ``rating_seconds`` how long a turn is asked.
    A turn still being asked when the link is closed gets no callback.
    """

    def __init__(
        self,
        link: Link,
        profile: DeviceProfile,
        *,
        rated: Callable[[KeyT, int], None],
        expired: Callable[[KeyT], None],
        address: int = 1,
        rating_seconds: float = RATING_SECONDS,
    ) -> None:
        self._profile = profile
        self._address = address
        self._rating_seconds = rating_seconds
        self._rated = rated
        self._expired = expired
        self._decoder = profile.decoder()
        self._asked: _Ask[KeyT] | None = None
        self._member = link.join(self)

    @property
    def state(self) -> DeviceState:
        """Where the keypad stands now; any thread."""
        return self._member.state

    def watch(self, changed: Callable[[DeviceState], None]) -> None:
        """Call ``changed`` at every change of state, in the worker thread."""
        self._member.watch(changed)

    def ask(self, turn_key: KeyT) -> None:
        """Light the keypad and wait for a grade; the time-out runs from here.

        Asking again for the same turn only starts the time anew.
        """
        ask = _Ask(turn_key, time.monotonic() + self._rating_seconds)
        self._member.submit(
            lambda channel: self._begin(ask, channel),
            lambda reason: self._begin_unheard(ask, reason),
        )

    def cancel(self, turn_key: KeyT) -> None:
        """Stop waiting for this turn without any callback."""
        self._member.submit(
            lambda _channel: self._forget(turn_key),
            lambda _reason: self._forget(turn_key),
        )

    # The link's client, in the worker thread.

    @property
    def gap_seconds(self) -> float | None:
        """The profile's inter-byte gap while part of a frame is pending."""
        return self._profile.gap_seconds if self._decoder.pending else None

    def opened(self, channel: Channel) -> None:
        """Ask once more where the line broke during an ask."""
        self._decoder.reset()
        if self._asked is not None and time.monotonic() < self._asked.until:
            channel.write(self._profile.encode("ask", self._address))

    def received(self, data: bytes, channel: Channel) -> None:
        """Take bytes in any chunking."""
        channel.answers(answers=True)
        for frame in self._decoder.feed(data):
            self._take(frame, channel)

    def silent(self, channel: Channel) -> None:
        """Give up the torn frame, keep what follows it."""
        while self._decoder.pending:
            for frame in self._decoder.gap():
                self._take(frame, channel)

    def due(self, now: float) -> float | None:
        """Let the ask expire at its time."""
        if self._asked is None:
            return None
        if now < self._asked.until:
            return self._asked.until
        self._expire()
        return None

    def _begin(self, ask: _Ask[KeyT], channel: Channel) -> None:
        while data := channel.read(0.0):  # pressed before the ask
            self.received(data, channel)
        self._replace(ask)
        channel.write(self._profile.encode("ask", self._address))

    def _begin_unheard(self, ask: _Ask[KeyT], reason: DeviceError) -> None:
        """Keep the ask while the port is away: should it come back in time, ``opened`` asks."""
        if isinstance(reason, LinkClosed):
            return
        log.info("keypad not asked: %s", reason)
        self._replace(ask)

    def _replace(self, ask: _Ask[KeyT]) -> None:
        if self._asked is not None and self._asked.turn_key != ask.turn_key:
            self._expire()
        self._asked = ask

    def _forget(self, turn_key: KeyT) -> None:
        if self._asked is not None and self._asked.turn_key == turn_key:
            self._asked = None

    def _expire(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            self._expired(asked.turn_key)

    def _take(self, frame: Frame, channel: Channel) -> None:
        if frame.addr != self._profile.speaks_from(self._address):
            return
        event = self._profile.event(frame)
        asked = self._asked
        if event is None:
            log.info("keypad %d: a frame of unknown content was refused", self._address)
        elif event.level is None or asked is None or time.monotonic() >= asked.until:
            log.info("keypad %d: a key outside an ask was ignored", self._address)
        else:
            self._asked = None
            self._rated(asked.turn_key, event.level)
        self._acknowledge(frame, channel)

    def _acknowledge(self, frame: Frame, channel: Channel) -> None:
        answer = self._profile.acknowledge(frame)
        if answer is not None:
            channel.write(answer)
