"""A serial line with one emulated device, or an RS485 bus with several of several profiles."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from hallclient.devices.emulators.console import Console, Verb, octets, switch
from hallclient.devices.pseudo_terminal import PseudoDevice


class Station(Protocol):
    """A device on the bus."""

    @property
    def name(self) -> str:
        """What the bus's console calls it, ``caller-1``."""
        ...

    def heard(self, data: bytes) -> None:
        """Take what the host wrote; every device of a bus hears everything."""
        ...

    def command(self, line: str) -> str:
        """Do what a line for this device says."""
        ...


class EmulatedBus(PseudoDevice):
    """The wire. Faults of the line itself: ``stuck``, ``echo``, ``noise()``, ``unplug()``."""

    def __init__(self, *, link: Path | None = None, baud: int | None = None) -> None:
        self.echo = False
        """Whether the adapter gives back what the host writes, as cheap RS485 ones do."""
        self._stations: list[Station] = []
        self._random = random.Random(68)  # noqa: S311  the same noise every time
        self._console = Console(self._verbs())
        super().__init__(link=link, baud=baud)

    @property
    def stations(self) -> tuple[Station, ...]:
        """The devices on the bus."""
        return tuple(self._stations)

    @property
    def stuck(self) -> bool:
        """Whether the line takes no more bytes: the host's writes time out."""
        return not self._reading

    @stuck.setter
    def stuck(self, stuck: bool) -> None:
        self._set_reading(reading=not stuck)

    def join(self, station: Station) -> None:
        """Put one more device on the bus."""
        self._stations.append(station)

    def send(self, data: bytes, after: float = 0.0) -> None:
        """Send to the host, now or ``after`` seconds; dropped while unplugged."""
        if after:
            self.later(after, lambda: self._send(data))
        else:
            self._send(data)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something done in the emulator's thread."""
        self._later(seconds, action)

    def noise(self, count: int = 16) -> bytes:
        """Return random bytes, the same ones in every run."""
        return self._random.randbytes(count)

    def command(self, line: str) -> str:
        """Do what a line says; ``caller-1 key 12 call`` is one for a device."""
        word, _, rest = line.strip().partition(" ")
        for station in self._stations:
            if station.name == word:
                return station.command(rest)
        if len(self._stations) == 1 and word not in self._verbs():
            return self._stations[0].command(line)
        return self._console.command(line)

    def _received(self, data: bytes) -> None:
        if self.echo:
            self._send(data)
        for station in self.stations:
            station.heard(data)

    def _verbs(self) -> dict[str, Verb]:
        return {
            "devices": Verb("devices: who is on this line", lambda _: self._names()),
            "plug": Verb("plug: put the cable in", lambda _: self.plug_in()),
            "unplug": Verb("unplug: pull the cable", lambda _: self.unplug()),
            "stuck": Verb("stuck on|off: the line takes no more bytes", self._set_stuck),
            "echo": Verb("echo on|off: the adapter repeats what the host says", self._set_echo),
            "noise": Verb("noise [COUNT]: random bytes to the host", self._make_noise),
            "raw": Verb("raw HEX: these bytes to the host", lambda t: self._send(octets(t))),
        }

    def _names(self) -> str:
        return "\n".join(station.name for station in self._stations) or "nobody"

    def _set_stuck(self, text: str) -> None:
        self.stuck = switch(text)

    def _set_echo(self, text: str) -> None:
        self.echo = switch(text)

    def _make_noise(self, text: str) -> None:
        if text and not text.isdecimal():
            raise ValueError("say how many bytes")
        self._send(self.noise(min(int(text or "16"), 4096)))
