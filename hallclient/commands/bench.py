"""``hallclient bench``: figures, each with how it was got."""

import argparse
import json
import signal
import sys
from typing import Any

from hallclient.commands import bench_faults
from hallclient.commands.bench_hall import (
    KINDS,
    add_hall,
    run_hall,
    run_throughput,
    run_wakes,
)
from hallclient.commands.running import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="WHAT")
    calls = actions.add_parser("calls", help="from a call's commit to its number on the boards")
    calls.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    calls.add_argument("--windows", type=int, default=8)
    calls.add_argument("--displays", type=int, default=4)
    calls.add_argument("--calls", type=int, default=30, help="calls a window")
    window = actions.add_parser("window", help="from a clerk's move to its picture; the console's")
    window.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    window.add_argument("--rounds", type=int, default=15)
    reads = actions.add_parser(
        "reads", help="statements of what 220 windows, a console and boards ask and report"
    )
    reads.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    reads.add_argument("--waiting", type=int, default=3, help="tickets a window")
    reads.add_argument("--rounds", type=int, default=5)
    start = actions.add_parser("start", help="a role's start beside a bare PySide6 window")
    start.add_argument("--runs", type=int, default=7, help="starts of each kind")
    devices = actions.add_parser(
        "devices", help="decoders, a frame's way to the screen, many ports"
    )
    devices.add_argument("--ports", type=int, default=32, help="serial ports in all")
    devices.add_argument("--hung", type=int, default=2, help="how many of them take no bytes")
    devices.add_argument("--seconds", type=float, default=5.0, help="length of each phase")
    kiosk = actions.add_parser("kiosk", help="from the last touch to the printer's first byte")
    kiosk.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    kiosk.add_argument("--tickets", type=int, default=30)
    board = actions.add_parser("board", help="a call board: delays, motion at 4K, memory, idle")
    board.add_argument("--motion", action="store_true", help="only frames a second at 3840×2160")
    board.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    board.add_argument("--windows", type=int, default=40, help="windows that call at once")
    board.add_argument("--displays", type=int, default=12)
    board.add_argument("--calls", type=int, default=10, help="calls a window")
    board.add_argument("--events", type=int, default=200_000, help="events for the memory")
    board.add_argument("--seconds", type=float, default=20.0, help="of idling")
    for action in (calls, window, reads, start, devices, kiosk, board, *_add_whole_halls(actions)):
        action.add_argument("--json", action="store_true", help="print one JSON object")


def _add_whole_halls(actions: Any) -> tuple[argparse.ArgumentParser, ...]:
    """Add what measures a hall as a whole: old, broken, full."""
    grow = actions.add_parser("grow", help="the same morning in a young hall and after ten years")
    grow.add_argument("--on", choices=[*KINDS, "both"], default="both", help="database")
    grow.add_argument(
        "--rows", type=_sizes, default=(10_000, 1_000_000), metavar="N,N", help="tickets of history"
    )
    grow.add_argument("--rounds", type=int, default=60)
    grow.add_argument(
        "--entries", type=int, default=13_000_000, metavar="N", help="journal entries at the most"
    )
    grow.add_argument(
        "--counted", type=int, default=365, metavar="DAYS", help="days that the chore counts"
    )
    grow.add_argument(
        "--whole",
        nargs="+",
        choices=["check", "backup"],
        default=(),
        help="what to do with every database as a whole",
    )
    faults = actions.add_parser("faults", help="what is lost when things fail: nothing")
    bench_faults.add_arguments(faults)
    return grow, faults, *add_hall(actions)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what it started goes with it
    run_one, counts = _ACTIONS[args.action]
    if any(getattr(args, name) < 1 for name in counts):
        raise CommandError(f"{', '.join(f'--{name}' for name in counts)}: 1 or more.")
    return run_one(args)


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
            f"{own['memory_mb']} MB ({own['memory_ratio']} ×), {own['modules']:.0f} modules"
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
        print(f"p99 {figures['commit_ms_p99']} ms, {figures['busy']} pressed again")
        print(f"  press → painted   p50 {figures['pressed_ms_p50']} ms, ", end="")
        print(f"p99 {figures['pressed_ms_p99']} ms")
    return 0


def _window(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.window import measure, measure_console  # noqa: PLC0415 - see above

    kinds = KINDS if args.on == "both" else (args.on,)
    runs = [measure(kind, args.rounds) | measure_console(kind, args.rounds) for kind in kinds]
    if args.json:
        worst = {key: max(float(run[key]) for run in runs) for key in runs[0] if "_ms_" in key}
        print(json.dumps({**worst, "unseen": sum(run["unseen"] for run in runs), "runs": runs}))
        return 0
    for own in runs:
        print(f"{own['database']}, medians of {args.rounds}, ms; {own['unseen']} unseen")
        print("  move         alone  commit → bar  commit → panel  press → bar ÷ alone")
        for move, one in own["moves"].items():
            print(
                f"  {move:<10}{one['bare_ms']:>8.1f}{one['bar_ms']:>14.1f}"
                f"{one['panel_ms']:>16.1f}{one['ratio']:>21.2f}"
            )
        print(
            f"  console of 220 windows: floor read {own['console_read_ms_p50']} ms, painted "
            f"{own['console_paint_ms_p50']} ms"
        )
    return 0


def _reads(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.reads import QUESTIONS, measure  # noqa: PLC0415 - see above

    kinds = KINDS if args.on == "both" else (args.on,)
    runs = [measure(kind, args.waiting, args.rounds) for kind in kinds]
    if args.json:
        print(json.dumps({"runs": runs}))
        return 0
    for own in runs:
        print(f"{own['database']}: {own['windows']} windows")
        for name in QUESTIONS:
            print(
                f"  {name:<6} {own[f'{name}_statements_mean']:>5} statements (at most "
                f"{own[f'{name}_statements']}), {own[f'{name}_ms_p50']} ms"
            )
        print(
            f"  all bars, every 5 s: {own['bars_statements_per_s']} statements a second, "
            f"{own['bars_busy_percent']} % of one core in asking and reading"
        )
    return 0


def _devices(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.devices import measure  # noqa: PLC0415 - one benchmark alone

    if args.hung >= args.ports or args.seconds <= 0:
        raise CommandError("--hung: fewer than --ports; --seconds: more than none.")
    own = measure(args.ports, args.hung, args.seconds)
    if args.json:
        print(json.dumps(own))
        return 0
    print(
        f"decoder: {own['decode_frames_per_s']} frames/s, {own['decode_mb_per_s']} MB/s "
        f"({own['decode_lines_at_9600']} × a line at 9600), noise {own['decode_noise_mb_per_s']} "
        f"MB/s\n"
        f"frame → UI: p50 {own['frame_to_ui_ms_p50']} ms, p99 {own['frame_to_ui_ms_p99']} ms "
        f"({own['frame_to_ui_ratio']} × a bare signal); {own['hung']} of {own['ports']} hung: "
        f"p50 {own['frame_to_ui_hung_ms_p50']} ms, p99 {own['frame_to_ui_hung_ms_p99']} ms, "
        f"{own['frames_lost']} frames lost\n"
        f"CPU of one core, {own['ports']} ports: idle {own['cpu_idle_percent']} %, "
        f"{own['frames_per_second']} frames/s {own['cpu_busy_percent']} %, with hung ports "
        f"{own['cpu_hung_percent']} %\n"
        f"longest UI stall: idle {own['stall_idle_ms']} ms, busy {own['stall_ms']} ms, with hung "
        f"ports {own['stall_hung_ms']} ms ({own['stall_ratio']} ×); with the waits for a processor "
        f"{own['late_idle_ms']}, {own['late_ms']}, {own['late_hung_ms']} ms"
    )
    return 0


def _kiosk(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.kiosk import measure  # noqa: PLC0415 - one benchmark alone

    kinds = KINDS if args.on == "both" else (args.on,)
    runs = [measure(kind, args.tickets) for kind in kinds]
    if args.json:
        worst = {key: max(float(str(run[key])) for run in runs) for key in runs[0] if "_ms_" in key}
        print(json.dumps({**worst, "runs": runs}))
        return 0
    for own in runs:
        print(f"{own['database']}: {own['tickets']} tickets, {own['touches']} touches from home")
        print(
            f"  last touch → commit      p50 {own['touch_to_commit_ms_p50']} ms, p99 "
            f"{own['touch_to_commit_ms_p99']} ms ({own['touch_ratio']} × the bare use case, p50 "
            f"{own['bare_issue_ms_p50']} ms)\n"
            f"  commit → first byte      p50 {own['commit_to_byte_ms_p50']} ms, p99 "
            f"{own['commit_to_byte_ms_p99']} ms\n"
            f"  touch → paper confirmed  p50 {own['touch_to_paper_ms_p50']} ms"
        )
    return 0


def _board(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.board import measure, measure_motion  # noqa: PLC0415 - see above

    if args.motion:
        own = measure_motion()
    else:
        kinds = KINDS if args.on == "both" else (args.on,)
        own = measure(kinds, args.windows, args.displays, args.calls, args.events, args.seconds)
    if args.json:
        print(json.dumps(own))
        return 0
    print(f"3840×2160: frame {own['motion_fps']} frames/s, rows {own['shift_fps']} frames/s")
    runs: Any = own.get("runs", ())
    for run in runs:
        print(
            f"{run['database']}, {args.windows} windows, {args.displays} displays: commit → "
            f"painted p50 {run['painted_ms_p50']} ms, p99 {run['painted_ms_p99']} ms (alone "
            f"{run['alone_ms_p50']} and {run['alone_ms_p99']} ms), {run['unseen']} unseen of "
            f"{run['calls']}, {run['board_cpu_ms_per_call']} ms of a core a board and call\n"
            f"  press → painted, with the wait for the hall's lock: p50 {run['pressed_ms_p50']} "
            f"ms, p99 {run['pressed_ms_p99']} ms\n"
            f"  idle: {run['idle_percent']} % of one core (an open window "
            f"{run['idle_bare_percent']} %)"
        )
    if not args.motion:
        print(
            f"memory over {own['events']} events: {own['early_mb']} → {own['late_mb']} MB, "
            f"threads {own['early_threads']} → {own['late_threads']}, descriptors "
            f"{own['early_descriptors']} → {own['late_descriptors']}; calls spoken "
            f"{own['spoken']}, marked unspoken {own['unspoken']}, lost {own['unaccounted']}"
        )
    return 0


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(size) for size in text.split(",") if size.isdigit())
    if len(sizes) < 2 or len(sizes) != len(text.split(",")) or min(sizes) < 1:
        raise argparse.ArgumentTypeError("two sizes or more: 10000,1000000")
    return sizes


def _grow(args: argparse.Namespace) -> int:
    from hallclient.lab.bench.grow import BOUND, BOUNDED, Wanted, measure  # noqa: PLC0415 - see above

    kinds = KINDS if args.on == "both" else (args.on,)
    wanted = Wanted(args.rows, args.rounds, args.entries, args.counted, tuple(args.whole))

    def told(what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    founds = [measure(kind, wanted, told) for kind in kinds]
    ratios = {
        f"{name}_ratio": max(float(own["ratios"][f"{name}_ratio"]) for own in founds)
        for name in BOUNDED
    }
    if args.json:
        print(json.dumps({**ratios, "bound": BOUND, "databases": founds}))
        return 0
    for own in founds:
        young, old = own["runs"][0], own["runs"][-1]
        print(
            f"{own['database']}: {young['tickets']} and {old['tickets']} tickets, "
            f"{old['days']} days, {old['entries']} journal entries, {old['bytes'] / 1e9:.1f} GB, "
            f"built in {old['built_s']} s; medians in ms"
        )
        for name, ratio in own["ratios"].items():
            key = f"{name.removesuffix('_ratio')}_ms_p50"
            bound = f"  (bound {BOUND})" if name.removesuffix("_ratio") in BOUNDED else ""
            what = key.removesuffix("_ms_p50")
            print(f"  {what:<14}{young[key]:>10}{old[key]:>10}{ratio:>8}{bound}")
    return 0


_ACTIONS = {
    "grow": (_grow, ("rounds", "entries", "counted")),
    "calls": (_calls, ("windows", "displays", "calls")),
    "window": (_window, ("rounds",)),
    "reads": (_reads, ("waiting", "rounds")),
    "start": (_start, ("runs",)),
    "devices": (_devices, ("ports", "hung")),
    "kiosk": (_kiosk, ("tickets",)),
    "board": (_board, ("windows", "displays", "calls", "events")),
    "faults": (bench_faults.run, ()),
    "hall": (run_hall, ()),
    "throughput": (run_throughput, ()),
    "wakes": (run_wakes, ()),
}
