"""A case as staff see it, how it is found, and which ones fall due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import Case, Suspension
from hallclient.domain.case_clock import days_left, is_late
from hallclient.domain.case_moves import CaseState, state_of
from hallclient.domain.case_number import plain_number
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket
from hallclient.services.case_opening import clock_of
from hallclient.services.hours import local_time
from hallclient.services.store import Reader

SCOPE = "cases"
"""Who waits for this is woken when a case has moved."""
OWED_NEAR_DAYS = 1
"""An owed list is near on the fourth of its five working days (domain.md §3)."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what a screen shows beside it."""

    case: Case
    service: Service
    ticket: Ticket | None
    state: CaseState
    suspensions: tuple[Suspension, ...] = ()
    overdue: bool = False
    near: bool = False
    """Due within ``HallRules.near_due_days`` working days; an owed list on its fourth day."""
    days_left: int | None = None
    """Working days until the due day, 0 today, below 0 overdue; None where nothing falls due."""
    guessed: bool = False
    """The due day lies where the hall's calendar has no data: weekends only were left out."""


def view_of(reader: Reader, case: Case, stood: Sequence[Suspension] | None = None) -> CaseView:
    """Return a case with what a screen shows; ``stood`` where its suspensions are known."""
    stood = tuple(reader.suspensions(case.id) if stood is None else stood)
    ticket = reader.ticket(case.ticket_id) if case.ticket_id is not None else None
    return _view(reader, case, stood, reader.plan.work_calendar, ticket)


def pressing_cases(reader: Reader) -> tuple[CaseView, ...]:
    """Return the cases that are overdue or near, the nearest due first, without their tickets.

    A clock that stands presses nobody.
    """
    calendar = reader.plan.work_calendar
    found = due_cases(reader, near_until(reader))
    views = (_view(reader, case, (), calendar, None) for case in found)
    return tuple(view for view in views if view.overdue or view.near)


def _view(
    reader: Reader,
    case: Case,
    stood: tuple[Suspension, ...],
    calendar: WorkCalendar,
    ticket: Ticket | None,
) -> CaseView:
    plan = reader.plan
    service = plan.service_by_id(case.service_id)
    state, clock = state_with(case, stood), clock_of(plan, service, calendar)
    runs = state in (CaseState.OWED, CaseState.RUNNING)
    left = days_left(case, reader.now, clock) if runs else None
    overdue = runs and is_late(case, reader.now, clock)
    ahead = OWED_NEAR_DAYS if state is CaseState.OWED else plan.rules.near_due_days
    return CaseView(
        case=case,
        service=service,
        ticket=ticket,
        state=state,
        suspensions=stood,
        overdue=overdue,
        near=not overdue and left is not None and left <= ahead,
        days_left=left,
        guessed=case.due_on is not None and not clock.calendar.knows(case.due_on),
    )


def due_cases(reader: Reader, until: date) -> tuple[Case, ...]:
    """Return the open cases due by a day whose clock runs: what alarms are made of."""
    found = reader.cases_due(until)
    stood = reader.suspensions_of([case.id for case in found])
    return tuple(c for c in found if all(one.end is not None for one in stood.get(c.id, ())))


def near_until(reader: Reader) -> date:
    """Return the last day on which a case may be due that is near today."""
    plan = reader.plan
    day = local_time(plan, reader.now).date()
    days = max(plan.rules.near_due_days, OWED_NEAR_DAYS)
    return plan.work_calendar.after(day, days)


def wanted_cases(reader: Reader, wanted: str, day: date | None) -> Sequence[Case]:
    """Return the cases of a number, a token, or a ticket's label (of ``day``, else today)."""
    text = plain_number(wanted)
    case = reader.case_by_number(text) if day is None else None
    if case is not None:
        return (case,)
    ticket = reader.ticket_by_token(text) if day is None else None
    if ticket is not None:
        return reader.cases_of_ticket(ticket.id)
    on = day or reader.day
    return reader.cases_of_label(on, text) if on is not None else ()


def state_with(case: Case, stood: Sequence[Suspension]) -> CaseState:
    """Return where a case with these suspensions is."""
    return state_of(case, standing=any(one.end is None for one in stood))
