"""The queues of the floor: a row for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.services.floor_records import WaitFacts
from hallclient.services.floor_windows import minutes_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue
    from hallclient.domain.shift import Shift
    from hallclient.services.floor_records import QueueStop
    from hallclient.services.store import Reader
    from hallclient.services.store_records import QueueCount

WAITS_OVER = timedelta(minutes=60)
"""The waits of a queue are of those who were called within so long."""
NOBODY_CALLED = WaitFacts(0)


@dataclass(frozen=True, slots=True)
class FloorQueue:
    """A row of the queue table. ``wait`` is of the last hour, in seconds."""

    queue: Queue
    waiting: int
    windows: int
    """Open windows that serve it."""
    wait: WaitFacts = NOBODY_CALLED
    oldest_at: datetime | None = None
    longest_minutes: int = 0
    limit_minutes: int = 0
    """The longest wait that raises no alarm."""
    department: str = ""
    """Code of the one department whose services it has, empty for several."""
    stop: QueueStop | None = None

    @property
    def too_long(self) -> bool:
        """Return whether the longest wait is beyond the limit."""
        return self.longest_minutes > self.limit_minutes

    @property
    def stopped(self) -> bool:
        """Return whether it gives out no numbers today."""
        return self.stop is not None


def floor_queues(reader: Reader, shifts: Sequence[Shift]) -> tuple[FloorQueue, ...]:
    """Return every queue's row, in file order."""
    plan, now = reader.plan, reader.now
    counts = {count.queue_id: count for count in reader.queue_counts()}
    waits = reader.waits_since(now - WAITS_OVER)
    stops = {stop.queue_id: stop for stop in reader.queue_stops()}
    open_ids = {shift.window_id for shift in shifts if shift.open_for_calls}
    serving = Counter(c for w in plan.windows if w.id in open_ids for c in set(w.queues))
    owners = _owners(plan)
    return tuple(
        _row(
            plan,
            queue,
            counts.get(queue.id),
            serving[queue.code],
            _alone(owners[queue.code]),
            waits.get(queue.id, NOBODY_CALLED),
            stops.get(queue.id),
            now,
        )
        for queue in plan.queues
    )


def _row(
    plan: HallPlan,
    queue: Queue,
    count: QueueCount | None,
    windows: int,
    department: str,
    wait: WaitFacts,
    stop: QueueStop | None,
    now: datetime,
) -> FloorQueue:
    oldest = count.oldest_at if count else None
    return FloorQueue(
        queue=queue,
        waiting=count.waiting if count else 0,
        windows=windows,
        wait=wait,
        oldest_at=oldest,
        longest_minutes=minutes_between(oldest, now),
        limit_minutes=plan.rules.alarm_wait_minutes,
        department=department,
        stop=stop,
    )


def department_of(plan: HallPlan, queue: str) -> str:
    """Return the department that alone has services in a queue; empty where there are several."""
    return _alone(_owners(plan)[queue])


def _owners(plan: HallPlan) -> Mapping[str, set[str]]:
    """Return by queue the departments that have services in it."""
    found: dict[str, set[str]] = defaultdict(set)
    for service in plan.listed:
        found[service.queue].add(service.department)
    return found


def _alone(departments: set[str]) -> str:
    return next(iter(departments)) if len(departments) == 1 else ""
