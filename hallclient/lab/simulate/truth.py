"""Halls made up so that the truth is known: what is told against what comes, ticket by ticket.

A few days one after the other in each hall, so that a queue learns; the first is not judged. Where
in a hall something goes wrong, it does so on every day at another time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import exp, log, sqrt
from random import Random
from typing import TYPE_CHECKING

from hallclient.domain.rules import PriorityClass
from hallclient.services.whatif.changes import CloseWindow, changed
from hallclient.services.whatif.play import play
from hallclient.services.whatif.record import (
    OVERTIME_S,
    DayRecord,
    Pause,
    QueueRecord,
    Ranks,
    Span,
    Visit,
    WindowRecord,
)
from hallclient.services.whatif.result import TicketResult

if TYPE_CHECKING:
    from hallclient.domain.pace import Pace

DAYS, FIRST_JUDGED = 6, 1
OPENS, CLOSES = 9.0, 17.0
MONDAY = datetime(2026, 3, 8, 16, tzinfo=UTC)
AHEAD = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, 9999))
"""Buckets of people ahead, both ends in; who found a free window is counted apart."""
Rate = Callable[[float], float]
"""Citizens an hour at an hour of the day."""


@dataclass(frozen=True)
class TruthHall:
    """A hall: how many come to each queue and how long they take, and who serves them.

    ``handling`` are minutes, mean and deviation. ``troubled`` changes a day by its chance.
    """

    name: str
    rates: Mapping[str, Rate]
    handling: Mapping[str, tuple[float, float]]
    windows: Sequence[Ranks]
    special: float = 0.04
    booked: float = 0.0
    tickets_until: float = CLOSES
    troubled: Callable[[DayRecord, Random], DayRecord] = lambda day, _chance: day

    def day(self, number: int, seed: int) -> DayRecord:
        """Draw a day of this hall."""
        chance = Random(f"{self.name} {seed} {number}")  # noqa: S311 - chance, not a secret
        came = sorted(
            (at, queue)
            for queue, rate in self.rates.items()
            for at in _arrivals(rate, self.tickets_until, chance)
        )
        day = DayRecord(
            midnight=MONDAY + timedelta(days=number),
            visits=tuple(self._visit(n, at, queue, chance) for n, (at, queue) in enumerate(came)),
            windows=tuple(
                _window(f"{n}", ranks, n, chance) for n, ranks in enumerate(self.windows, 1)
            ),
            queues=tuple(
                QueueRecord(
                    code, OPENS * 3600, CLOSES * 3600, 8.5 * 3600, self.tickets_until * 3600
                )
                for code in self.rates
            ),
        )
        return self.troubled(day, chance)

    def _visit(self, number: int, at: float, queue: str, chance: Random) -> Visit:
        mean, deviation = self.handling[queue]
        special, booked = chance.random() < self.special, chance.random() < self.booked
        slot = 900.0 * round((at + chance.gauss(0, 600)) / 900) if booked else None
        visit = Visit(
            number=number,
            at=at,
            queue=queue,
            handling=60 * _lognormal(mean, deviation, chance),
            priority=PriorityClass.ELDERLY if special else PriorityClass.NORMAL,
            walks=chance.triangular(10, 60, 15),
            slot=slot,
            shows_up=chance.random() >= 0.03,
        )
        back = chance.randint(60, 1500)
        return replace(visit, returns_after=back) if chance.random() < 0.4 else visit


@dataclass(frozen=True, slots=True)
class Tally:
    """Told against true for some tickets. Minutes; ``told`` is the mean of the middles."""

    tickets: int
    true: float
    told: float
    below: float
    above: float
    width: float

    @property
    def bias(self) -> float:
        """Return how far the told mean is off, as a share of the true one."""
        return self.told / self.true - 1 if self.true else 0.0

    @property
    def coverage(self) -> float:
        """Return the share of waits within p10 to p90."""
        return 1 - self.below - self.above


@dataclass(frozen=True)
class TruthReport:
    """What a hall shows: over all, and by people ahead.

    ``untold`` got no estimate: nothing was known yet, no window was open, or it was early for an
    appointment. ``free`` found an open window with nobody at it, ``waited`` are all others.
    """

    hall: str
    all: Tally
    free: Tally
    waited: Tally
    by_ahead: Mapping[str, Tally]
    untold: int
    not_called: int


def judge(hall: TruthHall, seeds: Sequence[int], days: int = DAYS) -> TruthReport:
    """Play some days of a hall for every seed and compare what was told with what came."""
    tickets: list[TicketResult] = []
    for seed in seeds:
        paces: Mapping[str, Pace] = {}
        for number in range(days):
            played = play(hall.day(number, seed), (), paces)
            paces = played.paces
            if number >= FIRST_JUDGED:
                tickets += played.tickets
    told = [one for one in tickets if one.told is not None and one.waited is not None]
    groups = {
        f"{low}" if low == high else f"{low}–{high}" if high < 9999 else f"{low}+": [
            one for one in told if low <= one.ahead <= high and not one.free
        ]
        for low, high in AHEAD
    }
    return TruthReport(
        hall=hall.name,
        all=_tally(told),
        free=_tally([one for one in told if one.free]),
        waited=_tally([one for one in told if not one.free]),
        by_ahead={name: _tally(group) for name, group in groups.items() if group},
        untold=sum(one.told is None and one.waited is not None for one in tickets),
        not_called=sum(one.waited is None for one in tickets),
    )


def _tally(tickets: Sequence[TicketResult]) -> Tally:
    waits = [(one.told.wait, one.waited) for one in tickets if one.told and one.waited is not None]
    many = max(len(waits), 1)
    return Tally(
        tickets=len(waits),
        true=sum(true for _wait, true in waits) / many,
        told=sum(wait.p50 for wait, _true in waits) / many,
        below=sum(true < wait.p10 for wait, true in waits) / many,
        above=sum(true > wait.p90 for wait, true in waits) / many,
        width=sum(wait.p90 - wait.p10 for wait, _true in waits) / many,
    )


def _arrivals(rate: Rate, until: float, chance: Random) -> list[float]:
    """Draw the seconds of a Poisson process, by thinning."""
    most = max(rate(OPENS - 0.5 + step / 12) for step in range(12 * 9)) or 1.0
    found, hour = [], OPENS - 0.5
    while (hour := hour + chance.expovariate(most)) < until:
        if chance.random() * most < rate(hour):
            found.append(hour * 3600)
    return found


def _lognormal(mean: float, deviation: float, chance: Random) -> float:
    variance = log(1 + (deviation / mean) ** 2)
    return min(max(exp(chance.gauss(log(mean) - variance / 2, sqrt(variance))), 0.3), 120)


def _window(number: str, ranks: Ranks, place: int, chance: Random) -> WindowRecord:
    lunch = Pause(11 * 3600 + place % 5 * 40 * 60, 40 * 60)  # in turns
    short = Pause(chance.uniform(9.5, 16) * 3600, chance.uniform(120, 360))
    return WindowRecord(
        number=number,
        spans=(Span(OPENS * 3600, CLOSES * 3600, ranks, CLOSES * 3600 + OVERTIME_S),),
        pauses=(lunch, short),
        refreshes=float(place % 5),
    )


def _lose_one(day: DayRecord, chance: Random) -> DayRecord:
    """Let a window fall out between ten and two, until the evening."""
    at = chance.uniform(10, 14) * 3600
    return changed(day, (CloseWindow(chance.choice(day.windows).number, at),))


def _bell(hour: float, middle: float, width: float) -> float:
    return exp(-(((hour - middle) / width) ** 2))


ONE: Ranks = (("A",),)
HALLS: tuple[TruthHall, ...] = (
    TruthHall("steady", {"A": lambda _hour: 29.0}, {"A": (8, 5)}, [ONE] * 5),
    TruthHall(
        "rush",
        {"A": lambda hour: 12 + 34 * _bell(hour, 10, 1) + 16 * _bell(hour, 14.5, 1)},
        {"A": (8, 6)},
        [ONE] * 5,
    ),
    TruthHall(
        "closing",
        {"A": lambda hour: 20 + 22 * _bell(hour, 16.5, 1.2)},
        {"A": (9, 6)},
        [ONE] * 4,
    ),
    TruthHall(
        "window lost",
        {"A": lambda _hour: 27.0},
        {"A": (8, 5)},
        [ONE] * 5,
        troubled=_lose_one,
    ),
    TruthHall(
        "priorities",
        {
            "A": lambda hour: 16 + 8 * _bell(hour, 10, 1.5),
            "B": lambda hour: 10 + 6 * _bell(hour, 14, 1.5),
        },
        {"A": (7, 5), "B": (10, 7)},
        [ONE, ONE, (("A",), ("B",)), (("B",), ("A",)), (("B",),)],
        special=0.25,
        booked=0.2,
    ),
)
"""The halls of ``hallclient estimate truth``."""
