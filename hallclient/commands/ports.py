"""The serial ports that a role is started with."""

from hallclient.devices.profile_error import ProfileError
from hallclient.devices.transport import PortSettings, open_port

WAIT_HELP = "start also while a port is missing or taken, and use it when it is there"


def check_ports(*urls: str) -> None:
    """Open and close each port that is named; raises a ``PortError`` with one clear sentence."""
    for url in urls:
        if url:
            open_port(url, PortSettings()).close()


def check_printer_profile(name: str) -> None:
    """Raise ``ProfileError`` unless this is a profile of a ticket printer."""
    from hallclient.devices.profile import Kind, load_profile  # noqa: PLC0415 - not for --help

    if load_profile(name).kind is not Kind.TICKET_PRINTER:
        raise ProfileError(f"{name} is not the profile of a ticket printer")
