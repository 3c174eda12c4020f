"""``hallclient bench faults``: what is lost when things fail, which must be nothing."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from hallclient.commands.running import CommandError

if TYPE_CHECKING:
    from hallclient.lab.faults.trial import Result

_COLUMNS = ("rounds", "acknowledged", "found", "told", "lost", "doubled", "unacknowledged")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this benchmark."""
    parser.add_argument(
        "--on", choices=["sqlite", "postgresql", "both"], default="both", help="database"
    )
    parser.add_argument("--only", default="", metavar="NAME,…", help="these faults; list: names")
    parser.add_argument("--rounds", type=int, default=0, help="of each; its own number without")
    parser.add_argument("--seed", type=int, default=1)


def run(args: argparse.Namespace) -> int:
    """Play the faults; return 1 when a promise was broken."""
    from hallclient.lab.faults.run import FAULTS, chosen, play_all  # noqa: PLC0415 - see bench

    if args.only == "list":
        for fault in FAULTS:
            print(f"{fault.name:<12} {'+'.join(fault.kinds):<18} {fault.what}")
        return 0
    try:
        faults = chosen(args.only)
    except KeyError as error:
        raise CommandError(f"There is no fault {error}: --only list names them all.") from None
    kinds = ("sqlite", "postgresql") if args.on == "both" else (args.on,)
    results = []
    for result in play_all(faults, kinds, args.rounds or None, args.seed):
        results.append(result)
        if not args.json:
            _print(result, first=len(results) == 1)
        elif sys.stderr.isatty():
            print(f"{result.fault} on {result.database}", file=sys.stderr)
    sound = all(result.sound for result in results)
    if args.json:
        runs = [result.figures() for result in results]
        print(json.dumps({"sound": sound, "runs": runs}, ensure_ascii=False))
    return 0 if sound else 1


def _print(result: "Result", *, first: bool) -> None:
    figures = result.figures()
    if first:
        print(f"{'fault':<12} {'on':<10} " + " ".join(f"{name:>14}" for name in _COLUMNS), end="")
        print(f" {'recovery s':>10}")
    if result.skipped:
        print(f"{result.fault:<12} {result.database:<10} skipped: {result.skipped}")
        return
    took = "" if figures["recovery_s"] is None else f"{figures['recovery_s']}"
    print(
        f"{result.fault:<12} {result.database:<10} "
        + " ".join(f"{figures[name]:>14}" for name in _COLUMNS)
        + f" {took:>10}",
        flush=True,
    )
    for note in result.notes:
        print(f"  {note}")
    broken = [*result.verdict.lost, *result.verdict.doubled, *result.verdict.broken]
    for line in broken[:10]:
        print(f"  BROKEN: {line}")
    if result.failed:
        print(f"  FAILED: {result.failed}")
