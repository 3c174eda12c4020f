"""Where a window's screen keeps what must outlive a restart."""

import zlib
from pathlib import Path

from hallclient.config import Settings, default_database


def screen_folder(settings: Settings) -> Path:
    """Return the folder of this screen; one for each window and hall."""
    from platformdirs import user_data_path  # noqa: PLC0415 - not for the first paint

    parts = (settings.screen.window, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return user_data_path("hallclient") / f"screen-{key:08x}"
