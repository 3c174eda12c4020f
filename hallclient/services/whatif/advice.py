"""What to do for a goal like nine of ten under twenty minutes: the smallest change that reaches it.

Every figure comes from playing the day with the change, none from a formula. The search is greedy
and bounded: for each queue that misses the goal a few back-ups, a few windows of quiet queues, and
one to three windows more, each at first for the hours that press and then for longer.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

from hallclient.services.whatif.changes import Change, MoveWindow, OpenWindow
from hallclient.services.whatif.trying import Budget, OutOfTime, Tried, tried_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hallclient.services.whatif.record import DayRecord, Ranks, WindowRecord
    from hallclient.services.whatif.result import QueueResult

MOST_MORE = 3
LENDERS, ENOUGH = 5, 2
STEP_S = 1800.0
LITTLE = 1.0
"""Minutes that are no effect, and no harm."""


@dataclass(frozen=True, slots=True)
class Goal:
    """So large a share of a queue's citizens is called within so many minutes."""

    minutes: float = 20.0
    share: float = 0.9

    def met(self, queue: QueueResult) -> bool:
        """Return whether a queue reaches it; who waited in vain counts as too long."""
        return queue.share_under(self.minutes) >= self.share

    def reach(self, queue: QueueResult) -> float:
        """Return the minutes within which that share was called."""
        return queue.percentile(self.share)


class Way(Enum):
    """What is advised, the gentlest first."""

    BACK_UP = "back_up"
    """A window takes the queue where its own leave it free."""
    LEND = "lend"
    """A window takes the queue before its own."""
    OPEN = "open"
    """Windows that are not open now."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One queue before and after."""

    queue: str
    before: QueueResult
    after: QueueResult

    def minutes(self, goal: Goal) -> tuple[float, float]:
        """Return within how long the goal's share is called, before and after."""
        return goal.reach(self.before), goal.reach(self.after)

    def harm(self, goal: Goal) -> float:
        """Return how many minutes longer that is."""
        before, after = self.minutes(goal)
        return after - before


@dataclass(frozen=True)
class Advice:
    """One thing to do for ``queue``, from ``start`` to ``stop`` in seconds of the day.

    ``window`` is the number of the one that is lent, "" for ``many`` new ones.
    """

    way: Way
    queue: str
    changes: tuple[Change, ...]
    start: float
    stop: float
    many: int
    window: str
    ranks: Ranks
    reached: bool
    effects: tuple[Effect, ...]
    """The queue itself first, then all others that change, the worst hit first."""
    spoils: tuple[str, ...] = ()
    """Queues that kept the goal before and would not any more."""

    @property
    def effect(self) -> Effect:
        """Return what it does for the queue."""
        return self.effects[0]

    @property
    def worst(self) -> Effect | None:
        """Return the other queue that comes off worst, None where no other changes."""
        return self.effects[1] if len(self.effects) > 1 else None

    @property
    def window_hours(self) -> float:
        """Return the hours of windows that it takes beyond those there are."""
        return self.many * (self.stop - self.start) / 3600 if self.way is Way.OPEN else 0.0


@dataclass(frozen=True)
class QueueAdvice:
    """What was found for one queue; ``found`` the best first, empty where nothing helps."""

    queue: str
    now: QueueResult
    found: tuple[Advice, ...]

    @property
    def best(self) -> Advice | None:
        """Return what to do."""
        return self.found[0] if self.found else None

    @property
    def reached(self) -> bool:
        """Return whether anything reaches the goal."""
        return any(one.reached for one in self.found)


@dataclass(frozen=True)
class Advised:
    """An answer: the queues that miss the goal, the worst first.

    ``cut``: the time was over before everything was tried.
    """

    goal: Goal
    queues: tuple[QueueAdvice, ...]
    plays: int
    seconds: float
    cut: bool = False


def advise(
    days: Sequence[DayRecord],
    goals: Mapping[str, Goal] | None = None,
    goal: Goal | None = None,
    budget: Budget | None = None,
    most: int = 1000,
    spare: int = MOST_MORE,
    since: float = 0.0,
) -> Advised:
    """Return what to do for the queues that miss their goal on these days together.

    ``goals`` are those of single queues by code, ``goal`` that of all others. At most ``most``
    queues are looked at, the worst first; ``spare`` windows may be opened at most, and nothing can
    be done before ``since`` (seconds of the day). What was found when the budget is used up is
    returned.
    """
    budget, goal, goals = budget or Budget(), goal or Goal(), goals or {}
    began, found, cut = time.perf_counter(), [], False
    try:
        tried = Tried(days, budget)
        late = [
            (_late(queue, goals.get(code, goal)), code)
            for code, queue in tried.before.items()
            if not goals.get(code, goal).met(queue)
        ]
        for _many, code in islice(sorted(late, key=lambda one: (-one[0], one[1])), most):
            search = _Search(tried, code, (goals, goal), spare, since)
            try:
                search.run()
            except OutOfTime:
                cut = True
            found.append(QueueAdvice(code, tried.before[code], search.ranked()))
            if cut:
                break
    except OutOfTime:
        cut = True
    return Advised(goal, tuple(found), budget.played, time.perf_counter() - began, cut)


def _late(queue: QueueResult, goal: Goal) -> float:
    """Return how many waited too long."""
    return (1 - queue.share_under(goal.minutes)) * (queue.called + queue.abandoned)


class _Search:
    """The search for one queue."""

    def __init__(
        self,
        tried: Tried,
        code: str,
        goals: tuple[Mapping[str, Goal], Goal],
        spare: int,
        since: float,
    ) -> None:
        self._tried, self._code, self._spare, self._since = tried, code, spare, since
        self._goals, self._default = goals
        self._goal = self._goal_of(code)
        self._found: list[Advice] = []
        self._windows = {window.number: window for window in tried.days[0].windows}

    def run(self) -> None:
        """Try what may help, the gentlest first. Raises ``OutOfTime``."""
        spans = self._spans()
        for window in self._lenders(spans[-1]):
            if sum(one.reached and not one.spoils for one in self._found) >= ENOUGH:
                break
            own = _ranks_at(window, *spans[0])
            rest = tuple(tuple(c for c in rank if c != self._code) for rank in own)
            rest = tuple(rank for rank in rest if rank)
            if not any(self._code in rank for rank in own):
                backed = self._try_spans(Way.BACK_UP, window.number, (*rest, (self._code,)), spans)
                if backed:
                    continue  # the same window for more would be no better
            self._try_spans(Way.LEND, window.number, ((self._code,), *rest), spans)
        for many in range(1, self._spare + 1):
            if self._try_spans(Way.OPEN, "", ((self._code,),), spans, many):
                break

    def ranked(self) -> tuple[Advice, ...]:
        """Return what helps: what reaches the goal, costs and harms least, does most."""
        helps = [one for one in self._found if one.reached or -_gain(one, self._goal) > LITTLE]
        return tuple(sorted(helps, key=self._order))

    def _order(self, one: Advice) -> tuple[float, ...]:
        worst = max(0.0, one.worst.harm(self._goal)) if one.worst else 0.0
        hours = (one.stop - one.start) / 3600
        return (
            not one.reached,
            len(one.spoils),
            one.window_hours if one.reached else 0.0,
            round(worst),
            _gain(one, self._goal),
            hours,
        )

    def _try_spans(
        self,
        way: Way,
        window: str,
        ranks: Ranks,
        spans: Sequence[tuple[float, float]],
        many: int = 1,
    ) -> bool:
        """Try one thing for longer and longer; return whether it reached the goal."""
        before = self._tried.before[self._code]
        for start, stop in spans:
            change: Change = (
                MoveWindow(window, ranks, start, stop) if window else OpenWindow(ranks, start, stop)
            )
            advice = self._tried_advice(way, (change,) * many, (start, stop), window, ranks)
            if advice is None or advice.effect.after == before:
                continue  # longer is no better
            before = advice.effect.after
            self._found.append(advice)
            if advice.reached and not advice.spoils:
                return True
        return False

    def _tried_advice(
        self,
        way: Way,
        changes: tuple[Change, ...],
        span: tuple[float, float],
        window: str,
        ranks: Ranks,
    ) -> Advice | None:
        after = tried_or_none(self._tried, changes)
        if after is None or self._code not in after:
            return None
        before = self._tried.before
        own = Effect(self._code, before[self._code], after[self._code])
        others = [
            Effect(code, before[code], queue)
            for code, queue in after.items()
            if code != self._code and queue.waits != before[code].waits
        ]
        others.sort(key=lambda one: (-one.harm(self._goal), one.queue))
        return Advice(
            way=way,
            queue=self._code,
            changes=changes,
            start=span[0],
            stop=span[1],
            many=len(changes),
            window=window,
            ranks=ranks,
            reached=self._goal.met(own.after),
            effects=(own, *others),
            spoils=tuple(
                one.queue
                for one in others
                if self._goal_of(one.queue).met(one.before)
                and not self._goal_of(one.queue).met(one.after)
            ),
        )

    def _goal_of(self, code: str) -> Goal:
        return self._goals.get(code, self._default)

    def _spans(self) -> tuple[tuple[float, float], ...]:
        """Return the hours to try, the shortest first: where it presses, around that, all."""
        minutes = self._goal.minutes
        late = sorted(
            one.arrived
            for one in self._tried.tickets[self._code]
            if one.waited is None or one.waited > minutes
        )
        queue = next(q for q in self._tried.days[0].queues if q.code == self._code)
        begins = max(self._since, min(queue.opens, _down(late[0])))
        tenth = len(late) // 10
        spans = []
        for first, last in ((late[tenth], late[-1 - tenth]), (late[0], late[-1])):
            start = max(begins, _down(first - minutes * 60))
            stop = max(_up(last + minutes * 60), start + 2 * STEP_S)
            spans.append((start, min(stop, max(queue.closes, start + 2 * STEP_S))))
        return tuple(dict.fromkeys((*spans, (begins, max(queue.closes, spans[-1][1])))))

    def _lenders(self, span: tuple[float, float]) -> Iterator[WindowRecord]:
        """Yield windows of quiet queues, the quietest first, one for each first queue."""
        busy = self._tried.results[0].windows
        seen: set[str] = set()
        quiet = sorted(self._windows.values(), key=lambda one: (busy[one.number].busy, one.number))
        for window in quiet:
            ranks = _ranks_at(window, *span)
            first = ranks[0] if ranks else ()
            if not first or self._code in first or seen & set(first) or len(seen) >= LENDERS:
                continue
            if any(
                not self._goal_of(c).met(self._tried.before[c])
                for c in first
                if c in self._tried.before
            ):
                continue
            seen |= set(first[:1])
            yield window


def _gain(one: Advice, goal: Goal) -> float:
    """Return the minutes that the queue itself waits longer: below zero where it helps."""
    return one.effect.harm(goal)


def _ranks_at(window: WindowRecord, start: float, stop: float) -> Ranks:
    """Return what a window serves in these hours, or at their first moment that it serves."""
    return next((s.ranks for s in window.spans if s.opens < stop and s.stops > start), ())


def _down(second: float) -> float:
    return second // STEP_S * STEP_S


def _up(second: float) -> float:
    return -(-second // STEP_S) * STEP_S
