"""What F8 asks of a ticket: which outcomes its service may have, and by when each would be due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import needs, outcomes_of
from hallclient.domain.due import Clock
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Material, Service
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome, usual_outcome
from hallclient.services.windows import WindowState


@dataclass(frozen=True, slots=True)
class OutcomeAsk:
    """A ticket waits for its outcome; ``likely`` is what its service usually produces.

    ``materials`` are what the service asks for: any of it may be missing. ``due`` has the computed
    day of the outcomes that begin a clock. ``then_call``: the next ticket is called right after.
    """

    label: str
    likely: Outcome
    materials: tuple[Material, ...] = ()
    outcomes: tuple[Outcome, ...] = CLERK_OUTCOMES
    due: Mapping[Outcome, date] = field(default_factory=dict)
    guessed: bool = False
    """The calendar lacks the year of such a day: weekends only were left out."""
    service: Service | None = None
    then_call: bool = False


def outcome_ask(
    state: WindowState, plan: HallPlan | None, now: datetime, *, then_call: bool = False
) -> OutcomeAsk | None:
    """Return what to ask at a window that serves a ticket; None where there is none."""
    ticket, service = state.ticket, state.service
    if ticket is None or service is None:
        return None
    outcomes = outcomes_of(service)
    due = _due_days(service, outcomes, plan, now) if plan is not None else {}
    calendar = WorkCalendar.of(plan.calendar if plan is not None else ())
    return OutcomeAsk(
        label=ticket.label,
        likely=usual_outcome(service.kind),
        materials=service.materials,
        outcomes=outcomes,
        due=due,
        guessed=any(not calendar.knows(day) for day in due.values()),
        service=service,
        then_call=then_call,
    )


def _due_days(
    service: Service, outcomes: tuple[Outcome, ...], plan: HallPlan, now: datetime
) -> dict[Outcome, date]:
    clock = Clock(plan.work_calendar, plan.hours, service.queue, plan.time_zone)
    found = {}
    for outcome in outcomes:
        limit = needs(service, outcome).limit
        due = clock.due(now, limit) if limit is not None else None
        if due is not None:
            found[outcome] = due.on
    return found
