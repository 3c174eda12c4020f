"""What a call board is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hallclient.services.board import Board
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words

Painted = Callable[[int, int, float], None]
"""Told turn, number of calls and ``time.monotonic()`` when a call is first painted."""


class Bell(Protocol):
    """What sounds once per call."""

    def ring(self) -> None:
        """Start the chime and return at once."""


@dataclass(frozen=True, slots=True)
class BoardDesk:
    """Ports of one board. Whoever makes worker and feed starts them and ends them.

    ``zones`` are codes, empty for the whole hall; ``painted`` is for measurements and costs
    nothing when absent.
    """

    board: Board
    worker: Worker
    feed: FeedThread
    words: Words
    zones: tuple[str, ...] = ()
    chime: Bell | None = None
    painted: Painted | None = None
    reduced_motion: bool = False
