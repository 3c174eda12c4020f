"""Tickets that were left over, printed one at a time while nobody uses the kiosk.

They were issued here, and in nobody's hands when the kiosk went down or the citizen had gone.
Nothing is kept in memory: the database is asked before every one, so that a ticket that was called,
printed or read meanwhile is not among them.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hallclient.ui.timer import new_timer

if TYPE_CHECKING:
    from hallclient.domain.ticket import Ticket
    from hallclient.kiosk.desk import KioskDesk
    from hallclient.kiosk.printing import Printing
    from hallclient.kiosk.taking import Taking
    from hallclient.services.issuing import IssuedTicket, Undelivered

log = logging.getLogger(__name__)

MAX_DOUBTS = 3
"""Outcomes of one ticket that stayed unknown; then it is left alone."""
FOREIGN_AGE = timedelta(seconds=15)
"""What appears after the start and was not taken here is of another kiosk by the same name, and
may be on its way to that one's paper."""


class Unprinted(QObject):
    """Looks for leftover tickets when asked to, and prints them when the kiosk is free."""

    def __init__(
        self, desk: KioskDesk, printing: Printing, taking: Taking, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._printing = printing
        self._taking = taking
        self._wanted = False
        self._free = False
        self._asking = False
        self._probing = False
        self._known: set[int] | None = None
        self._sent: int | None = None
        self._left_alone: set[int] = set()
        self._quiet = new_timer(self, self._go, desk.times.quiet)
        self._again = new_timer(self, self._probe, desk.times.leftovers)
        printing.usable.connect(self.look)
        printing.printed.connect(self._ended)
        printing.failed.connect(self._ended)
        taking.orphaned.connect(self.look)

    def look(self) -> None:
        """Find out whether there are leftover tickets, as soon as the kiosk is free."""
        if self._printing.fitted:
            self._wanted = True
            self._settle()

    def set_free(self, free: bool) -> None:  # noqa: FBT001 - a state, told by the presenter
        """Take whether nobody uses the kiosk."""
        if free is not self._free:
            self._free = free
            self._settle()

    def stop(self) -> None:
        """Look no more."""
        self._wanted = False
        self._quiet.stop()
        self._again.stop()

    def _settle(self) -> None:
        """Wait for a quiet moment; a touch ends it."""
        if self._free and self._wanted:
            self._quiet.start()
        else:
            self._quiet.stop()

    def _may_print(self) -> bool:
        printing = self._printing
        able = printing.trouble is None or self._probing
        return self._free and self._wanted and printing.ready and able and not printing.busy

    def _go(self) -> None:
        if self._asking:
            return
        if not self._may_print():
            self._again.start()
            return
        self._asking = True
        desk = self._desk
        self._desk.worker.submit(
            lambda: desk.issuing.undelivered(desk.name), self._came, self._failed, owner=self
        )

    def _probe(self) -> None:
        """Try a printer in trouble: it is asked first, and may have paper again."""
        self._probing = True
        self._settle()

    def _came(self, found: Undelivered) -> None:
        self._asking = False
        if not self._may_print():
            self._settle()
            return
        self._probing = False
        ours = [issued for issued in found.tickets if self._concerns(issued, found)]
        if self._known is None:
            self._known = {issued.ticket.id for issued in ours}
        ready = [issued for issued in ours if self._is_ripe(issued, found)]
        if ready:
            self._print(ready[0], found)
        elif ours:
            self._again.start()
        else:
            self._wanted = False

    def _failed(self, error: Exception) -> None:
        self._asking = False
        log.warning("leftover tickets could not be looked up: %s", error)
        self._again.start()

    def _concerns(self, issued: IssuedTicket, found: Undelivered) -> bool:
        ticket = issued.ticket
        if self._taking.owes(ticket.id) or ticket.id in self._left_alone:
            return False
        age = found.now - ticket.issued_at
        old = age >= timedelta(minutes=found.plan.rules.no_show_valid_minutes)
        if old or self._printing.doubts(ticket.id) >= MAX_DOUBTS:
            self._left_alone.add(ticket.id)
            why = "too old" if old else "its outcome stays unknown"
            log.warning("ticket %s was left over and is not printed: %s", ticket.label, why)
            return False
        return True

    def _is_ripe(self, issued: IssuedTicket, found: Undelivered) -> bool:
        ticket = issued.ticket
        ours = ticket.id in (self._known or ()) or self._taking.is_mine(_request_of(ticket))
        return ours or found.now - ticket.issued_at >= FOREIGN_AGE

    def _print(self, issued: IssuedTicket, found: Undelivered) -> None:
        from hallclient.services.ticket_slip import speech_of, ticket_slip  # noqa: PLC0415 - rare

        ticket = issued.ticket
        first = self._taking.is_mine(_request_of(ticket)) and self._printing.untouched(ticket.id)
        log.info(
            "ticket %s was left over and is printed%s", ticket.label, "" if first else " again"
        )
        slip = ticket_slip(issued, found.plan, speech_of(ticket.language), again=not first)
        self._sent = ticket.id
        self._printing.send(ticket.id, slip)

    def _ended(self, ticket_id: int) -> None:
        """Go on with the next one, or try again later."""
        if ticket_id != self._sent:
            return
        if self._printing.trouble is None:
            self._settle()
        else:
            self._again.start()


def _request_of(ticket: Ticket) -> str:
    """Return the wish that made a ticket; the second of several in one go is its ``…+2``."""
    return ticket.request_id.partition("+")[0]
