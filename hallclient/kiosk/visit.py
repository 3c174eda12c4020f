"""One citizen's visit: where they are and what they have chosen."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.rules import PriorityClass

if TYPE_CHECKING:
    from hallclient.services.issuing import IssuedTicket
    from hallclient.services.person_records import PersonNote
    from hallclient.services.ushering import Ushering


class Page(StrEnum):
    """The pages of a kiosk."""

    STARTING = "starting"
    HOME = "home"
    CLOSED = "closed"
    SERVICES = "services"
    SEARCH = "search"
    CONFIRM = "confirm"
    DONE = "done"
    NO_PAPER = "no_paper"
    SEVERAL = "several"
    """Several services on one ticket: its steps, before and after it is taken."""
    EASY = "easy"
    """Elder mode: its home, and what the matter is about."""
    EASY_CHOICE = "easy_choice"
    EASY_DONE = "easy_done"
    HELP = "help"
    """Somebody is coming."""
    SCAN = "scan"
    FOUND = "found"
    """What a code or a card belongs to: a ticket, an appointment, a case."""
    CHECK_IN = "check_in"
    BOOK = "book"
    """Choose day and slot."""
    BOOKED = "booked"
    GUIDE = "guide"
    """One service: materials, hours, fees, where."""
    PROGRESS = "progress"
    REQUEUE = "requeue"
    CARD = "card"
    """The notice before an ID card is read."""
    REFUSED = "refused"
    """A polite no: why, and what else can be done."""
    USHER = "usher"
    TECHNICIAN = "technician"
    PIN = "pin"


INNER = frozenset(Page) - {
    Page.STARTING,
    Page.HOME,
    Page.CLOSED,
    Page.DONE,
    Page.NO_PAPER,
    Page.EASY_DONE,
    Page.BOOKED,
    Page.EASY,
}
"""Pages that ask whether somebody is still there."""


def new_request() -> str:
    """Return a request id, made once per visit to the confirm page."""
    return os.urandom(16).hex()


@dataclass(slots=True)
class Visit:
    """What a citizen has done so far. Page numbers count from 0."""

    department: str = ""
    """What an elder's matter is about, where no service was named."""
    service: str = ""
    material_page: int = 0
    print_list: bool = False
    request_id: str = field(default_factory=new_request)
    issuing: bool = False
    refused: str = ""
    """The key of the rule that said no (``errors.<key>``), "" when none did."""
    gave_up: bool = False
    person: str = field(default="", repr=False)
    """The key of the card that was read, "" for nobody known."""
    note: PersonNote | None = field(default=None, repr=False)
    """What the clerk may see of its holder; the ticket's to come."""
    priority: PriorityClass = PriorityClass.NORMAL
    usher: Ushering | None = None
    """The usher who takes the number for a citizen."""
    issued: IssuedTicket | None = None
    others: tuple[IssuedTicket, ...] = ()
    """Further tickets taken in the same go."""
    paper: bool = False
    """The printer has confirmed the paper, of every ticket."""
    printed: set[int] = field(default_factory=set)
    """Tickets whose paper is confirmed."""
    count: int = 1
    """Tickets in one go, for several principals (代办)."""
    services: tuple[str, ...] = ()
    """What one ticket is for when it is several things (联办), in order; empty for one."""
    own_order: bool = False
    """The order is the citizen's, not the shortest one."""
    step_page: int = 0
    changing: IssuedTicket | None = None
    """The ticket whose services are being changed, None while there is no ticket yet."""
    unprinted: bool = False
    """There is no paper for this number, at least for now."""
    easy_page: int = 0
    """Elder mode: which departments are offered."""

    @property
    def tickets(self) -> tuple[IssuedTicket, ...]:
        """Return the tickets taken."""
        return () if self.issued is None else (self.issued, *self.others)
