"""The figures of a floor report by name, and as a table for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hallclient.services.floor_report import OF_TURNS
from hallclient.services.rating_export import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.day_stats import DayCounts
    from hallclient.services.floor_report import FloorReport

TICKETS: Final = ("issued", "booked", "finished", "missed", "abandoned", "told", "told_right")
TURNS: Final = (
    "called", "recalled", "served", "no_shows", "transferred", "held", "returned", "broken_off",
    "cases",
)  # fmt: skip
TIMES: Final = ("wait_mean", "wait_half", "wait_most", "service_mean")
"""Minutes; half of all waited no longer than ``wait_half``, nine of ten than ``wait_most``."""


def numbers(counts: DayCounts) -> dict[str, int | float | None]:
    """Return every figure by its name; None is not known."""
    found: dict[str, int | float | None] = {
        name: getattr(counts, name) for name in (*TICKETS, *TURNS)
    }
    return found | {
        "wait_mean": _minutes(counts.waiting_seconds, counts.waited),
        "wait_half": counts.wait(0.5),
        "wait_most": counts.wait(0.9),
        "service_mean": _minutes(counts.serving_seconds, counts.served),
    }


def report_table(
    report: FloorReport, column: Callable[[str], str] = str, language: str = "zh-CN"
) -> Table:
    """Return a report as a table, the whole last; ``column`` names a column by its key."""
    names = (*(() if report.by in OF_TURNS else TICKETS), *TURNS, *TIMES)
    rows = [(row.code, row.name.text(language), row.counts) for row in report.rows]
    rows.append((column("total"), "", report.total))
    cells: list[tuple[Cell, ...]] = [
        (code, name, *(cell(numbers(counts)[key]) for key in names)) for code, name, counts in rows
    ]
    columns = tuple(column(key) for key in (report.by.value, "name", *names))
    return Table(f"{report.first} {report.last}", columns, tuple(cells))


def cell(value: float | None) -> Cell:
    """Return what stands in a cell: nothing for what is not known."""
    return "" if value is None else value


def _minutes(seconds: int, of: int) -> float | None:
    return round(seconds / of / 60, 1) if of else None
