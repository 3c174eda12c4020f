"""Pages around codes and cards, filled with what they can show."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from hallclient.domain.appointment import Appointment, AppointmentState, BookedBy, code_of
from hallclient.domain.hall import HallPlan, Queue
from hallclient.domain.ticket import Ticket
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

    return replace(plan, queues=tuple(bookable(queue) for queue in plan.queues))


def issue(kiosk: Kiosk, service: str = "BDC01", *, person: str = "") -> Ticket:
    request = TicketRequest(f"{service} {len(kiosk.tickets())}", service, person=person)
    return kiosk.issuing.issue(request).ticket


def miss(kiosk: Kiosk, ticket: Ticket) -> None:
    """Let a ticket be missed, without a window: what counts is that nobody came."""
    from hallclient.domain.ticket import TicketStatus

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
