"""``hallclient replay``: one working day through the services, against a real database."""

import argparse
import json
import random

from hallclient.commands.hour_shown import hour_shown
from hallclient.commands.running import CommandError
from hallclient.lab.postgres import NoPostgresError
from hallclient.lab.replay.run import Options, replay
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.traffic import load_traffic

BROKEN = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--hall", default="xindu", help="a hall with a day profile (xindu)")
    parser.add_argument("--cases", type=int, default=9710, help="arrivals of the day (9710)")
    parser.add_argument("--windows", type=int, default=0, help="windows to open (default: all)")
    parser.add_argument("--processes", type=int, default=20, help="processes that act (20)")
    parser.add_argument(
        "--boards",
        type=int,
        nargs="+",
        default=(),
        metavar="N",
        help="machines that show and speak; others than the first follow from the journal",
    )
    parser.add_argument("--seed", type=int, help="the day to draw (default: any)")
    parser.add_argument(
        "--db", default="", metavar="URL", help="database (default: a temporary PostgreSQL)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the command; 1 says that an invariant broke."""
    if args.cases < 1 or args.processes < 1 or args.windows < 0:
        raise CommandError("--cases and --processes are 1 or more, --windows is not negative.")
    loaded, traffic = load_hall(args.hall), load_traffic(args.hall)
    if not all(0 < boards <= len(loaded.plan.zones) for boards in args.boards):
        raise CommandError(f"--boards is from 1 to {len(loaded.plan.zones)}, a zone each.")
    options = Options(
        cases=args.cases,
        windows=args.windows or len(loaded.plan.windows),
        processes=args.processes,
        seed=random.randrange(1_000_000) if args.seed is None else args.seed,  # noqa: S311 - no secret
        database=args.db,
        boards=tuple(args.boards),
    )
    try:
        with hour_shown() as progress:
            report = replay(loaded, traffic, options, progress)
    except (ValueError, NoPostgresError) as error:
        raise CommandError(f"This day cannot be played: {error}") from error
    print(json.dumps(report.as_json(), indent=1) if args.json else report.text())
    return 0 if report.sound else BROKEN
