"""``hallclient simulate --check``: a drawn day through the product and through the simulation."""

import argparse
import json
from dataclasses import asdict

from hallclient.commands.hour_shown import hour_shown
from hallclient.commands.running import CommandError
from hallclient.commands.simulate_days import DEFAULT_HALL
from hallclient.lab.postgres import NoPostgresError
from hallclient.lab.replay.run import Options
from hallclient.lab.simulate.check import CheckReport, Pair, check
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.traffic import load_traffic

SHOWN = 12


def run_check(args: argparse.Namespace) -> int:
    """Play the day both ways and print the waits of both."""
    if args.day != "drawn" or args.changes:
        raise CommandError("--check plays a drawn day as it is.")
    name = args.hall or DEFAULT_HALL
    loaded, traffic = load_hall(name), load_traffic(name)
    normal = round(sum(load.tickets_normal_day for load in traffic.services))
    options = Options(
        cases=args.cases or normal,
        windows=args.windows or len(loaded.plan.windows),
        processes=args.processes,
        seed=args.seed,
        database=args.db,
        plain=True,
    )
    try:
        with hour_shown() as progress:
            found = check(loaded, traffic, options, progress)
    except (ValueError, NoPostgresError) as error:
        raise CommandError(f"This day cannot be played: {error}") from error
    if args.json:
        print(json.dumps(_plain(found), indent=1))
    else:
        print("\n".join(_lines(found, every=args.all)))
    return 0


def _lines(found: CheckReport, *, every: bool) -> list[str]:
    report = found.report
    day = f"{report.cases:,} cases at {report.windows} windows, seed {report.seed}"
    lines = [
        f"{report.hall}: {day}; the services on {report.database} | simulated",
        f"{'minutes':<10}{'called':>14}{'mean':>16}{'p50':>16}{'p90':>16}{'longest':>18}",
    ]
    shown = found.queues if every else found.queues[:SHOWN]
    lines += [_line(pair) for pair in (found.hall, *shown)]
    off = found.apart
    lines.append(f"means of {len(found.queues)} queues are {off:.2f} min apart, weighed by calls")
    return lines


def _line(pair: Pair) -> str:
    product, other = pair.product, pair.simulated
    row = f"{pair.name:<10}{f'{product.called} | {other.called}':>14}"
    for real, played in (
        (product.mean, other.mean),
        (product.p50, other.p50),
        (product.p90, other.p90),
        (product.max, other.longest),
    ):
        row += f"{f'{real:.1f} | {played:.1f}':>{18 if real is product.max else 16}}"
    return row


def _plain(found: CheckReport) -> dict[str, object]:
    def plain(pair: Pair) -> dict[str, object]:
        other = pair.simulated
        marks = {"mean": other.mean, "p50": other.p50, "p90": other.p90, "max": other.longest}
        simulated = {name: round(value, 2) for name, value in marks.items()}
        return {"product": asdict(pair.product), "simulated": {"called": other.called, **simulated}}

    return {
        "cases": found.report.cases,
        "windows": found.report.windows,
        "seed": found.report.seed,
        "apart": round(found.apart, 3),
        "hall": plain(found.hall),
        "queues": {pair.name: plain(pair) for pair in found.queues},
    }
