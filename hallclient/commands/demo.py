"""``hallclient demo``: a hall to play with, or one that plays by itself without a screen."""

import argparse
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from hallclient.commands.ports import check_ports
from hallclient.commands.roles import has_screen
from hallclient.commands.running import CommandError

if TYPE_CHECKING:
    from hallclient.lab.demo.stage import Wishes
    from hallclient.lab.demo.summary import Summary

MINUTES = 0.75
OUT = "demo-out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--headless", action="store_true", help="play by itself, without a screen")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long it plays")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast people are")
    parser.add_argument("--hall", default="demo", metavar="NAME", help="hall file (demo)")
    parser.add_argument("--out", type=Path, default=Path(OUT), metavar="DIR", help="what it leaves")
    parser.add_argument("--db", default="", metavar="URL", help="database (default: DIR/hall.db)")
    parser.add_argument("--printer", default="", metavar="PORT", help="a printer instead of ours")
    parser.add_argument("--keypad", default="", metavar="PORT", help="a keypad instead of ours")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same people")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if not 0 < args.minutes <= 24 * 60 or not 0 < args.speed <= 1000:
        raise CommandError("--minutes and --speed are above 0.")
    from hallclient.lab.demo.stage import Wishes  # noqa: PLC0415 - Qt

    _make_room(args.out, own_database=not args.db)
    offscreen = args.headless or not has_screen()
    signal.signal(signal.SIGTERM, _end)  # whoever ends the demo ends its roles with it
    wishes = Wishes(args.hall, args.out, args.db, args.printer, args.keypad, offscreen)
    check_ports(args.printer, args.keypad)
    if offscreen:
        return _headless(wishes, args)
    from hallclient.lab.demo.show import show  # noqa: PLC0415 - Qt

    return show(wishes)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _headless(wishes: "Wishes", args: argparse.Namespace) -> int:
    from hallclient.lab.demo.play import play  # noqa: PLC0415 - Qt
    from hallclient.lab.hand import HandError  # noqa: PLC0415 - the same

    print(f"Playing hall {wishes.hall} for {args.minutes * 60:.0f} s without a screen …")
    try:
        summary = play(wishes, args.minutes, args.speed, args.seed)
    except HandError as error:
        raise CommandError(f"{error}; the logs are in {args.out}") from error
    _tell(summary)
    print(f"Pictures, tickets, voice.wav, database and summary.json are in {args.out}")
    return 1 if summary.broken else 0


def _tell(summary: "Summary") -> None:
    print(
        f"issued {summary.issued}, delivered {summary.delivered}, called {summary.called}, "
        f"ended {summary.ended}, rated {summary.rated}, no-shows {summary.no_shows}, "
        f"ended at a window without a PC {summary.by_caller}"
    )
    channels = ", ".join(f"{name} {count}" for name, count in sorted(summary.channels.items()))
    print(
        f"by channel: {channels}; elders ahead {summary.elderly}, in one go {summary.together}, "
        f"checked in {summary.checked_in}, requeued {summary.requeued}"
    )
    print(
        f"several services on one number {summary.itineraries}, "
        f"finished {summary.finished_itineraries}; handed in from the spool {summary.handed_in}; "
        f"calls for help answered {summary.helped}"
    )
    cases = ", ".join(f"{name} {count}" for name, count in sorted(summary.cases.items()))
    print(
        f"cases by outcome: {cases or 'none'}; with a due day {summary.promised}, "
        f"lists of what is missing {summary.lists}"
    )
    print(
        f"held {summary.holds}, resumed {summary.resumed}, transferred {summary.transfers}, "
        f"split off {summary.splits}, taken back {summary.taken_back}"
    )
    print(
        f"alarms {summary.alarms}, taken {summary.alarms_taken}; windows lent {summary.lent}, "
        f"queues stopped {summary.stops}, reopened {summary.reopened}; "
        f"bulletins {summary.bulletins}, read on the display {summary.bulletins_shown}"
    )
    print(
        f"calls shown {summary.calls_shown}, spoken {summary.calls_spoken}, "
        f"not spoken {summary.calls_unspoken}; ratings on the screen {summary.rated_on_screen}, "
        f"on keypads {summary.rated_on_keypad}; called back {summary.follow_ups}; "
        f"pictures published {summary.published}, drills {summary.drills}"
    )
    print(
        f"duplicates {summary.duplicates}, double calls {summary.double_calls}, "
        f"lost {summary.lost}, largest ticket {summary.ticket_bytes_max} bytes"
    )
    for trouble in summary.troubles:
        print(f"  trouble: {trouble}")
    if summary.broken:
        print(f"hallclient: broken: {', '.join(summary.broken)}", file=sys.stderr)


def _make_room(out: Path, *, own_database: bool) -> None:
    """Clear what an earlier demo left in the folder, and nothing else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        left = [*out.glob("*.png"), *out.glob("*.log"), out / "summary.json", out / "voice.wav"]
        left += [*(out / "tickets").glob("*.bin")]
        left += [*(out / "appointments").glob("*.csv")]
        left += [*out.glob("hall.db*")] if own_database else []
        for file in left:
            file.unlink(missing_ok=True)
        for folder in ("appointments/done", "appointments/failed", *(["data"] * own_database)):
            shutil.rmtree(out / folder, ignore_errors=True)
    except OSError as error:
        raise CommandError(f"The folder {out} cannot be used: {error.strerror}.") from error
