"""Evaluates the estimator: a line for every example, and scores where the labels are known."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import TextIO

from hallclient.domain.estimate import FITTED, Place, Weights, estimate, reckoned
from hallclient.domain.pace import Pace
from hallclient.domain.wait import Wait
from hallclient.lab.estimate.classic import CLASSIC
from hallclient.lab.estimate.replay import replay_all
from hallclient.lab.estimate.rows import (
    Example,
    Examples,
    Looks,
    read_examples,
    read_labels,
    read_looks,
)
from hallclient.lab.estimate.scores import Case, by_ahead, scores

OURS = "hallclient"


@dataclass(frozen=True, slots=True)
class Line:
    """What one citizen is told; ``known`` False where a hall would not have told anything yet."""

    example: Example
    wait: Wait
    known: bool


def lines(folder: Path) -> list[Line]:
    """Return what every example of a folder is told, by id. Raises DataError."""
    return lines_of(read_looks(folder), read_examples(folder))


def lines_of(looks: Looks, examples: Examples, weights: Weights = FITTED) -> list[Line]:
    """Return what these examples are told with these weights, by id."""
    found = []
    for example, pace, place in replay_all(looks, examples, weights):
        wait = estimate(pace, place, weights)
        told = _as_written(wait or reckoned(pace, place, weights))
        found.append(Line(example, told, wait is not None))
    return sorted(found, key=lambda line: line.example.id)


def _as_written(wait: Wait) -> Wait:
    """Return a wait in hundredths, so that the scores are those of the file."""
    return Wait(round(wait.p10, 2), round(wait.p50, 2), round(wait.p90, 2))


def write(told: Sequence[Line], file: TextIO) -> None:
    """Write ``id,pred,p10,p50,p90``; the prediction is the middle, which has the least error."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["id", "pred", "p10", "p50", "p90"])
    for line in told:
        wait = line.wait
        numbers = [f"{x:.2f}" for x in (wait.p50, wait.p10, wait.p50, wait.p90)]
        writer.writerow([line.example.id, *numbers])


def tables(told: Sequence[Line], folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Return scores by estimator and people ahead; empty without labels."""
    labels = read_labels(folder)
    known = [(line, labels[line.example.id]) for line in told if line.example.id in labels]
    if not known:
        return {}
    ours = [
        Case(line.example.ahead, *label, pred=line.wait.p50, range=line.wait)
        for line, label in known
    ]
    found = {OURS: {name: scores(cases) for name, cases in by_ahead(ours).items()}}
    for name, classic in CLASSIC.items():
        cases = [
            Case(line.example.ahead, *label, pred=classic(line.example)) for line, label in known
        ]
        found[name] = {some: scores(part) for some, part in by_ahead(cases).items()}
    return found


def speed(rounds: int = 20_000) -> Mapping[str, float]:
    """Return microseconds of an estimate and of a move, on a pace that has seen a day."""
    pace = Pace()
    pace.open_windows(0.0, 3)
    for n in range(300):
        pace.joined(n * 1.0)
        if n > 10:
            pace.called(n * 1.0, 10.0)
    place = Place(300.0, 7, 3)
    began = process_time()
    for _ in range(rounds):
        estimate(pace, place)
    estimated = process_time()
    for n in range(rounds // 2):
        pace.joined(300.0 + n * 0.5)
        pace.called(300.0 + n * 0.5, 10.0)
    moved = process_time()
    stored = pace.text()
    for _ in range(rounds):
        stored = Pace.of(stored).text()
    stored_at = process_time()
    return {
        "estimate": (estimated - began) / rounds * 1e6,
        "move": (moved - estimated) / rounds * 1e6,
        "read and write as text": (stored_at - moved) / rounds * 1e6,
    }
