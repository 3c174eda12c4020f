"""An ID card on the reader: the notice first, then what is open for its holder today."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from hallclient.domain.rules import PriorityClass
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.visit import Page
from hallclient.services.finding import Finding, Found
from hallclient.services.person_records import PersonNote
from hallclient.services.ports_devices import DeviceState, Visitor

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter

_TAKES_CARDS = frozenset(
    {Page.HOME, Page.CLOSED, Page.EASY, Page.SCAN, Page.CHECK_IN, Page.REQUEUE}
)
"""Where a card laid down opens the notice; elsewhere it would take the page away."""
_READS = frozenset({DeviceState.READY, DeviceState.OPENING})


class Stage(StrEnum):
    """Where the page CARD is."""

    NOTICE = "notice"
    WAITING = "waiting"  # agreed: the card that lies there, or the next one, is read
    LOOKING = "looking"


class CardJourney(Journey):
    """The page CARD. Nothing is read before the citizen agrees there."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._finding = Finding(self.desk.store)
        self._asked = 0
        self.stage = Stage.NOTICE
        self.problem = ""
        """Why not, a key of ``kiosk.card.no``."""
        self.mask = ""
        """The name for the screen, once the card was read."""
        kiosk.moved.connect(self._on_moved)

    def reset(self) -> None:
        """Forget the citizen who has gone; a card that still lies there is not read."""
        self._asked += 1
        self.problem = self.mask = ""
        self._stop_reading()

    def present(self) -> None:
        """Show the notice: somebody wants to use a card."""
        if self.kiosk.page is not Page.CARD:
            self.stage, self.problem = Stage.NOTICE, ""
            self.kiosk.show(Page.CARD)

    def noticed(self) -> None:
        """Take that a card was laid down: on most pages nothing, until its holder asks."""
        if self.kiosk.page in _TAKES_CARDS and not self.kiosk.visit.issuing:
            self.present()

    def agree(self) -> None:
        """同意: let the card be read, the one that lies there or the next."""
        reader = self.desk.reader
        if self.stage is not Stage.NOTICE or self.kiosk.page is not Page.CARD:
            return
        if reader is None or reader.state not in _READS:
            self.problem = "no_reader"
        else:
            self.stage, self.problem = Stage.WAITING, ""
            reader.allow(reading=True)
        self.kiosk.updated.emit()

    def read(self, visitor: Visitor) -> None:
        """Take who the card belongs to, in the UI thread. Without a word before it: nobody."""
        if self.stage is not Stage.WAITING:
            return
        self.stage, self.problem, self.mask = Stage.LOOKING, "", visitor.mask
        kiosk, visit = self.kiosk, self.kiosk.visit
        visit.person = visitor.person
        visit.note = PersonNote(0, visitor.mask, visitor.tail, visitor.case_key)
        if visitor.elderly and visit.priority is PriorityClass.NORMAL:  # an usher may know more
            visit.priority = PriorityClass.ELDERLY
        kiosk.idle.restart()
        if not visitor.person or kiosk.figures.down:
            self._take_number()
            return
        self._asked += 1
        self.desk.worker.submit(
            partial(self._finding.of_person, visitor.person),
            partial(self._came, self._asked),
            partial(self._failed, self._asked),
            owner=self,
        )
        kiosk.updated.emit()

    def unreadable(self) -> None:
        """Take that the card stays unread: it may be lifted and laid down again."""
        if self.stage is Stage.WAITING and self.desk.reader is not None:
            self.problem = "unreadable"
            self.desk.reader.allow(reading=True)
            self.kiosk.idle.restart()
            self.kiosk.updated.emit()

    def _came(self, asked: int, things: tuple[Found, ...]) -> None:
        if asked != self._asked:
            return
        self.stage = Stage.NOTICE
        if things:
            self.kiosk.journeys.found.present(things, fresh=True)
        else:
            self._take_number()

    def _failed(self, asked: int, _error: Exception) -> None:
        if asked == self._asked:
            self._take_number()  # what can be done without the database

    def _take_number(self) -> None:
        self.stage = Stage.NOTICE
        self.kiosk.take()

    def _on_moved(self, page: Page) -> None:
        if page is not Page.CARD:
            self._asked += self.stage is Stage.LOOKING
            self._stop_reading()

    def _stop_reading(self) -> None:
        if self.stage is Stage.WAITING and self.desk.reader is not None:
            self.desk.reader.allow(reading=False)
        self.stage = Stage.NOTICE
