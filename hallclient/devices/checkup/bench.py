"""One port on the bench: what checks of every kind of device need."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from hallclient.devices.codec.formats import Decoder, Frame
from hallclient.devices.profile import DeviceProfile
from hallclient.devices.transport import Port, PortSettings, open_port

SHOWN_BYTES = 24
SETTLE_SECONDS = 0.3

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """A device on a port, as it should be; ``seconds`` is how long a person has to press a key."""

    url: str
    profile: DeviceProfile
    address: int
    seconds: float
    say: Say

    def open(self, baud: int | None = None) -> Port:
        """Open the port; raises ``PortError`` with one clear sentence."""
        settings: PortSettings = self.profile.port
        return open_port(self.url, settings if baud is None else replace(settings, baud=baud))

    def command(self, name: str, **values: object) -> bytes:
        """Return a command of the profile for this address."""
        return self.profile.encode(name, self.address, **values)


class Ear:
    """Listens on an open port: keeps what came, finds the frames in it."""

    def __init__(self, port: Port, profile: DeviceProfile) -> None:
        self._port = port
        self._profile = profile
        self._decoder: Decoder = profile.decoder()
        self.heard = bytearray()

    def frames(self, seconds: float) -> Iterator[Frame]:
        """Return the frames that come within ``seconds``, each as soon as it is whole."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            waiting = bool(self._decoder.pending)
            data = self._port.read(min(left, self._profile.gap_seconds if waiting else left))
            self.heard += data
            yield from self._decoder.feed(data) if data else self._gap(waiting=waiting)

    def bytes(self, count: int, seconds: float) -> bytes:
        """Return what comes within ``seconds``, at least ``count`` bytes or all there is."""
        deadline = time.monotonic() + seconds
        start = len(self.heard)
        while len(self.heard) - start < count and (left := deadline - time.monotonic()) > 0:
            self.heard += self._port.read(left)
        return bytes(self.heard[start:])

    def _gap(self, *, waiting: bool) -> list[Frame]:
        return self._decoder.gap() if waiting else []


def shown(data: bytes) -> str:
    """Return bytes as a technician reads them, the first few of many."""
    text = data[:SHOWN_BYTES].hex(" ").upper()
    return f"{text} … ({len(data)} bytes)" if len(data) > SHOWN_BYTES else text
