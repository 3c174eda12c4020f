"""Everything that a clerk's full panel lists, from one look at the hall.

Like the bar's state it holds no rating, nor anything to infer one from: the own totals are those
that the day's chore has written, in batches (visual.md §5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.services.goals import Goals, goals_from
from hallclient.services.helping import anybody_there
from hallclient.services.holding import resumable
from hallclient.services.seat import is_bound
from hallclient.services.steps import service_of_turn
from hallclient.services.waits import waits_now
from hallclient.services.windows import window_state

if TYPE_CHECKING:
    from hallclient.domain.case import Case
    from hallclient.domain.estimate import WaitRange
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.holding import Hold
    from hallclient.domain.parts import Queue, Service, ServiceWindow
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn
    from hallclient.services.floor_records import OwnTotals
    from hallclient.services.store import Reader, Store
    from hallclient.services.windows import WindowState

MOST_WAITING = 60
MOST_MISSED = 30
MOST_PAST = 30


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A ticket that this window may call. ``bound``: it waits for this window or its clerk only."""

    ticket: Ticket
    service: Service
    bound: bool = False


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held ticket that can be taken up here. ``here``: this very window holds it."""

    ticket: Ticket
    service: Service
    hold: Hold
    here: bool


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
class QueueWait:
    """How long who joins a queue now waits; None: no estimate yet."""

    queue: Queue
    wait: WaitRange | None


@dataclass(frozen=True, slots=True)
class PanelState:
    """What a panel lists. Everything is of one moment, ``state.now``."""

    state: WindowState
    plan: HallPlan
    waiting: tuple[WaitingRow, ...] = ()
    held: tuple[HeldRow, ...] = ()
    missed: tuple[MissedRow, ...] = ()
    past: tuple[PastRow, ...] = ()
    totals: OwnTotals | None = None
    helped: bool = False
    """Somebody would come when called."""
    waits: tuple[QueueWait, ...] = ()
    """Of the window's queues, the first in rank first."""


class WindowPanel:
    """The panel of one window: it looks and changes nothing."""

    def __init__(self, store: Store, window: str) -> None:
        self._store = store
        self._window = window

    def goals(self) -> Goals:
        """Return where the ticket at the window may go now."""
        return goals_from(self._store, self._window)

    def look(self) -> PanelState:
        """Return what the panel lists now; with nobody signed in the window's state alone."""
        with self._store.look() as reader:
            window = reader.plan.window(self._window)
            state = window_state(reader, window)
            if state.shift is None:
                return PanelState(state, reader.plan)
            return PanelState(
                state=state,
                plan=reader.plan,
                waiting=_waiting(reader, state),
                held=_held(reader, window),
                missed=_missed(reader, window),
                past=_past(reader, window),
                totals=reader.own_totals(state.shift.staff_id),
                helped=anybody_there(reader),
                waits=_waits(reader, window),
            )


def _waiting(reader: Reader, state: WindowState) -> tuple[WaitingRow, ...]:
    """Return who may be called here: whom the hall's order calls next, the others by claim."""
    window, plan = state.window, reader.plan
    clerk = state.shift.staff_id if state.shift else None
    found = {ticket.id: ticket for ticket in state.bound}
    for ticket in reader.waiting_in(_queue_ids(plan, window), MOST_WAITING):
        elsewhere = is_bound(ticket) and ticket.window_id != window.id
        if not elsewhere or (ticket.window_id is None and ticket.staff_id == clerk):
            found.setdefault(ticket.id, ticket)
    ahead = state.next_ticket.id if state.next_ticket else None
    ordered = sorted(found.values(), key=lambda t: (t.id != ahead, t.claim_at, t.id))
    return tuple(WaitingRow(t, plan.service_by_id(t.service_id), is_bound(t)) for t in ordered)


def _waits(reader: Reader, window: ServiceWindow) -> tuple[QueueWait, ...]:
    found = waits_now(reader, window.queues)
    return tuple(QueueWait(reader.plan.queue(code), found.get(code)) for code in window.queues)


def _held(reader: Reader, window: ServiceWindow) -> tuple[HeldRow, ...]:
    service = reader.plan.service_by_id
    return tuple(
        HeldRow(one.ticket, service(one.ticket.service_id), one.hold, one.here)
        for one in resumable(reader, window)
    )


def _missed(reader: Reader, window: ServiceWindow) -> tuple[MissedRow, ...]:
    """Return the no-shows of this window and of those beside it that serve the same queues."""
    plan, own = reader.plan, set(_queue_ids(reader.plan, window))
    beside = [one.id for one in plan.windows if set(one.queues) & set(window.queues)]
    return tuple(
        MissedRow(ticket, plan.service_by_id(ticket.service_id))
        for ticket in reader.missed(beside, MOST_MISSED)
        if ticket.queue_id in own
    )


def _past(reader: Reader, window: ServiceWindow) -> tuple[PastRow, ...]:
    past = reader.past_turns(window.id, MOST_PAST)
    if not past:
        return ()
    steps = reader.steps_of(one.ticket.id for one in past)
    cases = reader.cases_of_turns(one.turn.id for one in past)
    return tuple(
        PastRow(
            one.turn,
            one.ticket,
            service_of_turn(reader, one.turn, one.ticket, steps.get(one.ticket.id, ())),
            cases.get(one.turn.id),
        )
        for one in past
    )


def _queue_ids(plan: HallPlan, window: ServiceWindow) -> list[int]:
    return [plan.queue(code).id for code in window.queues]
