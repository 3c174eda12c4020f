"""Wrong PINs in a small file, so that a restart forgives nothing. It holds counts, no PIN."""

import json
import logging
import os
from collections.abc import Mapping
from math import isfinite
from pathlib import Path

from hallclient.services.pin_guard import MOST_NAMES, Tries

log = logging.getLogger(__name__)


class PinFile:
    """Fulfils ``services.pin_guard.PinMemory``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Mapping[str, Tries]:
        """Return what is kept; nothing when it cannot be read."""
        try:
            table = json.loads(self._path.read_text("utf-8"))
            return dict(_entry(name, value) for name, value in list(table.items())[:MOST_NAMES])
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError, OverflowError) as error:
            log.warning("the count of wrong PINs cannot be read: %s", error)
            return {}

    def save(self, tries: Mapping[str, Tries]) -> None:
        """Replace the file as a whole."""
        text = json.dumps({name: [one.wrong, one.at] for name, one in tries.items()})
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            log.warning("the count of wrong PINs cannot be kept: %s", error)


def _entry(name: str, value: object) -> tuple[str, Tries]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"not a count of tries: {name}")
    wrong, at = value
    if not isinstance(wrong, int) or not isinstance(at, (int, float)) or not isfinite(at):
        raise ValueError(f"not a count of tries: {name}")
    return name, Tries(max(0, wrong), float(at))
