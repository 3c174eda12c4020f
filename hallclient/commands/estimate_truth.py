"""``hallclient estimate truth``: told waits against true ones in halls whose truth is known."""

import argparse
import json
from dataclasses import asdict

from hallclient.commands.running import CommandError
from hallclient.lab.simulate.truth import DAYS, HALLS, Tally, TruthReport, judge

SEEDS = 4
BIAS, COVERAGE, OFF = 0.10, 0.80, 0.03
"""What must hold in every hall: bias of the mean, coverage and how far it may be off."""
BROKEN = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    names = ", ".join(hall.name for hall in HALLS)
    parser.add_argument("--only", default="", metavar="HALL", help=f"one hall: {names}")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"halls of chance ({SEEDS})")
    parser.add_argument(
        "--days", type=int, default=DAYS, help=f"days in each, one to learn ({DAYS})"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the subcommand; 1 says that a hall breaks its bounds."""
    if args.seeds < 1 or args.days < 2:
        raise CommandError("--seeds is 1 or more, --days 2 or more.")
    halls = [hall for hall in HALLS if args.only in ("", hall.name)]
    if not halls:
        raise CommandError(
            f"There is no hall {args.only}: one of {', '.join(h.name for h in HALLS)}."
        )
    reports = [judge(hall, range(1, args.seeds + 1), args.days) for hall in halls]
    if args.json:
        print(json.dumps([_plain(report) for report in reports], indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(reports)))
    return 0 if all(map(holds, reports)) else BROKEN


def holds(report: TruthReport) -> bool:
    """Return whether a hall keeps the bounds: for who waited, and at a free window it is told so.

    A wait of no time is in its range or it is not, so there is nothing to be at 80 % there.
    """
    near = abs(report.waited.coverage - COVERAGE) <= OFF and abs(report.waited.bias) <= BIAS
    return near and (not report.free.tickets or report.free.coverage >= COVERAGE - OFF)


def _lines(reports: list[TruthReport]) -> list[str]:
    head = f"{'hall':<14}{'ahead':>7}{'tickets':>9}{'true':>7}{'told':>7}{'bias':>8}"
    lines = [f"{head}{'inside':>9}{'below':>8}{'above':>8}{'width':>8}"]
    for report in reports:
        verdict = "" if holds(report) else "  out of bounds"
        lines.append(f"{report.hall:<14}{_row('all', report.all)}")
        lines.append(f"{'':<14}{_row('free', report.free)}")
        lines.append(f"{'':<14}{_row('waited', report.waited)}{verdict}")
        lines += [f"{'':<14}{_row(name, tally)}" for name, tally in report.by_ahead.items()]
        lines.append(
            f"{'':<14}   {report.untold} without an estimate, {report.not_called} never called"
        )
    return lines


def _row(name: str, tally: Tally) -> str:
    return (
        f"{name:>7}{tally.tickets:>9}{tally.true:>7.1f}{tally.told:>7.1f}{_bias(tally):>8}"
        f"{tally.coverage:>9.1%}{tally.below:>8.1%}{tally.above:>8.1%}{tally.width:>8.1f}"
    )


def _bias(tally: Tally) -> str:
    return f"{tally.bias:+.1%}" if tally.true >= 0.5 else "–"


def _plain(report: TruthReport) -> dict[str, object]:
    def plain(tally: Tally) -> dict[str, float]:
        return {**asdict(tally), "bias": tally.bias, "coverage": tally.coverage}

    return {
        "hall": report.hall,
        "holds": holds(report),
        "all": plain(report.all),
        "free": plain(report.free),
        "waited": plain(report.waited),
        "by_ahead": {name: plain(tally) for name, tally in report.by_ahead.items()},
        "untold": report.untold,
        "not_called": report.not_called,
    }
