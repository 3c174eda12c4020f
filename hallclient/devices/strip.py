"""The LED strip over a window (devices.md §2.2)."""

import logging

from hallclient.devices.codec.formats import Frame
from hallclient.devices.frame_device import FrameDevice
from hallclient.devices.link import Link
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceProfile
from hallclient.services.ports_devices import StripColour

log = logging.getLogger(__name__)


class WindowStrip(FrameDevice):
    """Fulfils ``services.ports_devices.StripPort``; any thread."""

    def __init__(self, link: Link, profile: DeviceProfile, address: int) -> None:
        self._shown: tuple[str, StripColour] | None = None
        super().__init__(link, profile, address)

    def show(self, text: str, colour: StripColour = StripColour.RED) -> None:
        """Show one line, cut where the strip's frame ends; the last text wins, and is kept."""
        line = " ".join(text.split())
        self._shown = (line, colour)
        self._tell("show", text=line, colour=colour.value)

    def _greet(self) -> None:
        if "init" in self._profile.commands:
            self._put("init")
        if self._shown is not None:
            text, colour = self._shown
            self._put("show", text=text, colour=colour.value)

    def _hear(self, frame: Frame, channel: Channel) -> None:
        event = self._profile.event(frame)
        if event is not None and event.name == "refused":
            log.warning("strip %d: a command was refused", self._address)
            self._outbox.acknowledged()  # to say it again would be refused again
            self._pump(channel)
