"""A window as its clerk sees it. There is no rating in it, nor anything to infer one from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.dispatch import Candidate, choose
from hallclient.domain.itinerary import StepState
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.seat import is_bound, rank_at
from hallclient.services.steps import following_service, service_of_turn
from hallclient.services.taking_back import open_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.holding import Hold
    from hallclient.domain.itinerary import Step
    from hallclient.domain.parts import Service, ServiceWindow, Staff
    from hallclient.domain.shift import Shift
    from hallclient.services.issuing import IssuedTicket
    from hallclient.services.person_records import Note, PersonNote
    from hallclient.services.store import Reader


@dataclass(frozen=True, slots=True)
class StepDone:
    """What was done of a visit before: which service, at which window, and how it ended."""

    service: Service
    window: ServiceWindow
    outcome: Outcome | None
    at: datetime | None


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
    """In this window's queues, and whoever is bound to it from another queue."""
    longest_since: datetime | None = None
    next_ticket: Ticket | None = None
    next_service: Service | None = None
    following: Service | None = None
    """Where the ticket of ``turn`` goes, or went, from here: its next step."""
    hold_of: Hold | None = None
    """Why ``ticket`` is held, while it is."""
    bound: tuple[Ticket, ...] = ()
    """Who waits for this window or this person only, the oldest claim first."""
    notes: tuple[Note, ...] = ()
    """What colleagues wrote about ``ticket``, for staff only, oldest first."""
    own: PersonNote | None = None
    """Whom ``ticket`` is for, masked, for staff only."""
    steps_done: tuple[StepDone, ...] = ()
    """What ``ticket`` has behind it, in order; without the step of ``turn`` itself."""
    can_serve_on: bool = False
    """Whether this window may do the next step of ``ticket`` too (``Calling.serve_on``)."""
    can_take_back_until: datetime | None = None
    """Until when the last move here can be taken back (``Calling.take_back``), while it can."""
    issued: IssuedTicket | None = None
    """The ticket that was just split off, in the answer to that move only."""


def candidates(
    reader: Reader, window: ServiceWindow, bound: Sequence[Ticket]
) -> tuple[list[Candidate], dict[int, Ticket]]:
    """Return whom a window may call, and their tickets by id.

    These are the heads of its queues, and everybody who is ``bound_to`` it: at the rank of their
    queue here, 1 where the window does not serve it.
    """
    plan = reader.plan
    rank_of = {
        plan.queue(code).id: rank
        for rank, codes in enumerate(window.ranks, start=1)
        for code in codes
    }
    waiting = [*reader.heads(rank_of), *bound]
    found = [
        Candidate(
            ticket_id=one.id,
            queue_id=one.queue_id,
            rank=rank_of.get(one.queue_id, 1),
            claim_at=one.claim_at,
            ceiling=_ceiling(plan, one.queue_id),
        )
        for one in waiting
    ]
    return found, {one.id: one for one in waiting}


def bound_to(reader: Reader, window: ServiceWindow, shift: Shift | None) -> tuple[Ticket, ...]:
    """Return who waits for a window, or for whoever's shift it is, and for nobody else."""
    return tuple(reader.waiting_for(window.id, shift.staff_id if shift else None))


def to_serve_on(reader: Reader, window: ServiceWindow, turn: Turn, ticket: Ticket) -> bool:
    """Return whether a window has just sent a ticket on to a step that it may do itself."""
    if turn.result not in RATED_OUTCOMES or ticket.status is not TicketStatus.WAITING:
        return False
    last = reader.turn_of_ticket(ticket.id)
    here = last is not None and last.id == turn.id
    return here and not is_bound(ticket) and rank_at(reader.plan, window, ticket) > 0


def window_state(
    reader: Reader, window: ServiceWindow, issued: IssuedTicket | None = None
) -> WindowState:
    """Return the state of a window at the moment of ``reader``."""
    plan = reader.plan
    shift = reader.open_shift(window.id)
    turn = reader.active_turn(window.id)
    if turn is None and shift is not None:
        last = reader.last_turn(window.id)
        # By its end: whoever took over an open turn has ended it, and its rating is asked here.
        turn = last if last and (last.ended_at or last.called_at) > shift.signed_in_at else None
    ticket = reader.ticket(turn.ticket_id) if turn else None
    bound = bound_to(reader, window, shift)
    waiting, since = _line(reader, window, bound)
    ahead = _next(reader, window, bound)
    state = WindowState(
        window=window,
        now=reader.now,
        staff=replace(plan.staff_by_id(shift.staff_id), pin_hash="") if shift else None,
        shift=shift,
        waiting=waiting,
        longest_since=since,
        next_ticket=ahead,
        next_service=plan.service_by_id(ahead.service_id) if ahead else None,
        bound=bound,
        can_take_back_until=open_until(reader, shift, turn, ticket) if shift else None,
        issued=issued,
    )
    return state if turn is None or ticket is None else _with_ticket(reader, state, turn, ticket)


def _with_ticket(reader: Reader, state: WindowState, turn: Turn, ticket: Ticket) -> WindowState:
    """Add what is known of the ticket at a window, or of the last one there."""
    steps = tuple(reader.steps(ticket.id))
    return replace(
        state,
        turn=turn,
        ticket=ticket,
        service=service_of_turn(reader, turn, ticket, steps),
        following=following_service(reader, turn, steps),
        hold_of=reader.hold(ticket.id) if ticket.status is TicketStatus.HELD else None,
        notes=tuple(reader.notes(f"ticket:{ticket.id}")),
        own=reader.person_note(ticket.id),
        steps_done=_steps_done(reader, turn, steps),
        can_serve_on=to_serve_on(reader, state.window, turn, ticket),
    )


def _steps_done(reader: Reader, present: Turn, steps: Sequence[Step]) -> tuple[StepDone, ...]:
    plan = reader.plan
    done = []
    for step in steps:
        turn = reader.turn(step.turn_id) if step.turn_id is not None else None
        if step.state is StepState.DONE and turn is not None and turn.id != present.id:
            where = plan.window_by_id(turn.window_id)
            service = plan.service_by_id(step.service_id)
            done.append(StepDone(service, where, turn.result, turn.ended_at))
    return tuple(done)


def _line(
    reader: Reader, window: ServiceWindow, bound: Sequence[Ticket]
) -> tuple[int, datetime | None]:
    own = {reader.plan.queue(code).id for code in window.queues}
    counts = [count for count in reader.queue_counts() if count.queue_id in own and count.waiting]
    foreign = [one.issued_at for one in bound if one.queue_id not in own]
    since = [*foreign, *(count.oldest_at for count in counts if count.oldest_at is not None)]
    return len(foreign) + sum(count.waiting for count in counts), min(since, default=None)


def _next(reader: Reader, window: ServiceWindow, bound: Sequence[Ticket]) -> Ticket | None:
    found, tickets = candidates(reader, window, bound)
    choice = choose(found, reader.now)
    return tickets[choice.candidate.ticket_id] if choice else None


def _ceiling(plan: HallPlan, queue_id: int) -> timedelta:
    own = plan.queue_by_id(queue_id).ceiling_minutes
    return timedelta(minutes=plan.rules.ceiling_minutes if own is None else own)
