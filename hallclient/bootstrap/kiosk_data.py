"""What a kiosk keeps on its PC: the spool for numbers without the database, wrong PINs.

One folder for each kiosk name and database, the user's alone.
"""

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from hallclient.config import Settings, default_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.spool import Spool


def kiosk_folder(settings: Settings) -> Path:
    """Return where this kiosk keeps what must outlive a restart."""
    parts = (settings.kiosk.name, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return user_data_path("hallclient") / f"kiosk-{key:08x}"


def spool_maker(settings: Settings) -> "Callable[[], Spool]":
    """Return what makes the kiosk's spool, importing it then."""

    def make() -> "Spool":
        from hallclient.services.spool import Spool  # noqa: PLC0415 - not at start
        from hallclient.services.spool_clock import process_ticks  # noqa: PLC0415 - same
        from hallclient.storage.spool_file import SpoolFile  # noqa: PLC0415 - same

        return Spool(SpoolFile(kiosk_folder(settings)), process_ticks())

    return make


def pin_guard(settings: Settings) -> "PinGuard":
    """Return the guard of this kiosk's PINs: the technician's and the ushers'."""
    from hallclient.services.pin_guard import PinGuard  # noqa: PLC0415 - rare
    from hallclient.storage.pin_file import PinFile  # noqa: PLC0415 - same

    return PinGuard(PinFile(kiosk_folder(settings) / "pins.json"))
