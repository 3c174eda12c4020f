"""What staff do with cases after the turn: find them, move them on, finish them.

Every change is checked here: a clerk's own cases, a lead's department, a supervisor's all.
"""

from dataclasses import dataclass
from datetime import date

from hallclient.domain.case import Basis, Case, CaseResult, Handover, SuspendReason, Suspension
from hallclient.domain.ending import Ending
from hallclient.domain.parts import Service, Staff
from hallclient.domain.ticket import Ticket
from hallclient.services.store import Reader, Store


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what a screen shows beside it."""

    case: Case
    service: Service
    ticket: Ticket | None
    suspensions: tuple[Suspension, ...] = ()
    standing: bool = False
    """Whether the clock stands now."""
    overdue: bool = False
    near: bool = False
    """Due within ``HallRules.near_due_days`` working days."""
    days_left: int | None = None
    """Working days until the due day, 0 today, below 0 overdue; None where nothing falls due."""
    own: bool = False
    """Whether this member may change it."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How a supplement is accepted, now that its material is complete."""

    basis: Basis = Basis.NORMAL
    handover: Handover = Handover.WINDOW
    number: str = ""
    due_on: date | None = None
    due_reason: str = ""


class Cases:
    """The cases of a hall for one member of staff. ``station`` stands in the journal's actor."""

    def __init__(self, store: Store, member: Staff, station: str = "") -> None:
        self._store = store
        self._member = member
        self._station = station

    def case(self, case_id: int) -> CaseView:
        """Return a case."""
        raise NotImplementedError

    def find(self, wanted: str, day: date | None = None) -> tuple[CaseView, ...]:
        """Return the cases of a number, of a ticket's label (of ``day``, else today) or token."""
        raise NotImplementedError

    def find_person(self, person: str) -> tuple[CaseView, ...]:
        """Return the cases of a person's key (``PersonKeys.of_cases``), newest first."""
        raise NotImplementedError

    def open(self, limit: int = 200) -> tuple[CaseView, ...]:
        """Return the open cases this member may see, the nearest due first."""
        raise NotImplementedError

    def due(self, until: date | None = None) -> tuple[CaseView, ...]:
        """Return those overdue, near, or due by a day; a clock that stands is not among them."""
        raise NotImplementedError

    def accept(self, case_id: int, how: Acceptance) -> CaseView:
        """Accept a supplement whose material is complete: the clock starts now."""
        raise NotImplementedError

    def tell(self, case_id: int, missing: tuple[str, ...]) -> CaseView:
        """Tell what is missing, later than at the window, once."""
        raise NotImplementedError

    def suspend(self, case_id: int, reason: SuspendReason) -> CaseView:
        """Stop the clock."""
        raise NotImplementedError

    def resume(self, case_id: int) -> CaseView:
        """Let the clock go on; the due moment moves by what stood."""
        raise NotImplementedError

    def finish(self, case_id: int, result: CaseResult, *, elsewhere: bool = False) -> CaseView:
        """Finish a case; ``elsewhere``: it was not decided in this hall."""
        raise NotImplementedError

    def correct(self, turn_id: int, ending: Ending, reason: str) -> CaseView | None:
        """Correct the outcome of a turn of today; None when there is no case any more."""
        raise NotImplementedError


def due_cases(reader: Reader, until: date) -> tuple[Case, ...]:
    """Return the open cases due by a day whose clock runs: what alarms are made of."""
    raise NotImplementedError
