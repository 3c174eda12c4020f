"""The serial ports that a role is started with."""

from hallclient.devices.transport import PortSettings, open_port

WAIT_HELP = "start also while a port is missing or taken, and use it when it is there"


def check_ports(*urls: str) -> None:
    """Open and close each port that is named; raises a ``PortError`` with one clear sentence."""
    for url in urls:
        if url:
            open_port(url, PortSettings()).close()
