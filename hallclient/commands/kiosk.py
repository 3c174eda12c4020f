"""``hallclient kiosk``: the ticket kiosk."""

import argparse
from dataclasses import replace

from hallclient.commands.ports import WAIT_HELP, check_ports
from hallclient.commands.roles import add_role_arguments, run_role, settings_of
from hallclient.config import BAUDS, PAPERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("--name", help="name of this kiosk, K1")
    parser.add_argument("--printer", metavar="PORT", help="serial port of the ticket printer")
    parser.add_argument("--baud", type=int, choices=BAUDS, help="its speed (9600)")
    parser.add_argument("--paper", type=int, choices=PAPERS, help="width of its paper in mm")
    parser.add_argument("--wait-for-devices", action="store_true", help=WAIT_HELP)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = settings_of(args)
    own = settings.kiosk
    own = replace(
        own,
        name=args.name or own.name,
        printer=own.printer if args.printer is None else args.printer,
        baud=args.baud or own.baud,
        paper=args.paper or own.paper,
    )
    if not args.wait_for_devices:
        check_ports(own.printer)
    settings = replace(settings, kiosk=own)
    return run_role("kiosk", args, settings)
