"""``hallclient kiosk``: the ticket kiosk."""

import argparse
from dataclasses import replace

from hallclient.commands.ports import WAIT_HELP, check_ports, check_printer_profile, check_readers
from hallclient.commands.roles import add_role_arguments, run_role, settings_of
from hallclient.commands.running import CommandError
from hallclient.config import BAUDS, PAPERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("--name", help="name of this kiosk, K1")
    parser.add_argument(
        "--printer", metavar="PORT", help="printer: a port, socket://HOST:9100 or file:FOLDER"
    )
    parser.add_argument("--printer-profile", metavar="P", help="its profile (escpos)")
    parser.add_argument("--baud", type=int, choices=BAUDS, help="its speed (the profile's)")
    parser.add_argument("--paper", type=int, choices=PAPERS, help="width of its paper in mm")
    parser.add_argument("--logo", metavar="FILE", help="a PNG to print above the hall's name")
    parser.add_argument("--desk", action="store_true", help="the ushers' own, with their page")
    parser.add_argument("--screen", metavar="NAME", help="monitor it fills: its name or number")
    parser.add_argument("--scanner", metavar="PORT", help="scanner: a port, or keyboard")
    parser.add_argument("--reader", metavar="PORT", help="ID card reader: a port")
    parser.add_argument("--wait-for-devices", action="store_true", help=WAIT_HELP)
    parser.add_argument(
        "--lock", action="store_true", default=None, help="nobody leaves it without the PIN"
    )
    parser.add_argument(
        "--voice-to", metavar="FILE.wav", help="write what would be heard, make no sound"
    )
    parser.add_argument(
        "--set-pin", action="store_true", help="ask for the technician's PIN, keep its hash, end"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.set_pin:
        from hallclient.commands.kiosk_pin import set_pin  # noqa: PLC0415 - once in a kiosk's life

        return set_pin(args.settings)
    settings = settings_of(args)
    own = settings.kiosk
    own = replace(
        own,
        name=args.name or own.name,
        printer=own.printer if args.printer is None else args.printer,
        printer_profile=args.printer_profile or own.printer_profile,
        baud=own.baud if args.baud is None else args.baud,
        paper=args.paper or own.paper,
        logo=own.logo if args.logo is None else args.logo,
        screen=args.screen or own.screen,
        desk=own.desk or args.desk,
        lock=own.lock if args.lock is None else args.lock,
        scanner=own.scanner if args.scanner is None else args.scanner,
        reader=own.reader if args.reader is None else args.reader,
        voice=own.voice or args.voice_to is not None,
        voice_to=own.voice_to if args.voice_to is None else args.voice_to,
    )
    if own.lock and not own.pin_hash:
        raise CommandError("A locked kiosk needs a PIN: hallclient kiosk --set-pin.")
    if own.printer:
        check_printer_profile(own.printer_profile)
    readers = check_readers(own)
    if not args.wait_for_devices:
        check_ports(own.printer, *readers)
    settings = replace(settings, kiosk=own)
    return run_role("kiosk", args, settings)
