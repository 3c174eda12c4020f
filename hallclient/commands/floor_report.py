"""``hallclient floor report``: months of the floor, for people, programs and spreadsheets."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path
from typing import Any

from hallclient.services.floor_report import OF_TURNS, By, FloorReport, floor_report
from hallclient.services.floor_table import TIMES, TURNS, cell, numbers, report_table
from hallclient.services.rating_export import csv_text, write_table
from hallclient.services.store import Store

_SHOWN = ("issued", "finished", "missed", "abandoned", "called", "served", "no_shows", "cases")


def add_arguments(action: ArgumentParser) -> None:
    """Add the arguments of this action."""
    action.add_argument("--from", dest="first", type=_day, required=True, metavar="DATE")
    action.add_argument("--to", dest="last", type=_day, required=True, metavar="DATE")
    action.add_argument("--by", choices=[by.value for by in By], default=By.QUEUE.value)
    form = action.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="for a spreadsheet, on the output")
    form.add_argument("--xlsx", type=Path, metavar="FILE", help="write a file for a spreadsheet")


def run(store: Store, args: Namespace) -> None:
    """Print or write the report."""
    report = floor_report(store, args.staff, args.first, args.last, By(args.by))
    if args.json:
        print(json.dumps(facts(report), ensure_ascii=False, indent=1))
    elif args.csv:
        sys.stdout.write(csv_text(report_table(report)))
    elif args.xlsx is not None:
        write_table(report_table(report), args.xlsx.with_suffix(".xlsx"))
        print(f"{args.xlsx.with_suffix('.xlsx')}: {len(report.rows)} rows")
    else:
        print("\n".join(lines(report)))


def facts(report: FloorReport) -> dict[str, Any]:
    """Return the report for a program; null is not known."""
    return {
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "by": report.by.value,
        "total": numbers(report.total),
        "rows": [
            {"code": row.code, "name": row.name.zh_cn, **numbers(row.counts)} for row in report.rows
        ],
    }


def lines(report: FloorReport) -> list[str]:
    """Return the report as lines, the whole last."""
    head = f"{report.first} – {report.last}, by {report.by}; times in minutes"
    names = [name for name in _SHOWN if name in TURNS or report.by not in OF_TURNS]
    width = max((len(row.code) for row in report.rows), default=5) + 2
    found = [head, "".join([" " * width, *(name.rjust(13) for name in (*names, *TIMES))])]
    for code, counts in [*((r.code, r.counts) for r in report.rows), ("total", report.total)]:
        known = numbers(counts)
        values = (cell(known[name]) for name in (*names, *TIMES))
        found.append("".join([code.ljust(width), *(str(value).rjust(13) for value in values)]))
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date like 2026-09-29") from None
