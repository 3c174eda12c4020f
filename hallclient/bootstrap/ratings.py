"""Where ratings go besides a keypad: the page of a window's screen, the folder of the agent."""

import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.ledger import key_here
from hallclient.config import Settings, default_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hallclient.agent.rating_files import RatingFolderPart
    from hallclient.bootstrap.halls import LateHall
    from hallclient.domain.rules import HallRules
    from hallclient.screen.rating.page import RatingPage
    from hallclient.services.store import Store
    from hallclient.ui.words import Words


def rating_folder_part(
    settings: Settings, hall: "LateHall", changed: "Callable[[], None]"
) -> "RatingFolderPart":
    """Return the agent's part that takes in the files of this PC's folder."""
    from hallclient.agent.rating_files import RatingFolderPart  # noqa: PLC0415 - late

    return RatingFolderPart(
        Path(settings.ratings.folder),
        lambda: hall.open().another_store(),
        lambda: key_here(settings),
        changed=changed,
    )


def screen_folder(settings: Settings) -> Path:
    """Return where a window's screen keeps what must outlive a restart."""
    from platformdirs import user_data_path  # noqa: PLC0415 - late

    parts = (settings.screen.window, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return user_data_path("hallclient") / f"screen-{key:08x}"


class ScreenRatings:
    """What a window's screen needs to take ratings; made late, closed before its hall.

    ``now`` gives the hall's time as well as the screen knows it, ``rules`` the hall's rules once
    they are known. Call :meth:`start` when the hall is open, :meth:`page` in the UI thread.
    """

    def __init__(
        self,
        settings: Settings,
        store: "Store",
        words: "Words",
        now: "Callable[[], datetime]",
        rules: "Callable[[], HallRules | None]",
    ) -> None:
        from hallclient.screen.rating.drop import RatingDrop  # noqa: PLC0415 - late
        from hallclient.services.rating_spool import RatingSpool  # noqa: PLC0415 - late
        from hallclient.services.ratings import PATIENCE, Ratings  # noqa: PLC0415 - late
        from hallclient.storage.rating_spool_file import RatingSpoolFile  # noqa: PLC0415 - late
        from hallclient.ui.tasks import Worker  # noqa: PLC0415 - late

        self._key = key_here(settings)
        self._words, self._rules = words, rules
        self._worker = Worker("ratings")  # its own: a look that hangs holds no rating up
        self._spool = RatingSpool(RatingSpoolFile(screen_folder(settings)), lambda: self._key, now)
        self._drop = RatingDrop(
            Ratings(store, lambda: self._key, PATIENCE),
            store,
            self._spool,
            self._worker,
            f"screen {settings.screen.window}",
        )
        self._drop.hand_in()

    def page(self) -> "RatingPage":
        """Make the page."""
        from hallclient.screen.rating.asked import RatingDesk  # noqa: PLC0415 - late
        from hallclient.screen.rating.page import RatingPage  # noqa: PLC0415 - late

        rules = self._rules()
        return RatingPage(
            RatingDesk(
                words=self._words,
                give=self._drop.give,
                clock=time.monotonic,
                contact=self._key is not None,
                reply_days=rules.follow_up_days if rules is not None else 0,
                url=self._url(),
            )
        )

    def close(self) -> None:
        """Write or keep what is in hand, and let everything go."""
        self._drop.stop()
        self._worker.close()
        self._spool.close()

    def _url(self) -> "Callable[[str, int], str] | None":
        if self._key is None:
            return None
        from hallclient.services.rating_codes import RatingCodes  # noqa: PLC0415 - rare

        return RatingCodes(self._key).url_of
