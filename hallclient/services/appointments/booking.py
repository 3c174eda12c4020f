"""Book, cancel, check in: what kiosk, usher and terminal do with appointments."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from hallclient.domain.appointment import (
    Appointment,
    AppointmentState,
    Arrival,
    BookedBy,
    arrival,
    code_of,
)
from hallclient.domain.calendar import A_DAY, business_day, day_began
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue, Service
from hallclient.domain.slots import BookingDay, Slot, booking_days, slots_of
from hallclient.domain.text import Language
from hallclient.services.appointments.arriving import (
    CheckedIn,
    CheckIn,
    arrive,
    refuse_unless_due,
)
from hallclient.services.days import changing
from hallclient.services.hours import local_time
from hallclient.services.issuing import seen
from hallclient.services.store import Reader, Store, Transaction

_REPEATED = timedelta(minutes=10)
"""A request is asked again within this: a touch that is tried until the database answers."""
_DRAWS = 50


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What a citizen asks for. ``request_id`` is made once per touch: asked twice, one appointment.

    ``person`` is a key of the slot's day (``services.persons``), empty for nobody known.
    """

    request_id: str
    service: str
    starts_at: datetime
    source: BookedBy = BookedBy.KIOSK
    language: str = Language.ZH_CN
    person: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment with what people call its parts, and what an arrival now would mean.

    ``label`` is the ticket of one that has arrived. ``today`` says whether it is the day to come.
    """

    appointment: Appointment
    service: Service
    queue: Queue
    arrival: Arrival
    today: bool
    label: str = ""


class Appointments:
    """The appointments of a hall. ``actor`` is who does it, for the journal."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._actor = actor

    # Looking

    def days(self, service: str) -> tuple[BookingDay, ...]:
        """Return the days a service can be booked for, with the slots that are still ahead.

        None when its queue takes no appointments. Raises ``NotFound`` for an unknown service.
        """
        with self._store.look() as reader:
            plan = reader.plan
            queue = plan.queue(plan.service(service).queue)
            days = booking_days(plan, queue, local_time(plan, reader.now).date())
            return tuple(
                BookingDay(
                    day, slots_of(plan, queue, day, booked_on(reader, queue, day), reader.now)
                )
                for day in days
            )

    def find(self, wanted: str | int) -> Booked:
        """Return the appointment with an id, a code or another system's number.

        Raises ``NotFound``.
        """
        with self._store.look() as reader:
            return as_booked(reader, _found(reader, wanted))

    def of_person(self, person: str) -> tuple[Booked, ...]:
        """Return today's appointments of a person's key that are still to come in."""
        with self._store.look() as reader:
            seen_all = (as_booked(reader, one) for one in reader.appointments_of(person))
            return tuple(
                one
                for one in seen_all
                if one.today and one.appointment.state is AppointmentState.BOOKED
            )

    def on(self, day: date | None = None) -> tuple[Booked, ...]:
        """Return the appointments of a day, today's when none is said, earliest first."""
        with self._store.look() as reader:
            begin, end = _span(reader.plan, day or local_time(reader.plan, reader.now).date())
            return tuple(as_booked(reader, one) for one in reader.appointments(begin, end))

    # Changing

    def book(self, request: BookingRequest) -> Booked:
        """Book a slot, or return what this request has already booked.

        Raises ``NotFound`` for an unknown service; ``Refused`` when the queue takes no
        appointments, the slot is over, is none or is full, or the person has one that day.
        """
        with changing(self._store, self._actor) as tx:
            code, known = _code(tx, request)
            if known is not None:
                return as_booked(tx, known)
            service = tx.plan.service(request.service)
            queue = tx.plan.queue(service.queue)
            slot = _bookable(tx, queue, request.starts_at)
            self._check_person(tx, queue, request)
            made = Appointment(
                id=tx.new_id(),
                code=code,
                service_id=service.id,
                queue_id=queue.id,
                starts_at=slot.starts_at,
                minutes=slot.minutes,
                source=request.source,
                state=AppointmentState.BOOKED,
                made_at=tx.now,
                person=request.person,
                language=request.language,
            )
            tx.add_appointment(made)
            tx.record("appointment.booked", f"appointment:{made.id}", facts(tx.plan, made))
            return as_booked(tx, made)

    def check_in(self, wanted: str | int, asked: CheckIn) -> CheckedIn:
        """Give an appointment its ticket, or return the one that this request has already made.

        ``wanted`` is an id, a code or another system's number. Raises ``NotFound``; ``Refused``
        when the appointment is for another day, cancelled, or has its ticket (``label``); and
        ``NoTicket`` when its person has an open one in the queue, or comes late and it is closed.
        """
        with changing(self._store, self._actor) as tx:
            found = _found(tx, wanted)
            booked = as_booked(tx, found)
            if found.state is AppointmentState.ARRIVED:
                ticket = tx.ticket(found.ticket_id) if found.ticket_id else None
                if ticket is None or ticket.request_id != asked.request_id:
                    raise _arrived(tx, found)
                came = arrival(found.starts_at, ticket.issued_at, tx.plan.rules, ticket.priority)
                return CheckedIn(seen(tx, ticket, as_told=True), came, found)
            day = local_time(tx.plan, found.starts_at).date().isoformat()
            refuse_unless_due(found.state, today=booked.today, day=day)
            return arrive(tx, found, asked)

    def cancel(self, wanted: str | int) -> Booked:
        """Cancel an appointment; one that is cancelled already stays so.

        Raises ``NotFound``, or ``Refused`` when it has arrived.
        """
        with changing(self._store, self._actor) as tx:
            found = _found(tx, wanted)
            if found.state is AppointmentState.ARRIVED:
                raise _arrived(tx, found)
            if found.state is AppointmentState.BOOKED:
                found = replace(found, state=AppointmentState.CANCELLED)
                tx.save_appointment(found)
                subject = f"appointment:{found.id}"
                tx.record("appointment.cancelled", subject, facts(tx.plan, found))
            return as_booked(tx, found)

    def _check_person(self, tx: Transaction, queue: Queue, request: BookingRequest) -> None:
        others = tx.appointments_of(request.person) if request.person else ()
        if any(o.queue_id == queue.id and o.state is AppointmentState.BOOKED for o in others):
            raise Refused("already_booked", f"one appointment a day and person in {queue.code}")


# Shared with the import


def day_of(plan: HallPlan, at: datetime) -> date:
    """Return the business day of a moment."""
    return business_day(at, plan.time_zone, plan.rules.day_start)


def facts(plan: HallPlan, appointment: Appointment) -> dict[str, str]:
    """Return what the journal may hold of an appointment: no code, no person."""
    return {
        "service": plan.service_by_id(appointment.service_id).code,
        "queue": plan.queue_by_id(appointment.queue_id).code,
        "slot": appointment.starts_at.isoformat(),
        "source": appointment.source,
    }


def free_code(reader: Reader, seed: str) -> str:
    """Return a code that nobody has, drawn by a text that only the caller knows."""
    for code in _draws(seed):
        if reader.appointment_by_code(code) is None and not reader.appointment_by_external(code):
            return code
    raise AssertionError("fifty codes in a row were taken")


def as_booked(reader: Reader, appointment: Appointment) -> Booked:
    """Return an appointment as people see it now."""
    plan = reader.plan
    ticket = reader.ticket(appointment.ticket_id) if appointment.ticket_id else None
    return Booked(
        appointment,
        plan.service_by_id(appointment.service_id),
        plan.queue_by_id(appointment.queue_id),
        arrival(appointment.starts_at, reader.now, plan.rules),
        today=day_of(plan, appointment.starts_at) == day_of(plan, reader.now),
        label=ticket.label if ticket else "",
    )


def _found(reader: Reader, wanted: str | int) -> Appointment:
    if isinstance(wanted, int):
        found = reader.appointment(wanted)
    else:
        text = wanted.replace(" ", "").upper()
        found = reader.appointment_by_code(text) if text else None
        found = found or (reader.appointment_by_external(text) if text else None)
    if found is None:
        raise NotFound("unknown_appointment", "there is no such appointment")
    return found


def _arrived(reader: Reader, appointment: Appointment) -> Refused:
    label = as_booked(reader, appointment).label
    return Refused("appointment_arrived", "this appointment has its ticket", label=label)


def _span(plan: HallPlan, day: date) -> tuple[datetime, datetime]:
    zone = plan.time_zone
    return day_began(day, zone, time.min), day_began(day + A_DAY, zone, time.min)


def booked_on(reader: Reader, queue: Queue, day: date) -> dict[datetime, int]:
    """Return how many appointments of a queue begin at each moment of a day."""
    return dict(reader.booked(queue.id, *_span(reader.plan, day)))


def _bookable(tx: Transaction, queue: Queue, starts_at: datetime) -> Slot:
    plan = tx.plan
    day = local_time(plan, starts_at).date()
    if not queue.slice_booked:
        raise Refused("not_bookable", f"queue {queue.code} takes no appointments")
    if starts_at < tx.now:
        raise Refused("slot_over", "this slot has begun")
    if day not in booking_days(plan, queue, local_time(plan, tx.now).date()):
        raise Refused("slot_unknown", "this day cannot be booked")
    slots = slots_of(plan, queue, day, booked_on(tx, queue, day), tx.now)
    slot = next((one for one in slots if one.starts_at == starts_at), None)
    if slot is None:
        raise Refused("slot_unknown", "no slot begins then")
    if not slot.room:
        raise Refused("slot_full", "this slot is full")
    return slot


def _code(tx: Transaction, request: BookingRequest) -> tuple[str, Appointment | None]:
    """Return the code of a request, and the appointment it has already made.

    The code comes from the request's id: asked again it is the same, without a column for it.
    """
    for code in _draws(request.request_id):
        known = tx.appointment_by_code(code)
        if known is None:
            if tx.appointment_by_external(code) is None:
                return code, None
        elif _same(tx, known, request):
            return code, known
    raise AssertionError("fifty codes in a row were taken")


def _same(tx: Transaction, known: Appointment, request: BookingRequest) -> bool:
    return (
        known.starts_at == request.starts_at
        and known.source is request.source
        and tx.plan.service_by_id(known.service_id).code == request.service
        and tx.now - known.made_at < _REPEATED
    )


def _draws(seed: str) -> list[str]:
    return [
        code_of(int.from_bytes(sha256(f"appointment {seed} {n}".encode()).digest()[:8]))
        for n in range(_DRAWS)
    ]
