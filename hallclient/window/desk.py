"""What a clerk's bar needs from the rest of the program; bootstrap puts it together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hallclient.config import KeySettings
from hallclient.domain.hall import HallPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.services.bar_news import BarGlance, BarNews
    from hallclient.services.calling import Calling
    from hallclient.services.ports_devices import RatingKeypadPort
    from hallclient.services.ratings import Ratings
    from hallclient.services.shifts import Shifts
    from hallclient.services.store import Store
    from hallclient.services.terminals import Terminals
    from hallclient.services.window_spool import WindowSpool
    from hallclient.services.windows import WindowState
    from hallclient.ui.feed import FeedThread
    from hallclient.ui.tasks import Worker
    from hallclient.ui.words import Words
    from hallclient.window.keypad import KeypadEars


@dataclass(frozen=True, slots=True)
class OfflineDesk:
    """A window's spool with a thread of its own: the database's may wait for a long time.

    ``hand_in`` runs in the database's thread; ``remembered`` gives the hall as this PC knew it.
    """

    spool: WindowSpool
    worker: Worker
    hand_in: Callable[[], None]
    remembered: Callable[[], HallPlan | None] = lambda: None


@dataclass(frozen=True, slots=True)
class ClerkDesk:
    """One window's services and devices.

    The services share a store that only ``worker``'s thread uses; ``plan`` is called in that
    thread too, so it may be the store's own. ``feed`` wakes on this window's scope; whoever made
    worker, feed and keypad starts and closes them. ``keypad`` calls ``ears.rated`` and
    ``ears.expired``; ``keypad_name`` is the device in the rating's row. Without a keypad nothing
    is asked and F9 is not on the bar.
    """

    calling: Calling
    shifts: Shifts
    ratings: Ratings
    worker: Worker
    words: Words
    plan: HallPlan | Callable[[], HallPlan]
    feed: FeedThread | None = None
    keypad: RatingKeypadPort[int] | None = None
    ears: KeypadEars | None = None
    keypad_name: str = "keypad"
    number: str = ""
    """The number on the window, shown until the database has told it."""
    ask_help: Callable[[], object] | None = None
    """Calls for a person to come here; in ``worker``'s thread."""
    bindings: KeySettings = field(default_factory=KeySettings)
    """The keys as the settings of this PC name them."""
    store: Store | None = None
    """The store itself, for what a popover looks up; only in ``worker``'s thread."""
    news: Callable[[WindowState], BarNews] | None = None
    """Returns what there is besides the window's own turn, of a state; in ``worker``'s thread."""
    glance: Callable[[], BarGlance] | None = None
    """Reads hall, state and news in one look; None reads them one by one."""
    terminals: Terminals | None = None
    """The window's lease; None asks nobody whether another terminal has the window."""
    terminal: str = ""
    """This terminal's name in the lease."""
    offline: OfflineDesk | None = None
    """How the window goes on without the database; None: it does not."""
    is_shown: Callable[[int, int], bool] | None = None
    """Tells in ``worker``'s thread whether a board shows a turn's n-th call; None: not asked."""
    prints: bool = False
    """Whether the end of a ticket hands out a slip."""

    def present_plan(self) -> HallPlan:
        """Return the hall as it is now; in the worker's thread."""
        return self.plan if isinstance(self.plan, HallPlan) else self.plan()
