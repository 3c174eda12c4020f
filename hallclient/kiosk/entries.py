"""What a kiosk offers besides 取号: an entry exists with its journey and whoever receives it.

A journey that is not built, a scanner that is not fitted, nobody on duty who would come: then the
entry is not on the screen at all (visual.md §1.8). What exists but needs the database that is
away just now stays, dashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.kiosk.journeys.all import Journeys

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.hall import HallPlan
    from hallclient.kiosk.presenter import KioskPresenter


@dataclass(frozen=True, slots=True)
class Entry:
    """A journey by its name in ``Journeys`` and the method that begins it.

    ``live`` entries are there only while ``journey.available``; they are asked once the hall was
    read. ``offline`` entries go on while the database is away.
    """

    name: str
    begins: str
    receives: Callable[[KioskPresenter, HallPlan], bool]
    live: bool = False
    offline: bool = False


def _always(_kiosk: KioskPresenter, _plan: HallPlan) -> bool:
    return True


def _guides(_kiosk: KioskPresenter, plan: HallPlan) -> bool:
    return bool(plan.listed)


def _bookings(_kiosk: KioskPresenter, plan: HallPlan) -> bool:
    return any(queue.slice_booked for queue in plan.queues)


def _appointments(kiosk: KioskPresenter, plan: HallPlan) -> bool:
    """Tell whether anybody can have an appointment: booked here, or imported for today."""
    sight = kiosk.sight
    return _bookings(kiosk, plan) or (sight is not None and sight.hall.expects)


def _scanner(kiosk: KioskPresenter, _plan: HallPlan) -> bool:
    return kiosk.desk.scanner


def _reader(kiosk: KioskPresenter, _plan: HallPlan) -> bool:
    return kiosk.desk.reader is not None


ENTRIES = {
    entry.name: entry
    for entry in (
        Entry("checking_in", "open", _appointments),
        Entry("booking", "open", _bookings),
        Entry("scanning", "open", _scanner),
        Entry("guide", "open", _guides, offline=True),
        Entry("progress", "open", _always),
        Entry("requeueing", "open", _always),
        Entry("card", "present", _reader),
        Entry("helping", "ask", _always, live=True),
    )
}


def entries_of(kiosk: KioskPresenter) -> frozenset[str]:
    """Return the names of the entries that exist here now."""
    plan = kiosk.plan
    if plan is None:
        return frozenset()
    return frozenset(name for name, entry in ENTRIES.items() if _exists(kiosk, entry, plan))


def works(kiosk: KioskPresenter, name: str) -> bool:
    """Tell whether an entry works just now: without the database most do not."""
    return ENTRIES[name].offline or not kiosk.figures.down


def begin(kiosk: KioskPresenter, name: str) -> None:
    """Begin an entry's journey."""
    getattr(getattr(kiosk.journeys, name), ENTRIES[name].begins)()


def _exists(kiosk: KioskPresenter, entry: Entry, plan: HallPlan) -> bool:
    # Asking the class imports nothing: a journey is made when it is begun.
    if not hasattr(Journeys, entry.name) or not entry.receives(kiosk, plan):
        return False
    return not entry.live or (kiosk.known and getattr(kiosk.journeys, entry.name).available)
