"""What storage keeps beside a ticket or a case for staff only: whom it is for, and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - storage reads the hints of the dataclasses


@dataclass(frozen=True, slots=True)
class PersonNote:
    """Whom a ticket is for, as far as a card told it: masks for staff screens, and a case's key.

    Written only after the notice page, dropped when the day closes (domain.md §7).
    """

    ticket_id: int
    mask: str = field(repr=False)
    """王*芳."""
    tail: str = field(repr=False)
    """The last four of the document's number."""
    key: str = field(repr=False)
    """The cases' key of the person (``services.persons``), empty without the hall's key."""


@dataclass(frozen=True, slots=True)
class Note:
    """A clerk's own words about a ticket or a case (``subject``: ``ticket:17``); staff only.

    Free text may name somebody: the journal gets a salted digest, retention drops the row.
    """

    id: int
    subject: str
    text: str = field(repr=False)
    staff_id: int
    at: datetime
    salt: bytes = field(repr=False)
