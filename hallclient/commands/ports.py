"""The serial ports that a role is started with."""

from hallclient.config import KEYBOARD, KioskSettings
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


def check_readers(own: KioskSettings) -> tuple[str, ...]:
    """Return the ports of a kiosk's scanner and card reader; raises ``ProfileError``."""
    from hallclient.devices.profile import Kind, load_profile  # noqa: PLC0415 - not for --help

    ports = []
    for port, profile, kind in (
        (own.scanner, own.scanner_profile, Kind.SCANNER),
        (own.reader, own.reader_profile, Kind.ID_CARD_READER),
    ):
        if port and port != KEYBOARD:
            if load_profile(profile).kind is not kind:
                raise ProfileError(f"{profile} is not the profile of a {kind}")
            ports.append(port)
    return tuple(ports)
