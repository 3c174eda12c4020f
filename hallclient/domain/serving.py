"""When and by whom a queue is served: its hours of today from a moment on, its open windows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from hallclient.domain.hall import HallPlan
from hallclient.domain.wait import Wait


@dataclass(frozen=True, slots=True)
class Serving:
    """What is left of a day, in minutes from a moment.

    ``closes_in`` counts the minutes until the end of the day without ``pauses``, which are pairs of
    when one begins and how long it is. None: it has no hours, or they are over.
    """

    opens_in: float = 0.0
    closes_in: float | None = None
    pauses: tuple[tuple[float, float], ...] = ()

    def by_the_clock(self, wait: Wait) -> Wait:
        """Return a wait with the pauses that fall into it."""
        return Wait(self._with(wait.p10), self._with(wait.p50), self._with(wait.p90))

    def _with(self, minutes: float) -> float:
        for begins, lasts in self.pauses:
            if minutes > begins:
                minutes += lasts
        return minutes


def serving_from(plan: HallPlan, queue: str, local: datetime) -> Serving:
    """Return the hours of a queue from a local time on, until the end of its day.

    After the last hour whoever still waits is served to the end, also past midnight: before
    ``day_start`` only an hour that has begun is of the day.
    """
    if not plan.hours:
        return Serving()
    spans: list[tuple[float, float]] = []
    for session in plan.sessions_on(queue, local.date()):
        opens, closes = (_until(local, at) for at in (session.opens, session.closes))
        if closes > 0:
            spans.append((max(0.0, opens), closes))
    night = local.time() < plan.rules.day_start
    if not spans or (night and spans[0][0] > 0):
        return Serving()
    pauses = [
        (before[1], after[0] - before[1])
        for before, after in pairwise(spans)
        if after[0] > before[1]
    ]
    return Serving(spans[0][0], spans[-1][1] - sum(lasts for _, lasts in pauses), tuple(pauses))


def open_windows(plan: HallPlan, open_ids: Collection[int]) -> dict[int, int]:
    """Return by queue how many of these windows serve it.

    They are those that serve it first; where none does, those that serve it besides. A back-up
    comes only when its own queues are empty: beside a window of the queue it is hardly one more.
    """
    found: dict[str, list[int]] = {}
    for window in plan.windows:
        if window.id in open_ids:
            for rank, codes in enumerate(window.ranks):
                for code in codes:
                    ranks = found.setdefault(code, [0, 0])
                    ranks[min(rank, 1)] += 1
    return {
        plan.queue_of[code].id: first or besides
        for code, (first, besides) in found.items()
        if code in plan.queue_of
    }


def free_windows(plan: HallPlan, idle: Collection[int], ready: Mapping[str, int]) -> dict[str, int]:
    """Return by queue code how many of the ``idle`` windows would call who joins it now.

    Of whatever rank: a back-up with nobody of its own comes at once. ``ready`` says by queue code
    how many may be called: a window between two calls is idle for a moment, and has them first.
    """
    lines = frozenset(code for code, count in ready.items() if count > 0)
    here: dict[str, int] = {}
    before: dict[str, set[str]] = {}
    for window in plan.windows:
        if window.id in idle:
            waits = lines.intersection(window.queues)
            for code in window.queues:
                here[code] = here.get(code, 0) + 1
                before.setdefault(code, set()).update(waits)
    return {
        code: max(0, count - sum(ready[one] for one in before[code]))
        for code, count in here.items()
    }


def beside(plan: HallPlan, queue: str) -> frozenset[str]:
    """Return the other queues that a window of this one calls before it, or like it."""
    return plan.queues_beside.get(queue, frozenset())


def _until(local: datetime, at: time) -> float:
    moment = datetime.combine(local.date(), at, local.tzinfo)
    return (moment.timestamp() - local.timestamp()) / 60
