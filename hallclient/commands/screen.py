"""``hallclient screen``: the screen at a window, towards the citizen."""

import argparse
from dataclasses import replace

from hallclient.commands.roles import add_role_arguments, run_role, settings_of
from hallclient.commands.running import CommandError
from hallclient.config import RATING_AT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("--window", metavar="W", help="code or number of the window")
    parser.add_argument("--screen", metavar="NAME", help="monitor it fills: its name or number")
    parser.add_argument(
        "--rating", choices=RATING_AT, help="when it asks for the rating (fallback)"
    )
    parser.add_argument("--contrast", action="store_true", help="high contrast")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = settings_of(args)
    own = settings.screen
    own = replace(
        own,
        window=args.window or own.window or settings.window.window,
        screen=args.screen or own.screen,
        rating=args.rating or own.rating,
        contrast=own.contrast or args.contrast,
    )
    if not own.window:
        raise CommandError("Say which window with --window, or in the settings of this PC.")
    return run_role("screen", args, replace(settings, screen=own))
