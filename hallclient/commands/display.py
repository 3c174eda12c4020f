"""``hallclient display``: a call display."""

import argparse
from dataclasses import replace

from hallclient.commands.roles import add_role_arguments, run_role, settings_of
from hallclient.config import THEMES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("--name", help="name of this display, D1")
    parser.add_argument("--zone", action="append", metavar="CODE", help="show this zone (repeat)")
    parser.add_argument("--theme", choices=THEMES, help="board-dark for LED walls")
    parser.add_argument("--mute", action="store_true", help="no chime")
    parser.add_argument("--list", action="store_true", help="list the boards that the hall knows")
    parser.add_argument("--forget", metavar="NAME", help="drop a board that is there no more")
    parser.add_argument("--json", action="store_true", help="with --list, for programs")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.list or args.forget:
        from hallclient.commands import display_boards  # noqa: PLC0415 - a board starts without

        return display_boards.list_boards(args) if args.list else display_boards.forget(args)
    settings = settings_of(args)
    own = settings.display
    own = replace(
        own,
        name=args.name or own.name,
        zones=tuple(args.zone or own.zones),
        theme=args.theme or own.theme,
        sound=own.sound and not args.mute,
    )
    settings = replace(settings, display=own)
    return run_role("display", args, settings)
