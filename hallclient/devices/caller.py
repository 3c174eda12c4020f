"""A hardware caller on a link (devices.md §2.1).

Its frames are acknowledged, mostly by an echo; a caller that gets none repeats its frame. So the
same frame within the profile's ``repeat_seconds`` of the last is the same press, acknowledged
again. What was pressed is never logged: digits may be a PIN.
"""

import logging
import time
from collections.abc import Callable

from hallclient.devices.codec.formats import Frame
from hallclient.devices.frame_device import FrameDevice
from hallclient.devices.link import Link
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceProfile
from hallclient.services.ports_devices import CallerKey, CallerPress

log = logging.getLogger(__name__)

ECHO_SECONDS = 0.1
"""An RS485 adapter may hand back our own echo this soon; no device repeats itself so fast."""
MOST_REPEATS = 8
"""A frame that comes back more often in a row is no caller's, and not answered any more."""


class HardwareCaller(FrameDevice):
    """Fulfils ``services.ports_devices.CallerPort``; ``pressed`` is called in the worker thread."""

    def __init__(
        self,
        link: Link,
        profile: DeviceProfile,
        address: int,
        pressed: Callable[[CallerPress], None],
    ) -> None:
        self._pressed = pressed
        self._last: tuple[Frame, float] | None = None
        self._repeated = 0
        self._answered: tuple[bytes, float] | None = None
        super().__init__(link, profile, address)
        self.show("")

    def show(self, text: str) -> None:
        """Show digits and blanks, right-aligned; the last text wins, and is kept."""
        self._want(digits=text)

    def beep(self) -> None:
        """Give one sound, now or not at all."""
        self._tell("beep")

    def _hear(self, frame: Frame, channel: Channel) -> None:
        now = time.monotonic()
        event = self._profile.event(frame)
        answer = self._profile.acknowledge(frame)
        if self._is_own(answer, now):
            return
        if event is not None:
            self._repeated = self._repeated + 1 if self._repeats(frame, now) else 0
        if answer is not None and self._repeated <= MOST_REPEATS:
            channel.write(answer)
            self._answered = (answer, now)
        if event is None:
            log.info("caller %d: a frame of unknown content was refused", self._address)
        elif self._repeated:
            log.info("caller %d: a repeated frame was taken for the same press", self._address)
        else:
            self._pressed(CallerPress(CallerKey(event.name), event.digits))

    def _is_own(self, answer: bytes | None, now: float) -> bool:
        """Tell our own echo, handed back by the adapter, once, from the caller's frames."""
        answered = self._answered
        if answered is None or answered[0] != answer:
            return False
        self._answered = None
        return now - answered[1] < ECHO_SECONDS

    def _repeats(self, frame: Frame, now: float) -> bool:
        last, self._last = self._last, (frame, now)
        return (
            last is not None and last[0] == frame and now - last[1] < self._profile.repeat_seconds
        )
