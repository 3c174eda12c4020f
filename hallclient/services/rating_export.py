"""Ratings and their figures as tables for a spreadsheet: CSV, or xlsx where a file asks for it.

One line a rating, with what became of a bad one. No telephone, no note and no appeal's reason is in
them: what citizens and colleagues said stays in the hall.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hallclient.domain.rating_figures import LEVELS
from hallclient.phrases import has_message
from hallclient.services.csv_cells import harmless
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from fractions import Fraction
    from pathlib import Path

    from hallclient.domain.follow_up import FollowUp
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.rating_figures import RatingFigures, Tally
    from hallclient.phrases import Speech
    from hallclient.services.public_records import RatingRow
    from hallclient.services.rating_report import RatingReport

BOM: Final = "\ufeff"
COLUMNS: Final = (
    "given", "ticket", "department", "service", "window", "staff", "level", "origin", "reasons",
    "due", "by", "result", "promised", "recorded", "tries", "appeal",
)  # fmt: skip
FIGURES: Final = (
    "name", "active", *(f"level_{int(level)}" for level in LEVELS), "satisfied", "asked",
    "response", "defaults", "low", "called", "in_time", "late",
)  # fmt: skip

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it is called, its columns' names, its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def ratings_table(plan: HallPlan, rows: Iterable[RatingRow], say: Speech) -> Table:
    """Return ratings as a table, one a row."""
    columns = tuple(say(f"rating_loop.column.{name}") for name in COLUMNS)
    name = say("rating_loop.ratings")
    return Table(name, columns, tuple(_rating_cells(plan, row, say) for row in rows))


def figures_table(report: RatingReport, say: Speech) -> Table:
    """Return figures as a table; what is not said is an empty cell."""
    columns = (
        say(f"rating_loop.split.{report.split}"),
        *(_figure_name(name, say) for name in FIGURES[1:]),
    )
    rows = [(row.name.text(say.language) or row.code, row.figures) for row in report.rows]
    every = [*rows, (say("rating_loop.total"), report.total)]
    name = f"{report.first} {report.last}"
    return Table(name, columns, tuple(_figure_cells(*one) for one in every))


def csv_text(table: Table) -> str:
    """Return a table as CSV, UTF-8 with a byte order mark.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return BOM + file.getvalue()


def write_table(table: Table, path: Path) -> None:
    """Write a table to a file that only its owner reads, xlsx or CSV. Raises ``OSError``."""
    path.touch(0o600)
    path.chmod(0o600)  # before anything stands in it
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(xlsx_bytes(table))
    else:
        path.write_text(csv_text(table), "utf-8", newline="")


def xlsx_bytes(table: Table) -> bytes:
    """Return a table as an xlsx file; no cell of it is a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - only for a spreadsheet

    file = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, plain) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, name, bold)
        for at, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(at, column, cell)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def _rating_cells(plan: HallPlan, row: RatingRow, say: Speech) -> tuple[Cell, ...]:
    rating, service = row.rating, plan.service_by_id(row.service_id)
    window = plan.window_by_id(row.window_id)
    department = plan.department_of.get(window.department or service.department)
    return (
        _moment(plan, rating.given_at),
        row.label,
        department.name.text(say.language) if department else "",
        service.name.text(say.language),
        window.number,
        plan.staff_by_id(row.staff_id).code,
        int(rating.level),
        say(f"rating_loop.origin.{rating.origin}"),
        "；".join(_reason(code, say) for code in rating.reasons),
        *_follow_up_cells(plan, row.follow_up, say),
    )


def _follow_up_cells(plan: HallPlan, known: FollowUp | None, say: Speech) -> tuple[Cell, ...]:
    if known is None:
        return ("",) * 7
    return (
        known.due_on.isoformat(),
        plan.staff_by_id(known.staff_id).code if known.staff_id is not None else "",
        say(f"supervisor.follow_up.{known.result}") if known.result else "",
        _day(known.promised_on),
        _moment(plan, known.recorded_at),
        known.tries or "",
        say(f"rating_loop.appeals.{known.appeal}") if known.appeal else "",
    )


def _figure_cells(name: str, figures: RatingFigures) -> tuple[Cell, ...]:
    tally: Tally | None = figures.tally
    if tally is None:
        empty = ("",) * len(LEVELS)
        return (name, "", *empty, "", figures.asked, *("",) * 6)
    return (
        name,
        tally.active,
        *(tally.count(level) for level in LEVELS),
        _share(figures.satisfied),
        figures.asked,
        _share(figures.response),
        tally.defaults,
        tally.low,
        tally.called,
        _share(figures.in_time),
        tally.late,
    )


def _figure_name(name: str, say: Speech) -> str:
    level = name.removeprefix("level_")
    return say(f"rating.level{level}" if level != name else f"rating_loop.figure.{name}")


def _reason(code: str, say: Speech) -> str:
    key = f"rating.reason.{code}"
    return f"{code} {say(key)}" if has_message(key) else code


def _share(share: Fraction | None) -> Cell:
    return round(float(share), 4) if share is not None else ""


def _moment(plan: HallPlan, at: datetime | None) -> str:
    return f"{local_time(plan, at):%Y-%m-%d %H:%M}" if at else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
