"""The command line, ``hallclient COMMAND …``. A command is imported when it is asked for."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from hallclient import __version__

COMMANDS = {
    "kiosk": "run the ticket kiosk",
    "window": "run a window clerk's terminal",
    "screen": "run the screen at a window, towards the citizen",
    "display": "run a call display",
    "supervisor": "run the console of who runs the floor",
    "agent": "keep this PC's screens running and do the hall's chores",
    "chores": "show the hall's chores, do one by hand",
    "ticket": "show a number, let a missed one wait again, print it once more",
    "usher": "numbers for others, priority, calls for help: what ushers do",
    "floor": "the supervisor's view: windows, queues, alarms, and what is done about them",
    "notice": "what screens show beside the calls: lines, pictures, pages; emergencies over all",
    "appointment": "import, show, book and cancel appointments, check somebody in",
    "case": "list, find, accept, suspend, finish and correct cases; the published figures",
    "rating": "ratings: list, figures, call-backs, appeals, export",
    "slip": "receipts, lists of missing material, the day's close, on paper or shown",
    "ledger": "a village station's errands: receive, carry, return, sign for, list, export",
    "hall": "load, check and show hall files; make the hall's key",
    "sms": "text messages: leave a telephone, see what was sent, test",
    "db": "the database: make, upgrade, check, copy, back up, restore",
    "city": "many halls in one database: links, files, sums",
    "device": "list, check, watch and emulate devices; check device profiles",
    "voice": "spoken calls: make the clips of a hall's own names, listen, check",
    "demo": "play a hall with emulated devices, on a screen or without one",
    "sheets": "draw every page of the kiosk in every language and mode, say what is wrong",
    "simulate": "play a day again with other windows, hours or rules and compare the waits",
    "replay": "play a whole working day through the services and count",
    "estimate": "the wait estimator: scores on recorded queues",
    "bench": "measure calls, start-up and devices",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 broken promise, 2 usage, 3 trouble."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="hallclient", description="A government service hall.")
    parser.add_argument("--version", action="version", version=f"hallclient {__version__}")
    chosen = next((word for word in words if not word.startswith("-")), "")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        sub = subparsers.add_parser(name, help=text, description=text.capitalize() + ".")
        if name == chosen:
            _module(name).add_arguments(sub)
    args = parser.parse_args(words)
    from hallclient.commands.running import run_calmly  # noqa: PLC0415 - not for --help

    return run_calmly(_module(args.command).run, args)


def _module(name: str):  # type: ignore[no-untyped-def]  # a module with add_arguments and run
    return importlib.import_module(f"hallclient.commands.{name}")


if __name__ == "__main__":
    sys.exit(main())
