"""Reads the folders of queue snapshots: gzip CSV, minutes, one row a queue and look."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DAY = 1440.0
"""Minutes of a day: the clock of a replay counts from one midnight on over all days."""


class DataError(Exception):
    """A folder is not one of queue snapshots; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a queue: the last number called, how many wait, how many windows serve it."""

    at: float
    called: int
    waiting: int
    windows: int


@dataclass(frozen=True, slots=True)
class Example:
    """A citizen to be told his wait at minute ``at``, and what the file knows of him."""

    id: str
    queue: tuple[str, str]
    at: float
    number: int
    ahead: int
    windows: int
    known: dict[str, str]


Looks = Mapping[tuple[str, str], Sequence[Look]]
"""Looks by office and queue, in time order."""
Examples = Mapping[tuple[str, str], Sequence[Example]]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a gzip CSV file. Raises DataError."""
    if not path.exists():
        raise DataError(f"There is no file {path}.")
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"{path} cannot be read: {why}.") from None


def read_looks(folder: Path) -> dict[tuple[str, str], list[Look]]:
    """Return each queue's looks in time order; only series whose numbers mean what they say."""
    try:
        bases = {
            (row["office"], row["queue"]): int(row["number_base"])
            for row in rows(folder / "queues.csv.gz")
        }
        return _looks(folder, bases)
    except (KeyError, TypeError, ValueError) as error:  # TypeError: a row that ends early
        raise DataError(f"{folder.name} holds other columns or values: {error}") from None


def _looks(folder: Path, bases: dict[tuple[str, str], int]) -> dict[tuple[str, str], list[Look]]:
    found: dict[tuple[str, str], list[tuple[float, str, int, int]]] = {}
    for row in rows(folder / "snapshots.csv.gz"):
        if row["usable"] == "1":
            found.setdefault((row["office"], row["queue"]), []).append(
                (
                    clock(row["day"], row["minute"]),
                    row["called"],
                    int(row["waiting"]),
                    int(row["desks"]),
                )
            )
    looks: dict[tuple[str, str], list[Look]] = {}
    for queue, raw in sorted(found.items()):
        day, called = -1.0, 0
        for at, shown, waiting, windows in sorted(raw):
            if at // DAY != day:
                day, called = at // DAY, bases[queue]
            called = int(shown) if shown else called
            looks.setdefault(queue, []).append(Look(at, called, waiting, windows))
    return looks


def read_examples(folder: Path) -> dict[tuple[str, str], list[Example]]:
    """Return each queue's examples in time order."""
    found: dict[tuple[str, str], list[Example]] = {}
    try:
        for row in rows(folder / "examples.csv.gz"):
            queue = (row["office"], row["queue"])
            found.setdefault(queue, []).append(
                Example(
                    row["id"],
                    queue,
                    clock(row["day"], row["minute"]),
                    int(row["number"]),
                    int(row["people_ahead"]),
                    int(row["desks"]),
                    row,
                )
            )
    except (KeyError, TypeError, ValueError) as error:  # TypeError: a row that ends early
        raise DataError(f"{folder.name} holds other columns or values: {error}") from None
    return {queue: sorted(some, key=lambda one: one.at) for queue, some in found.items()}


def read_labels(folder: Path) -> dict[str, tuple[float, float, float]]:
    """Return wait, wait_lo, wait_hi by id; empty where the folder has no labels."""
    path = folder / "labels.csv.gz"
    if not path.exists():
        return {}
    try:
        return {
            row["id"]: (float(row["wait"]), float(row["wait_lo"]), float(row["wait_hi"]))
            for row in rows(path)
        }
    except (KeyError, TypeError, ValueError) as error:  # TypeError: a row that ends early
        raise DataError(f"{path.name} holds other columns or values: {error}") from None


def clock(day: str, minute: str) -> float:
    """Return minutes since a midnight long ago."""
    return date.fromisoformat(day).toordinal() * DAY + float(minute)


def spread(start: float, end: float, count: int) -> Sequence[float]:
    """Return ``count`` moments evenly between two looks: nobody knows them any better."""
    return [start + (end - start) * n / (count + 1) for n in range(1, count + 1)]
