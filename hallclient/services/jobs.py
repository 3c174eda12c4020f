"""A slip that a station is asked to print; it waits in the database until paper came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hallclient.domain.journal import Json


class SlipKind(StrEnum):
    """What is printed."""

    TICKET = "ticket"
    RECEIPT = "receipt"  # of an acceptance
    MISSING = "missing"  # the one-time list of missing material
    CLOSING = "closing"  # the day's figures and the journal's head
    ERRAND = "errand"  # receipt for the principal of an errand
    TRIP = "trip"  # what an agent carries on one trip
    LEDGER = "ledger"  # pages of the ledger
    GUIDE = "guide"  # a service's guide, printed at a window


class PrintJobState(StrEnum):
    """Where a print job is; ``WAITING`` and ``PRINTING`` are open."""

    WAITING = "waiting"
    PRINTING = "printing"  # handed to the printer; found at a start, its outcome is unknown
    PRINTED = "printed"
    UNKNOWN = "unknown"  # paper may have come out; never printed again by itself
    CANCELLED = "cancelled"  # no longer wanted


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One slip for the printer of a station.

    ``subject`` is what it is about (``ticket:17``, ``case:9``, ``day:2026-09-29``), ``slip`` the
    slip as JSON knows it (``domain.plain``), kept out of the printed form: it may hold a name.
    """

    id: int
    station: str
    kind: SlipKind
    subject: str
    slip: Mapping[str, Json] = field(repr=False)
    made_at: datetime
    state: PrintJobState = PrintJobState.WAITING
    finished_at: datetime | None = None
    trouble: str = ""
