"""What citizens hold: missed tickets, tickets at a window, appointments, cases."""

from dataclasses import replace
from datetime import timedelta

from hallclient.domain.appointment import Appointment, AppointmentState, BookedBy, code_of
from hallclient.domain.case import Case
from hallclient.domain.case_number import usual_number
from hallclient.domain.estimate import WaitRange
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.lab.sheets.floor import Floor, bookable, longest, plan_of
from hallclient.lab.sheets.scenes import issue
from hallclient.services.appointments import Appointments
from hallclient.services.days import changing
from hallclient.services.finding import Finding, Found, FoundCase, FoundTicket
from hallclient.services.store import Transaction


def ticket_that(floor: Floor, status: TicketStatus) -> Found:
    """Return a ticket in a state; at a window where the state has one."""
    issued = issue(floor, longest(plan_of(floor).listed).code)
    with changing(floor.store, "lab") as tx:
        present = tx.ticket(issued.ticket.id)
        assert present is not None  # noqa: S101 - issued just now
        if status not in (TicketStatus.WAITING, TicketStatus.NO_SHOW):
            _turn(tx, present.id, ended=status is TicketStatus.ENDED)
        if status is not TicketStatus.WAITING:
            tx.move_ticket(present, status)
    return told(Finding(floor.store).ticket(issued.ticket.id))


def told(found: FoundTicket) -> FoundTicket:
    """Return a ticket with a wait, as one has it once its queue is known."""
    return replace(found, issued=replace(found.issued, wait=WaitRange(10, 30)))


def appointment(floor: Floor, minutes: int = 5) -> Found:
    """Return an appointment so many minutes from now."""
    service = longest(bookable(plan_of(floor)))
    with changing(floor.store, "lab") as tx:
        made = Appointment(
            id=tx.new_id(),
            code=code_of(tx.new_id()),
            service_id=tx.plan.service(service.code).id,
            queue_id=tx.plan.queue(service.queue).id,
            starts_at=tx.now + timedelta(minutes=minutes),
            minutes=30,
            source=BookedBy.IMPORT,
            state=AppointmentState.BOOKED,
            made_at=tx.now,
        )
        tx.add_appointment(made)
    return Appointments(floor.store, "lab").find(made.code)


def case(floor: Floor, kind: Outcome = Outcome.PROMISED, *, finished: bool = False) -> FoundCase:
    """Return a case of the service with the longest name."""
    issued = issue(floor, longest(plan_of(floor).listed).code)
    with changing(floor.store, "lab") as tx:
        turn = _turn(tx, issued.ticket.id, ended=True, result=kind)
        assert tx.day is not None  # noqa: S101 - a ticket was issued today
        made = Case(
            id=tx.new_id(),
            turn_id=turn.id,
            service_id=issued.ticket.service_id,
            kind=kind,
            number=usual_number(tx.day, tx.count("case")),
            accepted_at=tx.now,
            due_on=tx.day + timedelta(days=9) if kind is Outcome.PROMISED else None,
            finished_at=tx.now if finished else None,
        )
        tx.add_case(made)
    return Finding(floor.store).case(made.number)


def _turn(tx: Transaction, ticket_id: int, *, ended: bool, result: Outcome | None = None) -> Turn:
    busy = {turn.window_id for turn in tx.active_turns()}
    window = next(one for one in tx.plan.windows if one.id not in busy)
    turn = Turn(
        id=tx.new_id(),
        ticket_id=ticket_id,
        window_id=window.id,
        staff_id=tx.plan.staff[0].id,
        called_at=tx.now,
        last_called_at=tx.now,
        started_at=tx.now,
        ended_at=tx.now if ended else None,
        result=result or (Outcome.INSTANT if ended else None),
    )
    tx.add_turn(turn)
    return turn
