"""Learns the estimator's weights from a folder of snapshots with labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hallclient.domain.estimate import Weights
from hallclient.domain.estimate_terms import MIDDLE_TERMS, SPREAD_TERMS, terms
from hallclient.lab.estimate.fitting import ENOUGH, Step, Task, fitted
from hallclient.lab.estimate.replay import replay_all
from hallclient.lab.estimate.rows import Examples, Looks, read_labels

BEYOND = 0.105
"""Share of citizens beyond each end that is fitted: what queues learn themselves widens it."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A citizen whose wait is known, with the terms of his place."""

    office: str
    actual: float
    first: float
    middle: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """The last steps of the three fits."""

    middle: Step
    lower: Step
    upper: Step

    def weights(self) -> Weights:
        """Return the weights, as many digits as the constants have."""
        ends = (self.middle.end(), self.lower.end(), self.upper.end())
        return Weights(*(tuple(round(weight, 4) for weight in end) for end in ends))


def lessons(looks: Looks, examples: Examples, folder: Path) -> list[Lesson]:
    """Return all citizens of a folder whose wait is known; their terms need no weights."""
    labels = read_labels(folder)
    found = []
    for example, pace, place in replay_all(looks, examples):
        if example.id in labels:
            parts = terms(pace, place)
            actual = labels[example.id][0]
            found.append(Lesson(example.queue[0], actual, parts.first, parts.middle, parts.spread))
    return found


def learned(some: Sequence[Lesson], start: Weights | None = None, enough: float = ENOUGH) -> Fit:
    """Return the fits to these lessons: the middle first, then both ends around it.

    They end with a step that gains a smaller share of the loss than ``enough``.
    """
    start = start or Weights(
        (0.0,) * len(MIDDLE_TERMS), (0.0,) * len(SPREAD_TERMS), (0.0,) * len(SPREAD_TERMS)
    )
    actual = [lesson.actual for lesson in some]
    middle = Task(
        _columns([lesson.middle for lesson in some]), [one.first for one in some], actual, 0.5
    )
    middle_step = fitted(middle, list(start.middle), enough=enough)
    base = middle.told(middle_step.end())
    columns = _columns([lesson.spread for lesson in some])
    low, high = Task(columns, base, actual, BEYOND, -1), Task(columns, base, actual, 1 - BEYOND, 1)
    lower = fitted(low, list(start.lower), enough=enough)
    upper = fitted(high, list(start.upper), enough=enough)
    return Fit(middle_step, lower, upper)


def _columns(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    return [list(column) for column in zip(*rows, strict=True)]
