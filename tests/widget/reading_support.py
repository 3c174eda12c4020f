"""Pages around codes and cards, filled with what they can show."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from hallclient.domain.appointment import Appointment, AppointmentState, BookedBy, code_of
from hallclient.domain.case import Case
from hallclient.domain.case_number import usual_number
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue, Staff, StaffRole
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.days import changing
from hallclient.services.issuing import TicketRequest
from hallclient.services.ports_devices import DeviceState
from tests.widget.kiosk_support import Kiosk, kiosk_hall

PERSON = "a" * 64


@dataclass
class FakeReader:
    """A card reader that notes what it was allowed."""

    state: DeviceState = DeviceState.READY
    allowed: list[bool] = field(default_factory=list)

    def allow(self, *, reading: bool) -> None:
        self.allowed.append(reading)


def booking_hall() -> HallPlan:
    """The kiosk's hall; queue B can be booked."""
    plan = kiosk_hall()

    def bookable(queue: Queue) -> Queue:
        return replace(queue, slice_booked=3) if queue.code == "B" else queue

    clerk = Staff("1001", "样张", StaffRole.CLERK)
    queues = tuple(bookable(queue) for queue in plan.queues)
    return replace(plan, queues=queues, staff=(clerk,))


def issue(kiosk: Kiosk, service: str = "BDC01", *, person: str = "") -> Ticket:
    request = TicketRequest(f"{service} {len(kiosk.tickets())}", service, person=person)
    return kiosk.issuing.issue(request).ticket


def miss(kiosk: Kiosk, ticket: Ticket) -> None:
    """Let a ticket be missed, without a window: what counts is that nobody came."""
    with changing(kiosk.store, "test") as tx:
        present = tx.ticket(ticket.id)
        assert present is not None
        tx.move_ticket(present, TicketStatus.NO_SHOW)


def book(kiosk: Kiosk, *, person: str = "", minutes: int = 5, external: str = "") -> str:
    """Book a slot so many minutes from now; return its code."""
    with changing(kiosk.store, "test") as tx:
        made = Appointment(
            id=tx.new_id(),
            code=code_of(tx.new_id()),
            service_id=tx.plan.service("BDC01").id,
            queue_id=tx.plan.queue("B").id,
            starts_at=tx.now + timedelta(minutes=minutes),
            minutes=30,
            source=BookedBy.IMPORT,
            state=AppointmentState.BOOKED,
            made_at=tx.now,
            person=person,
            external=external,
        )
        assert tx.add_appointment(made)
    return made.code


def add_case(kiosk: Kiosk) -> str:
    """Add a case that was promised; return its number."""
    ticket = issue(kiosk)
    with changing(kiosk.store, "test") as tx:
        plan = tx.plan
        turn = Turn(
            id=tx.new_id(),
            ticket_id=ticket.id,
            window_id=plan.windows[0].id,
            staff_id=plan.staff[0].id,
            called_at=tx.now,
            last_called_at=tx.now,
            started_at=tx.now,
            ended_at=tx.now,
            result=Outcome.PROMISED,
        )
        tx.add_turn(turn)
        present = tx.ticket(ticket.id)
        assert present is not None
        tx.move_ticket(present, TicketStatus.ENDED)
        assert tx.day is not None
        case = Case(
            id=tx.new_id(),
            turn_id=turn.id,
            service_id=ticket.service_id,
            kind=Outcome.PROMISED,
            number=usual_number(tx.day, tx.count("case")),
            accepted_at=tx.now,
            due_on=tx.day + timedelta(days=9),
            finished_at=None,
        )
        tx.add_case(case)
    return case.number
