"""A recorded business day of the hall's own database as a day that can be played.

Every wait of a ticket is a visit: one that was sent on waits a second time, by the claim it has,
from the moment it was sent. What cannot be known is drawn from what the day shows, and counted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import time, timedelta
from random import Random
from typing import TYPE_CHECKING

from hallclient.domain.calendar import day_began
from hallclient.domain.errors import NotFound
from hallclient.domain.turn import Outcome
from hallclient.services.whatif.legs import Leg, LegKind, legs_of
from hallclient.services.whatif.record import DayRecord, QueueRecord, Visit
from hallclient.services.whatif.sittings import between_turns, call_again, windows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.services.day_trace import DayTrace
    from hallclient.services.store import Reader
    from hallclient.services.whatif.record import WindowRecord

DAY_S = 24 * 3600.0
WALK_S = 20.0
"""From the call to the start where nobody started."""
HANDLING_S = 300.0
"""Of a service on a day that served nobody at all."""


@dataclass(frozen=True)
class RecordedDay:
    """A day as it was, and as it can be played. ``waits`` are minutes to each wait's first call."""

    day: date
    record: DayRecord
    waits: Mapping[str, tuple[float, ...]]
    """By the queue's code, in order."""
    unserved: int
    """Visits whose handling time is drawn from others of the day."""
    sent_on: int
    """Visits that are a ticket's second wait or a later one."""
    strangers: int
    """Calls to queues that the window does not serve by the present hall file."""


def recorded_day(reader: Reader, day: date) -> RecordedDay:
    """Return a business day, the open one up to now. Raises ``NotFound`` where there is none."""
    trace = reader.day_trace(day)
    if trace is None or not trace.tickets:
        raise NotFound("no_such_day", f"the hall has no record of {day}", day=str(day))
    return record_of(reader.plan, trace)


def record_of(plan: HallPlan, trace: DayTrace) -> RecordedDay:
    """Return the day of a trace."""
    trace = _within_the_day(trace, plan)
    midnight = day_began(trace.day, plan.time_zone, time())
    legs = legs_of(trace, plan)
    windows, strangers = windows_of(plan.as_filed, trace, legs, midnight)
    handling = Handling(trace.day, legs)
    visits = tuple(_visit(leg, number, midnight, handling) for number, leg in enumerate(legs, 1))
    waits: dict[str, list[float]] = defaultdict(list)
    for leg in legs:
        if leg.called_at is not None:
            waits[leg.queue].append((leg.called_at - leg.at).total_seconds() / 60)
    record = DayRecord(
        midnight=midnight,
        visits=visits,
        windows=windows,
        queues=queues_of(plan, trace.day, visits, windows),
        rules=plan.rules,
        call_again=call_again(trace, plan.rules.no_show_after),
        between=between_turns(trace, legs),
    )
    return RecordedDay(
        trace.day,
        record,
        {code: tuple(sorted(line)) for code, line in sorted(waits.items())},
        handling.drawn,
        sum(leg.kind is not LegKind.FIRST for leg in legs),
        strangers,
    )


def _within_the_day(trace: DayTrace, plan: HallPlan) -> DayTrace:
    """Return the day without what came of it later: nobody may have closed it for weeks."""
    end = day_began(trace.day + timedelta(days=1), plan.time_zone, plan.rules.day_start)
    moves = tuple(one for one in trace.moves if one.at <= end)
    return replace(trace, until=min(trace.until, end), moves=moves)


class Handling:
    """Handling times of a day by service, for those that have none of their own."""

    def __init__(self, day: date, legs: Iterable[Leg]) -> None:
        self.drawn = 0
        self._day = day
        self._of: dict[tuple[str, str], list[float]] = defaultdict(list)
        for leg in legs:
            if leg.handling is not None and leg.result is not Outcome.ABANDONED:
                for key in (("service", leg.service), ("queue", leg.queue), ("hall", "")):
                    self._of[key].append(leg.handling)

    def draw(self, leg: Leg) -> float:
        """Return one of the service's others, else of the queue's, else of the hall's."""
        self.drawn += 1
        chance = Random(f"{self._day} {leg.ticket} {leg.at}")  # noqa: S311 - chance, not a secret
        for key in (("service", leg.service), ("queue", leg.queue), ("hall", "")):
            if key in self._of:
                return chance.choice(self._of[key])
        return HANDLING_S


def _visit(leg: Leg, number: int, midnight: datetime, handling: Handling) -> Visit:
    at = (leg.at - midnight).total_seconds()
    slot = None if leg.slot is None else (leg.slot - midnight).total_seconds()
    claim = None if leg.claim_at is None else (leg.claim_at - midnight).total_seconds()
    return Visit(
        number=number,
        at=at,
        queue=leg.queue,
        handling=handling.draw(leg) if leg.handling is None else leg.handling,
        service=leg.service,
        priority=leg.priority,
        walks=WALK_S if leg.walks is None else leg.walks,
        slot=slot,
        shows_up=leg.shows_up,
        returns_after=leg.returns_after,
        claim=claim,
    )


def queues_of(
    plan: HallPlan, day: date, visits: Iterable[Visit], windows: Iterable[WindowRecord]
) -> tuple[QueueRecord, ...]:
    """Return the queues of a day that somebody came to or a window served, in file order.

    Whoever has a number had it by right: the hours of numbers reach as far as theirs.
    """
    came: dict[str, list[float]] = defaultdict(list)
    for visit in visits:
        came[visit.queue].append(visit.at)
    served = {code for window in windows for span in window.spans for code in span.queues}
    known = {
        queue.code: queue for queue in (*(plan.former.queues if plan.former else ()), *plan.queues)
    }
    found = []
    for code in (code for code in known if code in came or code in served):
        sessions = plan.sessions_on(code, day)
        begins = [_second(one.tickets_from) for one in sessions] + came[code]
        ends = [_second(one.tickets_until) for one in sessions] + [at + 1 for at in came[code]]
        found.append(
            QueueRecord(
                code=code,
                opens=min((_second(one.opens) for one in sessions), default=0.0),
                closes=max((_second(one.closes) for one in sessions), default=DAY_S),
                tickets_from=min(begins, default=0.0),
                tickets_until=max(ends, default=DAY_S),
                ceiling_minutes=known[code].ceiling_minutes,
                name=known[code].name,
            )
        )
    return tuple(found)


def _second(at: time) -> float:
    return float(at.hour * 3600 + at.minute * 60 + at.second)
