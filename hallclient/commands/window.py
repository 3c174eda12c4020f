"""``hallclient window``: a window clerk's terminal."""

import argparse
import os
from dataclasses import replace
from typing import Any

from hallclient.commands.ports import WAIT_HELP, check_ports, check_printer_profile
from hallclient.commands.roles import add_role_arguments, has_screen, run_role, settings_of
from hallclient.commands.running import CommandError
from hallclient.config import Settings

DEVICES = {"keypad": "rating keypad", "caller": "hardware caller", "strip": "LED strip"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("window", nargs="?", help="code of the window in the hall file, 12")
    for name, device in DEVICES.items():
        parser.add_argument(f"--{name}", metavar="PORT", help=f"serial port of the {device}")
        parser.add_argument(f"--{name}-profile", metavar="NAME", help="what it speaks")
        parser.add_argument(
            f"--{name}-address", type=int, metavar="N", help="its address on the line"
        )
    parser.add_argument("--printer", metavar="PORT", help="printer of slips: a port, or @STATION")
    parser.add_argument(
        "--check-desktop", action="store_true", help="print what this desktop grants the bar"
    )
    parser.add_argument("--wait-for-devices", action="store_true", help=WAIT_HELP)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = settings_of(args)
    own = replace(settings.window, **_named(args))
    if args.check_desktop:
        return _check_desktop(replace(settings, window=own))
    if not own.window:
        raise CommandError("Say which window this is: hallclient window 12.")
    if own.printer == "@":
        raise CommandError("Say which station has the printer: --printer @K1.")
    ports = dict.fromkeys((own.keypad, own.caller, own.strip))
    if any(ports):
        from hallclient.devices.at_window import own_devices  # noqa: PLC0415 - a start is measured

        own_devices(own)
    printer = "" if own.printer.startswith("@") else own.printer
    if printer:
        check_printer_profile(own.printer_profile)
    if not args.wait_for_devices:
        check_ports(*ports, printer)
    settings = replace(settings, window=own)
    return run_role("window", args, settings)


def _check_desktop(settings: Settings) -> int:
    from hallclient.bootstrap.desktop_check import desktop_lines  # noqa: PLC0415 - only when asked

    if not has_screen() and "QT_QPA_PLATFORM" not in os.environ:
        raise CommandError("This session has no screen; there is no desktop to ask.")
    for line in desktop_lines(settings):
        print(line)
    return 0


def _named(args: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of a window that the command line names; an empty port is none."""
    found = {"window": args.window or None, "printer": args.printer}
    for name in DEVICES:
        profile = f"{name}_profile"
        found |= {name: getattr(args, name), profile: getattr(args, profile) or None}
        found[f"{name}_address"] = getattr(args, f"{name}_address")
    return {name: value for name, value in found.items() if value is not None}
