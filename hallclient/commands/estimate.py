"""``hallclient estimate eval``: the wait estimator, on recorded snapshots of queues."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from hallclient.commands import estimate_report, estimate_truth
from hallclient.commands.running import CommandError
from hallclient.lab.estimate.evaluation import OURS, lines, speed, tables, write
from hallclient.lab.estimate.rows import DataError

WHOLE = ("n",)
SHARES = ("in5", "in10", "late10", "cover", "below", "above", "shown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    estimate_report.add_actions(actions)
    evaluate = actions.add_parser(
        "eval",
        help="replay snapshots of queues through the estimator of the halls, print scores",
        description="Replay snapshots of queues through the estimator of the halls and print how "
        "far its waits are from the true ones.",
    )
    evaluate.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with queues, snapshots, examples and perhaps labels, each a .csv.gz",
    )
    evaluate.add_argument("--out", type=Path, metavar="FILE", help="write id,pred,p10,p50,p90")
    evaluate.add_argument("--json", action="store_true", help="the scores as JSON")
    evaluate.add_argument("--speed", action="store_true", help="measure the time of an estimate")
    estimate_truth.add_arguments(
        actions.add_parser(
            "truth",
            help="told waits against true ones in made-up halls",
            description="Compare told waits with true ones in made-up halls whose truth is known; "
            "ends with 1 where a hall breaks its bounds.",
        )
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.action == "truth":
        return estimate_truth.run(args)
    if args.action in estimate_report.ACTIONS:
        return estimate_report.run(args)
    return _evaluate(args)


def _evaluate(args: argparse.Namespace) -> int:
    try:
        told = lines(args.data)
        found = tables(told, args.data)
    except DataError as error:
        raise CommandError(str(error)) from None
    if args.out:
        try:
            with args.out.open("w", encoding="utf-8", newline="") as file:
                write(told, file)
        except OSError as error:
            raise CommandError(f"{args.out} cannot be written: {error.strerror}.") from None
    elif not found and not args.json:
        write(told, sys.stdout)
        return 0
    silent = sum(not line.known for line in told)
    times = speed() if args.speed else {}
    if args.json:
        print(json.dumps({"scores": found, "silent": silent, "microseconds": times}, indent=1))
        return 0
    if found:
        _print_scores("people ahead", found[OURS])
        print()
        _print_scores("estimator", {name: table["all"] for name, table in found.items()})
    print(f"\n{len(told)} citizens; {silent} of them would have read “no estimate yet”.")
    for name, microseconds in times.items():
        print(f"{name}: {microseconds:.1f} µs")
    return 0


def _print_scores(head: str, table: Mapping[str, Mapping[str, float]]) -> None:
    columns = list(next(iter(table.values())))
    width = max(len(name) for name in (head, *table)) + 1
    print(head.ljust(width) + "".join(name.rjust(max(8, len(name) + 1)) for name in columns))
    for name, row in table.items():
        cells = (_cell(column, row.get(column)) for column in columns)
        print(name.ljust(width) + "".join(cells))


def _cell(column: str, value: float | None) -> str:
    width = max(8, len(column) + 1)
    if value is None:
        return " " * width
    if column in WHOLE:
        return f"{value:{width}.0f}"
    return f"{value:{width}.{3 if column in SHARES else 2}f}"
