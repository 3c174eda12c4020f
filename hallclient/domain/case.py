"""A case: what a turn produced, with the day by which it must be done (domain.md §3)."""

from dataclasses import dataclass
from datetime import date, datetime

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.parts import Service
from hallclient.domain.turn import Outcome

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
DONE_OUTCOMES = frozenset({Outcome.INSTANT, Outcome.REFUSED})
"""After these nothing is left to do; every other case stays open."""
SUPPLEMENT_DAYS = 5
"""Everything missing is told within five days, else it counts as accepted (行政许可法 §32(4))."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case. ``due_on`` is a local date; ``finished_at`` is set where nothing is left to do."""

    id: int
    turn_id: int
    service_id: int
    kind: Outcome
    number: str
    accepted_at: datetime
    due_on: date | None
    finished_at: datetime | None


def due_on(
    outcome: Outcome, service: Service, accepted: date, calendar: WorkCalendar
) -> date | None:
    """Return the last day for a case: working days, counted from the day after acceptance.

    None where nothing is left to do, and for a promise whose service knows no limit.
    """
    if outcome is Outcome.PROMISED:
        days = service.promised_days or service.legal_days
        return calendar.after(accepted, days) if days else None
    if outcome is Outcome.SUPPLEMENT:
        return calendar.after(accepted, SUPPLEMENT_DAYS)
    return None


def is_done(outcome: Outcome) -> bool:
    """Return whether a case with this outcome is finished when it is opened."""
    return outcome in DONE_OUTCOMES


def case_number(day: date, count: int) -> str:
    """Return the number of the ``count``-th case of a day."""
    return f"{day:%Y%m%d}{count:05d}"
