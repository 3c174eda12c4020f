"""An emulated hardware caller with its small display."""

from pathlib import Path

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.console import Verb
from hallclient.devices.emulators.keys import EmulatedKeys
from hallclient.devices.profile import DeviceEvent, DeviceProfile

REPEATS = 3


class EmulatedCaller(EmulatedKeys):
    """``press`` works like a clerk's finger; ``shown`` is what stands on the display."""

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        address: int = 1,
        link: Path | None = None,
        bus: EmulatedBus | None = None,
        repeats: int = REPEATS,
    ) -> None:
        self._shown: str | None = None
        self._beeps = 0
        super().__init__(profile, address=address, link=link, bus=bus, repeats=repeats)

    @property
    def shown(self) -> str | None:
        """The digits on the display without leading blanks, ``None`` before anything came."""
        return self._shown

    @property
    def beeps(self) -> int:
        """How often it was made to beep."""
        return self._beeps

    def wait_for_shown(self, digits: str, timeout: float) -> bool:
        """Wait until these digits are on the display."""
        return self.wait_until(lambda: self._shown == digits, timeout)

    def wait_for_beeps(self, count: int, timeout: float) -> bool:
        """Wait until it has beeped that many times in all."""
        return self.wait_until(lambda: self._beeps >= count, timeout)

    def press(self, key: str, digits: str = "") -> None:
        """Press digits and a key, named as in ``CallerKey``; ``ValueError`` when it has none."""
        data = self.profile.say(key, self.address, digits=digits)
        (frame,) = self.profile.decoder().feed(data)
        self.press_frame(frame)

    def _obey(self, event: DeviceEvent) -> None:
        with self._changed:
            if event.name == "show":
                self._shown = event.digits
            elif event.name == "beep":
                self._beeps += 1
            self._changed.notify_all()

    def _state(self) -> str:
        shown = "nothing yet" if self._shown is None else repr(self._shown)
        return f"shows {shown}, beeped {self._beeps} times"

    def _verbs(self) -> dict[str, Verb]:
        keys = sorted({rule.name for rule in self.profile.events})
        usage = f"key [DIGITS] NAME: a clerk's finger; {', '.join(keys)}"
        return {"key": Verb(usage, self._press), **super()._verbs()}

    def _press(self, text: str) -> None:
        *digits, key = text.split() or [""]
        self.press(key, "".join(digits))
