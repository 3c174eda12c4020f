"""How a turn's case is opened: what was recorded is checked, completed by the service, numbered."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import RUNNING_OUTCOMES, Case, case_number, due_on, is_done, outcomes_of
from hallclient.domain.due import limit_of
from hallclient.domain.ending import Ending
from hallclient.domain.errors import NotAllowed
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.days import today
from hallclient.services.hours import local_time
from hallclient.services.store import Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json


def check_ending(service: Service, ending: Ending) -> Ending:
    """Return an ending that may be recorded for a service, or raise ``NotAllowed``."""
    if ending.outcome not in outcomes_of(service):
        raise NotAllowed("not_an_outcome", f"{ending.outcome} is not recorded for {service.code}")
    if ending.missing and ending.outcome is not Outcome.SUPPLEMENT:
        text = f"nothing is missing where the outcome is {ending.outcome}"
        raise NotAllowed("nothing_missing", text)
    return replace(ending, missing=known_materials(service, ending.missing))


def known_materials(service: Service, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Return the missing materials in the order of the service's own list.

    The journal takes public facts only: a text that is not on the list is refused.
    """
    known = [material.name.zh_cn for material in service.materials]
    if not set(missing) <= set(known):
        raise NotAllowed("unknown_material", f"service {service.code} asks for no such material")
    return tuple(name for name in known if name in missing)


def open_case(
    tx: Transaction, turn: Turn, ticket: Ticket, service: Service, ending: Ending
) -> Case:
    """Open the case of an ended turn; the ending has been checked."""
    outcome = ending.outcome
    limit = limit_of(service)
    done = is_done(outcome)
    case = Case(
        id=tx.new_id(),
        turn_id=turn.id,
        service_id=service.id,
        kind=outcome,
        number=ending.number or case_number(today(tx), tx.count("case")),
        accepted_at=tx.now,
        due_on=_due(tx, service, ending),
        finished_at=tx.now if done else None,
        ticket_id=ticket.id,
        window_id=turn.window_id,
        staff_id=turn.staff_id,
        legal=limit.legal,
        promised=limit.promised,
        in_hours=limit.in_hours,
        basis=ending.basis,
        handover=ending.handover,
        lead=service.department if outcome is Outcome.JOINT else "",
        partners=service.partners if outcome is Outcome.JOINT else (),
        authority=service.authority.zh_cn if outcome in RUNNING_OUTCOMES else "",
        missing=ending.missing,
        refused=ending.refused,
        due_reason=ending.due_reason,
        told_at=tx.now if ending.missing else None,
    )
    tx.add_case(case)
    return case


def _due(tx: Transaction, service: Service, ending: Ending) -> date | None:
    accepted = local_time(tx.plan, tx.now).date()
    computed = due_on(ending.outcome, service, accepted, WorkCalendar.of(tx.plan.calendar))
    return ending.due_on or computed


def case_facts(case: Case) -> "dict[str, Json]":
    """Return what the journal says of a new case."""
    return {"case": case.id, "due": case.due_on.isoformat() if case.due_on else None}
