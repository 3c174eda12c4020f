"""A case: what a turn produced, with the day by which it must be done (domain.md §3)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hallclient.domain.due import Limit, limit_of
from hallclient.domain.parts import Service
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome

CASE_OUTCOMES = frozenset(
    {
        Outcome.INSTANT,
        Outcome.PROMISED,
        Outcome.SUPPLEMENT,
        Outcome.REFUSED,
        Outcome.JOINT,
        Outcome.ESCALATED,
    }
)
RUNNING_OUTCOMES = frozenset({Outcome.PROMISED, Outcome.JOINT, Outcome.ESCALATED})
"""Accepted, and its clock runs: by these days it must be decided."""
DONE_OUTCOMES = frozenset({Outcome.INSTANT, Outcome.REFUSED})
"""After these nothing is left to do; every other case stays open."""
SUPPLEMENT_DAYS = 5
"""Everything missing is told within five days, else it counts as accepted (行政许可法 §32(4))."""
REFUSALS = ("not_needed", "not_here", "not_entitled", "false_papers", "other")
"""Why a matter is not accepted."""
DUE_REASONS = ("agreed", "calendar", "law", "other")
"""Why a due day differs from the computed one."""


class Basis(StrEnum):
    """On what an acceptance rests."""

    NORMAL = "normal"
    LENIENT = "lenient"
    """容缺: a minor paper follows."""
    PLEDGE = "pledge"
    """告知承诺."""
    FILING = "filing"
    """备案."""


class Handover(StrEnum):
    """How the result reaches the citizen (取件方式)."""

    WINDOW = "window"
    MAIL = "mail"
    ELECTRONIC = "electronic"


class CaseResult(StrEnum):
    """How a case ended."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    """By the citizen."""
    CLOSED = "closed"
    """Nothing left to decide: never completed, or handled elsewhere."""


class SuspendReason(StrEnum):
    """What stops the clock (行政许可法 §45)."""

    HEARING = "hearing"
    TEST = "test"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stretch in which a case's clock stands; ``end`` None: it stands now."""

    case_id: int
    began_at: datetime
    reason: SuspendReason
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case. ``due_on`` is a local date; ``finished_at`` is set where nothing is left to do.

    ``legal`` and ``promised`` are the service's limits when it was accepted, in working days, or in
    working hours where ``in_hours``: the catalogue may change. ``due_at`` is the moment of a limit
    in hours; its date is ``due_on``.
    """

    id: int
    turn_id: int
    service_id: int
    kind: Outcome
    number: str
    accepted_at: datetime
    due_on: date | None
    finished_at: datetime | None
    due_at: datetime | None = None
    ticket_id: int | None = None
    window_id: int | None = None
    staff_id: int | None = None
    legal: int = 0
    promised: int = 0
    in_hours: bool = False
    basis: Basis = Basis.NORMAL
    handover: Handover = Handover.WINDOW
    lead: str = ""
    """Code of the department that leads a joint case."""
    partners: tuple[str, ...] = ()
    authority: str = ""
    """Who decides it elsewhere (上报件, 全域通办), as the service named it then; empty: here."""
    missing: tuple[str, ...] = ()
    """zh-CN names of the materials that were told to be missing."""
    refused: str = ""
    """Why it was not accepted, one of ``REFUSALS``."""
    due_reason: str = ""
    """Why the clerk set another due day than the computed one, one of ``DUE_REASONS``."""
    told_at: datetime | None = None
    """When everything missing was told; None while it is owed."""
    result: CaseResult | None = None
    decided_in_hall: bool = True
    finished_by: int | None = None
    person: str = field(default="", repr=False)
    """Key of whom it is for (``services.persons``, the cases' own key), empty for nobody known."""


def is_done(outcome: Outcome) -> bool:
    """Return whether a case with this outcome is finished when it is opened."""
    return outcome in DONE_OUTCOMES


@dataclass(frozen=True, slots=True)
class Needs:
    """What a form has to ask for an outcome of a service; what is not needed is left out."""

    case: bool = False
    """Whether a case is opened: its own number and a note may be given."""
    limit: Limit | None = None
    """The clock that begins; another due day takes one of ``DUE_REASONS``."""
    basis: bool = False
    handover: bool = False
    missing: tuple[str, ...] = ()
    """zh-CN names of the materials to tick; the list is told now, or owed for five days."""
    refusals: tuple[str, ...] = ()
    """One of these must be chosen."""
    lead: str = ""
    partners: tuple[str, ...] = ()
    authority: LocalText = NO_TEXT


def outcomes_of(service: Service) -> tuple[Outcome, ...]:
    """Return the outcomes a clerk may record for a service, in the order of their digits."""
    if service.outcomes:
        named = {Outcome(name) for name in service.outcomes}
    else:
        named = {*CLERK_OUTCOMES}
        if service.partners:
            named.add(Outcome.JOINT)
        if service.authority.zh_cn:
            named.add(Outcome.ESCALATED)
    order = (*CLERK_OUTCOMES, Outcome.JOINT, Outcome.ESCALATED)
    return tuple(outcome for outcome in order if outcome in named)


def needs(service: Service, outcome: Outcome) -> Needs:
    """Return what a form must ask to record an outcome of a service."""
    if outcome not in CASE_OUTCOMES:
        return Needs()
    if outcome is Outcome.SUPPLEMENT:
        return Needs(case=True, missing=tuple(m.name.zh_cn for m in service.materials))
    if outcome is Outcome.REFUSED:
        return Needs(case=True, refusals=REFUSALS)
    return Needs(
        case=True,
        limit=None if outcome is Outcome.INSTANT else limit_of(service),
        basis=True,
        handover=True,
        lead=service.department if outcome is Outcome.JOINT else "",
        partners=service.partners if outcome is Outcome.JOINT else (),
        authority=service.authority if outcome in RUNNING_OUTCOMES else NO_TEXT,
    )
