"""What a business day brought, summed up: a row per queue, service, window and member of staff.

Theory of operation. A ticket counts once, for the queue that it was issued for and its service, in
the row of no window (``NOBODY``): taken, finished, missed or left, and how long it waited for its
first call, by the minute. A turn counts for its window and whoever sat there, its service being
that of its step, else its ticket's. Sums of rows are sums of days, so months are made of days; a
percentile of a month comes from the sum of histograms and is that of the waits themselves in whole
minutes. Appointments are in no wait: they were told a time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from math import ceil
from typing import Final

from hallclient.domain.estimate import shown_range
from hallclient.domain.turn import RATED_OUTCOMES, Outcome

NOBODY: Final = 0
"""The id of no window and of no member of staff."""

_TURNS: Final = {
    Outcome.NO_SHOW: "no_shows",
    Outcome.TRANSFERRED: "transferred",
    Outcome.HELD: "held",
    Outcome.RETURNED: "returned",
    Outcome.ABANDONED: "broken_off",
}


@dataclass(frozen=True, slots=True)
class DayKey:
    """What a row is about; window and staff are ``NOBODY`` in the row of tickets."""

    queue_id: int
    service_id: int
    window_id: int = NOBODY
    staff_id: int = NOBODY


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Counts and sums. Seconds are whole; ``waits`` counts tickets by the minute they waited.

    ``finished``, ``missed`` and ``abandoned`` are ``issued`` when the day is over. ``told`` tickets
    got a range, ``told_right`` of them were called within it as it was shown. ``waited`` are first
    calls, ``called`` all that were no mere resumption, ``recalled`` how often somebody was called
    again; ``broken_off`` turns were open when the day ended.
    """

    issued: int = 0
    booked: int = 0
    finished: int = 0
    missed: int = 0
    abandoned: int = 0
    told: int = 0
    told_right: int = 0
    waited: int = 0
    waiting_seconds: int = 0
    called: int = 0
    recalled: int = 0
    served: int = 0
    serving_seconds: int = 0
    no_shows: int = 0
    transferred: int = 0
    held: int = 0
    returned: int = 0
    broken_off: int = 0
    cases: int = 0
    waits: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "DayCounts") -> "DayCounts":
        """Return the counts of both."""
        return total_of((self, other))

    def wait(self, share: float) -> int | None:
        """Return the minutes that so many of all who were called did not exceed; None for nobody.

        Whole minutes begun are not counted: 0 is less than one.
        """
        rank, seen = ceil(share * sum(self.waits.values())), 0
        for minute in sorted(self.waits):
            seen += self.waits[minute]
            if seen >= max(1, rank):
                return minute
        return None


COUNTS: Final = tuple(one.name for one in fields(DayCounts) if one.name != "waits")


def total_of(several: Iterable[DayCounts]) -> DayCounts:
    """Return the counts of all together."""
    sums, waits = dict.fromkeys(COUNTS, 0), Counter[int]()
    for one in several:
        for name in COUNTS:
            sums[name] += getattr(one, name)
        waits.update(one.waits)
    return DayCounts(**sums, waits=dict(sorted(waits.items())))


@dataclass(frozen=True, slots=True)
class TurnFact:
    """A turn that is over: its service and that one's queue, how long it was served in seconds."""

    queue_id: int
    service_id: int
    window_id: int
    staff_id: int
    calls: int
    result: Outcome | None
    lasted: int
    cases: int = 0


@dataclass(frozen=True, slots=True)
class TicketFact:
    """A ticket of the day with its turns, oldest first.

    ``waited`` are the seconds until its first call, None for an appointment and for who was never
    called. ``told`` are the ends of the range, in minutes.
    """

    queue_id: int
    service_id: int
    ended: bool
    absent: bool
    booked: bool = False
    waited: int | None = None
    told: tuple[float, float] | None = None
    turns: tuple[TurnFact, ...] = ()


def day_rows(tickets: Iterable[TicketFact]) -> dict[DayKey, DayCounts]:
    """Return the rows of a day, by their keys."""
    sums: dict[DayKey, Counter[str]] = defaultdict(Counter)
    waits: dict[DayKey, Counter[int]] = defaultdict(Counter)
    for one in tickets:
        key = DayKey(one.queue_id, one.service_id)
        sums[key].update(_of_ticket(one))
        for turn in one.turns:
            sums[_key(turn)].update(_of_turn(turn))
        if one.waited is not None:
            waits[key][one.waited // 60] += 1
            first = next((turn for turn in one.turns if turn.calls), None)
            at = key if first is None else DayKey(*_place(one), first.window_id, first.staff_id)
            sums[at].update(waited=1, waiting_seconds=one.waited)
    return {
        key: DayCounts(**sums[key], waits=dict(sorted(waits[key].items())))
        for key in sorted(sums, key=_order)
    }


def _of_ticket(one: TicketFact) -> dict[str, int]:
    served = any(turn.result in RATED_OUTCOMES for turn in one.turns)
    missed = any(turn.result is Outcome.NO_SHOW for turn in one.turns)
    told = one.told is not None and one.waited is not None
    return {
        "issued": 1,
        "booked": int(one.booked),
        # One of several services done does not make a ticket finished that still goes on.
        "finished": int(served and one.ended),
        "missed": int(one.absent or (one.ended and missed and not served)),
        "abandoned": int(one.ended and not served and not missed),
        "told": int(told),
        "told_right": int(told and _came_true(one)),
    }


def _of_turn(turn: TurnFact) -> dict[str, int]:
    served = turn.result in RATED_OUTCOMES
    found = {
        "called": int(turn.calls > 0),
        "recalled": max(0, turn.calls - 1),
        "served": int(served),
        "serving_seconds": turn.lasted if served else 0,
        "cases": turn.cases,
    }
    if turn.result in _TURNS:
        found[_TURNS[turn.result]] = 1
    return found


def _came_true(one: TicketFact) -> bool:
    if one.told is None or one.waited is None:
        return False
    shown = shown_range(*one.told)
    return shown.low <= one.waited / 60 <= shown.high


def _place(one: TicketFact) -> tuple[int, int]:
    return one.queue_id, one.service_id


def _key(turn: TurnFact) -> DayKey:
    return DayKey(turn.queue_id, turn.service_id, turn.window_id, turn.staff_id)


def _order(key: DayKey) -> tuple[int, int, int, int]:
    return key.queue_id, key.service_id, key.window_id, key.staff_id
