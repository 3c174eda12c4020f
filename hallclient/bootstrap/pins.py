"""Where a PC counts wrong PINs of its windows, so that a restart forgives nothing."""

import zlib
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

from hallclient.config import Settings, default_database
from hallclient.services.pin_guard import PinGuard, PinMemory, Tries


def window_pins(settings: Settings, part: str) -> PinGuard:
    """Return the guard of one process's windows; ``part`` tells it from the PC's others."""
    key = f"{settings.database or default_database()}\n{settings.hall}\n{part}"
    name = f"window-pins-{zlib.crc32(key.encode()):08x}.json"
    return PinGuard(_LateFile(user_data_path("hallclient") / name))


class _LateFile:
    """A file of tries that is imported with the first PIN, not with the first screen."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Mapping[str, Tries]:
        return self._file().load()

    def save(self, tries: Mapping[str, Tries]) -> None:
        self._file().save(tries)

    def _file(self) -> PinMemory:
        from hallclient.storage.pin_file import PinFile  # noqa: PLC0415 - rare

        return PinFile(self._path)
