"""What a call board is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hallclient.display.roll import BOXES
from hallclient.services.board import Board, BoardCall
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words

Painted = Callable[[int, int, float], None]
"""Told turn, number of calls and ``time.monotonic()`` when a call is first painted."""


class Bell(Protocol):
    """What sounds once per call."""

    def ring(self) -> None:
        """Start the chime and return at once."""


class Voice(Protocol):
    """What speaks calls. Everything is said to it on the UI thread, and it returns at once.

    When the first word of a call is about to sound, it tells ``BoardPresenter.begins``.
    """

    def announce(self, call: BoardCall, *, found: bool) -> bool:
        """Take a call or a recall, younger than 45 s, in the order of the journal.

        ``found``: it was called before this board began to follow the hall, and may have been
        spoken already. Return whether it is going to be spoken here: the frame waits for that.
        """
        ...

    def settle(self, label: str) -> None:
        """Take that a ticket need not be called any more: it is served, missed or sent on."""
        ...


@dataclass(frozen=True, slots=True)
class BoardDesk:
    """Ports of one board. Whoever makes worker and feed starts them and ends them.

    ``zones`` are codes, empty for the whole hall; ``voice_zones`` are others whose calls are told
    to the voice all the same.
    """

    board: Board
    worker: Worker
    feed: FeedThread
    words: Words
    zones: tuple[str, ...] = ()
    chime: Bell | None = None
    painted: Painted | None = None
    """Told of every call once, when it is first seen here: also of those found at the start."""
    reduced_motion: bool = False
    voice: Voice | None = None
    voice_zones: tuple[str, ...] = ()
    bilingual: bool = False
    """Chinese with English beside or below it."""
    boxes: int = BOXES
    """Recent calls, six or three large ones."""
