"""Take a ticket, and note that the citizen has it."""

import os
from dataclasses import dataclass, field
from datetime import datetime

from hallclient.domain.dispatch import claim_at
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan, Language, PriorityClass, Queue, Service
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
from hallclient.services.hours import queue_open
from hallclient.services.requeueing import let_in_again
from hallclient.services.store import Reader, Store, Transaction


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """What a citizen asks for. ``request_id`` is made once per touch: asked twice, one ticket.

    ``station`` is where the paper comes out, empty for none. ``person`` is a card's key of the day
    (``services.persons``), ``more`` are further services of the same visit.
    """

    request_id: str
    service: str
    channel: Channel = Channel.KIOSK
    language: str = Language.ZH_CN
    priority: PriorityClass = PriorityClass.NORMAL
    station: str = ""
    person: str = field(default="", repr=False)
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket as the citizen sees it. ``last_called`` is the label called last in this queue."""

    ticket: Ticket
    service: Service
    queue: Queue
    people_ahead: int
    last_called: str
    wait: WaitRange | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Tickets that nobody has in hand yet, oldest first, at a moment of the database's clock."""

    now: datetime
    plan: HallPlan
    tickets: tuple[IssuedTicket, ...]


class Issuing:
    """Tickets come into being here."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._actor = actor

    def issue(self, request: TicketRequest) -> IssuedTicket:
        """Issue a ticket, or return the one that this request has already made.

        Raises ``NotFound`` for an unknown service and ``Refused`` outside the hours of its queue.
        """
        with changing(self._store, self._actor) as tx:
            known = tx.ticket_by_request(request.request_id)
            if known is not None:
                return seen(tx, known)
            service = tx.plan.service(request.service)
            queue = tx.plan.queue(service.queue)
            self._check_hours(tx, queue)
            ticket = self._new(tx, request, service, queue)
            tx.add_ticket(ticket)
            tx.record(
                "ticket.issued",
                f"ticket:{ticket.id}",
                {
                    "label": ticket.label,
                    "queue": queue.code,
                    "service": service.code,
                    "priority": ticket.priority,
                    "channel": ticket.channel,
                },
                zone=queue.zone,
            )
            return seen(tx, ticket)

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

    def _check_hours(self, tx: Transaction, queue: Queue) -> None:
        if not queue_open(tx.plan, queue.code, tx.now).open:
            raise Refused("queue_closed", f"queue {queue.code} gives out no tickets now")

    def _new(
        self, tx: Transaction, request: TicketRequest, service: Service, queue: Queue
    ) -> Ticket:
        plan: HallPlan = tx.plan
        series = plan.series_of[queue.series]
        # By prefix: a series that gets another code on a running day must not start anew.
        number = number_at(tx.count(f"series:{series.prefix}"), series.digits)
        return Ticket(
            id=tx.new_id(),
            request_id=request.request_id,
            token=token_from(os.urandom(TOKEN_BYTES)),
            day=today(tx),
            series_id=series.id,
            number=number,
            label=label_of(series.prefix, number, series.digits),
            queue_id=queue.id,
            service_id=service.id,
            priority=request.priority,
            claim_at=claim_at(tx.now, request.priority, plan.rules),
            issued_at=tx.now,
            status=TicketStatus.WAITING,
            channel=request.channel,
            language=request.language,
            station=request.station,
        )


def seen(reader: Reader, ticket: Ticket) -> IssuedTicket:
    """Return a ticket as the citizen sees it now."""
    return IssuedTicket(
        ticket=ticket,
        service=reader.plan.service_by_id(ticket.service_id),
        queue=reader.plan.queue_by_id(ticket.queue_id),
        people_ahead=reader.ahead_of(ticket),
        last_called=reader.queue_count(ticket.queue_id).last_called,
    )
