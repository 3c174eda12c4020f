"""Emulated devices behind real pseudo-terminals: the demo plays with them, tests talk to them.

Nothing in the product knows that they are not real; faults are switched by their attributes.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from hallclient.devices.codec.formats import Frame
from hallclient.devices.profile import DeviceProfile
from hallclient.devices.pseudo_terminal import PseudoDevice


class EmulatedKeypad(PseudoDevice):
    """A rating keypad of a profile. ``press`` works like the finger of a citizen, asked or not."""

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        address: int = 1,
        link: Path | None = None,
        asked_changed: Callable[[bool], None] | None = None,
    ) -> None:
        self._profile = profile
        self._address = address
        self._decoder = profile.device_decoder()
        self._asked = False
        self._asked_changed = asked_changed
        self._asks = 0
        self._acks: list[Frame] = []
        self._changed = threading.Condition()
        super().__init__(link=link, baud=None)

    @property
    def asked(self) -> bool:
        """Whether the keypad's lamp is on: asked and no key pressed since."""
        return self._asked

    @property
    def acks(self) -> tuple[Frame, ...]:
        """The acknowledgements received."""
        with self._changed:
            return tuple(self._acks)

    def wait_for_asks(self, count: int, timeout: float) -> bool:
        """Wait until the keypad was asked that many times in all."""
        with self._changed:
            return self._changed.wait_for(lambda: self._asks >= count, timeout)

    def wait_for_acks(self, count: int, timeout: float) -> bool:
        """Wait until that many acknowledgements came in all."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._acks) >= count, timeout)

    def press(self, level: int) -> None:
        """Press the first key that stands for this level; ``ValueError`` when there is none."""
        key = self._profile.say("rated", self._address, level=level)
        self._light(on=False)
        self.send_raw(key)

    def press_key(self, func: int, data: bytes) -> None:
        """Send one key frame as it is."""
        self._light(on=False)
        address = self._profile.speaks_from(self._address)
        self.send_raw(self._profile.incoming.encode(Frame(address, func, data)))

    def send_raw(self, data: bytes) -> None:
        """Send any bytes, for noise on the line."""
        self._send(data)

    def _received(self, data: bytes) -> None:
        asks = self._profile.encode("ask", self._address)
        for frame in self._decoder.feed(data):
            asked = self._profile.outgoing.encode(frame) == asks
            with self._changed:
                if asked:
                    self._asks += 1
                else:
                    self._acks.append(frame)
                self._changed.notify_all()
            if asked:
                self._light(on=True)

    def _light(self, *, on: bool) -> None:
        changed, self._asked = self._asked is not on, on
        if changed and self._asked_changed is not None:
            self._asked_changed(on)
