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


_NO_FOLDER = (KeyError, TypeError, ValueError, OverflowError)
"""What other columns or values raise: TypeError a row that ends early, OverflowError inf."""


class DataError(Exception):
    """A folder is not one of queue snapshots; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a queue: the last number called, how many wait, how many windows serve it.

    ``windows`` is None where nobody noted them.
    """

    at: float
    called: int
    waiting: int
    windows: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """A citizen to be told his wait at minute ``at``, and what the file knows of him."""

    id: str
    queue: tuple[str, str]
    at: float
    ahead: int
    windows: int | None
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
            (row["office"], row["queue"]): _whole(row["number_base"])
            for row in rows(folder / "queues.csv.gz")
        }
        return _looks(folder, bases)
    except _NO_FOLDER as error:
        raise DataError(f"{folder.name} holds other columns or values: {error}") from None


def _looks(
    folder: Path, bases: Mapping[tuple[str, str], int | None]
) -> dict[tuple[str, str], list[Look]]:
    found: dict[tuple[str, str], list[tuple[float, int | None, int, int | None]]] = {}
    for row in rows(folder / "snapshots.csv.gz"):
        waiting = _whole(row["waiting"])
        if row["usable"] == "1" and waiting is not None:
            found.setdefault((row["office"], row["queue"]), []).append(
                (
                    clock(row["day"], row["minute"]),
                    _whole(row["called"]),
                    max(0, waiting),
                    _whole(row["desks"]),
                )
            )
    looks: dict[tuple[str, str], list[Look]] = {}
    for queue, raw in sorted(found.items()):
        raw.sort(key=lambda one: one[0])
        day, called = -1.0, None
        for at, shown, waiting, windows in raw:
            if at // DAY != day:
                day, called = at // DAY, bases.get(queue)
            called = called if shown is None else shown
            if called is not None:  # Else nobody knows where its numbers start.
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
                    _whole(row["people_ahead"]) or 0,
                    _whole(row["desks"]),
                    row,
                )
            )
    except _NO_FOLDER as error:
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
    except _NO_FOLDER as error:
        raise DataError(f"{path.name} holds other columns or values: {error}") from None


def clock(day: str, minute: str) -> float:
    """Return minutes since a midnight long ago."""
    return date.fromisoformat(day).toordinal() * DAY + float(minute)


def _whole(text: str) -> int | None:
    """Return a whole number, None where nothing was noted; a row that ends before is an error."""
    return None if text == "" else int(float(text))


def spread(start: float, end: float, count: int) -> Sequence[float]:
    """Return ``count`` moments evenly between two looks: nobody knows them any better."""
    return [start + (end - start) * n / (count + 1) for n in range(1, count + 1)]
