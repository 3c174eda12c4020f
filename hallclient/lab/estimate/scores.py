"""Scores of told waits against real ones: minutes, means over citizens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from hallclient.domain.estimate import shown_range
from hallclient.domain.wait import Wait

BUCKETS = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, None))
"""People ahead, from and to."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a citizen was told and what came; ``range`` None where an estimator tells no range."""

    ahead: int
    actual: float
    low: float
    high: float
    pred: float
    range: Wait | None = None


def bucket_name(first: int, last: int | None) -> str:
    """Return ``0``, ``1-2``, ``21+``."""
    return f"{first}+" if last is None else f"{first}" if first == last else f"{first}-{last}"


def by_ahead(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Return the cases of each bucket that has some, all of them first."""
    found = {"all": list(cases)}
    for first, last in BUCKETS:
        some = [c for c in cases if first <= c.ahead and (last is None or c.ahead <= last)]
        if some:
            found[f"ahead {bucket_name(first, last)}"] = some
    return found


def scores(cases: Sequence[Case]) -> dict[str, float]:
    """Return the scores by name; those of ranges only where every case has one."""
    errors = [case.pred - case.actual for case in cases]
    sizes = [abs(error) for error in errors]
    found: dict[str, float] = {
        "n": len(cases),
        "MAE": _mean(sizes),
        "MedAE": quantile(sizes, 0.5),
        "RMSE": sqrt(_mean([error * error for error in errors])),
        "bias": _mean(errors),
        "P90AE": quantile(sizes, 0.9),
        "in5": _share(sizes, lambda size: size <= 5),
        "in10": _share(sizes, lambda size: size <= 10),
        "late10": _share(errors, lambda error: error < -10),
        "slack": _mean([max(c.low - c.pred, c.pred - c.high, 0.0) for c in cases]),
    }
    told = [(case.actual, case.range) for case in cases if case.range is not None]
    if len(told) == len(cases):
        found |= _of_ranges(told)
    return found


def _of_ranges(told: Sequence[tuple[float, Wait]]) -> dict[str, float]:
    below = _mean([float(actual < wait.p10) for actual, wait in told])
    above = _mean([float(actual > wait.p90) for actual, wait in told])
    shown = [(actual, shown_range(wait.p10, wait.p90)) for actual, wait in told]
    return {
        "cover": 1 - below - above,
        "below": below,
        "above": above,
        "width": _mean([wait.p90 - wait.p10 for _actual, wait in told]),
        "pin": _mean([_pinballs(actual, wait) for actual, wait in told]),
        "shown": _mean([float(wait.low <= actual <= wait.high) for actual, wait in shown]),
        "shown_width": _mean([float(wait.high - wait.low) for _actual, wait in shown]),
    }


def pinball(actual: float, told: float, share: float) -> float:
    """Return the loss of a quantile: small on average only where ``share`` of cases lie below."""
    return (actual - told) * share if actual >= told else (told - actual) * (1 - share)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile, between neighbours in proportion."""
    ranked = sorted(values)
    place = (len(ranked) - 1) * share
    first = int(place)
    if first + 1 == len(ranked):
        return ranked[first]
    return ranked[first] + (ranked[first + 1] - ranked[first]) * (place - first)


def _pinballs(actual: float, wait: Wait) -> float:
    losses = ((wait.p10, 0.1), (wait.p50, 0.5), (wait.p90, 0.9))
    return sum(pinball(actual, told, share) for told, share in losses) / len(losses)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _share(values: Sequence[float], test: Callable[[float], bool]) -> float:
    return sum(map(test, values)) / len(values)
