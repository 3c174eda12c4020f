"""A missed call: the ticket waits again (过号重排). Its label and the last four are typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.journeys.scanning import reason_of
from hallclient.kiosk.visit import Page
from hallclient.services.codes import TAIL, read_label, read_tail
from hallclient.services.finding import Finding, FoundTicket

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter

LABEL = 7
"""Two letters and five digits."""
TRIES = 5
"""Wrong ones of a visit; then a person helps: nobody may try out all the endings."""


class Requeueing(Journey):
    """The page REQUEUE; what it finds is shown on FOUND. A scan works as well."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._finding = Finding(self.desk.store)
        self._asked = 0
        self.reset()

    def reset(self) -> None:
        """Forget the citizen who has gone."""
        self._asked += 1
        self._wrong = 0
        self.busy = False
        self._clear()

    def _clear(self) -> None:
        self.label = self.tail = self.problem = ""
        self.at_tail = False
        """Whether keys go to the second field."""

    def open(self) -> None:
        """过号重排: ask for the ticket."""
        self._clear()
        self.kiosk.show(Page.REQUEUE)

    @property
    def ready(self) -> bool:
        """Whether both fields could be a ticket's."""
        return bool(read_label(self.label) and read_tail(self.tail))

    def choose(self, *, tail: bool) -> None:
        """Let keys go to one of the fields."""
        self.at_tail = tail
        self.kiosk.updated.emit()

    def type_sign(self, sign: str) -> None:
        """Add a letter or digit to the field; a full one takes no more."""
        sign = sign.upper()
        if not (len(sign) == 1 and sign.isascii() and sign.isalnum()):
            return
        if self.at_tail:
            self.tail = (self.tail + sign)[:TAIL]
        else:
            self.label = (self.label + sign)[:LABEL]
        self.problem = ""
        self.kiosk.updated.emit()

    def delete(self) -> None:
        """Take the last sign back, in the first field when the second is empty."""
        if self.at_tail and self.tail:
            self.tail = self.tail[:-1]
        else:
            self.at_tail = False
            self.label = self.label[:-1]
        self.problem = ""
        self.kiosk.updated.emit()

    def go_on(self) -> None:
        """Go to the second field, or look for the ticket."""
        if self.busy:
            return
        if not self.at_tail and read_label(self.label) and not self.ready:
            self.choose(tail=True)
        elif not self.ready:
            self._say_no("fill_in")
        elif self._wrong >= TRIES:
            self._say_no("ask_desk")
        elif self.kiosk.figures.down:
            self._say_no("later")
        else:
            self._look()

    def _look(self) -> None:
        self.busy, self.problem = True, ""
        self._asked += 1
        label, tail = read_label(self.label), read_tail(self.tail)
        self.desk.worker.submit(
            lambda: self._finding.by_label(label, tail),
            partial(self._came, self._asked),
            partial(self._failed, self._asked),
            owner=self,
        )
        self.kiosk.updated.emit()

    def _came(self, asked: int, found: FoundTicket) -> None:
        if asked == self._asked:
            self.busy = False
            self.kiosk.journeys.found.present((found,))

    def _failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.busy = False
            why = reason_of(error)
            self._wrong += why == "ticket_unknown"
            self._say_no("ask_desk" if self._wrong >= TRIES else why)

    def _say_no(self, why: str) -> None:
        self.problem = why
        self.kiosk.updated.emit()
