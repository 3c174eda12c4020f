"""Percentiles of latencies, rounded for people."""

from collections.abc import Sequence
from math import ceil


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile of unsorted values, NaN of none; ``share`` 0 to 1."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def summary(name: str, values_ms: Sequence[float]) -> dict[str, float]:
    """Return p50, p99 and max as ``<name>_ms_p50`` and so on."""
    return {
        f"{name}_ms_p50": round(percentile(values_ms, 0.5), 2),
        f"{name}_ms_p99": round(percentile(values_ms, 0.99), 2),
        f"{name}_ms_max": round(max(values_ms, default=float("nan")), 2),
    }
