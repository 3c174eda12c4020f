"""The waits of a recorded day: one for each time a ticket stood in a queue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from hallclient.domain.turn import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.rules import PriorityClass
    from hallclient.services.day_trace import DayTrace, MoveTrace, TicketTrace, TurnTrace

_CHANGES = frozenset({"ticket.transferred", "ticket.sent_on", "ticket.rechosen"})


class LegKind(Enum):
    """Why somebody waits."""

    FIRST = "first"
    SENT_ON = "sent_on"
    """Transferred, back in the pool, released, or at the next of several services."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One wait. ``called_at`` None: nobody called. ``handling`` and ``walks`` in seconds.

    ``claim_at`` is given where it does not follow from the arrival; ``returns_after`` in seconds
    after the no-show. ``window`` is the code of who called, ``free_at`` when that window was free.
    """

    ticket: int
    kind: LegKind
    queue: str
    service: str
    priority: PriorityClass
    at: datetime
    called_at: datetime | None = None
    window: str = ""
    walks: float | None = None
    handling: float | None = None
    result: Outcome | None = None
    free_at: datetime | None = None
    slot: datetime | None = None
    claim_at: datetime | None = None
    shows_up: bool = True
    returns_after: float | None = None


def legs_of(trace: DayTrace, plan: HallPlan) -> list[Leg]:
    """Return every wait of a day, in the order in which they began."""
    turns: dict[int, list[TurnTrace]] = defaultdict(list)
    for turn in trace.turns:
        turns[turn.ticket_id].append(turn)
    moves: dict[int, list[MoveTrace]] = defaultdict(list)
    for move in trace.moves:
        if move.ticket:
            moves[move.ticket].append(move)
    found: list[Leg] = []
    for ticket in trace.tickets:
        found += _Legs(plan, ticket, moves.get(ticket.id, ())).of(turns.get(ticket.id, ()))
    return sorted(found, key=lambda leg: (leg.at, leg.ticket))


class _Legs:
    """The waits of one ticket."""

    def __init__(self, plan: HallPlan, ticket: TicketTrace, moves: Sequence[MoveTrace]) -> None:
        self._plan, self._ticket = plan, ticket
        self._queues = [
            (move.at, str(move.data["from"]), str(move.data["to"]))
            for move in moves
            if move.kind in _CHANGES
        ]
        self._again = [move.at for move in moves if move.kind == "ticket.requeued"]
        self._released = [move.at for move in moves if move.kind == "ticket.released"]
        self._service = plan.service_by_id(ticket.service_id).code

    def of(self, turns: Sequence[TurnTrace]) -> list[Leg]:
        """Return them: one for each call, and one more for whoever waited in vain at last."""
        called = [turn for turn in turns if turn.calls]
        legs: list[Leg] = []
        before: TurnTrace | None = None
        for turn in called:
            again = self._came_back(before, turn)
            if again is not None and legs and legs[-1].returns_after is None:
                gone = before.ended_at if before and before.ended_at else turn.called_at
                legs[-1] = self._back(legs[-1], turn, (again - gone).total_seconds())
            else:
                legs.append(self._leg(before, turn))
            before = turn
        if not called or self._waits_still(called[-1]):
            legs.append(self._leg(called[-1] if called else None, None))
        return legs

    def _waits_still(self, last: TurnTrace) -> bool:
        """Return whether it stood in a queue again after its last call, and nobody called."""
        ended = last.ended_at
        if ended is None:
            return False
        if any(at >= ended for at, _from, _to in self._queues):
            return True
        if last.result not in _WAITS_ON:
            return False
        if last.result is Outcome.NO_SHOW:
            return any(at >= ended for at in self._again)
        if last.result is Outcome.HELD:
            return any(at >= ended for at in self._released)
        return True

    def _came_back(self, before: TurnTrace | None, turn: TurnTrace) -> datetime | None:
        if before is None or before.result is not Outcome.NO_SHOW or before.ended_at is None:
            return None
        ended = before.ended_at
        return next((at for at in self._again if ended <= at <= turn.called_at), None)

    def _back(self, leg: Leg, turn: TurnTrace, after: float) -> Leg:
        """Return the wait of a no-show who came back, with what was done then."""
        walks, handling = _lasted(turn)
        return replace(leg, returns_after=after, walks=walks, handling=handling, result=turn.result)

    def _leg(self, before: TurnTrace | None, turn: TurnTrace | None) -> Leg:
        ticket = self._ticket
        begins = ticket.issued_at if before is None else self._began_again(before)
        moment = turn.called_at if turn else None
        walks, handling = _lasted(turn) if turn else (None, None)
        came = turn is None or turn.result is not Outcome.NO_SHOW
        return Leg(
            ticket=ticket.id,
            kind=LegKind.FIRST if before is None else LegKind.SENT_ON,
            queue=self._queue_at(moment),
            service=self._service,
            priority=ticket.priority,
            at=begins if moment is None else min(begins, moment),
            called_at=moment,
            window=self._plan.window_by_id(turn.window_id).code if turn else "",
            walks=walks,
            handling=handling,
            result=turn.result if turn else None,
            free_at=turn.ended_at if turn else None,
            slot=self._slot() if before is None else None,
            claim_at=None if before is None else min(ticket.claim_at, begins),
            shows_up=came,
        )

    def _began_again(self, before: TurnTrace) -> datetime:
        """Return when the ticket stood in a queue again after a turn."""
        ended = before.ended_at or before.called_at
        marks = {Outcome.NO_SHOW: self._again, Outcome.HELD: self._released}
        return next((at for at in marks.get(before.result, ()) if at >= ended), ended)  # type: ignore[arg-type]  # None is in no table

    def _queue_at(self, moment: datetime | None) -> str:
        """Return the queue in which it was called, or stands last."""
        if not self._queues or moment is None:
            return self._plan.queue_by_id(self._ticket.queue_id).code
        past = [to for at, _from, to in self._queues if at <= moment]
        return past[-1] if past else self._queues[0][1]

    def _slot(self) -> datetime | None:
        """Return when the appointment was, of one who kept it."""
        ticket, rules = self._ticket, self._plan.rules
        if ticket.callable_from is not None:
            return ticket.callable_from + timedelta(minutes=rules.booking_early_minutes)
        if not ticket.booked or ticket.claim_at >= ticket.issued_at:
            return None
        return ticket.claim_at + timedelta(minutes=rules.booking_credit_minutes)


_WAITS_ON = frozenset({Outcome.TRANSFERRED, Outcome.RETURNED, Outcome.NO_SHOW, Outcome.HELD})


def _lasted(turn: TurnTrace) -> tuple[float | None, float | None]:
    """Return the seconds of the walk and of the service, None where there was none."""
    if turn.started_at is None:
        if turn.ended_at is None or turn.result in (Outcome.ABANDONED, Outcome.NO_SHOW):
            return None, None
        return (turn.ended_at - turn.called_at).total_seconds(), 0.0  # sent on unserved
    walks = (turn.started_at - turn.called_at).total_seconds()
    if turn.ended_at is None or turn.result is Outcome.ABANDONED:
        return walks, None
    return walks, (turn.ended_at - turn.started_at).total_seconds()
