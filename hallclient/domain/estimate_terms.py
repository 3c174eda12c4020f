"""What a wait depends on besides the pace: one number a term, without a unit.

The middle is ``first · exp(sum of weight · term)``; the weights are in ``estimate_constants``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.domain.estimate import Place
    from hallclient.domain.pace import Pace

USUAL = 4.5
"""Minutes a call, of a queue nobody knows anything of."""
USUAL_CALLS = 2.0
"""How many calls that is worth."""
EARLIER_CALLS = 4.0
"""How many calls of today the pace of earlier days is worth at most."""
NORMAL_PACE = 5.0
"""Minutes a call that are neither slow nor quick."""
MOST = 10_000
"""No line is longer."""
LONGEST = 540.0
"""Minutes after the first hour that were ever seen: a day that nobody closed tells no more."""
PASSED = 60.0
"""How many people ahead of evidence it takes before overtaking counts half."""

LONG = 20.0
"""Minutes from which waits came out shorter than the pace said."""

MIDDLE_TERMS = (
    "always",
    "ahead",
    "ahead beyond 21",
    "earlier days slower, known well",
    "head of line older",
    "head of line older, with people ahead",
    "nobody called today",
    "first hour of the day",
    "more windows than of late",
    "no window open",
    "longer than 20 minutes",
    "hours after the first",
    "slow pace, with people ahead",
)
SPREAD_TERMS = (
    "always",
    "somebody ahead",
    "ahead",
    "ahead beyond 3",
    "ahead beyond 11",
    "little seen today",
    "little seen on earlier days",
    "no window open",
    "longer than 20 minutes",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """A first guess of the wait in minutes, and the terms that correct it and spread it."""

    first: float
    middle: tuple[float, ...]
    spread: tuple[float, ...]


def terms(pace: Pace, place: Place) -> Terms:
    """Return what the wait of somebody at ``place`` depends on."""
    usual = (pace.earlier_minutes + USUAL_CALLS * USUAL) / (pace.earlier_calls + USUAL_CALLS)
    minutes = (pace.busy_minutes + EARLIER_CALLS * usual) / (pace.busy_calls + EARLIER_CALLS)
    ahead = min(MOST, max(0, place.ahead)) * overtaking(pace)
    first = minutes * (ahead + 0.65) ** 0.95
    size = log(ahead + 1)
    earlier = _held(log(usual / minutes), 1.5)
    older, nobody = _head_of_line(pace, minutes, first)
    up = max(0.0, place.at - pace.began) if pace.began else 0.0
    more_windows, no_window = _windows(pace, place)
    long = max(0.0, log(first / LONG))
    middle = (
        1.0,
        size,
        max(0.0, size - log(21)),
        earlier * min(pace.earlier_calls, 50.0) / 50,
        older,
        older * size / 3,
        nobody,
        min(up, 60.0) / 60,
        more_windows,
        no_window,
        long,
        _held(max(0.0, up - 60), LONGEST) / 60,
        _held(log(minutes / NORMAL_PACE), 1.5) * size / 3,
    )
    spread = (
        1.0,
        min(size, log(2)),
        size,
        max(0.0, size - log(3)),
        max(0.0, size - log(11)),
        4 / (pace.busy_calls + 4),
        10 / (pace.earlier_calls + 10),
        no_window,
        long,
    )
    return Terms(first, middle, spread)


def overtaking(pace: Pace) -> float:
    """Return how many are called before somebody, for each who was ahead of him when he came."""
    return min(3.0, max(0.5, (pace.passed + PASSED) / (pace.ahead + PASSED)))


def _head_of_line(pace: Pace, minutes: float, first: float) -> tuple[float, float]:
    # The first of the line came after him who was called last: so long he waits at most.
    if not pace.last_came:
        return 0.0, 1.0
    waits = max(0.0, pace.at - pace.last_came)
    return _held(log((waits + minutes) / (first + minutes)), 2), 0.0


def _windows(pace: Pace, place: Place) -> tuple[float, float]:
    if place.opens_in > 0 or place.windows is None:
        return 0.0, 0.0
    if place.windows <= 0:
        return 0.0, 1.0
    of_late = (pace.window_minutes + 1) / (pace.busy_minutes + 1)
    return _held(log((place.windows + 0.5) / (of_late + 0.5)), 1.5), 0.0


def _held(value: float, bound: float) -> float:
    return min(bound, max(-bound, value))
