"""What a code, a card or typed numbers belong to, and what can be done with it now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.journeys.scanning import reason_of
from hallclient.kiosk.taking import Wish
from hallclient.kiosk.views.found import Aftermath, Deed, FoundView, found_view
from hallclient.kiosk.visit import Page, new_request
from hallclient.services.appointments.arriving import CheckIn
from hallclient.services.appointments.booking import Appointments, Booked
from hallclient.services.finding import Finding, Found, FoundTicket

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.services.issuing import IssuedTicket


class FoundJourney(Journey):
    """The page FOUND: every look-up ends here."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._finding = Finding(self.desk.store)
        self._reprinted: set[int] = set()
        self._asked = 0
        self.reset()
        kiosk.printing.printed.connect(self._on_printed)
        kiosk.printing.failed.connect(self._on_not_printed)

    def reset(self) -> None:
        """Forget the citizen who has gone; an answer under way is not told."""
        self._asked += 1
        self._things: tuple[Found, ...] = ()
        self._at = 0
        self._fresh = False
        self._reprinted.clear()
        self.busy = False
        self.problem = self.told = ""

    def present(self, things: tuple[Found, ...], *, fresh: bool = False) -> None:
        """Show what was found, the most urgent first; ``fresh`` offers a new number too."""
        self._things, self._at, self._fresh = things, 0, fresh
        self.problem = self.told = ""
        visit = self.kiosk.visit
        visit.refused, visit.gave_up = "", False
        self.kiosk.show(Page.FOUND)

    # What the pages show

    @property
    def thing(self) -> Found | None:
        """What FOUND shows."""
        return self._things[self._at] if self._things else None

    def view(self) -> FoundView | None:
        """Return what FOUND shows, None when nothing was found."""
        thing, sight = self.thing, self.kiosk.sight
        if thing is None or sight is None:
            return None
        return found_view(
            self.words,
            sight,
            thing,
            Aftermath(
                at=self._at,
                of=len(self._things),
                fresh=self._fresh,
                reprints=self._reprints(thing),
                changes=sight.plan.rules.services_at_once > 1,
                told=self.told,
                problem=self._why_not,
                busy=self._busy,
            ),
        )

    # What the citizen does

    def turn(self, by: int) -> None:
        """Show another of several things."""
        self._at = max(0, min(len(self._things) - 1, self._at + by))
        self.problem = self.told = ""
        self.kiosk.updated.emit()

    def do(self, deed: Deed) -> None:
        """Do what a button of FOUND says. Touched twice it is done once."""
        if self._busy or self.thing is None:
            return
        deeds = {
            Deed.REQUEUE: self._requeue,
            Deed.CHECK_IN: self._check_in,
            Deed.REPRINT: self._reprint,
            Deed.STEPS: self._change,
            Deed.TAKE: self.kiosk.take,
            Deed.FINISH: self.kiosk.home,
        }
        deeds[deed]()

    def _requeue(self) -> None:
        thing = self.thing
        if isinstance(thing, FoundTicket):
            ticket_id = thing.issued.ticket.id
            issuing, finding = self.desk.issuing, self._finding

            def work() -> FoundTicket:
                issuing.requeue(ticket_id)
                return finding.ticket(ticket_id)

            self.busy, self.problem = True, ""
            self._asked += 1
            came, failed = partial(self._requeued, self._asked), partial(self._failed, self._asked)
            self.desk.worker.submit(work, came, failed, owner=self)
            self.kiosk.updated.emit()

    def _check_in(self) -> None:
        thing = self.thing
        if not isinstance(thing, Booked):
            return
        visit = self.kiosk.visit
        visit.request_id = new_request()
        asked = CheckIn(
            visit.request_id,
            self.words.language,
            self.desk.name,
            visit.priority,
            visit.person,
        )
        appointments = Appointments(self.desk.store, self.desk.actor)
        wanted = thing.appointment.id

        def work() -> tuple[IssuedTicket, ...]:
            return (appointments.check_in(wanted, asked).issued,)

        self.problem = ""
        self.kiosk.obtain(Wish(visit.request_id, work))

    def _reprint(self) -> None:
        thing, plan = self.thing, self.kiosk.plan
        if not isinstance(thing, FoundTicket) or plan is None or not self._reprints(thing):
            return
        from hallclient.services.ticket_slip import ticket_slip  # noqa: PLC0415 - rare

        issued = thing.issued
        self._reprinted.add(issued.ticket.id)
        self.told = "printing"
        slip = ticket_slip(issued, plan, self.words, again=True)
        if not self.kiosk.printing.send(issued.ticket.id, slip):
            self.told, self.problem = "", "no_paper"
        self.kiosk.updated.emit()

    def _change(self) -> None:
        if isinstance(self.thing, FoundTicket):
            self.kiosk.journeys.several.open_ticket(self.thing.issued)

    # What comes back

    def _requeued(self, asked: int, found: FoundTicket) -> None:
        if asked == self._asked:
            self.busy = False
            self._things = (*self._things[: self._at], found, *self._things[self._at + 1 :])
            self.told = "requeued"
            self.kiosk.updated.emit()
            self.kiosk.figures.look()

    def _failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.busy = False
            self.problem = reason_of(error)
            self.kiosk.updated.emit()

    @property
    def _busy(self) -> bool:
        return self.busy or self.kiosk.visit.issuing

    @property
    def _why_not(self) -> str:
        visit = self.kiosk.visit
        return "gave_up" if visit.gave_up else self.problem or visit.refused

    def _reprints(self, thing: Found) -> bool:
        if not isinstance(thing, FoundTicket) or not self.kiosk.printing.works:
            return False
        return thing.issued.ticket.id not in self._reprinted

    def _on_printed(self, ticket_id: int) -> None:
        self._on_paper(ticket_id, "printed", "")

    def _on_not_printed(self, ticket_id: int) -> None:
        self._on_paper(ticket_id, "", "no_paper")

    def _on_paper(self, ticket_id: int, told: str, problem: str) -> None:
        thing = self.thing
        mine = isinstance(thing, FoundTicket) and thing.issued.ticket.id == ticket_id
        if mine and self.told == "printing":
            self.told, self.problem = told, problem
            self.kiosk.updated.emit()
