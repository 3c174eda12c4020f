"""What every emulated device of a profile does: hear, answer, and fail in known ways."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from hallclient.devices.codec.formats import Frame
from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.console import Console, Verb, octets, seconds, switch
from hallclient.devices.profile import DeviceEvent, DeviceProfile

FAULTS = ("deaf", "mute", "damaged", "garbage")


class EmulatedDevice:
    """A device on a line of its own, or on a given ``bus``.

    Faults: ``deaf`` (hears nothing), ``mute`` (hears, never answers), ``damaged`` (a bit of all it
    says is wrong), ``garbage`` (noise around all it says), ``slow`` (seconds it thinks before it
    speaks), a wrong ``address``, ``unplug()``.
    """

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        address: int = 1,
        bus: EmulatedBus | None = None,
        link: Path | None = None,
        baud: int | None = None,
    ) -> None:
        self.profile = profile
        self.address = address
        self.deaf = self.mute = self.damaged = self.garbage = False
        self.slow = 0.0
        self._name = f"{profile.kind}-{address}"
        self._changed = threading.Condition()
        self._decoder = profile.device_decoder()
        self._heard_at = 0.0
        self._console = Console(self._verbs())
        self._own_bus = bus is None
        self.bus = bus or EmulatedBus(link=link, baud=baud)
        self.bus.join(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """What the bus's console calls it."""
        return self._name

    @property
    def path(self) -> str:
        """The port to open."""
        return self.bus.path

    def plug_in(self) -> None:
        """Make the port appear."""
        self.bus.plug_in()

    def unplug(self) -> None:
        """Make the port vanish, for all devices on it."""
        self.bus.unplug()

    def close(self) -> None:
        """End the line, when it is this device's own."""
        if self._own_bus:
            self.bus.close()

    def heard(self, data: bytes) -> None:
        """Take what the host wrote, in the bus's thread."""
        now = time.monotonic()
        if now - self._heard_at > self.profile.outgoing.gap_seconds:
            self._decoder.reset()
        self._heard_at = now
        if not self.deaf:
            for frame in self._decoder.feed(data):
                self._take(frame)

    def say(self, data: bytes) -> None:
        """Send bytes as this device does, faults and all."""
        if self.mute:
            return
        if self.damaged and data:
            middle = len(data) // 2
            data = data[:middle] + bytes((data[middle] ^ 0x04,)) + data[middle + 1 :]
        if self.garbage:
            data = self.bus.noise(7) + data + self.bus.noise(5)
        self.bus.send(data, self.slow)

    def send_raw(self, data: bytes) -> None:
        """Send any bytes, for noise on the line."""
        self.bus.send(data)

    def wait_until(self, wanted: Callable[[], bool], timeout: float) -> bool:
        """Wait until something is so; what changes announces itself in ``_changed``."""
        with self._changed:
            return self._changed.wait_for(wanted, timeout)

    def command(self, line: str) -> str:
        """Do what a line of text says; ``help`` lists what it understands."""
        return self._console.command(line)

    def _take(self, frame: Frame) -> None:
        """Take what the host said, to whomever: a command for this device is obeyed."""
        if frame.addr == self._listens_to():
            event = self.profile.heard(frame)
            if event is not None:
                self._obey(event)
                self._confirm(event.name)

    def _obey(self, event: DeviceEvent) -> None:
        """Do what a command for this device wants."""

    def _state(self) -> str:
        raise NotImplementedError

    def _listens_to(self) -> int:
        if not self.profile.outgoing.has_address:
            return 0
        offset = self.profile.command_offset
        return self.address + offset & 0xFF if offset else self.address

    def _confirm(self, command: str) -> None:
        answer = self.profile.confirm(command, self.address)
        if answer:
            self.say(answer)

    def _verbs(self) -> dict[str, Verb]:
        faults = "|".join(FAULTS)
        return {
            "state": Verb("state: what it shows and does", lambda _: self._state()),
            "fault": Verb(f"fault {faults} on|off, slow SECONDS, address N", self._set_fault),
            "plug": Verb("plug: put the cable in", lambda _: self.plug_in()),
            "unplug": Verb("unplug: pull the cable", lambda _: self.unplug()),
            "raw": Verb("raw HEX: these bytes to the host", lambda t: self.send_raw(octets(t))),
        }

    def _set_fault(self, text: str) -> None:
        name, _, value = text.partition(" ")
        if name in FAULTS:
            setattr(self, name, switch(value))
        elif name == "slow":
            self.slow = seconds(value)
        elif name == "address" and value.isdecimal() and int(value) < 256:
            self.address = int(value)
        else:
            raise ValueError("say which fault")
