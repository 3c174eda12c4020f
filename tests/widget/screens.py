"""A window's screen over a hall at work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hallclient.screen.desk import ScreenDesk
from hallclient.screen.rating.asked import Given, RatingDesk
from hallclient.screen.rating.page import RatingPage
from hallclient.screen.view import WindowScreen
from hallclient.services.store_error import StoreError
from hallclient.services.window_public import PublicWindow, WindowPublic
from hallclient.storage.store import SqlStore
from hallclient.ui.feed import FeedThread
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from tests.widget.displays import Floor, HandFeed, Seconds


class TroubledPublic(WindowPublic):
    """The real reading side, whose database can be away and whose looks can be held back."""

    def __init__(self, store: SqlStore, window: str, asks: str) -> None:
        super().__init__(store, window, asks)
        self.away = False
        self.looks = 0
        self.go = threading.Event()
        self.go.set()

    def look(self) -> PublicWindow:
        self.looks += 1
        self.go.wait(5)
        if self.away:
            raise StoreError("the database is away")
        return super().look()


@dataclass
class Screened:
    """A screen with all it needs; ``seconds`` moves its time."""

    view: WindowScreen
    public: TroubledPublic
    feed: HandFeed
    words: Words
    seconds: Seconds
    painted: list[tuple[int, int]] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)

    def wake(self) -> None:
        self.feed.wake()

    @property
    def state(self) -> str:
        return self.view.card.text()


@contextmanager
def screening(
    floor: Floor, window: str = "2", asks: str = "fallback", size: tuple[int, int] = (640, 400)
) -> Iterator[Screened]:
    """Show the screen of a window and take it down again."""
    source, words, seconds = HandFeed(), Words(), Seconds()
    feed, worker = FeedThread(source), Worker()
    public = TroubledPublic(floor.store, window, asks)
    painted: list[tuple[int, int]] = []
    given: list[Given] = []
    desk = ScreenDesk(
        public,
        worker,
        feed,
        words,
        window,
        rating_page=lambda: RatingPage(RatingDesk(words, given.append, seconds)),
        painted=lambda turn, calls, _at: painted.append((turn, calls)),
    )
    view = WindowScreen(desk, clock=HallClock(lambda: datetime.now(UTC), seconds))
    view.resize(*size)
    view.show()
    feed.start()
    view.start()
    try:
        yield Screened(view, public, source, words, seconds, painted, given)
    finally:
        public.go.set()
        view.stop()
        assert feed.stop()
        assert worker.close()
        view.close()
        view.deleteLater()
