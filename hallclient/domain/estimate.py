"""A wait as it is estimated, and as it is shown: a range whose ends are rounded outward."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, floor
from operator import mul

from hallclient.domain.estimate_constants import LOWER, MIDDLE, UPPER
from hallclient.domain.estimate_terms import terms
from hallclient.domain.pace import Pace
from hallclient.domain.wait import Wait

WIDE = 30
"""A wider range is worded as what most people wait."""
AT_ONCE = 3.0
"""Minutes: a p90 up to here may be worded 马上可办, with nobody ahead and a free window."""
FREE_MIDDLE = 0.5
"""Minutes until a free window has called."""
LEAST_CALLS = 3.0
"""Calls of today and earlier days before a hall tells anything."""
FURTHEST = 2.0
"""How far all terms together may move the middle, in log minutes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands at minute ``at``, on the clock of the queue's ``Pace``.

    ``ahead`` waits before him in his queue. ``windows`` are open and serve the queue, None where
    nobody knows. ``opens_in`` minutes pass before the queue is served at all. ``free`` windows are
    open with nobody at them, None where nobody knows.
    """

    at: float
    ahead: int
    windows: int | None = None
    opens_in: float = 0.0
    free: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the terms of the middle, and of those that spread its lower and upper end."""

    middle: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


FITTED = Weights(tuple(MIDDLE.values()), tuple(LOWER.values()), tuple(UPPER.values()))


def estimate(pace: Pace, place: Place, weights: Weights | None = None) -> Wait | None:
    """Return the wait of somebody at ``place``, None where nothing is known to tell it from."""
    free = place.free and not place.ahead and not place.opens_in
    if not free and pace.busy_calls + pace.earlier_calls < LEAST_CALLS:
        return None
    if place.windows == 0 and not place.opens_in:
        return None
    return reckoned(pace, place, weights or FITTED)


def reckoned(pace: Pace, place: Place, weights: Weights = FITTED) -> Wait:
    """Return a wait even where nothing is known: what most queues would give."""
    opens_in = max(0.0, place.opens_in)
    if place.free and not place.ahead and not opens_in:
        return Wait(0.0, FREE_MIDDLE, AT_ONCE)
    parts, (low, mid, high) = terms(pace, place), pace.shifts(place.ahead)
    middle = parts.first * exp(_held(_sum(weights.middle, parts.middle)) + mid)
    lower = exp(-exp(_held(_sum(weights.lower, parts.spread)) - low))
    upper = exp(exp(_held(_sum(weights.upper, parts.spread)) + high))
    return Wait(opens_in + middle * lower, opens_in + middle, opens_in + middle * upper)


def _sum(weights: Sequence[float], parts: Sequence[float]) -> float:
    total: float = sum(map(mul, weights, parts))
    return total


def _held(exponent: float) -> float:
    return min(FURTHEST, max(-FURTHEST, exponent))


@dataclass(frozen=True, slots=True)
class WaitRange:
    """A range in whole minutes, as shown."""

    low: int
    high: int

    @property
    def wide(self) -> bool:
        """Return whether the range needs the wording for most people."""
        return self.high - self.low > WIDE


def shown_range(p10: float, p90: float) -> WaitRange:
    """Round a range outward: to 5 minutes, to 10 above 60 (11–28 → 10–30, 52–74 → 50–80)."""
    if not 0 <= p10 <= p90:
        raise ValueError(f"not a range: {p10} to {p90}")
    step = 10 if p90 > 60 else 5
    low, high = floor(p10 / step) * step, ceil(p90 / step) * step
    return WaitRange(low, max(high, low + step))
