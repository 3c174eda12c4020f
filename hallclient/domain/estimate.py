"""A wait as it is shown: a range whose ends are rounded outward, never one minute."""

from dataclasses import dataclass
from math import ceil, floor

WIDE = 30
"""A wider range is worded as what most people wait."""


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
