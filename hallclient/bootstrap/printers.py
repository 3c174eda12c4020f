"""A printer by its settings, and what is remembered of its roll. Imported late, drivers and all."""

import json
import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from platformdirs import user_cache_path

from hallclient.config import KioskSettings, WindowSettings
from hallclient.devices.link import Link
from hallclient.devices.paper_meter import PaperMemory, PaperMeter
from hallclient.devices.printer import TicketPrinter
from hallclient.devices.printer_setup import printer_setup
from hallclient.devices.profile import load_profile
from hallclient.domain.plain import decode, encode
from hallclient.services.ports_devices import PrintOutcome
from hallclient.ui.glyphs import QtGlyphs

log = logging.getLogger(__name__)

_ROLL_METRES = 80
_ENDLESS = 1e7
"""Millimetres that no roll has."""


@dataclass(frozen=True, slots=True)
class OwnPrinter:
    """A printer on its link, neither started yet, with the meter of its roll."""

    printer: TicketPrinter
    link: Link
    meter: PaperMeter
    roll: "RollMemory"


def own_printer(
    own: KioskSettings | WindowSettings, finished: Callable[[PrintOutcome], None]
) -> OwnPrinter:
    """Return the printer of a kiosk or a window; ``finished`` is called in its thread."""
    profile = load_profile(own.printer_profile)
    link = Link(own.printer, replace(profile.port, baud=own.baud or profile.port.baud))
    roll = RollMemory(own.printer)
    metres, logo = _ROLL_METRES, ""
    if isinstance(own, KioskSettings):
        metres, logo = own.roll_metres, own.logo
    meter = PaperMeter(metres * 1000.0, roll.load())
    setup = printer_setup(own.printer, own.paper, profile, glyphs=QtGlyphs(), logo=logo)
    return OwnPrinter(TicketPrinter(link, finished, setup, meter=meter), link, meter, roll)


class RollMemory:
    """Keeps over a restart how much paper is left; a cache, nothing more. One thread uses it."""

    def __init__(self, port: str) -> None:
        name = f"roll-{zlib.crc32(port.encode()):08x}.json"
        self._file = user_cache_path("hallclient") / name
        self._kept: PaperMemory | None = None

    def load(self) -> PaperMemory | None:
        """Return what was kept, None when there is nothing that can be read."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            memory: PaperMemory = decode(PaperMemory, json.loads(self._file.read_text("utf-8")))
            numbers = (memory.roll, memory.left, memory.reserve, memory.slip, memory.since)
            if all(0.0 <= float(number) < _ENDLESS for number in numbers):
                self._kept = memory
        return self._kept

    def keep(self, memory: PaperMemory) -> None:
        """Keep it for the next start; failing to is no trouble."""
        if memory == self._kept:
            return
        self._kept = memory
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps(encode(memory)), "utf-8")
            fresh.replace(self._file)
        except OSError as error:
            log.info("the paper left is not remembered: %s", error)
