"""Devices with keys on a bus: a press is a frame, repeated until it is acknowledged."""

from pathlib import Path

from hallclient.devices.codec.formats import Frame
from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.device import EmulatedDevice
from hallclient.devices.profile import DeviceProfile

REPEAT_SECONDS = 0.15


class EmulatedKeys(EmulatedDevice):
    """``repeats``: how often a frame is sent again while no acknowledgement comes."""

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        address: int = 1,
        bus: EmulatedBus | None = None,
        link: Path | None = None,
        repeats: int = 0,
    ) -> None:
        self.repeats = repeats
        self._acks: list[Frame] = []
        self._sent = 0
        self._unanswered: tuple[int, list[Frame]] | None = None
        self._answers: set[Frame] = set()
        super().__init__(profile, address=address, bus=bus, link=link)

    @property
    def acks(self) -> tuple[Frame, ...]:
        """The acknowledgements received."""
        with self._changed:
            return tuple(self._acks)

    @property
    def sent(self) -> int:
        """How many key frames were sent, repeats and all."""
        return self._sent

    def wait_for_acks(self, count: int, timeout: float) -> bool:
        """Wait until that many acknowledgements came in all."""
        return self.wait_until(lambda: len(self._acks) >= count, timeout)

    def wait_for_sent(self, count: int, timeout: float) -> bool:
        """Wait until that many key frames were sent in all."""
        return self.wait_until(lambda: self._sent >= count, timeout)

    def press_frame(self, frame: Frame) -> None:
        """Send one key frame, and again while it is not acknowledged."""
        answer = self.profile.acknowledge(frame) or b""
        answers = self.profile.device_decoder().feed(answer)
        self._answers.update(answers)
        self._unanswered = (self._sent, answers)
        self._say_key(self.profile.incoming.encode(frame), self.repeats, self._unanswered)

    def _say_key(self, data: bytes, left: int, press: tuple[int, list[Frame]]) -> None:
        if self._unanswered is not press:
            return
        self.say(data)
        with self._changed:
            self._sent += 1
            self._changed.notify_all()
        if left:
            self.bus.later(REPEAT_SECONDS, lambda: self._say_key(data, left - 1, press))

    def _take(self, frame: Frame) -> None:
        if not self._is_ack(frame):
            super()._take(frame)
            return
        if self._unanswered is not None and frame in self._unanswered[1]:
            self._unanswered = None
        with self._changed:
            self._acks.append(frame)
            self._changed.notify_all()

    def _is_ack(self, frame: Frame) -> bool:
        """Return whether this answers one of our keys; commands may go to the same address."""
        own = self.profile.speaks_from(self.address)
        return frame.addr == own and (own != self._listens_to() or frame in self._answers)
