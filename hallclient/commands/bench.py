"""``hallclient bench calls|start``: measurements, each a figure with how it was got."""

import argparse
import json

from hallclient.commands.running import CommandError

KINDS = ("sqlite", "postgresql")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="WHAT")
    calls = actions.add_parser("calls", help="from a call's commit to its number on the boards")
    calls.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    calls.add_argument("--windows", type=int, default=8)
    calls.add_argument("--displays", type=int, default=4)
    calls.add_argument("--calls", type=int, default=30, help="calls a window")
    start = actions.add_parser("start", help="a role's start beside a bare PySide6 window")
    start.add_argument("--runs", type=int, default=7, help="starts of each kind")
    for action in (calls, start):
        action.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    counts = ("runs",) if args.action == "start" else ("windows", "displays", "calls")
    if any(getattr(args, name) < 1 for name in counts):
        raise CommandError(f"{', '.join(f'--{name}' for name in counts)}: 1 or more.")
    return _calls(args) if args.action == "calls" else _start(args)


def _start(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.start import ROLES, measure  # noqa: PLC0415 - one benchmark alone

    figures = measure(args.runs)
    if args.json:
        print(json.dumps(figures))
        return 0
    for role in ROLES:
        own = {name.removeprefix(f"{role}_"): value for name, value in figures.items()}
        print(
            f"{role}: first useful paint {own['paint_ms']} ms ({own['paint_ratio']} × a bare "
            f"window), ready {own['ready_ms']} ms ({own['ready_ratio']} ×), memory "
            f"{own['memory_mb']} MB ({own['memory_ratio']} ×)"
        )
    return 0


def _calls(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.calls import measure  # noqa: PLC0415 - one benchmark, one import

    kinds = KINDS if args.on == "both" else (args.on,)
    runs = [measure(kind, args.windows, args.displays, args.calls).figures() for kind in kinds]
    if args.json:
        worst = {key: max(float(str(run[key])) for run in runs) for key in runs[0] if "_ms_" in key}
        unseen = sum(int(str(run["unseen"])) for run in runs)
        print(json.dumps({**worst, "unseen": unseen, "runs": runs}, ensure_ascii=False))
        return 0
    for figures in runs:
        print(f"{figures['database']}: {figures['calls']} calls, {args.displays} displays")
        print(f"  commit → painted  p50 {figures['painted_ms_p50']} ms, ", end="")
        print(f"p99 {figures['painted_ms_p99']} ms, max {figures['painted_ms_max']} ms, ", end="")
        print(f"{figures['unseen']} unseen")
        print(f"  call_next         p50 {figures['commit_ms_p50']} ms, ", end="")
        print(f"p99 {figures['commit_ms_p99']} ms")
    return 0
