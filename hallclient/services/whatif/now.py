"""The rest of today, played from how the hall stands now: with what is, and with what might be.

Who waits and which windows are open is known. Who still comes is taken from earlier days of this
hall, each a possible rest of today; without any, from the last hour. What a turn in hand still
takes is drawn from the service's others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

from hallclient.domain.ticket import TicketStatus
from hallclient.services.whatif.advice import MOST_MORE, Advised, Goal, advise
from hallclient.services.whatif.changes import Arrivals, changed
from hallclient.services.whatif.legs import LegKind, legs_of
from hallclient.services.whatif.record import OVERTIME_S, DayRecord, Span, Visit, WindowRecord
from hallclient.services.whatif.recorded import Handling, RecordedDay, queues_of, record_of
from hallclient.services.whatif.trying import Budget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hallclient.services.day_trace import DayTrace, TurnTrace
    from hallclient.services.store import Reader

EARLIER, LOOK_BACK = 3, 15
HOUR_S = 3600.0
SHORTEST_REST_S = 60.0
SECONDS, PLAYS, QUEUES = 20.0, 120, 3
LEAST, MOST = 0.5, 2.0
"""Today may be so much quieter or busier than the earlier days."""


@dataclass(frozen=True)
class AdviceNow:
    """Advice for the rest of a day, as of ``at``.

    ``days`` are the earlier days whose rest stands for today's; empty: the last hour does.
    """

    at: datetime
    advised: Advised
    days: tuple[date, ...]
    rests: tuple[DayRecord, ...] = ()
    """What may still come of today, as it was played."""


class EarlierDays:
    """Days that are over, read once."""

    def __init__(self) -> None:
        self._known: dict[date, RecordedDay | None] = {}
        self._lock = Lock()

    def of(self, reader: Reader, today: date) -> tuple[RecordedDay, ...]:
        """Return up to three closed days: the same weekday first, then the latest.

        May be asked from several threads.
        """
        with self._lock:
            return self._of(reader, today)

    def _of(self, reader: Reader, today: date) -> tuple[RecordedDay, ...]:
        closed = [one.day for one in reader.days(LOOK_BACK) if one.closed_at and one.day < today]
        closed.sort(key=lambda day: (day.weekday() != today.weekday(), today - day))
        found = []
        for day in closed:
            if day not in self._known:
                trace = reader.day_trace(day)
                known = record_of(reader.plan, trace) if trace and trace.tickets else None
                self._known[day] = known
            recorded = self._known[day]
            if recorded is not None:
                found.append(recorded)
            if len(found) == EARLIER:
                break
        self._known = {day: one for day, one in self._known.items() if day in closed}
        return tuple(found)


@dataclass(frozen=True)
class RestOfToday:
    """What may still come of a day, as of ``at``; nothing of it asks the database again."""

    at: datetime
    now: float
    rests: tuple[DayRecord, ...]
    days: tuple[date, ...]
    shut: int
    """Windows that nobody sits at."""
    minutes: float
    """Within which the hall wants nine of ten to be called."""

    def advise(self, goal: Goal | None = None, budget: Budget | None = None) -> AdviceNow:
        """Return what would help; no goal: nine of ten within ``minutes``."""
        advised = advise(
            self.rests,
            goal=goal or Goal(self.minutes),
            budget=budget or Budget(SECONDS, PLAYS),
            most=QUEUES,
            spare=min(MOST_MORE, self.shut),
            since=self.now,
        )
        return AdviceNow(self.at, advised, self.days, self.rests)


def rest_of_today(reader: Reader, earlier: EarlierDays | None = None) -> RestOfToday | None:
    """Return the rest of the open day, None where none is open."""
    day = reader.day
    trace = reader.day_trace(day) if day else None
    if day is None or trace is None:
        return None
    past = (earlier or EarlierDays()).of(reader, day)
    present = _Present(reader, trace)
    return RestOfToday(
        at=reader.now,
        now=present.now,
        rests=tuple(present.rest(one) for one in past) or (present.rest(None),),
        days=tuple(one.day for one in past),
        shut=len(reader.plan.windows) - len(present.windows),
        minutes=reader.plan.rules.wait_goal_minutes,
    )


def advise_now(
    reader: Reader,
    goal: Goal | None = None,
    budget: Budget | None = None,
    earlier: EarlierDays | None = None,
) -> AdviceNow | None:
    """Return what would help the queues that will miss the goal today; None without an open day.

    No goal: nine of ten within the hall's ``wait_goal_minutes``.
    """
    rest = rest_of_today(reader, earlier)
    return rest.advise(goal, budget) if rest else None


class _Present:
    """The hall as it stands: who waits, and what each open window does."""

    def __init__(self, reader: Reader, trace: DayTrace) -> None:
        self._plan, self._trace = reader.plan, trace
        self._so_far = record_of(reader.plan, trace)
        self._legs = legs_of(trace, reader.plan)
        self.midnight = self._so_far.record.midnight
        self.now = (reader.now - self.midnight).total_seconds()
        self.windows = self._open_windows(reader)
        waiting = {one.id: one for one in trace.tickets if one.status is TicketStatus.WAITING}
        last = {leg.ticket: leg for leg in self._legs}
        self._waiting = [
            (last[number], ticket) for number, ticket in waiting.items() if number in last
        ]

    def rest(self, other: RecordedDay | None) -> DayRecord:
        """Return the rest of today, with those who came on another day from this hour on."""
        handling = Handling(self._trace.day, self._legs)
        here = [
            Visit(
                number=number,
                at=(leg.at - self.midnight).total_seconds(),
                queue=leg.queue,
                handling=handling.draw(leg),
                service=leg.service,
                priority=leg.priority,
                claim=(ticket.claim_at - self.midnight).total_seconds(),
            )
            for number, (leg, ticket) in enumerate(self._waiting, 1)
        ]
        coming = self._coming(other) if other else self._as_lately(handling)
        visits = (
            *here,
            *(replace(visit, number=at) for at, visit in enumerate(coming, len(here) + 1)),
        )
        so_far = self._so_far.record
        return DayRecord(
            midnight=self.midnight,
            visits=visits,
            windows=self.windows,
            queues=queues_of(self._plan, self._trace.day, visits, self.windows),
            rules=self._plan.rules,
            call_again=so_far.call_again,
            between=so_far.between,
        )

    def _coming(self, other: RecordedDay) -> list[Visit]:
        """Return who came on another day after this hour, as many times as today is busier."""
        mine = sum(leg.kind is LegKind.FIRST for leg in self._legs)
        theirs = sum(visit.at <= self.now for visit in other.record.visits)
        factor = min(MOST, max(LEAST, mine / theirs)) if theirs >= 20 and mine >= 20 else 1.0
        known = self._plan.queue_of
        later = replace(
            other.record,
            visits=tuple(v for v in other.record.visits if v.at > self.now and v.queue in known),
        )
        return [
            visit for visit in changed(later, (Arrivals(factor),)).visits if visit.at > self.now
        ]

    def _as_lately(self, handling: Handling) -> list[Visit]:
        """Return as many to each queue in every hour to come as came in the last one."""
        lately = [
            leg
            for leg in self._legs
            if leg.kind is LegKind.FIRST
            and (leg.at - self.midnight).total_seconds() > self.now - HOUR_S
        ]
        until = {
            one.code: one.tickets_until
            for one in queues_of(self._plan, self._trace.day, (), self.windows)
        }
        found = []
        for leg in lately:
            at = (leg.at - self.midnight).total_seconds() + HOUR_S
            while at < min(until.get(leg.queue, 0.0), self.now + 8 * HOUR_S):
                found.append(Visit(0, at, leg.queue, handling.draw(leg), leg.service, leg.priority))
                at += HOUR_S
        return sorted(found, key=lambda visit: visit.at)

    def _open_windows(self, reader: Reader) -> tuple[WindowRecord, ...]:
        """Return the windows that somebody sits at, each from when it will be free."""
        active = {turn.window_id: turn for turn in self._trace.turns if turn.ended_at is None}
        usual = dict(self._plan.rules.pause_minutes)
        found = []
        for shift in reader.open_shifts():
            window = self._plan.window_by_id(shift.window_id)
            if not window.ranks:
                continue
            begins = self.now
            if shift.paused_at is not None:
                lasts = timedelta(minutes=usual.get(shift.pause_reason, 15))
                begins = max(begins, (shift.paused_at + lasts - self.midnight).total_seconds())
            elif window.id in active:
                begins += self._left(active[window.id])
            closes = max(begins + 1, self._closes(window.queues))
            found.append(
                WindowRecord(
                    window.number, (Span(begins, closes, window.ranks, closes + OVERTIME_S),)
                )
            )
        order = {window.number: at for at, window in enumerate(self._plan.windows)}
        return tuple(sorted(found, key=lambda one: order.get(one.number, len(order))))

    def _left(self, turn: TurnTrace) -> float:
        """Return the seconds that a turn in hand will usually still take."""
        taken = self.now - (turn.called_at - self.midnight).total_seconds()
        longer = [
            leg.handling + (leg.walks or 0.0)
            for leg in self._legs
            if leg.handling is not None and leg.handling + (leg.walks or 0.0) > taken
        ]
        return max(SHORTEST_REST_S, median(longer) - taken) if longer else SHORTEST_REST_S

    def _closes(self, queues: Sequence[str]) -> float:
        hours = queues_of(self._plan, self._trace.day, (), _serving(queues))
        return max((one.closes for one in hours), default=self.now)


def _serving(queues: Sequence[str]) -> tuple[WindowRecord, ...]:
    return (WindowRecord("", (Span(0, 1, (tuple(queues),), 1),)),)
