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


def run(args: argparse.Namespace) -> int:
    """Run the command."""
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
