"""What a window's screen is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hallclient.services.window_public import OpenRating, PublicWindow
from hallclient.ui.feed import FeedThread
from hallclient.ui.look import Look
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words

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


class RatingPage(Protocol):
    """The page on which the citizen rates: a widget that stands over everything but a call.

    It is made by the first asking and kept. Its reference size is 1280×800, in portrait 800×1280.
    The screen shows it from ``open`` to ``close``, for the whole time of the asking whatever was
    pressed; it says what was pressed to nobody but its own writing end.
    """

    def open(self, asked: OpenRating, seen: PublicWindow) -> None:
        """Ask. Called again with another ``asked_at`` when the clerk asks once more."""

    def close_page(self) -> None:
        """Forget everything: the time is over."""

    def lay_out(self, *, portrait: bool) -> None:
        """Take the shape of the screen."""

    def set_look(self, look: Look) -> None:
        """Take theme, language and scale."""

    def stop(self) -> None:
        """Let timers and threads go: the screen ends."""


@dataclass(frozen=True, slots=True)
class ScreenDesk:
    """Ports of one window's screen. Whoever makes worker and feed starts them and ends them.

    ``rating_page`` makes the page of the ratings, a ``QWidget`` too, when it is first needed;
    without it the screen asks for none. ``painted`` is for measurements.
    """

    public: PublicSide
    worker: Worker
    feed: FeedThread
    words: Words
    number: str = ""
    """What stands on the window, for the first paint."""
    rating_page: Callable[[], RatingPage] | None = None
    painted: Painted | None = None
    reduced_motion: bool = False
