"""``hallclient simulate``: a day of a hall once as it is and once otherwise, in seconds."""

import argparse
import json
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from hallclient.commands.running import CommandError
from hallclient.commands.simulate_advice import add_advice_arguments, run_advise
from hallclient.commands.simulate_check import run_check
from hallclient.commands.simulate_days import Days, days_of
from hallclient.commands.simulate_out import as_json, head_text, table_text
from hallclient.commands.simulate_recorded import run_recorded_check
from hallclient.config import LANGUAGES
from hallclient.services.whatif.changes import Change, ChangeError, changed
from hallclient.services.whatif.compare import Comparison, compare
from hallclient.services.whatif.reading import KINDS, read_change

_HELP = {
    "open": "one window more (N more) for these queues",
    "close": "a window less",
    "move": "a window serves these queues instead",
    "ceiling": "waiting beyond these minutes goes before rank",
    "credit": "minutes by which a priority class goes ahead",
    "hours": "other opening hours; numbers are given out with them",
    "arrivals": "so many times the citizens",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "--hall", default="", help="hall file, built-in hall, or id in the database"
    )
    parser.add_argument(
        "--day",
        default="drawn",
        metavar="D",
        help="drawn or typical (several drawn) of a hall file with a day profile, or a recorded "
        "date of the database, as 2026-03-10",
    )
    parser.add_argument("--seed", type=int, default=1, help="the day to draw (1)")
    parser.add_argument(
        "--runs", type=int, default=0, metavar="N", help="drawn days (1, typical 5)"
    )
    parser.add_argument("--cases", type=int, default=0, help="arrivals of a drawn day")
    parser.add_argument("--windows", type=int, default=0, help="windows of a drawn day (all)")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
    parser.add_argument("--db", default="", metavar="URL", help="database of a recorded day")
    for kind, form in KINDS.items():
        parser.add_argument(
            f"--{kind}",
            dest="changes",
            action="append",
            type=partial(_wish, kind),
            metavar=form,
            help=_HELP[kind],
            default=[],
        )
    parser.add_argument(
        "--check",
        action="store_true",
        help="play a drawn day through the product too, on --db; of a recorded one print both",
    )
    add_advice_arguments(parser)
    parser.add_argument("--processes", type=int, default=8, help="of --check, that act (8)")
    parser.add_argument("--all", action="store_true", help="also the queues that stay the same")
    parser.add_argument("--under", type=int, default=20, metavar="MIN", help="a good wait (20)")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="paint waits over the day")
    parser.add_argument(
        "--language", choices=LANGUAGES, default=LANGUAGES[0], help="of the picture"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _wish(kind: str, text: str) -> tuple[str, str]:
    return kind, text


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    _check_numbers(args)
    if args.advise:
        return run_advise(args)
    if args.check and args.day not in ("drawn", "typical"):
        return run_recorded_check(args)
    if args.check:
        return run_check(args)
    days = days_of(args)
    try:
        changes = _changes(args.changes, days)
        began = time.process_time()
        found = compare(days.records, changes)
    except ChangeError as error:
        raise CommandError(str(error)) from error
    took = time.process_time() - began
    told = [f"{kind} {text}" for kind, text in args.changes]
    if args.json:
        print(
            json.dumps(as_json(days, told, found, args.under, took), ensure_ascii=False, indent=1)
        )
    else:
        print(head_text(days, told, took))
        print(table_text(found, args.under, changed=bool(told), every=args.all or not told))
    if args.picture:
        _paint(args, days, changes, found)
    return 0


def _check_numbers(args: argparse.Namespace) -> None:
    if min(args.runs, args.cases, args.windows, args.under) < 0:
        raise CommandError("--runs, --cases, --windows and --under are not negative.")
    if args.processes < 1:
        raise CommandError("--processes is 1 or more.")


def _changes(wishes: Sequence[tuple[str, str]], days: Days) -> list[Change]:
    """Read the changes in their order; each may name what those before it have made."""
    made: list[Change] = []
    day = days.records[0]
    for kind, text in wishes:
        new = read_change(kind, text, day)
        day = changed(day, new)
        made += new
    return made


def _paint(
    args: argparse.Namespace, days: Days, changes: Sequence[Change], found: Comparison
) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hallclient.lab.simulate.picture import paint  # noqa: PLC0415 - only this needs Qt

    try:
        paint(args.picture, days.title(args.language), changes, found, days.records, args.language)
    except OSError as error:
        raise CommandError(f"{error}.") from error
