"""Fits the weights of the estimator: quantile regression, in plain Python.

A fit minimises ``sum of pinball(actual, told)``, with the corner of the loss rounded over
``ROUNDED`` minutes, by Newton steps whose curvature bounds the true one (it never overshoots far).
A step needs only the gradient and the curvature, a few hundred numbers: ``Step`` keeps the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from operator import mul

ROUNDED = 0.3
"""Minutes: far less than the shortest tenth of waits with nobody ahead."""
RIDGE = 0.5
"""Draws each weight but the first to 0, as some tenth of a citizen would."""
STEPS = 60
"""More steps no fit takes."""
ENOUGH = 2e-5
"""A step that gains a smaller share of the loss is the last."""
FURTHEST = 2.0
"""Sums of terms are held within this, as the estimator does."""

Vector = list[float]


@dataclass(frozen=True, slots=True)
class Step:
    """The last step of a fit: from ``start``, by ``curvature`` and ``gradient``, to its end."""

    start: Vector
    gradient: Vector
    curvature: list[Vector]

    def end(self) -> Vector:
        """Return the fitted weights."""
        moves = solved(self.curvature, self.gradient)
        return [weight - move for weight, move in zip(self.start, moves, strict=True)]


@dataclass(frozen=True, slots=True)
class Task:
    """What is fitted: ``base · exp(x)``, or ``base · exp(±exp(x))`` for a lower or upper end.

    ``x`` is the sum of weight · term; ``columns`` holds a list for each term, ``side`` is 0, -1, 1.
    """

    columns: list[Vector]
    base: Vector
    actual: Vector
    share: float
    side: int = 0

    def told(self, weights: Sequence[float]) -> Vector:
        """Return what these weights tell everybody, in minutes."""
        return [told for told, _slope in self._told(weights)]

    def _told(self, weights: Sequence[float]) -> list[tuple[float, float]]:
        sums = [0.0] * len(self.base)
        for weight, column in zip(weights, self.columns, strict=True):
            sums = [total + weight * term for total, term in zip(sums, column, strict=True)]
        found = []
        for base, total in zip(self.base, sums, strict=True):
            factor = exp(min(FURTHEST, max(-FURTHEST, total)))
            told = base * (exp(self.side * factor) if self.side else factor)
            found.append((told, told * self.side * factor if self.side else told))
        return found

    def loss(self, weights: Sequence[float]) -> float:
        """Return what a fit makes small."""
        tilt = 0.5 - self.share
        total = RIDGE * sum(weight * weight for weight in weights[1:])
        for (told, _slope), actual in zip(self._told(weights), self.actual, strict=True):
            error = told - actual
            total += 0.5 * sqrt(error * error + ROUNDED * ROUNDED) + tilt * error
        return total

    def step(self, weights: Vector) -> Step:
        """Return the Newton step from these weights."""
        pull, bend = [], []
        for (told, slope), actual in zip(self._told(weights), self.actual, strict=True):
            error = told - actual
            size = sqrt(error * error + ROUNDED * ROUNDED)
            pull.append(slope * (0.5 * error / size + 0.5 - self.share))
            bend.append(slope * slope * 0.5 / size)
        ridge = [0.0] + [2 * RIDGE] * (len(weights) - 1)
        gradient = [
            sum(map(mul, column, pull)) + some * weight
            for column, some, weight in zip(self.columns, ridge, weights, strict=True)
        ]
        size_of = len(weights)
        curvature = [[0.0] * size_of for _ in weights]
        for i, column in enumerate(self.columns):
            bent = list(map(mul, column, bend))
            for j in range(i + 1):
                value = sum(map(mul, bent, self.columns[j]))
                curvature[i][j] = curvature[j][i] = value
            curvature[i][i] += ridge[i] + 1e-9
        return Step(list(weights), gradient, curvature)


def fitted(task: Task, start: Vector, steps: int = STEPS, enough: float = ENOUGH) -> Step:
    """Return the last step of a fit; it ends where a step gains nothing any more."""
    weights, loss = start, task.loss(start)
    step = task.step(weights)
    for _ in range(steps):
        end = step.end()
        ended = task.loss(end)
        while ended > loss:
            end = [(one + other) / 2 for one, other in zip(end, weights, strict=True)]
            ended = task.loss(end)
            if max(abs(a - b) for a, b in zip(end, weights, strict=True)) < 1e-7:
                return step
        gain, weights, loss = loss - ended, end, ended
        step = task.step(weights)
        if gain < enough * loss:
            break
    return step


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> Vector:
    """Return the solution of linear equations with a positive matrix (Cholesky)."""
    size = len(right)
    lower = [[0.0] * size for _ in right]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(map(mul, lower[i][:j], lower[j][:j]))
            lower[i][j] = sqrt(rest) if i == j else rest / lower[j][j]
    half: Vector = []
    for i in range(size):
        half.append((right[i] - sum(map(mul, lower[i][:i], half))) / lower[i][i])
    found = [0.0] * size
    for i in reversed(range(size)):
        rest = sum(lower[k][i] * found[k] for k in range(i + 1, size))
        found[i] = (half[i] - rest) / lower[i][i]
    return found
