"""What a code, a label, a case number or a card belongs to, as its holder may see it now.

Whoever has the paper may know where its number stands; nothing here says whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.calendar import business_day
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.ticket import TicketStatus, is_offline, not_known
from hallclient.services.appointments.booking import Booked, as_booked
from hallclient.services.codes import Code, CodeKind
from hallclient.services.holding import returns_by_itself
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket, seen
from hallclient.services.requeueing import may_come_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from hallclient.domain.case import Case
    from hallclient.domain.parts import Service
    from hallclient.domain.ticket import Ticket
    from hallclient.services.store import Reader, Store

MOST = 6
"""Things of one card that are shown."""


class Standing(StrEnum):
    """Where a ticket stands for its holder."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    MISSED = "missed"  # may wait again
    GONE = "gone"  # missed too long ago or too often
    ENDED = "ended"
    OTHER_DAY = "other_day"


_STANDINGS = {
    TicketStatus.WAITING: Standing.WAITING,
    TicketStatus.CALLED: Standing.CALLED,
    TicketStatus.SERVING: Standing.SERVING,
    TicketStatus.HELD: Standing.HELD,
    TicketStatus.ENDED: Standing.ENDED,
}
_OPEN = frozenset(
    {Standing.WAITING, Standing.CALLED, Standing.SERVING, Standing.HELD, Standing.MISSED}
)


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """A ticket, and the number of the window that has called it, holds it, or that it waits for.

    ``window`` is "" for none; ``returns``: it is held, and its holder may say "I am back".
    """

    issued: IssuedTicket
    standing: Standing
    window: str = ""
    returns: bool = False


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case of this hall; ``accepted`` and ``finished`` are local dates."""

    case: Case
    service: Service
    accepted: date
    finished: date | None
    overdue: bool


Found = FoundTicket | Booked | FoundCase


class Finding:
    """Looks things up in one hall; changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_code(self, code: Code) -> Found:
        """Return what a code belongs to.

        Raises ``NotFound`` (``code_unknown``), ``Refused`` for the ticket of another day.
        """
        with self._store.look() as reader:
            return _FINDERS[code.kind](reader, code)

    def by_label(self, label: str, tail: str) -> FoundTicket:
        """Return today's ticket with a label whose token ends with ``tail``.

        Raises ``NotFound``: ``ticket_unknown``, the same whether label or tail is wrong, and
        ``ticket_offline`` for a number that a kiosk gave out by itself and has not handed in.
        """
        with self._store.look() as reader:
            ticket = reader.ticket_by_label(label)
            if ticket is None and is_offline(label):
                raise not_known(label)
            if ticket is None or not _is_of(reader, ticket) or not ticket.token.endswith(tail):
                raise NotFound("ticket_unknown", "no ticket of today has this label and ending")
            return found_ticket(reader, ticket)

    def case(self, number: str) -> FoundCase:
        """Return a case by its number; raises ``NotFound`` (``case_unknown``)."""
        with self._store.look() as reader:
            case = reader.case_by_number(number)
            if case is None:
                raise NotFound("case_unknown", "there is no case with this number")
            return _found_case(reader, case)

    def ticket(self, ticket_id: int) -> FoundTicket:
        """Return a ticket by its id, as it stands now."""
        with self._store.look() as reader:
            ticket = reader.ticket(ticket_id)
            if ticket is None:
                raise NotFound("ticket_unknown", f"there is no ticket {ticket_id}")
            return found_ticket(reader, ticket)

    def appointment(self, appointment_id: int) -> Booked:
        """Return an appointment by its id, as it stands now."""
        with self._store.look() as reader:
            one = reader.appointment(appointment_id)
            if one is None:
                raise NotFound("unknown_appointment", "there is no such appointment")
            return as_booked(reader, one)

    def of_person(self, person: str) -> tuple[Found, ...]:
        """Return what is open today for a person's key, the most urgent first.

        Appointments to check in, missed tickets that may come back, tickets that wait.
        """
        if not person:
            return ()
        with self._store.look() as reader:
            tickets = [found_ticket(reader, one) for one in reader.tickets_of(person)]
            booked = [as_booked(reader, one) for one in reader.appointments_of(person)]
            due = [one for one in booked if one.today and one.appointment.state == "booked"]
            missed = [one for one in tickets if one.standing is Standing.MISSED]
            others = [one for one in tickets if one.standing in _OPEN and one not in missed]
            found: list[Found] = [*due, *missed, *others]
            return tuple(found[:MOST])


def found_ticket(reader: Reader, ticket: Ticket) -> FoundTicket:
    """Return a ticket as its holder may see it."""
    standing = _standing(reader, ticket)
    window, returns = "", False
    if standing is Standing.WAITING:
        window = _bound_to(reader, ticket)
    if standing is Standing.HELD:
        held = reader.hold(ticket.id)
        returns = held is not None and returns_by_itself(held.kind)
    if standing in {Standing.CALLED, Standing.SERVING, Standing.HELD}:
        turn = reader.turn_of_ticket(ticket.id)
        if turn is not None:
            window = reader.plan.window_by_id(turn.window_id).number
    return FoundTicket(seen(reader, ticket), standing, window, returns)


def _bound_to(reader: Reader, ticket: Ticket) -> str:
    """Return the number of the one window at which a ticket is called, "" where any may."""
    at = ticket.window_id
    if at is None and ticket.staff_id is not None:
        shifts = reader.open_shifts()
        at = next((one.window_id for one in shifts if one.staff_id == ticket.staff_id), None)
    return "" if at is None else reader.plan.window_by_id(at).number


def _standing(reader: Reader, ticket: Ticket) -> Standing:
    if not _is_of(reader, ticket):
        return Standing.OTHER_DAY
    if ticket.status is TicketStatus.NO_SHOW:
        return Standing.MISSED if may_come_back(reader, ticket) else Standing.GONE
    return _STANDINGS[ticket.status]


def _is_of(reader: Reader, ticket: Ticket) -> bool:
    """Return whether a ticket is of the business day of now, opened or not."""
    plan = reader.plan
    return ticket.day == business_day(reader.now, plan.time_zone, plan.rules.day_start)


def _by_token(reader: Reader, code: Code) -> Found:
    ticket = reader.ticket_by_token(code.text)
    if ticket is None:
        raise _unknown()
    return found_ticket(reader, ticket)


def _by_short_code(reader: Reader, code: Code) -> Found:
    local = local_time(reader.plan, reader.now)
    ticket = reader.ticket_by_label(code.text)
    if ticket is not None and _is_of(reader, ticket) and f"{ticket.day:%m%d}" == code.day:
        if ticket.token.endswith(code.tail):
            return found_ticket(reader, ticket)
    elif code.day != f"{local:%m%d}":
        raise Refused("ticket_other_day", "this ticket is of another day")
    elif is_offline(code.text):
        raise not_known(code.text)
    raise _unknown()


def _by_number(reader: Reader, code: Code) -> Found:
    case = reader.case_by_number(code.text)
    return _found_case(reader, case) if case is not None else _by_booking(reader, code)


def _by_booking(reader: Reader, code: Code) -> Found:
    found = reader.appointment_by_code(code.text) or reader.appointment_by_external(code.text)
    if found is not None:
        return as_booked(reader, found)
    case = reader.case_by_number(code.text)  # by a department's own rule
    if case is None:
        raise _unknown()
    return _found_case(reader, case)


def _found_case(reader: Reader, case: Case) -> FoundCase:
    from hallclient.services.case_views import view_of  # noqa: PLC0415 - rare at a kiosk

    plan = reader.plan
    finished = local_time(plan, case.finished_at).date() if case.finished_at else None
    return FoundCase(
        case=case,
        service=plan.service_by_id(case.service_id),
        accepted=local_time(plan, case.accepted_at).date(),
        finished=finished,
        overdue=view_of(reader, case).overdue,  # not while its clock stands
    )


def _unknown() -> NotFound:
    return NotFound("code_unknown", "nothing in this hall has this code")


_FINDERS: dict[CodeKind, Callable[[Reader, Code], Found]] = {
    CodeKind.TICKET: _by_token,
    CodeKind.SHORT: _by_short_code,
    CodeKind.CASE: _by_number,
    CodeKind.BOOKING: _by_booking,
}
