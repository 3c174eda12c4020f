"""``hallclient supervisor``: the console of who runs the floor."""

import argparse
from dataclasses import replace

from hallclient.commands.roles import add_role_arguments, run_role, settings_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("--name", help="name of this console, S1")
    parser.add_argument("--contrast", action="store_true", help="high contrast")
    parser.add_argument("--printer", metavar="STATION", help="where reprints come out, K1")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = settings_of(args)
    own = settings.supervisor
    own = replace(
        own,
        name=args.name or own.name,
        contrast=own.contrast or args.contrast,
        printer=args.printer if args.printer is not None else own.printer,
    )
    return run_role("supervisor", args, replace(settings, supervisor=own))
