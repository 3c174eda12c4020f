"""The check of one device: by its kind, and what to say when nobody answers."""

from collections.abc import Callable

from hallclient.devices.checkup import answering, pressing
from hallclient.devices.checkup.bench import Bench, Say
from hallclient.devices.profile import DeviceProfile, Kind
from hallclient.devices.transport import DeviceError

SECONDS = 15.0
_CHECKS: dict[Kind, Callable[[Bench], bool]] = {
    Kind.TICKET_PRINTER: answering.printer,
    Kind.SMS_MODEM: answering.modem,
    Kind.ID_CARD_READER: answering.card_reader,
    Kind.WINDOW_STRIP: answering.strip,
    Kind.RATING_KEYPAD: pressing.keypad,
    Kind.CALLER: pressing.caller,
    Kind.SCANNER: pressing.scanner,
}


def check(
    url: str,
    profile: DeviceProfile,
    say: Say,
    *,
    address: int = 1,
    seconds: float = SECONDS,
) -> bool:
    """Talk to the device at ``url`` and ``say`` line by line what was found.

    Returns whether it works as its profile says. ``PortError`` when the port cannot be opened.
    """
    say(f"{profile.name} (evidence: {profile.evidence}), {profile.port.baud} baud, port {url}")
    bench = Bench(url, profile, address, seconds, say)
    try:
        return _CHECKS[profile.kind](bench)
    except DeviceError as error:
        if type(error).__base__ is not DeviceError:  # the port never opened: the caller says so
            raise
        say(f"The line broke while talking: {error}. Look at plug and cable.")
        return False
