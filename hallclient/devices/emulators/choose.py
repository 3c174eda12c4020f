"""Any emulator by its profile: also those that are no frame devices, printer and modem."""

from pathlib import Path
from typing import Protocol, Self

from hallclient.devices.emulators.making import emulate
from hallclient.devices.emulators.modem import EmulatedModem
from hallclient.devices.emulators.printer_console import ConsolePrinter
from hallclient.devices.escpos import PAPER_58, PAPER_80
from hallclient.devices.profile import DeviceProfile, Kind


class Emulator(Protocol):
    """A running emulated device."""

    @property
    def path(self) -> str:
        """The port to open."""
        ...

    def command(self, line: str) -> str:
        """Do what a line says and tell how it went."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *_error: object) -> None: ...


def emulator_of(
    profile: DeviceProfile, address: int = 1, link: Path | None = None, out: Path | None = None
) -> Emulator:
    """Return a running emulator; ``out`` is where a printer keeps what it prints."""
    if profile.kind is Kind.SMS_MODEM:
        return EmulatedModem(link=link)
    if profile.kind is not Kind.TICKET_PRINTER:
        return emulate(profile, address=address, link=link)
    narrow = profile.printer is not None and profile.printer.paper == PAPER_58.millimetres
    return ConsolePrinter(
        link=link, paper=PAPER_58 if narrow else PAPER_80, out=out, baud=profile.port.baud
    )
