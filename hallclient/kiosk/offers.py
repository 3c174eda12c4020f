"""What a service offers just now: is it open, how many wait, when does it open again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.limits import Limit, limit_of
from hallclient.domain.parts import Department, Queue, Service
from hallclient.kiosk.figures import HallSight
from hallclient.services.board import QueueLine
from hallclient.services.hours import local_time, queue_open

_WIDEST = 60
"""Minutes: a hall whose queues differ by more has no wait of its own."""
_MOST = 0.9
"""Of those who wait: what is said of most people holds for so many."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A queue as a citizen who thinks of taking a number sees it. ``local`` is the hall's time.

    ``limit`` is why it gives no ticket now; ``open`` says that it does.
    """

    queue: Queue
    line: QueueLine
    open: bool
    tickets_until: str
    local: datetime
    known: bool = True
    limit: Limit | None = None
    closes_in: float | None = None
    """Minutes until the windows close for the day, None for no such hour."""

    @property
    def no_wait(self) -> bool:
        """Nobody ahead, a window that is free, and hardly a wait (visual.md §1.6)."""
        return self.known and self.line.at_once

    @property
    def may_be_late(self) -> bool:
        """Whether the windows close before most of those who take a number now are called."""
        wait, left = self.line.wait, self.closes_in
        return wait is not None and left is not None and wait.high > left


def offer_of(sight: HallSight, queue: str) -> Offer:
    """Return what a queue offers at the present moment."""
    plan, now = sight.plan, sight.now()
    state = queue_open(plan, queue, now)
    line = sight.hall.lines.get(queue) or QueueLine(queue, 0, None, 0, 0)
    local = local_time(plan, now)
    limit = limit_of(plan, plan.queue(queue), local, line.demand)
    until = state.session.tickets_until if state.session and limit is None else None
    return Offer(
        queue=plan.queue(queue),
        line=line,
        open=limit is None,
        tickets_until=f"{until.hour}:{until.minute:02}" if until else "",
        local=local,
        known=sight.known,
        limit=limit,
        closes_in=_closes_in(plan, queue, local),
    )


def _closes_in(plan: HallPlan, queue: str, local: datetime) -> float | None:
    """Return the minutes until a queue's last session of the day ends."""
    sessions = plan.sessions_on(queue, local.date())
    closes = max((session.closes for session in sessions), default=None)
    if closes is None:
        return None
    end = datetime.combine(local.date(), closes, local.tzinfo)
    return (end - local).total_seconds() / 60


def any_open(sight: HallSight) -> bool:
    """Return whether any queue gives out tickets now."""
    now = sight.now()
    return any(queue_open(sight.plan, queue.code, now).open for queue in sight.plan.queues)


def services_of(plan: HallPlan, department: str) -> tuple[Service, ...]:
    """Return a department's services in the order of the hall file."""
    return tuple(service for service in plan.listed if service.department == department)


def departments_of(plan: HallPlan) -> tuple[Department, ...]:
    """Return the departments that offer something."""
    return tuple(d for d in plan.departments if services_of(plan, d.code))


def common_services(plan: HallPlan) -> tuple[Service, ...]:
    """Return the common services in their order."""
    found = [service for service in plan.listed if service.common]
    return tuple(sorted(found, key=lambda service: service.common))


def most_wait(lines: Iterable[QueueLine]) -> WaitRange | None:
    """Return the range of nine in ten who wait, over all queues; None where too few are known.

    None too where the queues differ so much that one range would tell nobody anything.

    A small queue without an estimate does not silence the others, nor does it stretch the range.
    """
    busy = [line for line in lines if line.waiting]
    known = [(line.wait, line.waiting) for line in busy if line.wait is not None]
    people = sum(waiting for _, waiting in known)
    if not known or people < _MOST * sum(line.waiting for line in busy):
        return None
    low = _reached(sorted((wait.low, n) for wait, n in known), people * (1 - _MOST))
    high = _reached(sorted((wait.high, n) for wait, n in known), people * _MOST)
    return WaitRange(low, high) if high - low <= _WIDEST else None


def _reached(ends: Iterable[tuple[int, int]], people: float) -> int:
    """Return the first end by which so many people are counted."""
    counted, reached = 0, 0
    for end, many in ends:
        if counted < people or not counted:
            reached = end
        counted += many
    return reached
