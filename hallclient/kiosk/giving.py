"""From a wish to a number in the citizen's hand: taken, on paper or on the screen, and noted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hallclient.domain.errors import DomainError
from hallclient.domain.ticket import Channel, Delivery
from hallclient.kiosk.taking import Wish
from hallclient.kiosk.visit import Page, Visit

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.services.issuing import IssuedTicket

DONE = frozenset({Page.DONE, Page.EASY_DONE})


class Giving(QObject):
    """What becomes of the wishes of the kiosk's visits."""

    def __init__(self, kiosk: "KioskPresenter") -> None:
        super().__init__(kiosk)
        self._kiosk = kiosk
        self._read: set[int] = set()
        """Tickets whose number was read while their paper was on the way."""
        kiosk.taking.issued.connect(self._on_issued)
        kiosk.taking.refused.connect(self._on_refused)
        kiosk.taking.gave_up.connect(self._on_gave_up)
        kiosk.printing.printed.connect(self._on_printed)
        kiosk.printing.failed.connect(self._on_not_printed)
        kiosk.updated.connect(self.tell_free)

    @property
    def _visit(self) -> Visit:
        return self._kiosk.visit

    def obtain(self, wish: Wish) -> None:
        """Take what a wish asks for, for the present visit; its key is the visit's request id."""
        visit, kiosk = self._visit, self._kiosk
        visit.issuing, visit.refused, visit.gave_up = True, "", False
        kiosk.idle.watch(None)
        kiosk.taking.take(wish)
        kiosk.updated.emit()

    def note_read(self) -> None:
        """Remember that the citizen read the number while its paper was still on the way."""
        if self._kiosk.page in DONE:
            visit = self._visit
            self._read.update({one.ticket.id for one in visit.tickets} - visit.printed)

    def tell_free(self) -> None:
        """Tell those who print besides whether a citizen would have to wait for them."""
        visit, kiosk = self._visit, self._kiosk
        taken = kiosk.page in DONE and not visit.unprinted
        waits = visit.issuing or (taken and not visit.paper)
        kiosk.desk.paper_free(not waits and not kiosk.printing.busy)
        idle = kiosk.rests and not visit.issuing
        kiosk.unprinted.set_free(idle and kiosk.offline.settled)

    def _on_issued(self, request_id: str, tickets: "tuple[IssuedTicket, ...]") -> None:
        visit, kiosk = self._visit, self._kiosk
        if request_id != visit.request_id or kiosk.plan is None:
            return
        issued, *others = tickets
        visit.issuing, visit.issued, visit.paper = False, issued, False
        visit.others, visit.printed = tuple(others), set()
        if issued.ticket.channel is not Channel.OFFLINE:
            kiosk.faults.database_found()
            kiosk.figures.look()
        if not kiosk.printing.connected:
            self._tell_unprinted()
            for one in tickets:
                kiosk.taking.delivered(one.ticket.id, Delivery.SCREEN)
            return
        kiosk.go_to(self._easy(Page.DONE))
        from hallclient.services.ticket_slip import ticket_slip  # noqa: PLC0415 - not for the first screen

        again = visit.changing is not None
        for one in tickets:
            slip = ticket_slip(
                one, kiosk.plan, kiosk.words, materials=visit.print_list, again=again
            )
            kiosk.printing.send(one.ticket.id, slip)

    def _on_refused(self, request_id: str, error: Exception) -> None:
        visit, kiosk = self._visit, self._kiosk
        if request_id != visit.request_id:
            return
        visit.issuing = False
        kiosk.watch_idle()
        if isinstance(error, DomainError):
            several = ("kiosk.several",) if visit.services else ()
            kiosk.journeys.refusing.show(error, *several)
        else:
            visit.refused = "unexpected"
            kiosk.updated.emit()

    def _on_gave_up(self, request_id: str) -> None:
        visit, kiosk = self._visit, self._kiosk
        if request_id == visit.request_id:
            visit.issuing, visit.gave_up = False, True
            kiosk.watch_idle()
            kiosk.updated.emit()

    def _on_printed(self, ticket_id: int) -> None:
        visit, kiosk = self._visit, self._kiosk
        self._read.discard(ticket_id)
        kiosk.taking.delivered(ticket_id, Delivery.PAPER)
        if not self._is_shown(ticket_id):
            self.tell_free()
            return
        visit.printed.add(ticket_id)
        visit.paper = visit.printed >= {one.ticket.id for one in visit.tickets}
        visit.unprinted = visit.unprinted and not visit.paper
        if kiosk.page is Page.NO_PAPER and visit.paper:
            kiosk.go_to(Page.DONE)
        else:
            kiosk.updated.emit()

    def _on_not_printed(self, ticket_id: int) -> None:
        kiosk, shown = self._kiosk, self._is_shown(ticket_id)
        if shown and kiosk.page in DONE:
            self._tell_unprinted()
        if shown or ticket_id in self._read:
            self._read.discard(ticket_id)
            kiosk.taking.delivered(ticket_id, Delivery.SCREEN)
        self.tell_free()

    def _tell_unprinted(self) -> None:
        """Show the number to those who get no paper, for longer."""
        self._visit.unprinted = True
        self._kiosk.go_to(self._easy(Page.NO_PAPER))
        self._kiosk.watch_idle()

    def _easy(self, page: Page) -> Page:
        """Return the elders' page of a number in place of the usual one."""
        return Page.EASY_DONE if self._kiosk.modes.elder else page

    def _is_shown(self, ticket_id: int) -> bool:
        return any(one.ticket.id == ticket_id for one in self._visit.tickets)
