"""How long somebody waits: a queue's pace, its hours and who is ahead, turned into a wait.

A wait is never worth an exception on the floor: where it fails there is none, and the log says why.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.domain.estimate import AT_ONCE, Place, WaitRange, estimate, shown_range
from hallclient.domain.pace import Pace
from hallclient.domain.serving import beside, free_windows, serving_from
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.wait import Told, Wait
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Queue
    from hallclient.domain.ticket import Ticket
    from hallclient.services.store import Reader
    from hallclient.services.store_records import QueueCount


@dataclass(frozen=True, slots=True)
class Joining:
    """How somebody stands who joins a queue now.

    ``free`` windows would call him at once; ``wait`` None: no estimate yet.
    """

    ahead: int
    free: int
    wait: Wait | None


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
    pace = Pace.of(count.pace)
    free = _free(reader, queue, pace, ahead, count)
    if _behind_others(reader, queue, pace, free):
        return None
    return estimated(reader.plan, queue, reader.now, pace, ahead, free)


def estimated(
    plan: HallPlan, queue: Queue, now: datetime, pace: Pace, ahead: int, free: int
) -> Wait | None:
    """Return the same by what was read before; ``free`` windows would call him at once."""
    try:
        hours = serving_from(plan, queue.code, local_time(plan, now))
        place = Place(minute_of(now), ahead, pace.windows, hours.opens_in, free)
        wait = estimate(pace, place)
        return _in_tenths(hours.by_the_clock(wait)) if wait else None
    except Exception:
        log.exception("no wait can be told for queue %s", queue.code)
        return None


def told_to(reader: Reader, ticket: Ticket, count: QueueCount, ahead: int) -> Told | None:
    """Return what to tell with a ticket that is about to be stored; None: no estimate.

    ``count`` is its queue's, ``ahead`` how many stand before it there.
    A number that a kiosk gave out by itself is in somebody's hand already, and who came early for
    an appointment has been told a time.
    """
    if ticket.channel is Channel.OFFLINE or _is_early(reader, ticket):
        return None
    pace = Pace.of(count.pace)
    queue = reader.plan.queue_by_id(ticket.queue_id)
    free = _free(reader, queue, pace, ahead, count)
    if _behind_others(reader, queue, pace, free):
        return None
    wait = estimated(reader.plan, queue, reader.now, pace, ahead, free)
    if wait is None:
        return None
    return Told(wait, ahead, pace.calls)


def wait_from_now(reader: Reader, ticket: Ticket, count: QueueCount, ahead: int) -> Wait | None:
    """Return the wait from now of a ticket; None for one that does not wait for just any window."""
    bound = ticket.window_id is not None or ticket.staff_id is not None
    if ticket.status is not TicketStatus.WAITING or bound or _is_early(reader, ticket):
        return None
    others = replace(count, waiting=count.waiting - 1)
    return wait_of(reader, reader.plan.queue_by_id(ticket.queue_id), ahead, others)


def joining(
    plan: HallPlan,
    now: datetime,
    counts: Iterable[QueueCount],
    idle: Collection[int],
    only: Sequence[str] = (),
) -> dict[str, Joining]:
    """Return how who joins now stands in every queue that has a count, by its code.

    ``idle`` windows are open with nobody at them. ``only`` leaves out all other queues.
    """
    codes = {queue.id: queue.code for queue in plan.queues}
    of = {codes[one.queue_id]: one for one in counts if one.queue_id in codes}
    ready = {code: count.ready for code, count in of.items()}
    free = free_windows(plan, idle, ready)
    found = {}
    for code in only or of:
        if code in of:
            ahead, at_once = of[code].ready, free.get(code, 0)
            pace = Pace.of(of[code].pace)
            unknown = _may_be_behind(pace, at_once) and _are_before(plan, code, pace, ready)
            wait = None if unknown else estimated(plan, plan.queue(code), now, pace, ahead, at_once)
            found[code] = Joining(ahead, at_once, wait)
    return found


def waits_now(reader: Reader, only: Sequence[str] = ()) -> dict[str, WaitRange]:
    """Return how long who joins a queue now waits, by its code: what boards show.

    Queues without an estimate are not there. ``only`` leaves out all others.
    """
    found = joining(reader.plan, reader.now, reader.queue_counts(), reader.idle_windows(), only)
    waits = {code: range_of(one.wait) for code, one in found.items()}
    return {code: wait for code, wait in waits.items() if wait is not None}


def range_of(wait: Wait | None) -> WaitRange | None:
    """Return a wait as it is shown."""
    return shown_range(wait.p10, wait.p90) if wait else None


def is_at_once(one: Joining) -> bool:
    """Return whether somebody would be called right away (马上可办)."""
    return one.wait is not None and not one.ahead and one.free > 0 and one.wait.p90 <= AT_ONCE


def _behind_others(reader: Reader, queue: Queue, pace: Pace, free: int) -> bool:
    """Return whether a pace tells nothing: it is the hall's, and the queue's windows have a line.

    How long that line keeps them only the queue's own calls will show.
    """
    if not _may_be_behind(pace, free):
        return False
    plan = reader.plan
    ids = {plan.queue_of[code].id: code for code in beside(plan, queue.code)}
    counts = reader.counts_of(ids) if ids else ()
    return _are_before(plan, queue.code, pace, {ids[one.queue_id]: one.ready for one in counts})


def _may_be_behind(pace: Pace, free: int) -> bool:
    return pace.is_borrowed and not free and pace.windows > 0


def _are_before(plan: HallPlan, queue: str, pace: Pace, ready: Mapping[str, int]) -> bool:
    return sum(ready.get(code, 0) for code in beside(plan, queue)) > pace.windows


def _free(reader: Reader, queue: Queue, pace: Pace, ahead: int, count: QueueCount) -> int:
    """Return how many windows would call at once; asked only where it may be one.

    ``count`` is of the others in the queue.
    """
    if ahead or count.ready or not pace.windows:
        return 0
    plan, idle = reader.plan, reader.idle_windows()
    here = [one for one in plan.windows if one.id in idle and queue.code in one.queues]
    codes = {code for window in here for code in window.queues} - {queue.code}
    ids = {plan.queue_of[code].id: code for code in codes if code in plan.queue_of}
    beside = reader.counts_of(ids) if ids else ()
    ready = {ids[other.queue_id]: other.ready for other in beside}
    return free_windows(plan, idle, ready).get(queue.code, 0)


def _in_tenths(wait: Wait) -> Wait:
    """Return a wait as it is kept with a ticket: what boards show is rounded from the same."""
    return Wait(round(wait.p10, 1), round(wait.p50, 1), round(wait.p90, 1))


def _is_early(reader: Reader, ticket: Ticket) -> bool:
    return ticket.callable_from is not None and ticket.callable_from > reader.now
