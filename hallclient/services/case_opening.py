"""How a turn's case is opened: what was recorded is checked, completed by the service, numbered."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import (
    DUE_REASONS,
    REFUSALS,
    RUNNING_OUTCOMES,
    Case,
    CaseResult,
    is_done,
    outcomes_of,
)
from hallclient.domain.case_clock import first_due, set_due
from hallclient.domain.case_number import made_number, own_number
from hallclient.domain.due import Clock, Due, limit_of
from hallclient.domain.ending import Ending
from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.case_notes import checked, note_case
from hallclient.services.days import today
from hallclient.services.store import Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

MOST_TAKEN = 1000
"""Numbers in a row that departments' own systems may have taken already."""


def clock_of(plan: HallPlan, service: Service, calendar: WorkCalendar | None = None) -> Clock:
    """Return what the limits of a service are counted by; ``calendar`` saves making the hall's."""
    calendar = calendar or plan.work_calendar
    return Clock(calendar, plan.hours, service.queue, plan.time_zone)


def check_ending(service: Service, ending: Ending) -> Ending:
    """Return an ending that may be recorded for a service, or raise ``NotAllowed``."""
    outcome = ending.outcome
    if outcome not in outcomes_of(service):
        raise NotAllowed("not_an_outcome", f"{outcome} is not recorded for {service.code}")
    if ending.missing and outcome is not Outcome.SUPPLEMENT:
        raise NotAllowed("nothing_missing", f"nothing is missing where the outcome is {outcome}")
    if ending.refused and (outcome is not Outcome.REFUSED or ending.refused not in REFUSALS):
        raise NotAllowed("unknown_reason", "this is no reason of a refusal")
    if ending.due_on is not None and outcome not in RUNNING_OUTCOMES:
        raise NotAllowed("no_due_day", f"nothing falls due where the outcome is {outcome}")
    missing = known_materials(service, ending.missing)
    return replace(ending, missing=missing, note=checked(ending.note))


def known_materials(service: Service, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Return the missing materials in the order of the service's own list.

    The journal takes public facts only: a text that is not on the list is refused.
    """
    known = [material.name.zh_cn for material in service.materials]
    if not set(missing) <= set(known):
        raise NotAllowed("unknown_material", f"service {service.code} asks for no such material")
    return tuple(name for name in known if name in missing)


def tells(service: Service, missing: tuple[str, ...], note: str) -> bool:
    """Return whether this tells what is missing: materials of the list, a note where none is."""
    return bool(missing) or (bool(note) and not service.materials)


def open_case(
    tx: Transaction, turn: Turn, ticket: Ticket, service: Service, ending: Ending
) -> Case:
    """Open the case of a turn that has ended; the ending has been checked."""
    bare = Case(
        id=tx.new_id(),
        turn_id=turn.id,
        service_id=service.id,
        kind=ending.outcome,
        number=number_for(tx, service, ending.number),
        accepted_at=turn.ended_at or tx.now,
        due_on=None,
        finished_at=None,
        ticket_id=ticket.id,
        window_id=turn.window_id,
        staff_id=turn.staff_id,
        person=_person(tx, ticket),
    )
    case = filled(tx.plan, bare, service, ending, bare.accepted_at)
    tx.add_case(case)
    note_case(tx, case, ending.note, turn.staff_id)
    return case


def filled(
    plan: HallPlan, case: Case, service: Service, ending: Ending, accepted: datetime
) -> Case:
    """Return a case as an ending that has been checked makes it; its clock starts ``accepted``."""
    outcome, limit = ending.outcome, limit_of(service)
    running, done = outcome in RUNNING_OUTCOMES, is_done(outcome)
    due, reason = _due(plan, service, ending, accepted)
    result = CaseResult.GRANTED if outcome is Outcome.INSTANT else CaseResult.CLOSED
    return replace(
        case,
        kind=outcome,
        accepted_at=accepted,
        due_on=due.on if due else None,
        due_at=due.at if due else None,
        due_reason=reason,
        legal=limit.legal,
        promised=limit.promised,
        in_hours=limit.in_hours,
        basis=ending.basis,
        handover=ending.handover,
        lead=service.department if outcome is Outcome.JOINT else "",
        partners=service.partners if outcome is Outcome.JOINT else (),
        authority=service.authority.zh_cn if running else "",
        missing=ending.missing or case.missing,
        refused=ending.refused,
        told_at=accepted if _is_told(service, ending) else case.told_at,
        finished_at=accepted if done else None,
        finished_by=case.staff_id if done else None,
        result=result if done else None,
        decided_in_hall=True,
    )


def number_for(tx: Transaction, service: Service, own: str) -> str:
    """Return a case's number: the department's own, or one by its rule or the hall's.

    Raises ``Refused`` for a number that is none (``bad_case_number``), looks like somebody's
    (``personal_number``) or is another case's (``number_taken``).
    """
    if own.strip():
        number = own_number(own)
        if tx.case_by_number(number) is not None:
            raise Refused("number_taken", f"there is a case {number} already")
        return number
    department = tx.plan.department_of.get(service.department)
    rule, counter = tx.plan.rules.case_number, "case"
    if department is not None and department.case_number:
        rule, counter = department.case_number, f"case:{department.code}"
    for _ in range(MOST_TAKEN):
        number = made_number(rule, today(tx), tx.count(counter))
        if tx.case_by_number(number) is None:
            return number
    raise Refused("no_case_number", f"{MOST_TAKEN} numbers in a row are taken already")


def case_facts(case: Case) -> "dict[str, Json]":
    """Return what the journal says of a new case."""
    return {"case": case.id, "due": case.due_on.isoformat() if case.due_on else None}


def _due(
    plan: HallPlan, service: Service, ending: Ending, accepted: datetime
) -> tuple[Due | None, str]:
    """Return by when a case must be done, and why it is not the computed day."""
    limit, clock = limit_of(service), clock_of(plan, service)
    computed = first_due(ending.outcome, limit, accepted, clock)
    if _is_told(service, ending):
        return None, ""  # nothing is owed any more
    if ending.due_on is None or (computed is not None and computed.on == ending.due_on):
        return computed, ""
    if ending.due_reason not in DUE_REASONS:
        raise NotAllowed("due_reason", "another due day than the computed one takes a reason")
    return set_due(ending.due_on, limit, accepted, clock), ending.due_reason


def _is_told(service: Service, ending: Ending) -> bool:
    supplement = ending.outcome is Outcome.SUPPLEMENT
    return supplement and tells(service, ending.missing, ending.note)


def _person(tx: Transaction, ticket: Ticket) -> str:
    note = tx.person_note(ticket.id)
    return note.key if note is not None else ""
