"""Waits as they were told beside waits as they were, and what of the ranges came true."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, median

from hallclient.domain.estimate import shown_range
from hallclient.domain.wait import Wait


@dataclass(frozen=True, slots=True)
class Waited:
    """The minutes that a ticket of a queue waited for its first call, and what was told with it."""

    queue_id: int
    minutes: float
    told: Wait | None


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """Figures of those who were called. Minutes and shares (0 to 1); None where there is nobody.

    ``within``, ``below`` and ``above`` are of the range told, ``shown`` of the range as it was
    rounded for the citizen; ``error`` is the distance from the middle that was told, ``bias`` is
    above zero where people waited longer than that.
    """

    called: int
    told: int
    within: float | None
    below: float | None
    above: float | None
    shown: float | None
    mean_error: float | None
    median_error: float | None
    bias: float | None
    width: float | None
    """Of the range told, on average."""
    half_wait: float | None
    """Half of all who were called waited no longer."""
    most_wait: float | None
    """Nine of ten."""

    @property
    def silent(self) -> float | None:
        """Return the share of those with whose ticket nothing was told."""
        return (self.called - self.told) / self.called if self.called else None


def figures_of(waits: Sequence[Waited]) -> WaitFigures:
    """Return the figures of some waits."""
    known = [(one.minutes, one.told) for one in waits if one.told is not None]
    errors = [minutes - told.p50 for minutes, told in known]
    minutes_of_all = sorted(one.minutes for one in waits)

    def share(flags: Sequence[bool]) -> float | None:
        return sum(flags) / len(flags) if flags else None

    def mean(values: Sequence[float]) -> float | None:
        return fmean(values) if values else None

    return WaitFigures(
        called=len(waits),
        told=len(known),
        within=share([told.p10 <= minutes <= told.p90 for minutes, told in known]),
        below=share([minutes < told.p10 for minutes, told in known]),
        above=share([minutes > told.p90 for minutes, told in known]),
        shown=share([_was_shown(minutes, told) for minutes, told in known]),
        mean_error=mean([abs(error) for error in errors]),
        median_error=median(map(abs, errors)) if errors else None,
        bias=mean(errors),
        width=mean([told.p90 - told.p10 for _minutes, told in known]),
        half_wait=_smallest(minutes_of_all, 0.5),
        most_wait=_smallest(minutes_of_all, 0.9),
    )


def _was_shown(minutes: float, told: Wait) -> bool:
    shown = shown_range(told.p10, told.p90)
    return shown.low <= minutes <= shown.high


def _smallest(minutes: Sequence[float], share: float) -> float | None:
    """Return the smallest of sorted waits that so many do not exceed."""
    return minutes[max(0, ceil(share * len(minutes)) - 1)] if minutes else None
