"""What the page of the ledger needs from the rest of the program; bootstrap puts it together."""

from collections.abc import Callable
from dataclasses import dataclass

from hallclient.domain.hall import HallPlan
from hallclient.services.errand_slips import ErrandSlips
from hallclient.services.errands import Errands
from hallclient.services.print_jobs import PrintJobs
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from hallclient.window.slips import SlipEars


@dataclass(frozen=True, slots=True)
class LedgerDesk:
    """One window's ledger.

    ``errands``, ``slips``, ``jobs`` and ``plan`` are used in ``worker``'s thread only. ``station``
    prints; empty prints nothing. ``ears`` hears of every slip that was asked for.
    """

    errands: Errands
    slips: ErrandSlips
    jobs: PrintJobs
    plan: Callable[[], HallPlan]
    worker: Worker
    words: Words
    feed: FeedThread | None = None
    station: str = ""
    ears: SlipEars | None = None
