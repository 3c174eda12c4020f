"""``hallclient hall join``: this PC joins a hall by a code from its host."""

import argparse
import sys
from pathlib import Path

from hallclient.bootstrap.hosting.place import files_of
from hallclient.commands.running import CommandError

_SIZE_MAX = 10_000
_NEXT = {
    "kiosk": "hallclient kiosk",
    "window": "hallclient window 3      (its number)",
    "display": "hallclient display, hallclient screen 3",
    "supervisor": "hallclient supervisor",
    "agent": "hallclient agent",
}


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this action."""
    join = actions.add_parser("join", help="let this PC join a hall by a code")
    join.add_argument(
        "code", nargs="*", help="the code, a file that holds it, or nothing: it is asked for"
    )
    join.add_argument("--again", action="store_true", help="also where this PC has a hall already")
    join.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    from hallclient.bootstrap.hosting.join import CLOCK_S, join  # noqa: PLC0415 - only here

    files = files_of(args.settings)
    joined = join(_code(args.code), files, again=args.again)
    print(f"This PC is {joined.pc} of hall {joined.hall}; {files.settings} says so.")
    if abs(joined.clock_off_s) > CLOCK_S:
        late = "ahead of" if joined.clock_off_s > 0 else "behind"
        seconds = abs(joined.clock_off_s)
        print(f"Its clock is {seconds:.0f} s {late} the server's: let it be set by the network.")
    print("Start next, or name it in the settings for the agent (docs/agent.md):")
    for kind in joined.kinds:
        print(f"  {_NEXT[kind]}")
    return 0


def _code(words: list[str]) -> str:
    """Return the code: from the command line, a file, or what is typed or scanned."""
    if len(words) == 1 and Path(words[0]).is_file():
        try:
            content = Path(words[0]).read_bytes()[:_SIZE_MAX].decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The file {words[0]} holds no code.") from error
        return content.strip()
    if words:
        return " ".join(words)
    if sys.stdin.isatty():
        print("Type or scan the code that hallclient hall code shows:")
    return sys.stdin.readline().strip()
