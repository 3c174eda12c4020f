"""How a window goes on without the database: its spool, on the PC's own disk."""

import logging
import zlib
from functools import partial
from pathlib import Path

from platformdirs import user_data_path

from hallclient.bootstrap.ledger import key_here
from hallclient.config import Settings, default_database
from hallclient.services.spool_clock import SpoolClock, process_ticks
from hallclient.services.window_spool import WindowSpool
from hallclient.storage.window_spool_file import WindowSpoolFile

log = logging.getLogger(__name__)


def window_folder(settings: Settings) -> Path:
    """Return where this window keeps what must outlive a restart; one for each window and hall."""
    parts = (settings.window.window, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return user_data_path("hallclient") / f"window-{key:08x}"


def window_spool(settings: Settings) -> WindowSpool:
    """Return the spool of a window; its file is opened when it is first needed."""
    return WindowSpool(
        WindowSpoolFile(window_folder(settings)),
        settings.window.window,
        SpoolClock(process_ticks()),
        partial(key_here, settings),
    )
