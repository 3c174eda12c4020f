"""An emulated rating keypad."""

from collections.abc import Callable
from pathlib import Path

from hallclient.devices.codec.formats import Frame
from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.console import Verb
from hallclient.devices.emulators.keys import EmulatedKeys
from hallclient.devices.profile import DeviceEvent, DeviceProfile


class EmulatedKeypad(EmulatedKeys):
    """A rating keypad of a profile. ``press`` works like the finger of a citizen, asked or not."""

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        address: int = 1,
        link: Path | None = None,
        asked_changed: Callable[[bool], None] | None = None,
        bus: EmulatedBus | None = None,
        repeats: int = 0,
    ) -> None:
        self._asked = False
        self._asked_changed = asked_changed
        self._asks = 0
        super().__init__(profile, address=address, link=link, bus=bus, repeats=repeats)

    @property
    def asked(self) -> bool:
        """Whether the keypad's lamp is on: asked and no key pressed since."""
        return self._asked

    def wait_for_asks(self, count: int, timeout: float) -> bool:
        """Wait until the keypad was asked that many times in all."""
        return self.wait_until(lambda: self._asks >= count, timeout)

    def press(self, level: int) -> None:
        """Press the first key that stands for this level; ``ValueError`` when there is none."""
        try:
            data = self.profile.say("rated", self.address, level=level)
        except ValueError as error:
            raise ValueError(f"no key of this keypad stands for level {level}") from error
        self._light(on=False)
        (frame,) = self.profile.decoder().feed(data)
        self.press_frame(frame)

    def press_key(self, func: int, data: bytes) -> None:
        """Send one key frame as it is."""
        self._light(on=False)
        self.press_frame(Frame(self.profile.speaks_from(self.address), func, data))

    def _obey(self, event: DeviceEvent) -> None:
        if event.name == "ask":
            with self._changed:
                self._asks += 1
                self._changed.notify_all()
            self._light(on=True)

    def _light(self, *, on: bool) -> None:
        changed, self._asked = self._asked is not on, on
        if changed and self._asked_changed is not None:
            self._asked_changed(on)

    def _state(self) -> str:
        return "asked for a rating" if self._asked else "not asked"

    def _verbs(self) -> dict[str, Verb]:
        return {"press": Verb("press LEVEL: a citizen's finger", self._press), **super()._verbs()}

    def _press(self, text: str) -> None:
        if not text.isdecimal():
            raise ValueError("say a level, 1 to 5")
        self.press(int(text))
