"""What every device of a profile does on a link: bytes in, frames out, a torn one given up."""

from collections.abc import Callable

from hallclient.devices.codec.formats import Frame
from hallclient.devices.link import Link
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceProfile
from hallclient.services.ports_devices import DeviceState


class ListeningDevice:
    """A member of a link that decodes what it hears. Subclasses take the frames."""

    def __init__(self, link: Link, profile: DeviceProfile) -> None:
        self._profile = profile
        self._decoder = profile.decoder()
        self._member = link.join(self)

    @property
    def state(self) -> DeviceState:
        """Where this device stands now; any thread."""
        return self._member.state

    def watch(self, changed: Callable[[DeviceState], None]) -> None:
        """Call ``changed`` at every change of state, in the worker thread."""
        self._member.watch(changed)

    # The link's client, in the worker thread.

    @property
    def gap_seconds(self) -> float | None:
        """The profile's inter-byte gap while part of a frame is pending."""
        return self._profile.gap_seconds if self._decoder.pending else None

    def opened(self, _channel: Channel) -> None:
        """Begin anew: what was pending on the old line is nothing."""
        self._decoder.reset()

    def received(self, data: bytes, channel: Channel) -> None:
        """Take bytes in any chunking."""
        for frame in self._decoder.feed(data):
            self._take(frame, channel)

    def silent(self, channel: Channel) -> None:
        """Give up the torn frame, keep what follows it."""
        while self._decoder.pending:
            for frame in self._decoder.gap():
                self._take(frame, channel)

    def due(self, _now: float) -> float | None:
        """Have nothing to do by the clock."""
        return None

    def _take(self, frame: Frame, channel: Channel) -> None:
        """Take a whole frame, whoever it is from."""
        raise NotImplementedError
