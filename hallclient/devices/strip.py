"""The LED strip over a window (devices.md §2.2)."""

import logging

from hallclient.devices.codec.formats import Frame
from hallclient.devices.frame_device import FrameDevice
from hallclient.devices.member import Channel
from hallclient.services.ports_devices import StripColour

log = logging.getLogger(__name__)


class WindowStrip(FrameDevice):
    """Fulfils ``services.ports_devices.StripPort``; any thread."""

    def show(self, text: str, colour: StripColour = StripColour.RED) -> None:
        """Show one line, cut where the strip's frame ends; the last text wins, and is kept."""
        self._want(text=" ".join(text.split()), colour=colour.value)

    def _hear(self, frame: Frame, channel: Channel) -> None:
        event = self._profile.event(frame)
        if event is not None and event.name == "refused":
            log.warning("strip %d: a command was refused", self._address)
            self._outbox.acknowledged()  # to say it again would be refused again
            self._pump(channel)
