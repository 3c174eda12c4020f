"""Check in (预约报到): the ticket of an appointment whose holder is here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hallclient.domain.appointment import AppointmentState, Timing, arrival
from hallclient.domain.errors import Refused
from hallclient.domain.limits import Limit, NoTicket, Stop
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import Language
from hallclient.domain.ticket import Channel
from hallclient.services.hours import queue_open
from hallclient.services.issuing import IssuedTicket, Terms, TicketRequest, new_ticket
from hallclient.services.offering import own_tickets

if TYPE_CHECKING:
    from hallclient.domain.appointment import Appointment, Arrival
    from hallclient.domain.journal import Json
    from hallclient.domain.parts import Queue
    from hallclient.services.person_records import PersonNote
    from hallclient.services.store import Transaction


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How somebody checks in. ``request_id`` is made once per touch: asked twice, one ticket.

    ``station`` is where the paper comes out, ``person`` the key of a card that was read, ``note``
    what staff may see of its holder; an empty ``language`` is the appointment's own.
    """

    request_id: str
    language: str = ""
    station: str = ""
    priority: PriorityClass = PriorityClass.NORMAL
    person: str = field(default="", repr=False)
    note: PersonNote | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The ticket of an appointment, and whether its holder came early, on time or late."""

    issued: IssuedTicket
    arrival: Arrival
    appointment: Appointment


def arrive(tx: Transaction, found: Appointment, asked: CheckIn) -> CheckedIn:
    """Give an appointment of today its ticket; see ``Appointments.check_in`` for what is refused.

    It was promised a number: quotas do not stop it. Who is late waits like a walk-in, and gets a
    number only while its queue gives them out.
    """
    plan = tx.plan
    queue = plan.queue_by_id(found.queue_id)
    here = arrival(found.starts_at, tx.now, plan.rules, asked.priority)
    if here.timing is Timing.LATE and not queue_open(plan, queue.code, tx.now).open:
        raise NoTicket(queue.code, Limit(Stop.CLOSED))
    person = asked.person or found.person
    _check_other_ticket(tx, queue, person)
    request = TicketRequest(
        asked.request_id,
        plan.service_by_id(found.service_id).code,
        Channel.BOOKED,
        asked.language or found.language or Language.ZH_CN,
        asked.priority,
        asked.station,
        person,
        note=asked.note,
    )
    issued = new_ticket(
        tx, request, Terms(claim_at=here.claim_at, callable_from=here.callable_from)
    )
    ticket = issued.ticket
    arrived = replace(found, state=AppointmentState.ARRIVED, ticket_id=ticket.id)
    tx.save_appointment(arrived)
    told: dict[str, Json] = {"ticket": ticket.id, "label": ticket.label, "timing": here.timing}
    tx.record("appointment.arrived", f"appointment:{found.id}", told, zone=queue.zone)
    return CheckedIn(issued, here, arrived)


def _check_other_ticket(tx: Transaction, queue: Queue, person: str) -> None:
    held, _missed = own_tickets(tx, queue, person)
    if held:
        raise NoTicket(queue.code, Limit(Stop.HAS_TICKET, label=held))


def refuse_unless_due(state: AppointmentState, *, today: bool, day: str) -> None:
    """Raise ``Refused`` for an appointment that is cancelled or of another day."""
    if state is AppointmentState.CANCELLED:
        raise Refused("appointment_cancelled", "this appointment was cancelled")
    if not today:
        raise Refused("appointment_other_day", f"this appointment is for {day}", day=day)
