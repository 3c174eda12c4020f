"""Waits by the half hour in which people came."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import fmean

from hallclient.services.whatif.result import DayResult

SLOT_S = 1800.0
Line = tuple[tuple[float, float], ...]
"""Hours of the day and mean minutes waited of who came in that half hour."""


def waits_over_day(results: Iterable[DayResult], code: str = "") -> Line:
    """Return the line of a queue, or of the whole hall; half hours without a call are left out."""
    slots: dict[float, list[float]] = defaultdict(list)
    for day in results:
        for ticket in day.tickets:
            if code in ("", ticket.queue) and ticket.waited is not None:
                slots[ticket.arrived // SLOT_S].append(ticket.waited)
    return tuple(((slot + 0.5) * SLOT_S / 3600, fmean(slots[slot])) for slot in sorted(slots))
