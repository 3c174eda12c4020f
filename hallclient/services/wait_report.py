"""Predicted against actual: how the waits that were told on a business day came true, per queue.

Of every ticket that was called counts the first call, for the queue that it was taken for.
Appointments are left out: they were told a time. A ticket that changed its queue or its class while
it waited was told something else, and counts as one with which nothing was told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.domain.wait_figures import Waited, WaitFigures, figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from hallclient.domain.parts import Queue
    from hallclient.services.store import Reader


@dataclass(frozen=True, slots=True)
class QueueWaits:
    """The figures of one queue."""

    queue: Queue
    figures: WaitFigures


@dataclass(frozen=True, slots=True)
class WaitReport:
    """The figures of a business day; ``queues`` has those with a call, in the hall's order."""

    day: date | None
    hall: WaitFigures
    queues: tuple[QueueWaits, ...]


def wait_report(reader: Reader, day: date | None = None, queue: str = "") -> WaitReport:
    """Return the figures of a business day, of the open one or the last when none is named.

    ``queue`` leaves out all others. Raises ``NotFound`` for an unknown one.
    """
    only = reader.plan.queue(queue).id if queue else None
    asked = day or reader.day or next((one.day for one in reader.days(1)), None)
    found = reader.waits_of_day(asked) if asked else ()
    waits: dict[int, list[Waited]] = defaultdict(list)
    for one in found:
        if only in (None, one.queue_id):
            waits[one.queue_id].append(one)
    return WaitReport(
        day=asked,
        hall=figures_of([one for some in waits.values() for one in some]),
        queues=tuple(
            QueueWaits(reader.plan.queue_by_id(queue_id), figures_of(waits[queue_id]))
            for queue_id in sorted(waits, key=_order(reader).__getitem__)
        ),
    )


def _order(reader: Reader) -> Mapping[int, int]:
    """Return the places of the queues in the hall, those that have left it at the end."""
    places = {queue.id: place for place, queue in enumerate(reader.plan.queues)}
    return defaultdict(lambda: len(places), places)
