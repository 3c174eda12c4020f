"""A no that is told: why, and what else can be done here and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.limits import NoTicket, Stop
from hallclient.kiosk.hours import HallState
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.views.home import hall_state
from hallclient.kiosk.views.refused import TABLE, RefusedView, refused_view
from hallclient.kiosk.visit import Page

if TYPE_CHECKING:
    from hallclient.domain.errors import DomainError
    from hallclient.kiosk.presenter import KioskPresenter

_BOOKABLE = frozenset({Stop.CLOSED, Stop.STOPPED, Stop.DAY_FULL, Stop.SLICE_FULL, Stop.CLOSING})
_MAY_REQUEUE = frozenset({Stop.MISSED.value})


class Refusing(Journey):
    """Shows ``Page.REFUSED`` for an error; the ways it offers are those that exist here."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._error: DomainError | None = None
        self._table = TABLE

    def show(self, error: DomainError, table: str = TABLE) -> None:
        """Tell why not. ``table`` holds words of the caller's own: ``KEY`` and ``KEY_sub``."""
        self._error, self._table = error, table
        self.kiosk.show(Page.REFUSED)

    def view(self) -> RefusedView | None:
        """Return what the page shows, None when there is nothing to tell."""
        sight = self.kiosk.sight
        if self._error is None or sight is None:
            return None
        return refused_view(self.words, sight, self._error, self._ways(), self._table)

    def go(self, way: str) -> None:
        """Do something else instead; what is no longer there does nothing."""
        if way not in self._ways():
            self.kiosk.updated.emit()
        elif way == "fewer":
            self.kiosk.back()
        elif way == "other":
            self.kiosk.take()
        elif way == "book":
            self._book()
        else:
            self.kiosk.enter({"requeue": "requeueing", "help": "helping"}[way])

    def reset(self) -> None:
        """Forget the no of the citizen who has gone."""
        self._error, self._table = None, TABLE

    def _ways(self) -> frozenset[str]:
        kiosk, error, sight = self.kiosk, self._error, self.kiosk.sight
        if error is None or sight is None:
            return frozenset()
        limit = error.limit if isinstance(error, NoTicket) else None
        entries = kiosk.entries
        found = {
            "book": self._bookable(error),
            "requeue": "requeueing" in entries and error.key in _MAY_REQUEUE,
            "fewer": limit is not None and limit.left > 0,
            "other": hall_state(sight).state is HallState.OPEN,
            "help": "helping" in entries,
        }
        return frozenset(way for way, there in found.items() if there)

    def _book(self) -> None:
        """Go to the days of the service that was refused, or to the choice of one."""
        booking, plan = self.kiosk.journeys.booking, self.kiosk.plan
        service = plan.service_of.get(self.kiosk.visit.service) if plan else None
        if service is not None and booking.bookable(service):
            booking.choose_service(service.code)
        else:
            booking.open()

    def _bookable(self, error: DomainError) -> bool:
        if not isinstance(error, NoTicket) or self.kiosk.plan is None or self.kiosk.figures.down:
            return False
        queue = self.kiosk.plan.queue_of.get(error.queue)
        return error.limit.stop in _BOOKABLE and queue is not None and queue.slice_booked > 0
