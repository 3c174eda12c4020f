"""``hallclient slip receipt|missing|closing``: slips that are handed out besides the tickets."""

import argparse
from datetime import date

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.running import CommandError
from hallclient.commands.slips_out import add_target_arguments, send, show
from hallclient.config import LANGUAGES, load_settings
from hallclient.services.hall_slips import HallSlips, MadeSlip
from hallclient.services.ticket_slip import speech_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    receipt = actions.add_parser("receipt", help="receipt of an accepted case")
    receipt.add_argument("wanted", metavar="CASE", help="number of the case, or today's ticket")
    missing = actions.add_parser("missing", help="one-time list of missing material")
    missing.add_argument("wanted", metavar="LABEL", help="today's number, B107, or its token")
    missing.add_argument(
        "--material",
        dest="materials",
        type=int,
        nargs="+",
        required=True,
        metavar="N",
        help="what is missing, by its place in the service's list of materials",
    )
    closing = actions.add_parser("closing", help="a closed day's figures and the journal's head")
    closing.add_argument("--day", metavar="YYYY-MM-DD", help="which day (the last one closed)")
    closing.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="its words")
    for action in (receipt, missing, closing):
        add_target_arguments(action)
        action.add_argument("--db", default="", metavar="URL", help="database of the hall")
        action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.station and (args.out or args.text):
        raise CommandError("--station prints it; --out and --text do not go with it.")
    settings = load_settings()
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "slip",
        credentials=settings.credentials,
    )
    try:
        made = _made(HallSlips(hall.store, speech_of), args)
        if args.station:
            return send(hall.store, made, args.station, "usher:desk", args.wait)
    finally:
        hall.close()
    show(made, args.paper, args.out)
    return 0


def _made(slips: HallSlips, args: argparse.Namespace) -> MadeSlip:
    if args.action == "receipt":
        return slips.receipt(args.wanted)
    if args.action == "missing":
        return slips.missing(args.wanted, args.materials)
    return slips.closing(_day(args.day), args.language)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--day is a date, 2026-09-29, not {text}.") from None
