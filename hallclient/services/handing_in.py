"""Numbers given out without the database come into it, each exactly once.

An entry is known by its request's id. Nothing there: the ticket is added with the number on its
paper. A ticket with another number there: the database had committed the same request and only its
answer was lost; the ticket gets the number that the citizen has. The same number: it was handed in
before, and only the note of it was lost.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from hallclient.domain.errors import NotFound
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Channel, Delivery, Ticket, TicketStatus
from hallclient.domain.turn import Move, after
from hallclient.services.days import changing, today
from hallclient.services.issuing import Terms, TicketRequest, new_ticket
from hallclient.services.spool import SLOTS
from hallclient.services.spool_lines import SpoolEntry
from hallclient.services.store import Store, Transaction

log = logging.getLogger(__name__)

HOLD = timedelta(days=10)
"""How long a slot stays with a kiosk that is not heard of: the longest holidays and a day."""
MARGIN = timedelta(hours=1)
"""So long before the end of it the kiosk itself stops, for its clock may be wrong by then."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that is held, and until when it may be used."""

    number: int
    until: datetime


def claim_slot(store: Store, holder: str, mine: int | None = None) -> Slot | None:
    """Hold a slot for long, the present one if possible; None when ten others hold them all."""
    order = [n for n in range(SLOTS) if n != mine]
    for number in order if mine is None else [mine, *order]:
        if store.take_lease(f"offline:{number}", holder, HOLD.total_seconds()):
            with store.look() as reader:
                return Slot(number, reader.now + HOLD - MARGIN)
    return None


def hand_in(store: Store, actor: str, entry: SpoolEntry) -> Ticket:
    """Bring an entry into the database, once however often it is asked; quotas are not checked.

    Raises ``NotFound`` when it is of another hall, or its queue is gone for good.
    """
    with changing(store, actor) as tx:
        if tx.plan.hall_id != entry.hall_id:
            raise NotFound("unknown_hall", f"the entry is of hall {entry.hall_id}")
        known = tx.ticket_by_request(entry.request_id)
        ticket = _added(tx, entry) if known is None else _matched(tx, known, entry)
        if entry.delivered and ticket.delivered_at is None:
            how = Delivery(entry.delivered)
            if tx.set_delivered(ticket.id, how):
                tx.record("ticket.delivered", f"ticket:{ticket.id}", {"how": how})
        return ticket


def _matched(tx: Transaction, known: Ticket, entry: SpoolEntry) -> Ticket:
    """Give the ticket of an unheard answer the number on the paper."""
    if known.token == entry.token:
        return known
    if _is_taken(tx, known.day == tx.day, entry.label):
        log.error("number %s is taken: ticket %s keeps its own", entry.label, known.label)
        return known
    queue = tx.plan.queue_by_id(known.queue_id)
    ticket = tx.relabel_ticket(known, entry.number, entry.label, entry.token)
    facts = {"was": known.label, "label": entry.label}
    tx.record("ticket.relabelled", f"ticket:{known.id}", facts, zone=queue.zone)
    if ticket.status is TicketStatus.NO_SHOW:
        # It was called by a number that nobody had: it waits as if it had not been.
        becomes = after(ticket.status, Move.REQUEUE)
        ticket = tx.move_ticket(ticket, becomes, requeued=ticket.requeued + 1)
        tx.record("ticket.requeued", f"ticket:{ticket.id}", {"label": ticket.label})
    turn = tx.turn_of_ticket(ticket.id)
    if turn is not None:
        tx.wake(f"window:{tx.plan.window_by_id(turn.window_id).code}")
    tx.wake(f"zone:{queue.zone}")
    return ticket


def _added(tx: Transaction, entry: SpoolEntry) -> Ticket:
    service = _service_of(tx.plan, entry)
    issued_at = min(max(entry.at, entry.contact), tx.now)
    if entry.day < today(tx):
        return _too_late(tx, entry, service, issued_at)
    request = TicketRequest(
        entry.request_id,
        service.code,
        Channel.OFFLINE,
        entry.language,
        entry.priority,
        entry.station,
        entry.person,
    )
    if _is_taken(tx, True, entry.label):  # noqa: FBT003 - of the open day
        ticket = new_ticket(tx, request, Terms(issued_at=issued_at, token=entry.token)).ticket
        facts = {"was": entry.label, "label": ticket.label}
        tx.record("ticket.relabelled", f"ticket:{ticket.id}", facts)
        log.error("number %s was given out twice, the later is %s now", entry.label, ticket.label)
        return ticket
    terms = Terms(issued_at=issued_at, number=entry.number, token=entry.token)
    ticket = new_ticket(tx, request, terms).ticket
    if ticket.label != entry.label:  # the service has moved to another series meanwhile
        return tx.relabel_ticket(ticket, entry.number, entry.label, entry.token)
    return ticket


def _too_late(tx: Transaction, entry: SpoolEntry, service: Service, issued_at: datetime) -> Ticket:
    """Add a ticket of a day that is over, and with it everybody who waited."""
    queue = tx.plan.queue(service.queue)
    ticket = Ticket(
        id=tx.new_id(),
        request_id=entry.request_id,
        token=entry.token,
        day=entry.day,
        series_id=tx.plan.series_of[queue.series].id,
        number=entry.number,
        label=entry.label,
        queue_id=queue.id,
        service_id=service.id,
        priority=entry.priority,
        claim_at=issued_at,
        issued_at=issued_at,
        status=TicketStatus.ENDED,
        channel=Channel.OFFLINE,
        language=entry.language,
        ended_at=tx.now,
        station=entry.station,
    )
    tx.add_ticket(ticket)
    facts = {
        "label": ticket.label,
        "queue": queue.code,
        "service": service.code,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "day": ticket.day.isoformat(),
    }
    tx.record("ticket.issued", f"ticket:{ticket.id}", facts, zone=queue.zone)
    tx.record("ticket.abandoned", f"ticket:{ticket.id}", {"was": TicketStatus.WAITING})
    return ticket


def _is_taken(tx: Transaction, of_today: bool, label: str) -> bool:  # noqa: FBT001 - a condition
    return of_today and tx.ticket_by_label(label) is not None


def _service_of(plan: HallPlan, entry: SpoolEntry) -> Service:
    """Return the service, or another of its queue when the hall has dropped it meanwhile."""
    same = plan.service_of.get(entry.service)
    other = next((service for service in plan.services if service.queue == entry.queue), None)
    found = same or plan.general_of.get(entry.queue) or other
    if found is None:
        raise NotFound("unknown_service", f"the hall has neither {entry.service} nor its queue")
    return found
