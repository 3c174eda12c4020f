"""``hallclient city …``: many halls in one database, their sums, and how the journals come."""

import argparse
import importlib
import os
from datetime import date
from pathlib import Path

from hallclient.commands.running import CommandError
from hallclient.config import load_settings

_ACTIONS = {
    "init": "make a city's database",
    "publish": "at a hall: let the city read its public tables",
    "subscribe": "at the city: link a hall's server",
    "unsubscribe": "at the city: end a link; what has come stays",
    "status": "links and stations: what arrives, what lags, what is to be done",
    "totals": "tickets, served, no-shows, waits and cases of every hall and of the city",
    "hand-out": "at a station: write a file with its journal for the city",
    "hand-in": "at the city: take such a file in",
}
_MODULES = {
    "init": "city_links",
    "publish": "city_links",
    "subscribe": "city_links",
    "unsubscribe": "city_links",
    "status": "city_shown",
    "totals": "city_shown",
    "hand-out": "city_carried",
    "hand-in": "city_carried",
}
LINK_URL = "HALLCLIENT_LINK_URL"
"""Where the address of a hall's server comes from when it is not typed: it has a password."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {}
    for name, text in _ACTIONS.items():
        made[name] = actions.add_parser(name, help=text, description=text.capitalize() + ".")
        made[name].add_argument(
            "--db", default="", metavar="URL", help="database (default: this PC's settings)"
        )
        made[name].add_argument("--settings", type=Path, metavar="FILE")
    made["publish"].add_argument("--login", default="hall_city", help="the city's login")
    made["publish"].add_argument("--keep", default="4GB", help="at most, for a city that is away")
    made["publish"].add_argument("--new-password", action="store_true")
    for action in ("subscribe", "unsubscribe"):
        made[action].add_argument("name", help="of the link: small letters, digits, _")
        made[action].add_argument(
            "url", nargs="?", default="", help=f"what publish has printed (or {LINK_URL})"
        )
    made["subscribe"].add_argument(
        "--again", action="store_true", help="after a failover: copy the hall anew"
    )
    made["status"].add_argument("--json", action="store_true")
    _add_totals(made["totals"])
    _add_files(made["hand-out"], made["hand-in"])


def _add_totals(totals: argparse.ArgumentParser) -> None:
    totals.add_argument("--day", type=_day, help="one day (default: the last there is)")
    totals.add_argument("--from", type=_day, dest="first", help="the first day")
    totals.add_argument("--to", type=_day, dest="last", help="the last day")
    form = totals.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true")


def _add_files(out: argparse.ArgumentParser, taken: argparse.ArgumentParser) -> None:
    out.add_argument("file", type=Path)
    out.add_argument("--hall", default="", help="where the database has several")
    out.add_argument("--receipt", type=Path, help="what the city gave back last")
    out.add_argument("--all", action="store_true", help="from the first entry on")
    taken.add_argument("file", type=Path)
    taken.add_argument(
        "--again", action="store_true", help="of a station that was restored from a backup"
    )
    taken.add_argument("--receipt", type=Path, help="write the receipt for the station here")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    args.db = args.db or load_settings(args.settings).database
    if not args.db and args.action != "hand-out":
        raise CommandError("Say which database with --db URL.")
    if getattr(args, "url", None) == "":
        args.url = os.environ.get(LINK_URL, "")
    module = importlib.import_module(f"hallclient.commands.{_MODULES[args.action]}")
    done: int = getattr(module, args.action.replace("-", "_"))(args)
    return done


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write 2026-09-29") from None
