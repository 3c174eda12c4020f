"""Changes tried on days, only where they matter: queues that share no window are left alone."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.services.whatif.changes import Change, ChangeError, changed
from hallclient.services.whatif.play import play
from hallclient.services.whatif.result import QueueResult, TicketResult, summed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hallclient.services.whatif.record import DayRecord
    from hallclient.services.whatif.result import DayResult


class OutOfTime(Exception):
    """No more may be played: the time is over, or whoever asked wants no answer any more."""


@dataclass(slots=True)
class Budget:
    """How much may be played. ``stopped`` is asked before every play."""

    seconds: float = 60.0
    plays: int = 400
    stopped: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    played: int = 0
    _until: float | None = None

    def take(self) -> None:
        """Count one play. Raises ``OutOfTime``."""
        if self._until is None:
            self._until = self.clock() + self.seconds
        if self.played >= self.plays or self.clock() >= self._until or self.stopped():
            raise OutOfTime
        self.played += 1


class Tried:
    """Days as they are, and what changes would make of them.

    Everything is summed over the days: several stand for one that nobody knows yet.
    """

    def __init__(self, days: Sequence[DayRecord], budget: Budget) -> None:
        self.days, self._budget = tuple(days), budget
        self.results = tuple(self._play(day) for day in self.days)
        self.tickets = _by_queue(ticket for result in self.results for ticket in result.tickets)
        self.before = {code: summed(line) for code, line in self.tickets.items()}

    def after(self, changes: Sequence[Change]) -> dict[str, QueueResult]:
        """Return the queues that the changes may touch, as they would be.

        Raises ``ChangeError`` where they make no sense for a day, ``OutOfTime``.
        """
        found: list[TicketResult] = []
        touched: set[str] = set()
        for day in self.days:
            otherwise = changed(day, changes)
            near = _linked(day, otherwise)
            touched |= near
            found += self._play(_part(otherwise, near)).tickets
        of = _by_queue(found)
        return {code: summed(of.get(code, ())) for code in touched if code in self.before}

    def _play(self, day: DayRecord) -> DayResult:
        self._budget.take()
        return play(day)


def tried_or_none(tried: Tried, changes: Sequence[Change]) -> dict[str, QueueResult] | None:
    """Return the same, None where the changes make no sense for one of the days."""
    try:
        return tried.after(changes)
    except ChangeError:
        return None


def _by_queue(tickets: Iterable[TicketResult]) -> dict[str, list[TicketResult]]:
    of: dict[str, list[TicketResult]] = defaultdict(list)
    for ticket in tickets:
        of[ticket.queue].append(ticket)
    return of


def _linked(before: DayRecord, after: DayRecord) -> set[str]:
    """Return the queues whose day may differ: those of changed windows, and all linked to them."""
    was = {window.number: window for window in before.windows}
    sets = [
        {code for span in window.spans for code in span.queues}
        for window in (*before.windows, *after.windows)
    ]
    near = {
        code
        for window in after.windows
        if was.get(window.number) != window
        for other in (window, was.get(window.number))
        if other is not None
        for span in other.spans
        for code in span.queues
    }
    known = {queue.code: queue for queue in before.queues}
    near |= {queue.code for queue in after.queues if known.get(queue.code) != queue}
    if before.rules != after.rules or before.visits != after.visits:
        return {queue.code for queue in after.queues}
    while True:
        more = set().union(near, *(codes for codes in sets if codes & near))
        if more == near:
            return near
        near = more


def _part(day: DayRecord, codes: set[str]) -> DayRecord:
    return replace(
        day,
        visits=tuple(visit for visit in day.visits if visit.queue in codes),
        windows=tuple(
            window
            for window in day.windows
            if any(code in codes for span in window.spans for code in span.queues)
        ),
        queues=tuple(queue for queue in day.queues if queue.code in codes),
    )
