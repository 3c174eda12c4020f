"""An emulated LED strip."""

from pathlib import Path

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.device import EmulatedDevice
from hallclient.devices.profile import DeviceEvent, DeviceProfile


class EmulatedStrip(EmulatedDevice):
    """``text`` is what it shows now; ``began`` how often it was initialised."""

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        address: int = 1,
        link: Path | None = None,
        bus: EmulatedBus | None = None,
    ) -> None:
        self._texts: list[str] = []
        self._began = 0
        super().__init__(profile, address=address, link=link, bus=bus)

    @property
    def text(self) -> str:
        """The line it shows, empty before anything came."""
        return self._texts[-1] if self._texts else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All lines it was given."""
        with self._changed:
            return tuple(self._texts)

    @property
    def began(self) -> int:
        """How often it was initialised."""
        return self._began

    def wait_for_text(self, text: str, timeout: float) -> bool:
        """Wait until it shows this line."""
        return self.wait_until(lambda: self.text == text, timeout)

    def wait_for_texts(self, count: int, timeout: float) -> bool:
        """Wait until it was given that many lines in all."""
        return self.wait_until(lambda: len(self._texts) >= count, timeout)

    def _obey(self, event: DeviceEvent) -> None:
        with self._changed:
            if event.name == "show":
                self._texts.append(event.text)
            elif event.name == "init":
                self._began += 1
            self._changed.notify_all()

    def _state(self) -> str:
        return f"shows {self.text!r}"
