"""Elder mode: what the matter is about, in people's own words, and the number at once."""

from hallclient.domain.limits import NoTicket
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.offers import offer_of
from hallclient.kiosk.taking import Wish
from hallclient.kiosk.views.easy import general_service
from hallclient.kiosk.visit import Page, new_request
from hallclient.services.issuing import TicketRequest


class EasyJourney(Journey):
    """Three touches: 我要办事, what it is about, the paper."""

    def open(self) -> None:
        """我要办事: show what a matter may be about."""
        self.kiosk.visit.easy_page = 0
        self.kiosk.show(Page.EASY_CHOICE)

    def other(self) -> None:
        """别的事: show further departments, after the last the first again."""
        self.kiosk.visit.easy_page += 1
        self.kiosk.updated.emit()

    def back(self) -> None:
        """退回: the departments before, or the page before."""
        visit = self.kiosk.visit
        if visit.easy_page and not visit.issuing:
            visit.easy_page -= 1
            self.kiosk.updated.emit()
        else:
            self.kiosk.back()

    def choose(self, code: str) -> None:
        """Take a number for whatever a department's matter is; touched twice it is one number."""
        kiosk = self.kiosk
        visit, sight = kiosk.visit, kiosk.sight
        if kiosk.page is not Page.EASY_CHOICE or visit.issuing or sight is None:
            return
        department = sight.plan.department_of.get(code)
        if department is None:
            kiosk.updated.emit()
            return
        service = general_service(sight.plan, department)
        if service is None:
            kiosk.choose_department(code)
        elif (limit := offer_of(sight, service.queue).limit) is not None:
            kiosk.journeys.refusing.show(NoTicket(service.queue, limit))
        else:
            visit.service, visit.request_id = service.code, new_request()
            self._take(service.code)

    def _take(self, service: str) -> None:
        kiosk, visit = self.kiosk, self.kiosk.visit
        request = TicketRequest(
            visit.request_id,
            service,
            language=self.words.language,
            priority=visit.priority,
            station=self.desk.name,
            person=visit.person,
            note=visit.note,
        )
        issuing = self.issuing
        kiosk.obtain(Wish(visit.request_id, lambda: (issuing.issue(request),), request))
