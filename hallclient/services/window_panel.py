"""Everything that a clerk's full panel lists, from one look at the hall.

Like the bar's state it holds no rating, nor anything to infer one from: the own totals are those
that the day's chore has written, in batches (visual.md §5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hallclient.domain.itinerary import StepState
from hallclient.domain.ticket import TicketStatus
from hallclient.services.helping import HELPER
from hallclient.services.steps import service_of_turn
from hallclient.services.windows import WindowState, window_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hallclient.domain.case import Case
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.holding import Hold
    from hallclient.domain.parts import Service, ServiceWindow
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn
    from hallclient.services.store import Reader, Store
    from hallclient.services.store_cases import Note, PersonNote
    from hallclient.services.store_floor import OwnTotals

MOST_WAITING = 60
MOST_MISSED = 30
MOST_PAST = 30


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A ticket that this window may call. ``bound``: for this window or its clerk only."""

    ticket: Ticket
    service: Service
    bound: bool = False


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held ticket that can be taken up here; ``hold`` says why it is held, where known."""

    ticket: Ticket
    service: Service
    hold: Hold | None
    here: bool
    """Held at this very window."""


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A no-show at a window of these queues who is not back."""

    ticket: Ticket
    service: Service


@dataclass(frozen=True, slots=True)
class PastRow:
    """A turn that ended here today; ``case`` is what it opened."""

    turn: Turn
    ticket: Ticket
    service: Service
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step of the present ticket that is over, and the number of the window that did it."""

    service: Service
    window: str


@dataclass(frozen=True, slots=True)
class PanelState:
    """What a panel shows. Everything is of one moment, ``state.now``."""

    state: WindowState
    plan: HallPlan
    waiting: tuple[WaitingRow, ...] = ()
    held: tuple[HeldRow, ...] = ()
    missed: tuple[MissedRow, ...] = ()
    past: tuple[PastRow, ...] = ()
    totals: OwnTotals | None = None
    person: PersonNote | None = field(default=None, repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)
    steps: tuple[StepDone, ...] = ()
    to_come: tuple[Service, ...] = ()
    helped: bool = False
    """Somebody would come when called."""


class WindowPanel:
    """The panel of one window: it looks and changes nothing."""

    def __init__(self, store: Store, window: str) -> None:
        self._store = store
        self._window = window

    def look(self) -> PanelState:
        """Return what the panel lists now. Nobody signed in: the window's state alone."""
        with self._store.look() as reader:
            window = reader.plan.window(self._window)
            state = window_state(reader, window)
            if state.shift is None:
                return PanelState(state, reader.plan)
            return _signed_in(reader, window, state)


def _signed_in(reader: Reader, window: ServiceWindow, state: WindowState) -> PanelState:
    plan = reader.plan
    turn, ticket = state.turn, state.ticket
    shift = state.shift
    staff_id = shift.staff_id if shift is not None else None
    present = ticket if turn is not None and turn.active else None
    return PanelState(
        state=state,
        plan=plan,
        waiting=_waiting(reader, window, state, staff_id),
        held=_held(reader, window),
        missed=_missed(reader, window),
        past=_past(reader, window),
        totals=reader.own_totals(staff_id) if staff_id is not None else None,
        person=reader.person_note(present.id) if present else None,
        notes=tuple(reader.notes(f"ticket:{present.id}")) if present else (),
        steps=_steps_done(reader, present) if present else (),
        to_come=_steps_to_come(reader, present) if present else (),
        helped=bool(reader.lease_holder(HELPER)),
    )


def _waiting(
    reader: Reader, window: ServiceWindow, state: WindowState, staff_id: int | None
) -> tuple[WaitingRow, ...]:
    """Return who may be called here: the next one first, then by claim."""
    found = {t.id: t for t in reader.waiting_for(window.id, staff_id)}
    bound = set(found)
    for ticket in reader.waiting_in(_queue_ids(reader.plan, window), MOST_WAITING):
        if ticket.window_id in (None, window.id) and ticket.staff_id in (None, staff_id):
            found.setdefault(ticket.id, ticket)
    ahead = state.next_ticket.id if state.next_ticket else None
    ordered = sorted(found.values(), key=lambda t: (t.id != ahead, t.claim_at, t.id))
    service = reader.plan.service_by_id
    return tuple(WaitingRow(t, service(t.service_id), t.id in bound) for t in ordered)


def _held(reader: Reader, window: ServiceWindow) -> tuple[HeldRow, ...]:
    own = set(_queue_ids(reader.plan, window))
    rows = []
    for hold in reader.holds():
        ticket = reader.ticket(hold.ticket_id)
        if ticket is None or ticket.status is not TicketStatus.HELD:
            continue
        here = hold.window_id == window.id
        for_others = ticket.window_id not in (None, window.id)
        if here or (ticket.queue_id in own and hold.kind != "here" and not for_others):
            rows.append(HeldRow(ticket, reader.plan.service_by_id(ticket.service_id), hold, here))
    return tuple(sorted(rows, key=lambda row: not row.here))


def _missed(reader: Reader, window: ServiceWindow) -> tuple[MissedRow, ...]:
    """Return the no-shows of this window and of those beside it that serve the same queues."""
    plan, own = reader.plan, set(_queue_ids(reader.plan, window))
    beside = {window.id} | {
        other.id for other in plan.windows if set(other.queues) & set(window.queues)
    }
    return tuple(
        MissedRow(ticket, plan.service_by_id(ticket.service_id))
        for ticket in reader.missed(sorted(beside), MOST_MISSED)
        if ticket.queue_id in own
    )


def _past(reader: Reader, window: ServiceWindow) -> tuple[PastRow, ...]:
    return tuple(
        PastRow(
            one.turn,
            one.ticket,
            service_of_turn(reader, one.turn, one.ticket),
            reader.case_of_turn(one.turn.id),
        )
        for one in reader.past_turns(window.id, MOST_PAST)
    )


def _steps_done(reader: Reader, ticket: Ticket) -> tuple[StepDone, ...]:
    """Return what was done for this ticket before, and where (并联)."""
    plan, found = reader.plan, []
    for step in reader.steps(ticket.id):
        turn = reader.turn(step.turn_id) if step.turn_id is not None else None
        if step.state is StepState.DONE and turn is not None:
            number = plan.window_by_id(turn.window_id).number
            found.append(StepDone(plan.service_by_id(step.service_id), number))
    return tuple(found)


def _steps_to_come(reader: Reader, ticket: Ticket) -> tuple[Service, ...]:
    """Return what follows the present step."""
    left = [step for step in reader.steps(ticket.id) if step.state is StepState.TO_COME]
    return tuple(reader.plan.service_by_id(step.service_id) for step in left[1:])


def _queue_ids(plan: HallPlan, window: ServiceWindow) -> Iterable[int]:
    return [plan.queue(code).id for code in window.queues]
