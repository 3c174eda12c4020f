"""A wait as it is estimated, and as it is shown: a range whose ends are rounded outward."""

from dataclasses import dataclass
from math import ceil, floor

from hallclient.domain.pace import Pace
from hallclient.domain.wait import Wait

WIDE = 30
"""A wider range is worded as what most people wait."""
AT_ONCE = 3.0
"""Minutes: a p90 up to here may be worded 马上可办, with nobody ahead and a free window."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands at minute ``at``, on the clock of the queue's ``Pace``.

    ``ahead`` waits before him in his queue. ``windows`` are open and serve the queue, None where
    nobody knows. ``opens_in`` minutes pass before the queue is served at all, ``closes_in`` before
    it is served no more, None for no such hour.
    """

    at: float
    ahead: int
    windows: int | None = None
    opens_in: float = 0.0
    closes_in: float | None = None


def estimate(pace: Pace, place: Place) -> Wait | None:
    """Return the wait of somebody at ``place``, None where nothing is known to tell it from."""
    calls = pace.busy_calls + pace.earlier_calls
    if calls < 3 or (place.windows == 0 and not place.opens_in):
        return None
    return reckoned(pace, place)


def reckoned(pace: Pace, place: Place) -> Wait:
    """Return a wait even where nothing is known: what most queues would give."""
    calls = pace.busy_calls + pace.earlier_calls + 1
    minutes = pace.busy_minutes + pace.earlier_minutes + 4
    middle = place.opens_in + minutes / calls * (place.ahead + 1) ** 0.95
    return Wait(middle * 0.35, middle, middle * 2.2 + 3)


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
