"""The links of one process: one for each port, whoever shares it."""

from hallclient.devices.link import Link
from hallclient.devices.transport import PortSettings, PortUnsuitable


class Links:
    """Links by the address of their port. Devices join first, then all are started together."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}

    def at(self, url: str, settings: PortSettings) -> Link:
        """Return the link of this port.

        The first device's settings hold; ``PortUnsuitable`` when another one's line is different.
        """
        link = self._links.setdefault(url, Link(url, settings))
        ours = link.settings
        if (ours.baud, ours.handshake) != (settings.baud, settings.handshake):
            raise PortUnsuitable(
                f"port {url} cannot run at {ours.baud} baud, {ours.handshake}, and at "
                f"{settings.baud} baud, {settings.handshake}, at once"
            )
        return link

    def start(self) -> None:
        """Start all links."""
        for link in self._links.values():
            link.start()

    def close(self) -> None:
        """Close all links; those that hang do so at the same time."""
        for link in self._links.values():
            link.stop()
        for link in self._links.values():
            link.close()
