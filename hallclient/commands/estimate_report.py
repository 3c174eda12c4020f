"""``hallclient estimate show`` and ``report``: what is told now, and whether it came true.

Looking needs the database only: waits are on every board.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from argparse import ArgumentTypeError
from datetime import date
from typing import TYPE_CHECKING, Any

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.domain.errors import DomainError
from hallclient.domain.pace import Pace
from hallclient.domain.serving import serving_from
from hallclient.services.hours import local_time
from hallclient.services.wait_report import WaitReport, wait_report
from hallclient.services.waits import Joining, joining, range_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from hallclient.domain.parts import Queue
    from hallclient.domain.wait_figures import WaitFigures
    from hallclient.services.store import Reader
    from hallclient.services.store_records import QueueCount

ACTIONS = {
    "show": "say what is told now in every queue, and what it rests on",
    "report": "say how the waits that were told on a day came true, for each queue",
}
_COLUMNS = {
    "called": "called",
    "told": "told",
    "silent": "silent",
    "within": "in range",
    "below": "shorter",
    "above": "longer",
    "shown": "as shown",
    "width": "width",
    "mean_error": "error",
    "median_error": "median",
    "bias": "bias",
    "half_wait": "p50",
    "most_wait": "p90",
}
"""Names of figures, and what stands over them."""
_COUNTS = frozenset({"called", "told"})
_SHARES = frozenset({"silent", "within", "below", "above", "shown"})
_WIDTH = 9


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``show`` and ``report`` to the actions of ``hallclient estimate``."""
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        action.add_argument("--db", default="", metavar="URL", help="database of the hall")
        action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")
        action.add_argument("--queue", default="", metavar="CODE", help="this queue only")
        form = action.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="for programs")
        if name == "report":
            form.add_argument("--csv", action="store_true", help="for a spreadsheet")
            action.add_argument(
                "--day",
                type=_day,
                metavar="YYYY-MM-DD",
                help="a business day (the open one, or the last)",
            )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day: write it as 2026-03-10") from None


def run(args: argparse.Namespace) -> int:
    """Run one of the two."""
    settings = load_settings()
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "estimate",
        credentials=settings.credentials,
    )
    try:
        with hall.store.look() as reader:
            if args.action == "show":
                _show(list(_shown(reader, args.queue)), as_json=args.json)
            else:
                _report(wait_report(reader, args.day, args.queue), args)
    except DomainError as error:
        raise CommandError(str(error)) from None
    finally:
        hall.close()
    return 0


def _shown(reader: Reader, only: str) -> Iterator[dict[str, Any]]:
    """Return what is told now to who would take a ticket."""
    queues = (reader.plan.queue(only),) if only else reader.plan.queues
    found = reader.queue_counts()
    joins = joining(reader.plan, reader.now, found, reader.idle_windows())
    counts = {count.queue_id: count for count in found}
    for queue in queues:
        yield _facts_now(reader, queue, counts[queue.id], joins[queue.code])


def _facts_now(reader: Reader, queue: Queue, count: QueueCount, one: Joining) -> dict[str, Any]:
    pace, wait = Pace.of(count.pace), one.wait
    shown = range_of(wait)
    hours = serving_from(reader.plan, queue.code, local_time(reader.plan, reader.now))
    return {
        "queue": queue.code,
        "ahead": one.ahead,
        "early": count.early,
        "windows": pace.windows,
        "free": one.free,
        "calls": pace.calls,
        "opens_in": round(hours.opens_in, 1),
        "closes_in": None if hours.closes_in is None else round(hours.closes_in, 1),
        "wait": [round(w, 1) for w in (wait.p10, wait.p50, wait.p90)] if wait else None,
        "shown": [shown.low, shown.high] if shown else None,
    }


def _show(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        told = "no estimate yet"
        if one["wait"] is not None:
            (low, high), middle = one["shown"], one["wait"][1]
            told = f"{low}–{high} min, half of them {middle:g} or less"
        rests = [f"{one['ahead']} ahead", f"{one['calls']} calls today"]
        rests += [f"{one['windows']} windows open"]
        rests += [f"{one['early']} before their time"] if one["early"] else []
        rests += [f"opens in {one['opens_in']:g} min"] if one["opens_in"] else []
        rests += [f"{one['closes_in']:g} min of service left"] if one["closes_in"] else []
        print(f"{one['queue']}: {told} ({', '.join(rests)})")


def _report(report: WaitReport, args: argparse.Namespace) -> None:
    rows = {one.queue.code: one.figures for one in report.queues}
    if args.json:
        day = report.day.isoformat() if report.day else None
        facts = {"day": day, "hall": _facts(report.hall)}
        facts["queues"] = {code: _facts(figures) for code, figures in rows.items()}
        print(json.dumps(facts, ensure_ascii=False, indent=1))
    elif args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("day", "queue", *_COLUMNS))
        for code, figures in (*rows.items(), ("", report.hall)):
            writer.writerow((report.day, code, *_facts(figures).values()))
    elif not report.hall.called:
        print("Nobody was called.")
    else:
        _print_table(report, rows)


def _print_table(report: WaitReport, rows: dict[str, WaitFigures]) -> None:
    width = max(len(name) for name in (*rows, "all", str(report.day))) + 1
    heads = "".join(text.rjust(_WIDTH) for text in _COLUMNS.values())
    print(str(report.day).ljust(width) + heads)
    for code, figures in (*rows.items(), ("all", report.hall)):
        cells = (_cell(name, value) for name, value in _facts(figures).items())
        print(code.ljust(width) + "".join(cell.rjust(_WIDTH) for cell in cells))
    print(
        "\nErrors, widths and waits in minutes; shares of those with whose ticket a wait was told."
    )


def _facts(figures: WaitFigures) -> dict[str, Any]:
    values = {**dataclasses.asdict(figures), "silent": figures.silent}
    return {name: _rounded(values[name]) for name in _COLUMNS}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name in _COUNTS:
        return str(value)
    return f"{value:.0%}" if name in _SHARES else f"{value:.1f}"
