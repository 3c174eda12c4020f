"""The ratings of a window's screen, joined. Imported when the first one is asked for."""

from functools import partial

from hallclient.bootstrap.halls import LateStore
from hallclient.bootstrap.ledger import key_here
from hallclient.bootstrap.screen_folder import screen_folder
from hallclient.config import Settings
from hallclient.screen.rating.asked import RatingDesk
from hallclient.screen.rating.drop import RatingDrop
from hallclient.screen.rating.page import RatingPage
from hallclient.services.rating_codes import RatingCodes
from hallclient.services.rating_spool import RatingMemory, RatingSpool, key_in_memory
from hallclient.services.ratings import PATIENCE, Ratings
from hallclient.storage.rating_spool_file import RatingSpoolFile
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words


class ScreenRating:
    """What a screen needs to ask and to write, in the screen's own worker."""

    def __init__(
        self,
        settings: Settings,
        store: LateStore,
        worker: Worker,
        words: Words,
        clock: HallClock,
    ) -> None:
        key = partial(key_here, settings)
        self._words, self._clock = words, clock
        self._key = key()
        self._spool = self._new_spool(settings)
        device = f"screen {settings.screen.window}"
        ratings = Ratings(store, key, PATIENCE)
        self._drop = RatingDrop(ratings, store, self._spool, worker, device)

    def _new_spool(self, settings: Settings) -> RatingSpool:
        if self._key is not None:
            file = RatingSpoolFile(screen_folder(settings))
            return RatingSpool(file, lambda: self._key, self._clock.now)
        own = key_in_memory()
        return RatingSpool(RatingMemory(), lambda: own, self._clock.now)

    def page(self) -> RatingPage:
        """Return a page that asks and gives."""
        desk = RatingDesk(
            words=Words(self._words.language),
            give=self._drop.give,
            clock=self._clock.monotonic,
            contact=self._key is not None,
            url=RatingCodes(self._key).url_of if self._key is not None else None,
        )
        return RatingPage(desk)

    def hand_in(self) -> None:
        """Hand in what waits on the disk."""
        self._drop.hand_in()

    def stop(self) -> None:
        """Offer nothing again."""
        self._drop.stop()

    def close(self) -> None:
        """Let the disk go, when the worker has ended."""
        self._spool.close()
