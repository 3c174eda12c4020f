"""A rating keypad on a link.

A rating is the first valid grade between the ask and its time-out, from this keypad's address.
Keys before, after and twice are acknowledged (the keypad would repeat them) and ignored; so is a
frame that the keypad repeats because its acknowledgement was lost, also when another turn is
asked by then. A time-out is no rating. What was pressed is never logged (domain.md §5).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from hallclient.devices.codec.formats import Frame
from hallclient.devices.frame_device import FrameDevice
from hallclient.devices.link import Link
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceProfile
from hallclient.devices.transport import DeviceError, LinkClosed

log = logging.getLogger(__name__)

RATING_SECONDS = 20.0
MOST_READS = 4
KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class _Ask(Generic[KeyT]):
    turn_key: KeyT
    until: float


class RatingKeypad(FrameDevice, Generic[KeyT]):
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
        self._rating_seconds = rating_seconds
        self._rated = rated
        self._expired = expired
        self._asked: _Ask[KeyT] | None = None
        self._last: tuple[Frame, float] | None = None
        super().__init__(link, profile, address)

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

    def due(self, now: float) -> float | None:
        """Let the ask expire at its time."""
        if self._asked is not None and now >= self._asked.until:
            self._expire()
        moments = [super().due(now), None if self._asked is None else self._asked.until]
        return min((moment for moment in moments if moment is not None), default=None)

    def _greet(self) -> None:
        """Ask once more where the line broke during an ask."""
        if self._asked is not None and time.monotonic() < self._asked.until:
            self._put("ask")

    def _begin(self, ask: _Ask[KeyT], channel: Channel) -> None:
        for _ in range(MOST_READS):  # pressed before the ask; a line that babbles never ends
            self.received(channel.read(0.0), channel)
        self._replace(ask)
        self._put("ask")
        self._pump(channel)

    def _begin_unheard(self, ask: _Ask[KeyT], reason: DeviceError) -> None:
        """Keep the ask while the port is away: should it come back in time, it is greeted so."""
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

    def _hear(self, frame: Frame, channel: Channel) -> None:
        now = time.monotonic()
        event = self._profile.event(frame)
        repeated = self._repeats(frame, now)
        asked = self._asked
        if event is None or event.level is None:
            log.info("keypad %d: a frame of unknown content was refused", self._address)
        elif repeated:
            log.info("keypad %d: a repeated key was ignored", self._address)
        elif asked is None or now >= asked.until:
            log.info("keypad %d: a key outside an ask was ignored", self._address)
        else:
            self._asked = None
            self._rated(asked.turn_key, event.level)
        answer = self._profile.acknowledge(frame)
        if answer is not None:
            channel.write(answer)

    def _repeats(self, frame: Frame, now: float) -> bool:
        """Tell a frame sent again from a key pressed again, by the profile's time."""
        last = self._last
        if last is not None and last[0] == frame and now - last[1] < self._profile.repeat_seconds:
            return True
        self._last = (frame, now)
        return False
