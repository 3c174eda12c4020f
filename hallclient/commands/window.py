"""``hallclient window``: a window clerk's terminal."""

import argparse
from dataclasses import replace

from hallclient.commands.ports import WAIT_HELP, check_ports
from hallclient.commands.roles import add_role_arguments, run_role, settings_of
from hallclient.commands.running import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("window", nargs="?", help="code of the window in the hall file, 12")
    parser.add_argument("--keypad", metavar="PORT", help="serial port of the rating keypad")
    parser.add_argument("--keypad-profile", metavar="NAME", help="what it speaks (ff68-keypad)")
    parser.add_argument("--keypad-address", type=int, metavar="N", help="its address on the line")
    parser.add_argument("--printer", metavar="PORT", help="printer of slips: a port, or @STATION")
    parser.add_argument("--wait-for-devices", action="store_true", help=WAIT_HELP)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = settings_of(args)
    own = settings.window
    address = own.keypad_address if args.keypad_address is None else args.keypad_address
    own = replace(
        own,
        window=args.window or own.window,
        keypad=own.keypad if args.keypad is None else args.keypad,
        keypad_profile=args.keypad_profile or own.keypad_profile,
        keypad_address=address,
        printer=own.printer if args.printer is None else args.printer,
    )
    if not own.window:
        raise CommandError("Say which window this is: hallclient window 12.")
    if not 1 <= own.keypad_address <= 127:
        raise CommandError(f"A keypad's address is 1 to 127, not {own.keypad_address}.")
    if own.keypad:
        from hallclient.devices.profile import load_profile  # noqa: PLC0415 - a start is measured

        load_profile(own.keypad_profile)
    if not args.wait_for_devices:
        check_ports(own.keypad, "" if own.printer.startswith("@") else own.printer)
    settings = replace(settings, window=own)
    return run_role("window", args, settings)
