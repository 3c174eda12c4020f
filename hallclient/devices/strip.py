"""The LED strip over a window (devices.md §2.2)."""

from hallclient.devices.frame_device import FrameDevice
from hallclient.devices.link import Link
from hallclient.devices.profile import DeviceProfile
from hallclient.services.ports_devices import StripColour


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
