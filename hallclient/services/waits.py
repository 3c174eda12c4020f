"""How long somebody waits: a queue's pace, its hours and who is ahead, turned into a wait.

A wait is never worth an exception on the floor: where it fails there is none, and the log says why.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from hallclient.domain.estimate import AT_ONCE, Place, WaitRange, estimate, shown_range
from hallclient.domain.pace import Pace
from hallclient.domain.serving import serving_from
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.wait import Told, Wait
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue
    from hallclient.domain.ticket import Ticket
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
        place = Place(minute_of(now), ahead, pace.windows, hours.opens_in)
        wait = estimate(pace, place)
        return hours.by_the_clock(wait) if wait else None
    except Exception:
        log.exception("no wait can be told for queue %s", queue.code)
        return None


def told_to(reader: Reader, ticket: Ticket) -> Told | None:
    """Return what to tell with a ticket that is about to be stored; None: no estimate.

    A number that a kiosk gave out by itself is in somebody's hand already, and who came early for
    an appointment has been told a time.
    """
    if ticket.channel is Channel.OFFLINE or _is_early(reader, ticket):
        return None
    count, ahead = reader.place_of(ticket)
    pace = Pace.of(count.pace)
    queue = reader.plan.queue_by_id(ticket.queue_id)
    wait = estimated(reader.plan, queue, reader.now, pace, ahead)
    if wait is None:
        return None
    tenths = Wait(round(wait.p10, 1), round(wait.p50, 1), round(wait.p90, 1))
    return Told(tenths, ahead, pace.calls)


def wait_from_now(reader: Reader, ticket: Ticket, count: QueueCount, ahead: int) -> Wait | None:
    """Return the wait from now of a ticket; None for one that does not wait for just any window."""
    bound = ticket.window_id is not None or ticket.staff_id is not None
    if ticket.status is not TicketStatus.WAITING or bound or _is_early(reader, ticket):
        return None
    return wait_of(reader, reader.plan.queue_by_id(ticket.queue_id), ahead, count)


def range_of(wait: Wait | None) -> WaitRange | None:
    """Return a wait as it is shown."""
    return shown_range(wait.p10, wait.p90) if wait else None


def is_at_once(wait: Wait | None, ahead: int, free_windows: int) -> bool:
    """Return whether somebody would be called right away (马上可办)."""
    return wait is not None and not ahead and free_windows > 0 and wait.p90 <= AT_ONCE


def _is_early(reader: Reader, ticket: Ticket) -> bool:
    return ticket.callable_from is not None and ticket.callable_from > reader.now
