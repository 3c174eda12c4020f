"""Hall files: what a hall consists of, read from a TOML file or a folder of tables, and checked.

``load_hall("demo")`` gives a ``LoadedHall``; ``load_traffic("xindu")`` the day profile of a
replay. Everything wrong is told at once, by file, line and key, in a ``HallFileError``.
docs/hall-files.md says what may stand in a hall file.
"""

from hallclient.services.hallfile.load import LoadedHall, built_in_halls, load_hall
from hallclient.services.hallfile.problems import HallFileError, Problem
from hallclient.services.hallfile.traffic import ServiceLoad, Slot, Traffic, load_traffic

__all__ = [
    "HallFileError",
    "LoadedHall",
    "Problem",
    "ServiceLoad",
    "Slot",
    "Traffic",
    "built_in_halls",
    "load_hall",
    "load_traffic",
]
