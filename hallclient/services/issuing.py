"""Take a ticket, and note that the citizen has it."""

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.dispatch import claim_at
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import Step
from hallclient.domain.parts import Queue, Service
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import Language
from hallclient.domain.ticket import (
    TOKEN_BYTES,
    Channel,
    Delivery,
    Ticket,
    TicketStatus,
    label_of,
    number_at,
    token_from,
)
from hallclient.services.days import changing, today
from hallclient.services.offering import check_limits, closes_early, note_load
from hallclient.services.person_records import PersonNote
from hallclient.services.requeueing import let_in_again
from hallclient.services.steps import begin, services_of_visit, take_place
from hallclient.services.store import Reader, Store, Transaction
from hallclient.services.waits import range_of, told_to, wait_from_now

if TYPE_CHECKING:
    from hallclient.domain.journal import Json


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """What a citizen asks for. ``request_id`` is made once per touch: asked twice, one ticket.

    ``station`` is where the paper comes out, empty for none. ``person`` is a card's key of the day
    (``services.persons``), ``note`` what staff may see of its holder until the day closes, ``more``
    are further services of the same visit.
    """

    request_id: str
    service: str
    channel: Channel = Channel.KIOSK
    language: str = Language.ZH_CN
    priority: PriorityClass = PriorityClass.NORMAL
    station: str = ""
    person: str = field(default="", repr=False)
    more: tuple[str, ...] = ()
    note: PersonNote | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket as the citizen sees it. ``last_called`` is the label called last in this queue.

    ``people_ahead`` None: the database is away and nobody knows. ``wait`` is what was told when the
    ticket was taken, and from now for one that is looked up later; None: no estimate yet.
    """

    ticket: Ticket
    service: Service
    queue: Queue
    people_ahead: int | None
    last_called: str
    wait: WaitRange | None = None
    steps: tuple[Step, ...] = ()
    """Of a ticket with several services, in order."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Tickets that nobody has in hand yet, oldest first, at a moment of the database's clock."""

    now: datetime
    plan: HallPlan
    tickets: tuple[IssuedTicket, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ticket has that is not a walk-in's of this moment.

    ``claim_at`` and ``callable_from`` belong to an appointment, ``number`` and ``token`` to a paper
    that a kiosk printed without the database, ``issued_at`` to the moment it did.
    """

    claim_at: datetime | None = None
    callable_from: datetime | None = None
    issued_at: datetime | None = None
    number: int | None = None
    token: str = ""
    parent_id: int | None = None
    """The ticket it is split off."""
    placed: bool = False
    """It has its place in the queue's quotas already: it was a step of its parent's."""


WALK_IN = Terms()


class Issuing:
    """Tickets come into being here."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._actor = actor

    def issue(self, request: TicketRequest) -> IssuedTicket:
        """Issue a ticket, or return the one that this request has already made.

        Raises ``NotFound`` for an unknown service and ``NoTicket``, which says why, where its
        queue gives none.
        """
        return self.issue_several(request, 1)[0]

    def issue_several(self, request: TicketRequest, count: int) -> tuple[IssuedTicket, ...]:
        """Issue tickets for several principals in one go (代办), all of them or none.

        Asked again they are the same tickets. Raises what :meth:`issue` does, and ``Refused`` for
        more than the hall gives in one go.
        """
        with changing(self._store, self._actor) as tx:
            _expect(tx, request)
            known = _known(tx, request.request_id)
            if known:
                return known
            most = max(1, tx.plan.rules.tickets_at_once)
            if not 1 <= count <= most:
                told = f"1 to {most} tickets in one go, not {count}"
                raise Refused("too_many_tickets", told, limit=most)
            services = services_of_visit(tx.plan, (request.service, *request.more))
            places = Counter(service.queue for service in services)
            for code, each in places.items():
                check_limits(tx, tx.plan.queue(code), request.person, count, each=each)
            if count > 1:  # an agent's card: the numbers are for others
                request = replace(request, note=None)
            made = [
                new_ticket(tx, replace(request, request_id=_nth_id(request.request_id, nth)))
                for nth in range(1, count + 1)
            ]
            issued = tuple(replace(one, steps=begin(tx, one.ticket, services)) for one in made)
            note_load(tx, places)
            return issued

    def delivered(self, ticket_id: int, how: Delivery) -> None:
        """Note that the number is in the citizen's hands: printed and confirmed, or read."""
        with changing(self._store, self._actor) as tx:
            if tx.ticket(ticket_id) is None:
                raise NotFound("unknown_ticket", f"there is no ticket {ticket_id}")
            if tx.set_delivered(ticket_id, how):
                tx.record("ticket.delivered", f"ticket:{ticket_id}", {"how": how})

    def undelivered(self, station: str) -> Undelivered:
        """Return the waiting tickets of a station that nobody has in hand yet."""
        with self._store.look() as reader:
            tickets = tuple(seen(reader, ticket) for ticket in reader.undelivered(station))
            return Undelivered(reader.now, reader.plan, tickets)

    def requeue(self, ticket_id: int) -> IssuedTicket:
        """Let a no-show wait again, a few places behind the next; at most so often a day."""
        with changing(self._store, self._actor) as tx:
            ticket = tx.ticket(ticket_id)
            if ticket is None:
                raise NotFound("unknown_ticket", f"there is no ticket {ticket_id}")
            return seen(tx, let_in_again(tx, ticket))


def new_ticket(tx: Transaction, request: TicketRequest, terms: Terms = WALK_IN) -> IssuedTicket:
    """Make a ticket, count it against the quotas of its queue and journal it.

    What is returned is as the citizen is told it, without asking again: nobody comes between.
    Limits are the caller's to check (``offering.check_limits``): an appointment was promised its
    number, and what a kiosk printed without the database is given. ``request.more`` is the
    caller's too. Raises ``NotFound`` for an unknown service.
    """
    plan: HallPlan = tx.plan
    service = plan.service(request.service)
    queue = plan.queue(service.queue)
    ticket = _new(tx, request, service, queue, terms)
    count, ahead = tx.place_of(ticket)
    ticket = replace(ticket, told=told_to(tx, ticket, count, ahead))
    tx.add_ticket(ticket)
    if not terms.placed:
        take_place(tx, queue)
    if request.person:
        tx.name_person(ticket.id, request.person)
    if request.note is not None:
        tx.save_person_note(replace(request.note, ticket_id=ticket.id))
    facts: dict[str, Json] = {
        "label": ticket.label,
        "queue": queue.code,
        "service": service.code,
        "priority": ticket.priority,
        "channel": ticket.channel,
    }
    if ticket.priority is not PriorityClass.NORMAL:
        facts["minutes"] = (ticket.issued_at - ticket.claim_at) // timedelta(minutes=1)
    if ticket.told is not None:
        wait = ticket.told.wait
        facts |= {"told": [wait.p10, wait.p50, wait.p90], "ahead": ticket.told.ahead}
    tx.record("ticket.issued", f"ticket:{ticket.id}", facts, zone=queue.zone)
    told = range_of(ticket.told.wait if ticket.told else None)
    return IssuedTicket(ticket, service, queue, ahead, count.last_called, told)


def _new(
    tx: Transaction, request: TicketRequest, service: Service, queue: Queue, terms: Terms
) -> Ticket:
    series = tx.plan.series_of[queue.series]
    number = terms.number
    if number is None:
        # By prefix: a series that gets another code on a running day must not start anew.
        number = number_at(tx.count(f"series:{series.prefix}"), series.digits)
    issued_at = terms.issued_at or tx.now
    return Ticket(
        id=tx.new_id(),
        request_id=request.request_id,
        token=terms.token or token_from(os.urandom(TOKEN_BYTES)),
        day=today(tx),
        series_id=series.id,
        number=number,
        label=label_of(series.prefix, number, series.digits),
        queue_id=queue.id,
        service_id=service.id,
        priority=request.priority,
        claim_at=terms.claim_at or claim_at(issued_at, request.priority, tx.plan.rules),
        issued_at=issued_at,
        status=TicketStatus.WAITING,
        channel=request.channel,
        language=request.language,
        station=request.station,
        callable_from=terms.callable_from,
        parent_id=terms.parent_id,
        first_queue_id=queue.id,
    )


def _nth_id(request_id: str, nth: int) -> str:
    return request_id if nth == 1 else f"{request_id}+{nth}"


def _expect(tx: Transaction, request: TicketRequest) -> None:
    service = tx.plan.service_of.get(request.service)
    if service is not None:
        claim = claim_at(tx.now, request.priority, tx.plan.rules)
        queue = tx.plan.queue(service.queue)
        load = closes_early(tx.plan)
        tx.expect_issue(request.request_id, queue.id, claim, load=load)


def _known(tx: Transaction, request_id: str) -> tuple[IssuedTicket, ...]:
    """Return the tickets that a request has already made, in order."""
    found: list[IssuedTicket] = []
    while (ticket := tx.ticket_by_request(_nth_id(request_id, len(found) + 1))) is not None:
        found.append(seen(tx, ticket, as_told=True))
    return tuple(found)


def seen(reader: Reader, ticket: Ticket, *, as_told: bool = False) -> IssuedTicket:
    """Return a ticket as the citizen sees it now; ``as_told`` by the wait that went with it."""
    count, ahead = reader.place_of(ticket)
    wait = ticket.told.wait if ticket.told else None
    if not as_told:
        wait = wait_from_now(reader, ticket, count, ahead)
    return IssuedTicket(
        ticket=ticket,
        service=reader.plan.service_by_id(ticket.service_id),
        queue=reader.plan.queue_by_id(ticket.queue_id),
        people_ahead=ahead,
        last_called=count.last_called,
        wait=range_of(wait),
        steps=tuple(reader.steps(ticket.id)),
    )
