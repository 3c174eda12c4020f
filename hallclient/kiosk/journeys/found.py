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
from hallclient.services.finding import Finding, Found, FoundCase, FoundTicket

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.services.issuing import IssuedTicket


_NEED_DATABASE = frozenset({Deed.REQUEUE, Deed.BACK, Deed.CHECK_IN, Deed.STEPS, Deed.CANCEL})
"""What is told to be possible later, while the database is away; nothing waits for it."""


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
        kiosk.figures.changed.connect(self._look_again)

    def reset(self) -> None:
        """Forget the citizen who has gone; an answer under way is not told."""
        self._asked += 1
        self._things: tuple[Found, ...] = ()
        self._at = 0
        self._fresh = False
        self._looking = False
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
        if deed in _NEED_DATABASE and self.kiosk.figures.down:
            self.problem, self.told = "later", ""
            self.kiosk.updated.emit()
            return
        deeds = {
            Deed.REQUEUE: self._requeue,
            Deed.BACK: self._come_back,
            Deed.CHECK_IN: self._check_in,
            Deed.REPRINT: self._reprint,
            Deed.STEPS: self._change,
            Deed.CANCEL: self._cancel,
            Deed.TAKE: self.kiosk.take,
            Deed.FINISH: self.kiosk.home,
        }
        deeds[deed]()

    def _requeue(self) -> None:
        thing = self.thing
        if isinstance(thing, FoundTicket):
            ticket, finding = thing.issued.ticket, self._finding
            usher, issuing = self.kiosk.visit.usher, self.desk.issuing

            def work() -> FoundTicket:
                if usher is not None:
                    usher.requeue(ticket.token)
                else:
                    issuing.requeue(ticket.id)
                return finding.ticket(ticket.id)

            self._let_wait(work, "requeued")

    def _come_back(self) -> None:
        thing = self.thing
        if isinstance(thing, FoundTicket):
            ticket, finding = thing.issued.ticket, self._finding
            store, actor = self.desk.store, self.actor

            def work() -> FoundTicket:
                from hallclient.services.holding import come_back  # noqa: PLC0415 - rare

                come_back(store, actor, ticket.id)
                return finding.ticket(ticket.id)

            # Where it stands says more: it may wait for one window.
            self._let_wait(work, "")

    def _let_wait(self, work: Callable[[], FoundTicket], told: str) -> None:
        self.busy, self.problem = True, ""
        self._asked += 1
        came = partial(self._waits_again, self._asked, told)
        failed = partial(self._failed, self._asked)
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
            visit.note,
        )
        appointments = Appointments(self.desk.store, self.actor)
        wanted = thing.appointment.id

        def work() -> tuple[IssuedTicket, ...]:
            return (appointments.check_in(wanted, asked).issued,)

        self.problem = ""
        self.kiosk.giving.obtain(Wish(visit.request_id, work))

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

    def _cancel(self) -> None:
        """Show the appointment by itself; there it asks first."""
        if isinstance(self.thing, Booked):
            self.kiosk.journeys.booking.present(self.thing, cancels=True)

    # What comes back

    def _look_again(self) -> None:
        """Keep what is shown true: others are called, and this one may be."""
        thing = self.thing
        if self.kiosk.page is not Page.FOUND or self._busy or self._looking or thing is None:
            return
        self._looking = True
        self.desk.worker.submit(
            partial(_as_now, self._finding, thing),
            partial(self._seen_again, self._asked, thing),
            self._not_seen,
            owner=self,
        )

    def _seen_again(self, asked: int, before: Found, now: Found) -> None:
        self._looking = False
        if asked != self._asked or self.thing is not before or now == before:
            return
        if isinstance(now, FoundTicket) and isinstance(before, FoundTicket):
            self.told = self.told if now.standing is before.standing else ""
        self._put(now)

    def _not_seen(self, _error: Exception) -> None:
        """Keep showing it: the kiosk's own look at the hall tells that the database is away."""
        self._looking = False

    def _put(self, now: Found) -> None:
        self._things = (*self._things[: self._at], now, *self._things[self._at + 1 :])
        self.kiosk.updated.emit()

    def _waits_again(self, asked: int, told: str, found: FoundTicket) -> None:
        if asked == self._asked:
            self.busy = False
            self.told = told
            self._put(found)
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


def _as_now(finding: Finding, thing: Found) -> Found:
    if isinstance(thing, FoundTicket):
        return finding.ticket(thing.issued.ticket.id)
    if isinstance(thing, FoundCase):
        return finding.case(thing.case.number)
    return finding.appointment(thing.appointment.id)
