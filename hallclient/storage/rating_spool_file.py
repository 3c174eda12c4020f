"""The ratings of a window's screen that wait, on its disk: ``ratings.log`` and a lock."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from hallclient.services.rating_spool import KeptRating
from hallclient.storage.line_file import LineFile

log = logging.getLogger(__name__)


class RatingSpoolFile:
    """Fulfils ``services.rating_spool.RatingLog``."""

    def __init__(self, folder: Path) -> None:
        self._lines = LineFile(folder / "ratings.log", "screen")

    def open(self) -> Sequence[KeptRating]:
        """Read everything; raises ``SpoolError`` also when another process has the folder."""
        self._lines.claim()
        try:
            texts, damaged = self._lines.read()
            kept = []
            for text in texts:
                try:
                    kept.append(_kept_of(text))
                except ValueError:
                    damaged = True
            if damaged:
                log.error("lines of the screen's ratings are damaged and are left out")
            return tuple(kept)
        except BaseException:
            self.close()
            raise

    def append(self, kept: KeptRating) -> None:
        """Write a line; on the disk when this returns, and not at all when it raises."""
        self._lines.append(_text_of(kept))

    def rewrite(self, kept: Sequence[KeptRating]) -> None:
        """Replace all lines."""
        self._lines.rewrite([_text_of(one) for one in kept])

    def close(self) -> None:
        """Let the folder go."""
        self._lines.close()


def _text_of(kept: KeptRating) -> str:
    told = [kept.turn_id] if kept.turn_id else []
    return json.dumps([*told, kept.device, kept.sealed], separators=(",", ":"))


def _kept_of(text: str) -> KeptRating:
    match json.loads(text):
        case [str(device), str(sealed)]:
            return KeptRating(device, sealed)
        case [int(turn_id), str(device), str(sealed)] if not isinstance(turn_id, bool):
            return KeptRating(device, sealed, turn_id)
    raise ValueError("not a rating of a spool")
