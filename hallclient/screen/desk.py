"""What a window's screen is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hallclient.services.window_public import PublicWindow
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words

if TYPE_CHECKING:
    from hallclient.screen.rating.page import RatingPage

Painted = Callable[[int, int, float], None]
"""Told turn, number of calls and ``time.monotonic()`` when a call is first painted."""


class PublicSide(Protocol):
    """The reading side of one window; asked in the worker."""

    def look(self) -> PublicWindow:
        """Return what may be shown now."""
        ...

    def photo(self, digest: str) -> bytes | None:
        """Return the bytes of a photo, None when it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class ScreenDesk:
    """Ports of one window's screen. Whoever makes worker and feed starts them and ends them.

    ``rating_page`` makes the page of the ratings when it is first needed, without it the screen
    asks for none; ``painted`` is for measurements.
    """

    public: PublicSide
    worker: Worker
    feed: FeedThread
    words: Words
    number: str = ""
    """What stands on the window, for the first paint."""
    rating_page: "Callable[[], RatingPage] | None" = None
    painted: Painted | None = None
    reduced_motion: bool = False
