"""How long somebody waits: a queue's pace, its hours and who is ahead, turned into a wait.

A wait is never worth an exception on the floor: where it fails there is none, and the log says why.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from hallclient.domain.estimate import AT_ONCE, Place, WaitRange, estimate, shown_range
from hallclient.domain.pace import Pace
from hallclient.domain.serving import serving_from
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue
    from hallclient.domain.wait import Told, Wait
    from hallclient.services.store import QueueCount, Reader

log = logging.getLogger(__name__)


def minute_of(at: datetime) -> float:
    """Return a moment on the clock of every queue's pace: minutes since 1970, UTC."""
    return at.timestamp() / 60


def wait_of(
    reader: Reader, queue: Queue, ahead: int, count: QueueCount | None = None
) -> Wait | None:
    """Return the wait from now of somebody with so many ahead of them; None: no estimate yet.

    ``count`` is the queue's, where it was read already.
    """
    count = count or reader.queue_count(queue.id)
    return estimated(reader.plan, queue, reader.now, Pace.of(count.pace), ahead)


def estimated(plan: HallPlan, queue: Queue, now: datetime, pace: Pace, ahead: int) -> Wait | None:
    """Return the same by what was read before."""
    try:
        hours = serving_from(plan, queue.code, local_time(plan, now))
        place = Place(minute_of(now), ahead, pace.windows, hours.opens_in, hours.closes_in)
        wait = estimate(pace, place)
        return hours.by_the_clock(wait) if wait else None
    except Exception:
        log.exception("no wait can be told for queue %s", queue.code)
        return None


def range_of(wait: Wait | None) -> WaitRange | None:
    """Return a wait as it is shown."""
    return shown_range(wait.p10, wait.p90) if wait else None


def range_told(told: Told | None) -> WaitRange | None:
    """Return what was told with a ticket, as it was shown then."""
    return range_of(told.wait) if told else None


def is_at_once(wait: Wait | None, ahead: int, free_windows: int) -> bool:
    """Return whether somebody would be called right away (马上可办)."""
    return wait is not None and not ahead and free_windows > 0 and wait.p90 <= AT_ONCE
