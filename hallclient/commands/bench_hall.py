"""``hallclient bench hall``, ``throughput`` and ``wakes``: their arguments and what they print."""

import argparse
import json
from dataclasses import replace
from typing import Any

from hallclient.commands.running import CommandError

KINDS = ("sqlite", "postgresql")


def add_hall(actions: Any) -> tuple[argparse.ArgumentParser, ...]:
    """Add them to the benchmarks."""
    hall = actions.add_parser(
        "hall", help="220 windows, 20 kiosks, 12 displays, every feed live; and an idle hall"
    )
    hall.add_argument("--on", choices=[*KINDS, "both"], default="postgresql", help="database")
    hall.add_argument("--idle", action="store_true", help="everybody connected, nothing happens")
    hall.add_argument("--windows", type=int, help="220; 52 on SQLite, which are 64 processes")
    hall.add_argument("--kiosks", type=int, help="20; 8 on SQLite")
    hall.add_argument("--displays", type=int, help="12; 3 on SQLite")
    hall.add_argument("--rate", type=float, help="changes a second: 100; 50 on SQLite")
    hall.add_argument("--seconds", type=float, default=30.0, help="length of each stretch")
    hall.add_argument("--together", type=int, default=1, help="clients in one process")
    throughput = actions.add_parser("throughput", help="numbers and calls a second, flat out")
    throughput.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    throughput.add_argument("--windows", type=int, nargs="+", default=[1, 16, 64, 220])
    throughput.add_argument("--seconds", type=float, default=6.0, help="length of each stretch")
    wakes = actions.add_parser("wakes", help="what waking costs PostgreSQL, with the bell and not")
    wakes.add_argument("--listeners", type=int, nargs="+", default=[0, 60, 250])
    wakes.add_argument("--rate", type=float, default=100.0, help="changes a second")
    wakes.add_argument("--seconds", type=float, default=10.0, help="length of each stretch")
    return hall, throughput, wakes


def run_hall(args: argparse.Namespace) -> int:
    """Run ``bench hall``."""
    from hallclient.lab.bench.hall import POSTGRES, SQLITE, measure, told  # noqa: PLC0415 - see above

    kinds = KINDS if args.on == "both" else (args.on,)
    named = ("windows", "kiosks", "displays", "rate", "seconds", "together")
    given = {name: getattr(args, name) for name in named if getattr(args, name) is not None}
    if min(given.values()) <= 0:
        raise CommandError(f"{', '.join(f'--{name}' for name in given)}: more than none.")
    if args.idle:
        given["rate"] = 0.0
    sizes = {"postgresql": POSTGRES, "sqlite": SQLITE}
    runs = [measure(kind, replace(sizes[kind], **given)) for kind in kinds]
    print(json.dumps({"runs": runs}) if args.json else "\n".join(map(told, runs)))
    return 0


def run_throughput(args: argparse.Namespace) -> int:
    """Run ``bench throughput``."""
    from hallclient.lab.bench.throughput import measure  # noqa: PLC0415 - see above

    if args.seconds <= 0 or min(args.windows) < 1:
        raise CommandError("--seconds: more than none; --windows: 1 or more.")
    kinds = KINDS if args.on == "both" else (args.on,)
    runs = [measure(kind, args.windows, args.seconds) for kind in kinds]
    if args.json:
        print(json.dumps({"runs": runs}))
        return 0
    for own in runs:
        print(f"{own['database']}, sync {own['sync_ms_p50']} ms: windows, numbers/s, calls/s")
        for row in own["rows"]:
            print(f"{row['windows']:>8}{row['issues_per_s']:>10}{row['calls_per_s']:>10}")
    return 0


def run_wakes(args: argparse.Namespace) -> int:
    """Run ``bench wakes``."""
    from hallclient.lab.bench.wakes import measure  # noqa: PLC0415 - see above

    if min(args.rate, args.seconds) <= 0 or min(args.listeners) < 0:
        raise CommandError("--rate, --seconds: more than none; --listeners: none or more.")
    found = measure(args.listeners, args.rate, args.seconds)
    if args.json:
        print(json.dumps(found))
        return 0
    print(
        f"{found['changes_per_s']} changes/s, the server's per cent of a core: listeners, each "
        f"change wakes, a ring rests {found['rest_ms']:.0f} ms"
    )
    for row in found["rows"]:
        each, rung = row["each_server_percent"], row["bell_server_percent"]
        print(f"{row['listeners']:>8}{each:>8}{rung:>8}")
    return 0
