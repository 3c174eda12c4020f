"""A window's spool on the disk: ``moves.log``, ``last``, and a lock; for the account alone."""

import logging
from collections.abc import Sequence
from pathlib import Path

from hallclient.services.spool_lines import framed, unframed
from hallclient.services.window_spool_lines import (
    LONGEST,
    LastState,
    SpooledMove,
    move_of,
    move_text,
    state_of,
    state_text,
)
from hallclient.storage.line_file import LineFile, replace_file, told

log = logging.getLogger(__name__)


class WindowSpoolFile:
    """Fulfils ``services.window_spool_lines.WindowLog``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = LineFile(folder / "moves.log", "window", LONGEST)

    def open(self) -> tuple[LastState | None, Sequence[SpooledMove]]:
        """Read everything; raises ``SpoolError`` also when another process has the folder."""
        self._lines.claim()
        try:
            texts, damaged = self._lines.read()
            moves: dict[str, SpooledMove] = {}
            for text in texts:
                try:
                    move = move_of(text)
                except ValueError:
                    damaged = True
                    continue
                moves[move.request_id] = move
            if damaged:
                # Its turn is still open in the database: the clerk sees it again and ends it.
                log.error("lines of the window's spool are damaged and are left out")
            return self._last(), tuple(moves.values())
        except BaseException:
            self.close()
            raise

    def append(self, move: SpooledMove) -> None:
        """Write a move; on the disk when this returns, and not at all when it raises."""
        self._lines.append(move_text(move))

    def rewrite(self, moves: Sequence[SpooledMove]) -> None:
        """Replace all moves."""
        self._lines.rewrite([move_text(move) for move in moves])

    def keep(self, state: LastState) -> None:
        """Keep what the window knew last."""
        with told("cannot keep the last state"):
            replace_file(self._folder / "last", framed(state_text(state)))

    def close(self) -> None:
        """Let the folder go."""
        self._lines.close()

    def _last(self) -> LastState | None:
        try:
            line = (self._folder / "last").read_bytes()
            return state_of(unframed(line.rstrip(b"\n")))
        except (OSError, ValueError):
            return None
