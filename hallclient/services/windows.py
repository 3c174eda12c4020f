"""A window as its clerk sees it. There is no rating in it, nor anything to infer one from."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hallclient.domain.dispatch import Candidate, choose
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service, ServiceWindow, Staff
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Turn
from hallclient.services.steps import following_service, service_of_turn
from hallclient.services.store import Reader


@dataclass(frozen=True, slots=True)
class WindowState:
    """What the clerk bar shows. ``turn`` is the active one, else the last one this shift ended."""

    window: ServiceWindow
    now: datetime
    staff: Staff | None = None
    shift: Shift | None = None
    turn: Turn | None = None
    ticket: Ticket | None = None
    service: Service | None = None
    waiting: int = 0
    longest_since: datetime | None = None
    next_ticket: Ticket | None = None
    next_service: Service | None = None
    following: Service | None = None
    """Where the ticket of ``turn`` goes, or went, from here: its next step."""


def candidates(reader: Reader, window: ServiceWindow) -> tuple[list[Candidate], dict[int, Ticket]]:
    """Return the heads of a window's queues, and their tickets by id."""
    plan = reader.plan
    rank_of = {
        plan.queue(code).id: rank
        for rank, codes in enumerate(window.ranks, start=1)
        for code in codes
    }
    heads = reader.heads(rank_of)
    found = [
        Candidate(
            ticket_id=head.id,
            queue_id=head.queue_id,
            rank=rank_of[head.queue_id],
            claim_at=head.claim_at,
            ceiling=_ceiling(plan, head.queue_id),
        )
        for head in heads
    ]
    return found, {head.id: head for head in heads}


def window_state(reader: Reader, window: ServiceWindow) -> WindowState:
    """Return the state of a window at the moment of ``reader``."""
    plan = reader.plan
    shift = reader.open_shift(window.id)
    turn = reader.active_turn(window.id)
    if turn is None and shift is not None:
        last = reader.last_turn(window.id)
        # By its end: whoever took over an open turn has ended it, and its rating is asked here.
        turn = last if last and (last.ended_at or last.called_at) > shift.signed_in_at else None
    ticket = reader.ticket(turn.ticket_id) if turn else None
    waiting, since = _line(reader, window)
    ahead = _next(reader, window)
    return WindowState(
        window=window,
        now=reader.now,
        staff=replace(plan.staff_by_id(shift.staff_id), pin_hash="") if shift else None,
        shift=shift,
        turn=turn,
        ticket=ticket,
        service=service_of_turn(reader, turn, ticket) if turn and ticket else None,
        waiting=waiting,
        longest_since=since,
        next_ticket=ahead,
        next_service=plan.service_by_id(ahead.service_id) if ahead else None,
        following=following_service(reader, turn, ticket) if turn and ticket else None,
    )


def _line(reader: Reader, window: ServiceWindow) -> tuple[int, datetime | None]:
    own = {reader.plan.queue(code).id for code in window.queues}
    counts = [count for count in reader.queue_counts() if count.queue_id in own and count.waiting]
    since = [count.oldest_at for count in counts if count.oldest_at is not None]
    return sum(count.waiting for count in counts), min(since, default=None)


def _next(reader: Reader, window: ServiceWindow) -> Ticket | None:
    found, tickets = candidates(reader, window)
    choice = choose(found, reader.now)
    return tickets[choice.candidate.ticket_id] if choice else None


def _ceiling(plan: HallPlan, queue_id: int) -> timedelta:
    own = plan.queue_by_id(queue_id).ceiling_minutes
    return timedelta(minutes=plan.rules.ceiling_minutes if own is None else own)
