"""What a clerk's panel needs from the rest of the program; bootstrap puts it together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.parts import Staff
    from hallclient.services.cases import Cases
    from hallclient.services.hall_slips import HallSlips
    from hallclient.services.persons import PersonKeys
    from hallclient.services.print_jobs import PrintJobs
    from hallclient.services.window_panel import WindowPanel
    from hallclient.ui.feed import FeedThread
    from hallclient.ui.tasks import Worker
    from hallclient.ui.words import Words


@dataclass(frozen=True, slots=True)
class PanelDesk:
    """One window's services for the panel, on the store that ``worker``'s thread uses.

    ``cases`` makes the cases of who sits there; ``keys``, asked in the worker, are what persons
    are found by, None without the hall's key. Slips go to ``station``; empty: none is printed,
    and no key for it is shown.
    """

    panel: WindowPanel
    cases: Callable[[Staff], Cases]
    worker: Worker
    words: Words
    keys: Callable[[], PersonKeys | None] = lambda: None
    feed: FeedThread | None = None
    slips: HallSlips | None = None
    jobs: PrintJobs | None = None
    station: str = ""

    @property
    def prints(self) -> bool:
        """Whether something can be printed from here."""
        return bool(self.station) and self.slips is not None and self.jobs is not None
