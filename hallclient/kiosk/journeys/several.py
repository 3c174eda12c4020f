"""Several services on one ticket (联办): chosen one by one, ordered, taken, and changed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.itinerary import MOST, misplaced, to_come
from hallclient.kiosk.choice import Purpose
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.taking import Wish
from hallclient.kiosk.visit import Page, new_request
from hallclient.services.issuing import TicketRequest
from hallclient.services.itinerary import Itineraries, proposed

if TYPE_CHECKING:
    from hallclient.domain.itinerary import Route
    from hallclient.domain.parts import Service
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.kiosk.views.several import SeveralView
    from hallclient.services.issuing import IssuedTicket


class Several(Journey):
    """The basket of a visit lives in ``visit.services``; it is empty where there is one service."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._opened: IssuedTicket | None = None
        kiosk.moved.connect(self._on_moved)

    def reset(self) -> None:
        """Forget the ticket that was opened."""
        self._opened = None

    # Choosing

    @property
    def most(self) -> int:
        """How many services one ticket carries here."""
        plan = self.kiosk.plan
        return 1 if plan is None else min(plan.rules.services_at_once, MOST)

    @property
    def room(self) -> bool:
        """Whether one more fits."""
        return len(self.kiosk.visit.services or ("",)) + len(self._done()) < self.most

    def add_more(self) -> None:
        """再加一件事: choose one more, besides what is chosen already."""
        visit = self.kiosk.visit
        if visit.issuing or not self.room:
            return
        if not visit.services:
            visit.services = (visit.service,)
        self.kiosk.journeys.choosing.begin(Purpose.ADD, then=self.add, offered=self._is_new)

    def _is_new(self, service: Service) -> bool:
        return service.code not in (*self.kiosk.visit.services, *self._done())

    def add(self, code: str) -> None:
        """Put a service that was chosen to the others and show them all."""
        visit = self.kiosk.visit
        if not visit.services:  # back at the beginning, where the list of the addition still stood
            self.kiosk.choose_service(code)
            return
        if code not in visit.services and code not in self._done() and self.room:
            visit.services = (*visit.services, code)
            self._new_wish()
        self._arrange()
        self.kiosk.show_after(Page.CONFIRM, Page.SEVERAL)

    def remove(self, code: str) -> None:
        """Take a service out. The last one that is left is a simple ticket again."""
        visit = self.kiosk.visit
        left = tuple(service for service in visit.services if service != code)
        if visit.issuing or not left or left == visit.services:
            return
        visit.services = left
        self._new_wish()
        if len(left) == 1 and visit.changing is None:
            visit.service, visit.services = left[0], ()
            self.kiosk.show_after(Page.SERVICES, Page.CONFIRM)
            return
        self._arrange()
        self.kiosk.updated.emit()

    def earlier(self, code: str) -> None:
        """Let a service come one place earlier; the order is the citizen's own from now on."""
        visit = self.kiosk.visit
        place = visit.services.index(code) if code in visit.services else 0
        if visit.issuing or not place:
            return
        order = list(visit.services)
        order[place - 1], order[place] = order[place], order[place - 1]
        visit.services, visit.own_order = tuple(order), True
        self._new_wish()
        self.kiosk.updated.emit()

    def by_wait(self) -> None:
        """Order the services for the shortest wait again."""
        if not self.kiosk.visit.issuing:
            self.kiosk.visit.own_order = False
            self._new_wish()
            self._arrange()
            self.kiosk.updated.emit()

    def turn(self, by: int) -> None:
        """Show other steps."""
        visit = self.kiosk.visit
        visit.step_page = max(0, visit.step_page + by)
        self.kiosk.updated.emit()

    # Taking and changing

    def confirm(self) -> None:
        """Take the number, or change the one there is. Touched twice it is one change."""
        kiosk, visit = self.kiosk, self.kiosk.visit
        view = self.view()
        if kiosk.page is not Page.SEVERAL or visit.issuing or view is None or not view.works:
            return
        services = visit.services
        if visit.changing is not None:
            ticket_id = visit.changing.ticket.id
            moves, person = Itineraries(self.desk.store, self.actor), visit.person
            kiosk.obtain(
                Wish(visit.request_id, lambda: (moves.change(ticket_id, services, person),))
            )
            return
        request = TicketRequest(
            visit.request_id,
            services[0],
            language=self.words.language,
            priority=visit.priority,
            station=self.desk.name,
            person=visit.person,
            note=visit.note,
            more=services[1:],
        )
        issuing = self.issuing
        kiosk.obtain(Wish(visit.request_id, lambda: (issuing.issue(request),)))

    def open_ticket(self, issued: IssuedTicket) -> None:
        """Show what a ticket is for; while it waits, that can be changed."""
        visit, plan = self.kiosk.visit, self.kiosk.plan
        if plan is None:
            return
        left = [plan.service_by_id(step.service_id).code for step in to_come(issued.steps)]
        visit.changing, visit.own_order, visit.step_page = issued, True, 0
        visit.services = tuple(left) or (issued.service.code,)
        self._new_wish()
        self.kiosk.show(Page.SEVERAL)

    # Showing

    def view(self) -> SeveralView | None:
        """Return what the page shows; None when there is nothing to order."""
        from hallclient.kiosk.views.several import several_view  # noqa: PLC0415 - late, as all views

        sight, visit = self.kiosk.sight, self.kiosk.visit
        if sight is None or not visit.services:
            return None
        return several_view(self.words, sight, visit, self._route(), room=self.room, most=self.most)

    def _route(self) -> Route:
        sight = self.kiosk.sight
        assert sight is not None  # noqa: S101 - the callers have looked
        return proposed(sight.plan, sight.hall, self.kiosk.visit.services, own_order=True)

    def _arrange(self) -> None:
        """Put the services into the best order, unless the citizen has an own one that works."""
        sight, visit = self.kiosk.sight, self.kiosk.visit
        if sight is None:
            return
        route = self._route()
        if visit.own_order and misplaced([leg.stop for leg in route.legs]) is None:
            return
        found = proposed(sight.plan, sight.hall, visit.services).services
        visit.services, visit.own_order = found or visit.services, False

    def _done(self) -> tuple[str, ...]:
        plan, changing = self.kiosk.plan, self.kiosk.visit.changing
        if plan is None or changing is None:
            return ()
        from hallclient.kiosk.views.several import done_services  # noqa: PLC0415 - late, as all views

        return done_services(plan, changing)

    def _new_wish(self) -> None:
        visit = self.kiosk.visit
        visit.request_id, visit.refused, visit.gave_up = new_request(), "", False

    def _on_moved(self, page: object) -> None:
        """Whoever goes back to a single service has no basket any more."""
        visit = self.kiosk.visit
        if page is Page.CONFIRM and visit.services and visit.changing is None:
            visit.service, visit.services, visit.own_order = visit.services[0], (), False
