"""Several services in one visit (联办): the order proposed, and changes until it is served."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import (
    Route,
    Step,
    StepState,
    Stop,
    best_route,
    rearranged,
    route,
    to_come,
)
from hallclient.domain.limits import work_per_window
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.services.board import HallNow, QueueLine
from hallclient.services.days import changing
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket, seen
from hallclient.services.offering import check_limits
from hallclient.services.seat import is_bound
from hallclient.services.steps import services_of_visit, take_place
from hallclient.services.store import Store, Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

USUAL_MINUTES = 10.0
"""At a window, where the hall does not say."""
NO_WINDOW_MINUTES = 60.0
"""What a queue without an open window adds to its wait: it is left for last."""


def proposed(
    plan: HallPlan, hall: HallNow, services: Sequence[str], *, own_order: bool = False
) -> Route:
    """Return the way through services as the hall is now; ``own_order`` keeps the order given.

    Unknown codes are left out: the hall may have changed since they were chosen.
    """
    known = [plan.service_of[code] for code in dict.fromkeys(services) if code in plan.service_of]
    load = work_per_window(
        plan, {code: line.waiting for code, line in hall.lines.items()}, hall.open_windows
    )
    local = local_time(plan, hall.now)
    stops = [_stop(plan, hall, load, service, local) for service in known]
    return route(stops) if own_order else best_route(stops)


def _stop(
    plan: HallPlan, hall: HallNow, load: dict[str, float], service: Service, local: datetime
) -> Stop:
    return Stop(
        service=service.code,
        queue=service.queue,
        minutes=service.minutes or USUAL_MINUTES,
        wait=_wait(hall.lines.get(service.queue), load.get(service.queue, 0.0)),
        hours=_hours(plan, service.queue, local),
        after=frozenset(service.after),
    )


def _wait(line: QueueLine | None, load: float) -> float:
    """Return the minutes until a queue comes to a claim made now."""
    if line is None:
        return 0.0
    if line.wait is not None:
        return (line.wait.low + line.wait.high) / 2
    if line.open_windows:
        return load or line.waiting * USUAL_MINUTES / line.open_windows
    return line.waiting * USUAL_MINUTES + NO_WINDOW_MINUTES


def _hours(plan: HallPlan, queue: str, local: datetime) -> tuple[tuple[float, float], ...]:
    """Return when a queue is served today, in minutes from now; a hall without hours always."""
    if not plan.hours:
        return ((0.0, float("inf")),)
    sessions = plan.sessions_on(queue, local.date())
    spans = (
        tuple(
            (datetime.combine(local.date(), at, local.tzinfo) - local).total_seconds() / 60
            for at in (session.opens, session.closes)
        )
        for session in sessions
    )
    return tuple((max(0.0, opens), closes) for opens, closes in spans if closes > 0)


class Itineraries:
    """Visits that exist: what is on a ticket, and what is changed on it at a kiosk or a desk."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._actor = actor

    def of_ticket(self, ticket_id: int) -> IssuedTicket:
        """Return a ticket with its steps as they are now. Raises ``NotFound``."""
        with self._store.look() as reader:
            return seen(reader, _ticket(reader.ticket(ticket_id)))

    def change(self, ticket_id: int, services: Sequence[str], person: str = "") -> IssuedTicket:
        """Let a waiting ticket be for these services from now on, in this order.

        What is done stays done. Each new service takes a place in its queue, by the key the ticket
        has. Raises ``NotAllowed`` for a ticket that does not wait, and without a service left;
        ``Refused`` as issuing does, and as ``services_of_visit``. ``person``: whose card was read.
        """
        with changing(self._store, self._actor) as tx:
            ticket = _ticket(tx.ticket(ticket_id))
            if ticket.status is not TicketStatus.WAITING:
                raise NotAllowed("not_waiting_now", f"ticket {ticket.label} is {ticket.status}")
            before = tuple(tx.steps(ticket.id)) or (Step(ticket.id, 1, ticket.service_id),)
            return _change(tx, ticket, before, services, person)


def _ticket(found: Ticket | None) -> Ticket:
    if found is None:
        raise NotFound("unknown_ticket", "there is no such ticket")
    return found


def _change(
    tx: Transaction, ticket: Ticket, before: Sequence[Step], codes: Sequence[str], person: str
) -> IssuedTicket:
    done = {step.service_id for step in before if step.state is StepState.DONE}
    wanted = services_of_visit(tx.plan, codes, len(done))
    if not wanted:
        raise NotAllowed("no_service_left", f"ticket {ticket.label} needs a service")
    if done & {service.id for service in wanted}:
        raise Refused("service_done", "this is done already")
    known = [step.service_id for step in to_come(before)]
    placed = {step.service_id for step in before}  # also what was dropped: it was counted then
    for service in wanted:
        if service.id not in known:
            queue = tx.plan.queue(service.queue)
            new = service.id not in placed
            check_limits(tx, queue, person, int(new), besides=ticket.id)
            if new:
                take_place(tx, queue)
    steps = rearranged(ticket.id, before, [service.id for service in wanted])
    tx.save_steps(ticket.id, steps)
    old, first = tx.plan.queue_by_id(ticket.queue_id), tx.plan.queue(wanted[0].queue)
    if (first.id, wanted[0].id) != (ticket.queue_id, ticket.service_id):
        ticket = tx.rechoose(ticket, first.id, wanted[0].id)
    facts: dict[str, Json] = {"label": ticket.label, "from": old.code, "to": first.code}
    bound: dict[str, Json] = {"bound": True} if is_bound(ticket) else {}
    tx.record(
        "ticket.rechosen",
        f"ticket:{ticket.id}",
        {**facts, "services": [service.code for service in wanted], **bound},
        zone=first.zone,
    )
    tx.wake(f"zone:{old.zone}", f"zone:{first.zone}")
    return seen(tx, ticket)
