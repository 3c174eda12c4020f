"""``hallclient device list|check|monitor|emulate|profile``: what hangs on the wires."""

import argparse
from pathlib import Path

from hallclient.commands import device_bench, device_list


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list this PC's ports and the hall's devices")
    listed.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
    listed.add_argument("--db", default="", metavar="URL", help="database of the hall")
    listed.add_argument("--hall", default="", metavar="ID", help="hall, where several are")
    listed.add_argument("--json", action="store_true", help="as JSON, for other programs")
    check = actions.add_parser("check", help="talk to a device and say what was found")
    _add_port(check)
    check.add_argument("--seconds", type=float, default=15.0, help="how long to wait for keys")
    monitor = actions.add_parser("monitor", help="show the decoded traffic of a port")
    _add_port(monitor, addressed=False)
    monitor.add_argument("--seconds", type=float, help="how long (default: until Ctrl+C)")
    monitor.add_argument(
        "--show-content",
        action="store_true",
        help="show levels, digits and texts too: only where nobody's rating, PIN or card is read",
    )
    emulate = actions.add_parser("emulate", help="behave like a device, on a port of its own")
    emulate.add_argument("profile", help="profile of the device, see: device profile list")
    emulate.add_argument("--link", type=Path, metavar="PATH", help="a name for the port")
    emulate.add_argument("--address", type=int, default=1, metavar="N", help="address on a bus")
    emulate.add_argument("--out", type=Path, metavar="DIR", help="keep what a printer prints")
    profile = actions.add_parser("profile", help="list, show and check device profiles")
    profile.add_argument("verb", choices=("list", "show", "check"))
    profile.add_argument("file", nargs="?", default="", help="a profile's name or TOML file")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.action == "list":
        return device_list.run(args)
    return device_bench.ACTIONS[args.action](args)


def _add_port(parser: argparse.ArgumentParser, *, addressed: bool = True) -> None:
    parser.add_argument("port", help="serial port, or socket://HOST:PORT")
    parser.add_argument("--profile", required=True, metavar="P", help="what hangs there")
    if addressed:
        parser.add_argument("--address", type=int, default=1, metavar="N", help="its address")
