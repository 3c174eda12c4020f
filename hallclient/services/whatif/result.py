"""What came of a played day: every ticket, and sums per queue and window."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import ceil
from statistics import fmean

from hallclient.domain.pace import Pace
from hallclient.domain.wait import Told


class Fate(StrEnum):
    """What became of a visit."""

    SERVED = "served"
    MISSED = "missed"
    """Called, did not come, and did not come back in time."""
    ABANDONED = "abandoned"
    """Waited until everybody had gone home."""
    REFUSED = "refused"
    """Came outside the hours of the queue."""


@dataclass(frozen=True, slots=True)
class TicketResult:
    """One visit. Times in seconds after midnight; ``called`` is the first call."""

    number: int
    queue: str
    arrived: float
    fate: Fate
    ahead: int = 0
    free: int = 0
    """Open windows that served the queue and had nobody when the ticket was given out."""
    told: Told | None = None
    called: float | None = None
    window: str = ""
    ended: float | None = None

    @property
    def waited(self) -> float | None:
        """Return the minutes to the first call."""
        return None if self.called is None else (self.called - self.arrived) / 60


@dataclass(frozen=True)
class QueueResult:
    """One queue, or the whole hall. ``waits`` are minutes to the first call, in order."""

    came: int
    refused: int
    missed: int
    abandoned: int
    waits: tuple[float, ...]
    told: int
    """Tickets with a told range that were called."""
    inside: int
    """Of those, how many waits were within p10 to p90."""
    told_sum: float = 0.0
    """Minutes told as the middle, and minutes waited, summed over those tickets."""
    true_sum: float = 0.0

    @property
    def called(self) -> int:
        """Return how many were called."""
        return len(self.waits)

    @property
    def mean(self) -> float:
        """Return the mean wait, 0 without any."""
        return fmean(self.waits) if self.waits else 0.0

    def percentile(self, share: float) -> float:
        """Return the nearest-rank percentile, 0 without any."""
        line = self.waits
        return line[max(ceil(share * len(line)), 1) - 1] if line else 0.0

    @property
    def p50(self) -> float:
        """Return the median wait."""
        return self.percentile(0.5)

    @property
    def p90(self) -> float:
        """Return what nine of ten waited at most."""
        return self.percentile(0.9)

    @property
    def longest(self) -> float:
        """Return the longest wait."""
        return self.waits[-1] if self.waits else 0.0

    def share_under(self, minutes: float) -> float:
        """Return the share, of those who were called or waited in vain, with a wait so short."""
        all_in = len(self.waits) + self.abandoned
        return bisect_right(self.waits, minutes) / all_in if all_in else 1.0

    @property
    def coverage(self) -> float | None:
        """Return the share of told ranges that came true, None where none was told."""
        return self.inside / self.told if self.told else None


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One window: calls, and seconds open and busy (called, walking, served)."""

    number: str
    calls: int
    open_s: float
    busy_s: float

    @property
    def busy(self) -> float:
        """Return the share of the open time, 0 where it never opened."""
        return min(self.busy_s / self.open_s, 1.0) if self.open_s else 0.0


@dataclass(frozen=True)
class DayResult:
    """A played day. ``paces`` are the queues' after the day, for the next one."""

    tickets: tuple[TicketResult, ...]
    windows: Mapping[str, WindowResult]
    events: int
    paces: Mapping[str, Pace] = field(default_factory=dict, compare=False)

    @cached_property
    def queues(self) -> dict[str, QueueResult]:
        """Queues that somebody came to, by code."""
        of: dict[str, list[TicketResult]] = defaultdict(list)
        for ticket in self.tickets:
            of[ticket.queue].append(ticket)
        return {code: summed(of[code]) for code in sorted(of)}

    @cached_property
    def hall(self) -> QueueResult:
        """All queues together."""
        return summed(self.tickets)


def summed(tickets: Iterable[TicketResult]) -> QueueResult:
    """Sum up tickets."""
    every = list(tickets)
    fates = [one.fate for one in every]
    told = [(one.told.wait, one.waited) for one in every if one.told and one.waited is not None]
    return QueueResult(
        came=len(every),
        refused=fates.count(Fate.REFUSED),
        missed=fates.count(Fate.MISSED),
        abandoned=fates.count(Fate.ABANDONED),
        waits=tuple(sorted(one.waited for one in every if one.waited is not None)),
        told=len(told),
        inside=sum(wait.p10 <= true <= wait.p90 for wait, true in told),
        told_sum=sum(wait.p50 for wait, _true in told),
        true_sum=sum(true for _wait, true in told),
    )
