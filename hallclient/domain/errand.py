"""An errand: a matter that a village agent carries for somebody (帮办代办, domain.md §2)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ErrandState(StrEnum):
    """Where an errand is, in the columns of the ledger (代办台账)."""

    RECEIVED = "received"
    CARRIED = "carried"
    RETURNED = "returned"
    SIGNED = "signed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Errand:
    """One line of the ledger. Times are UTC.

    ``mask`` is the principal's name for a screen (王*芳); name and telephone are ``sealed`` with
    the hall's key, empty when the station has none. ``papers`` are the materials that were handed
    over, in the words of the service's list or the agent's own.
    """

    id: int
    number: str
    service_id: int
    staff_id: int
    state: ErrandState
    received_at: datetime
    mask: str = field(default="", repr=False)
    sealed: bytes = field(default=b"", repr=False)
    papers: tuple[str, ...] = ()
    due_on: date | None = None
    carried_at: datetime | None = None
    carried_to: str = ""
    """The office that has it now (镇便民服务中心)."""
    returned_at: datetime | None = None
    signed_at: datetime | None = None
    result: str = ""
    """What came back: a certificate, a refusal with its reason."""
    ticket_id: int | None = None
