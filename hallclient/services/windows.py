"""A window as its clerk sees it. There is no rating in it, nor anything to infer one from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.dispatch import Candidate, choose
from hallclient.domain.itinerary import StepState
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.seat import is_bound, rank_at
from hallclient.services.steps import following_service, service_of_turn
from hallclient.services.store_window import AtWindow
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
    from hallclient.services.store_window import Line


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
    seq: int = field(default=0, compare=False, repr=False)
    """Up to which entry of the journal it is true: no part of what is shown or logged."""
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
    asks: bool = False
    """Whether a keypad or a screen here asks for ratings, as their stations said lately."""
    issued: IssuedTicket | None = None
    """The ticket that was just split off, in the answer to that move only."""


def candidates(
    plan: HallPlan, window: ServiceWindow, line: Line
) -> tuple[list[Candidate], dict[int, Ticket]]:
    """Return whom a window may call, and their tickets by id.

    These are the heads of its queues, and everybody who is bound to it: at the rank of their
    queue here, 1 where the window does not serve it.
    """
    rank_of = {
        plan.queue(code).id: rank
        for rank, codes in enumerate(window.ranks, start=1)
        for code in codes
    }
    waiting = [*line.heads, *line.bound]
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


def line_at(reader: Reader, window: ServiceWindow, shift: Shift | None) -> Line:
    """Return who may come to a window with whoever's shift it is."""
    queues = queues_of(reader.plan, window)
    return reader.line_at(queues, window.id, shift.staff_id if shift else None)


def queues_of(plan: HallPlan, window: ServiceWindow) -> list[int]:
    """Return the ids of a window's queues."""
    return [plan.queue(code).id for code in window.queues]


def to_serve_on(reader: Reader, window: ServiceWindow, turn: Turn, ticket: Ticket) -> bool:
    """Return whether a window has just sent a ticket on to a step that it may do itself."""
    if not _sent_on(reader.plan, window, turn, ticket):
        return False
    last = reader.turn_of_ticket(ticket.id)
    return last is not None and last.id == turn.id


def _sent_on(plan: HallPlan, window: ServiceWindow, turn: Turn, ticket: Ticket) -> bool:
    if turn.result not in RATED_OUTCOMES or ticket.status is not TicketStatus.WAITING:
        return False
    return not is_bound(ticket) and rank_at(plan, window, ticket) > 0


def window_state(
    reader: Reader, window: ServiceWindow, issued: IssuedTicket | None = None
) -> WindowState:
    """Return the state of a window at the moment of ``reader``."""
    plan = reader.plan
    here = reader.at_window(window.id)
    shift = here.shift
    if here.turn is not None and not _still_shown(here.turn, shift):
        here = AtWindow(shift, asks=here.asks)
    line = line_at(reader, window, shift)
    waiting, since = _waiting(reader, window, line.bound)
    ahead = _next(reader, window, line)
    state = WindowState(
        window=window,
        now=reader.now,
        seq=reader.seq,
        staff=replace(plan.staff_by_id(shift.staff_id), pin_hash="") if shift else None,
        shift=shift,
        waiting=waiting,
        longest_since=since,
        next_ticket=ahead,
        next_service=plan.service_by_id(ahead.service_id) if ahead else None,
        bound=tuple(line.bound),
        can_take_back_until=open_until(reader, here) if shift else None,
        issued=issued,
        asks=here.asks,
    )
    if here.turn is None or here.ticket is None:
        return state
    return _with_ticket(reader, state, here, here.turn, here.ticket)


def _still_shown(turn: Turn, shift: Shift | None) -> bool:
    """Return whether a window's turn is open, or the present shift has ended it.

    By its end: whoever took over an open turn has ended it, and its rating is asked here.
    """
    if turn.active or shift is None:
        return turn.active
    return (turn.ended_at or turn.called_at) > shift.signed_in_at


def _with_ticket(
    reader: Reader, state: WindowState, here: AtWindow, turn: Turn, ticket: Ticket
) -> WindowState:
    """Add what is known of the ticket at a window, or of the last one there."""
    steps = tuple(reader.steps(ticket.id)) if here.has_steps else ()
    return replace(
        state,
        turn=turn,
        ticket=ticket,
        service=service_of_turn(reader, turn, ticket, steps),
        following=following_service(reader, turn, steps),
        hold_of=here.hold if ticket.status is TicketStatus.HELD else None,
        notes=tuple(reader.notes(f"ticket:{ticket.id}")) if here.has_notes else (),
        own=here.own,
        steps_done=_steps_done(reader, turn, steps),
        can_serve_on=here.last and _sent_on(reader.plan, state.window, turn, ticket),
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


def _waiting(
    reader: Reader, window: ServiceWindow, bound: Sequence[Ticket]
) -> tuple[int, datetime | None]:
    own = queues_of(reader.plan, window)
    counts = [count for count in reader.counts_of(own) if count.waiting]
    foreign = [one.issued_at for one in bound if one.queue_id not in own]
    since = [*foreign, *(count.oldest_at for count in counts if count.oldest_at is not None)]
    return len(foreign) + sum(count.waiting for count in counts), min(since, default=None)


def _next(reader: Reader, window: ServiceWindow, line: Line) -> Ticket | None:
    found, tickets = candidates(reader.plan, window, line)
    choice = choose(found, reader.now)
    return tickets[choice.candidate.ticket_id] if choice else None


def _ceiling(plan: HallPlan, queue_id: int) -> timedelta:
    own = plan.queue_by_id(queue_id).ceiling_minutes
    return timedelta(minutes=plan.rules.ceiling_minutes if own is None else own)
