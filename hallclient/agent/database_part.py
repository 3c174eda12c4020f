"""Looks after the SQLite file of this PC: notices damage, and has it mended.

Whoever meets damage leaves a mark beside the file (``storage.engine``); this looks for it every few
seconds, and reads the whole file at its start and every hour. Meanwhile roles wait as they do for
any database that is away, and kiosks give out numbers of their own.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from hallclient.agent.loop import LoopPart
from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.services.store_error import StoreError

log = logging.getLogger(__name__)

LOOK_S: Final = 3.0
CHECK_S: Final = 3600.0
"""So often all of the file is read, if nobody has met damage: what is not asked for rots unseen."""
AGAIN_S: Final = 60.0
"""Until it is read again where it could not be."""


class Keeper(Protocol):
    """What knows the file. Raises ``StoreError``."""

    def marked(self) -> bool:
        """Return whether somebody has met damage, or the file is gone."""
        ...

    def trouble(self) -> str:
        """Read all of the file; return what is wrong with it, empty for nothing."""
        ...

    def mend(self) -> str:
        """Mend it; return what was done, empty when nothing was wrong any more."""
        ...

    def tell(self) -> None:
        """Tell the hall what was done; until it succeeds it is asked for again."""
        ...


class DatabasePart(LoopPart):
    """Fulfils ``agent.part.Part``."""

    name = "database"

    def __init__(
        self,
        keeper: Keeper,
        changed: Callable[[], None],
        *,
        mends: bool = True,
        look_s: float = LOOK_S,
        check_s: float = CHECK_S,
    ) -> None:
        self._keeper = keeper
        self._changed = changed
        self._mends = mends
        self._look_s = look_s
        self._check_s = check_s
        self._check_at = float("-inf")
        self._untold = False
        self._line = StatusLine(self.name, PartState.STOPPED, utc_now())
        super().__init__()

    def status(self) -> Sequence[StatusLine]:
        """Return one line."""
        return (self._line,)

    # In the thread

    def _look_around(self) -> float:
        try:
            self._look()
        except StoreError as error:
            self._say(PartState.TROUBLE, str(error))
        except Exception:
            log.exception("the database could not be looked at")
            self._say(PartState.TROUBLE, "met what nobody expected, see the log")
        return self._look_s

    def _say_ended(self) -> None:
        self._say(PartState.STOPPED, "ended with the agent")

    def _look(self) -> None:
        if self._untold:
            self._keeper.tell()
            self._untold = False
        marked = self._keeper.marked()
        if not marked and time.monotonic() < self._check_at:
            return
        self._check_at = time.monotonic() + min(AGAIN_S, self._check_s)
        trouble = self._keeper.trouble()
        self._check_at = time.monotonic() + self._check_s
        if not trouble and not marked:
            if self._line.state is not PartState.RESTING:
                self._say(PartState.RESTING, "sound")
            return
        if trouble and not self._mends:
            self._say(PartState.TROUBLE, f"damaged ({trouble}): hallclient db restore --latest")
            return
        self._mend(trouble)

    def _mend(self, trouble: str) -> None:
        if trouble:
            log.error("the database is damaged: %s", trouble)
            self._say(PartState.RUNNING, f"damaged ({trouble}); being restored")
        done = self._keeper.mend()
        if not done:
            self._say(PartState.RESTING, "sound")
            return
        log.error("the database was %s", done)
        self._say(PartState.RESTING, done)
        self._untold = True
        self._keeper.tell()
        self._untold = False

    def _say(self, state: PartState, words: str) -> None:
        if (state, words) == (self._line.state, self._line.words):
            return
        if state is PartState.TROUBLE:
            log.warning("database: %s", words)
        since = self._line.since if state is self._line.state else utc_now()
        self._line = replace(self._line, state=state, since=since, words=words)
        self._changed()
