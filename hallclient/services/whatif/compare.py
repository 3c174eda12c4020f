"""Days as they are beside the same days with changes: waits per queue, and what windows do."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from hallclient.services.whatif.changes import Change, changed
from hallclient.services.whatif.play import play
from hallclient.services.whatif.record import DayRecord
from hallclient.services.whatif.result import DayResult, QueueResult, summed
from hallclient.services.whatif.trying import Budget


@dataclass(frozen=True, slots=True)
class Sides:
    """One queue, or the whole hall, before and after. ``busy`` are shares of the windows' time.

    ``windows`` is how many have the queue as their first choice; ``busy`` is theirs.
    """

    code: str
    name: str
    before: QueueResult
    after: QueueResult
    windows: tuple[int, int] = (0, 0)
    busy: tuple[float, float] = (0.0, 0.0)

    @property
    def same(self) -> bool:
        """Return whether no wait has changed."""
        return self.before == self.after and self.windows == self.windows[::-1]


@dataclass(frozen=True)
class Comparison:
    """Days before and after, queue by queue in the order of the record."""

    before: tuple[DayResult, ...]
    after: tuple[DayResult, ...]
    hall: Sides
    queues: tuple[Sides, ...]


def compare(
    days: Sequence[DayRecord], changes: Sequence[Change], budget: Budget | None = None
) -> Comparison:
    """Play every day twice, for the same citizens. Raises ``ChangeError``.

    Every play is taken from ``budget``, if there is one; raises ``OutOfTime`` when it is used up.
    """
    otherwise = [changed(day, changes) for day in days]
    before = tuple(_played(day, budget) for day in days)
    after = tuple(_played(day, budget) for day in otherwise) if changes else before
    busy_before, busy_after = _busy(days, before), _busy(otherwise, after)
    sides = tuple(
        Sides(
            code=queue.code,
            name=queue.name.zh_cn or queue.code,
            before=_pooled(before, queue.code),
            after=_pooled(after, queue.code),
            windows=(busy_before[queue.code][0], busy_after[queue.code][0]),
            busy=(busy_before[queue.code][1], busy_after[queue.code][1]),
        )
        for queue in days[0].queues
    )
    hall = Sides("", "", _pooled(before), _pooled(after), *_whole(days, otherwise, before, after))
    return Comparison(before, after, hall, sides)


def _played(day: DayRecord, budget: Budget | None) -> DayResult:
    if budget is not None:
        budget.take()
    return play(day)


def _whole(
    days: Sequence[DayRecord],
    otherwise: Sequence[DayRecord],
    before: Sequence[DayResult],
    after: Sequence[DayResult],
) -> tuple[tuple[int, int], tuple[float, float]]:
    return (len(days[0].windows), len(otherwise[0].windows)), (_share(before), _share(after))


def _pooled(results: Sequence[DayResult], code: str = "") -> QueueResult:
    return summed(ticket for day in results for ticket in day.tickets if code in ("", ticket.queue))


def _share(results: Sequence[DayResult]) -> float:
    open_s = sum(one.open_s for day in results for one in day.windows.values())
    return sum(one.busy_s for day in results for one in day.windows.values()) / (open_s or 1.0)


def _busy(
    days: Sequence[DayRecord], results: Sequence[DayResult]
) -> defaultdict[str, tuple[int, float]]:
    """Return windows and their busy share by their first queue; windows of the first day."""
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for day, result in zip(days, results, strict=True):
        for window in day.windows:
            first = {code for span in window.spans for code in (*span.ranks[:1], ())[0]}
            for code in first:
                shares[code].append(result.windows[window.number].busy)
    found: defaultdict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for code, line in shares.items():
        found[code] = (round(len(line) / len(days)), fmean(line))
    return found
