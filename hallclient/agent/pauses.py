"""How long to wait before something that ended is tried again."""

from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0
QUIET_S: Final = 300.0
"""Whatever ran for so long had recovered: its next end is a new trouble."""


class Pauses:
    """1, 2, 4 … 60 seconds; after five quiet minutes 1 again."""

    def __init__(self) -> None:
        self._next = FIRST_S

    def after(self, ran_s: float) -> float:
        """Return the pause after something that ran for ``ran_s`` seconds."""
        pause = FIRST_S if ran_s >= QUIET_S else self._next
        self._next = min(pause * 2, LONGEST_S)
        return pause

    def reset(self) -> None:
        """Begin with the shortest pause again."""
        self._next = FIRST_S
