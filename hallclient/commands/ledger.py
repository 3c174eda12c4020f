"""``hallclient ledger``: the errands of a village station (代办台账) in a terminal.

Who is signed in at the window does it. A name and a telephone are read from the standard input: on
a command line everybody on the PC sees them.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.bootstrap.ledger import key_here, station_of
from hallclient.commands.running import CommandError
from hallclient.commands.slips_out import WAIT_S, send
from hallclient.config import LANGUAGES, Settings, load_settings
from hallclient.domain.calendar import day_began
from hallclient.domain.errand import OPEN, Due, Errand, ErrandState
from hallclient.domain.hall import HallPlan
from hallclient.phrases import Phrases
from hallclient.services.errand_csv import ledger_csv
from hallclient.services.errand_slips import ErrandSlips
from hallclient.services.errands import ErrandRow, Errands, NewErrand

MOVES = ("receive", "carry", "return", "sign", "cancel")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list what is open, or what is found")
    listing.add_argument(
        "--state",
        choices=[state.value for state in ErrandState],
        help="only these, also what is over",
    )
    listing.add_argument("--late", action="store_true", help="only what is late")
    listing.add_argument("--find", default="", metavar="TEXT", help="number, service or name")
    export = actions.add_parser("export", help="the whole ledger as CSV")
    export.add_argument("--out", type=Path, metavar="FILE", help="the file (default: shown here)")
    export.add_argument("--since", metavar="YYYY-MM-DD", help="received from this day on")
    export.add_argument("--names", action="store_true", help="with names and telephones")
    receive = actions.add_parser(
        "receive", help="receive a matter; name and telephone are read from the input, a line each"
    )
    receive.add_argument("service", help="code of the service, MZB01")
    receive.add_argument(
        "--paper", dest="papers", action="append", default=[], metavar="N|NAME",
        help="a paper handed in: its place in the service's list, or its name; may be repeated",
    )  # fmt: skip
    receive.add_argument("--days", type=int, metavar="N", help="working days; 0 is no limit")
    receive.add_argument("--ticket", default="", metavar="LABEL", help="the number taken over")
    # Said again after a broken connection, the same name is the same errand.
    receive.add_argument("--request", default="", metavar="NAME", help="a name for this request")
    carry = actions.add_parser("carry", help="carry errands to an office on one trip")
    carry.add_argument("numbers", nargs="+", metavar="NUMBER")
    carry.add_argument("--to", dest="office", required=True, metavar="OFFICE")
    back = actions.add_parser("return", help="an errand is back at the station")
    back.add_argument("number")
    back.add_argument("--result", required=True, metavar="TEXT", help="what came back")
    actions.add_parser("sign", help="an errand was signed for").add_argument("number")
    cancel = actions.add_parser("cancel", help="call off an errand that was not carried yet")
    cancel.add_argument("number")
    cancel.add_argument("--reason", required=True, metavar="TEXT")
    for name, action in actions.choices.items():
        _add_common(action, moves=name in MOVES)


def _add_common(action: argparse.ArgumentParser, *, moves: bool) -> None:
    action.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
    action.add_argument("--db", default="", metavar="URL", help="database of the hall")
    action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")
    action.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="its words")
    if moves:
        action.add_argument("--window", default="", metavar="CODE", help="who is signed in there")
        action.add_argument("--print", dest="prints", action="store_true", help="print its slip")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "ledger",
        credentials=settings.credentials,
    )
    try:
        window = _window(hall.store.plan(), getattr(args, "window", "") or settings.window.window)
        settings = replace(settings, window=replace(settings.window, window=window))
        errands = Errands(hall.store, window, key_here(settings))
        if args.action == "list":
            return _list(hall, errands, args)
        if args.action == "export":
            return _export(hall, errands, args)
        return _move(hall, errands, settings, args)
    finally:
        hall.close()


def _window(plan: HallPlan, named: str) -> str:
    if not named and len(plan.windows) != 1:
        raise CommandError("Say which window with --window: this hall has several.")
    return plan.window(named).code if named else plan.windows[0].code


def _list(hall: OpenHall, errands: Errands, args: argparse.Namespace) -> int:
    say = Phrases(args.language)
    usual = tuple(ErrandState) if args.find else OPEN
    states = (ErrandState(args.state),) if args.state else usual
    rows = [row for row in errands.rows(*states, search=args.find) if _wanted(row, args)]
    for row in rows:
        errand, due = row.errand, row.errand.due_on
        mark = say("ledger.due.late", n=-(row.days_left or 0)) if row.due is Due.LATE else ""
        facts = (
            errand.number,
            say(f"ledger.state.{errand.state}"),
            row.service.name.text(args.language),
            errand.mask,
            f"{due:%Y-%m-%d}" if due else say("ledger.due.none"),
            mark,
        )
        print("  ".join(fact for fact in facts if fact))
    late = sum(row.due is Due.LATE for row in rows)
    print(f"{len(rows)} errands, {late} late ({hall.hall_id})")
    return 0


def _wanted(row: ErrandRow, args: argparse.Namespace) -> bool:
    return row.due is Due.LATE or not args.late


def _export(hall: OpenHall, errands: Errands, args: argparse.Namespace) -> int:
    plan = hall.store.plan()
    if args.names and not errands.seals:
        raise CommandError("This PC has no hall key: names cannot be read.")
    since = None
    if args.since:
        try:
            since = day_began(date.fromisoformat(args.since), plan.time_zone, plan.rules.day_start)
        except ValueError:
            raise CommandError(f"--since is a date, 2026-09-29, not {args.since}.") from None
    rows = errands.rows(after=since)
    names = errands.names(rows) if args.names else None
    text = ledger_csv(plan, rows, Phrases(args.language), names)
    if args.out is None:
        print(text.lstrip("\ufeff").replace("\r\n", "\n"), end="")
        return 0
    try:
        if args.names:  # before anything stands in it
            args.out.touch(0o600)
            args.out.chmod(0o600)
        args.out.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise CommandError(f"The file {args.out} cannot be written: {error.strerror}.") from error
    print(f"{args.out}: {len(rows)} errands.")
    return 0


def _move(hall: OpenHall, errands: Errands, settings: Settings, args: argparse.Namespace) -> int:
    done = _done(hall.store.plan(), errands, args)
    for errand in done:
        print(f"{errand.number} is {errand.state}.")
    if not args.prints:
        return 0
    station = station_of(settings)
    if not station:
        raise CommandError("No printer is set for this window ([window] printer).")
    slips, say = ErrandSlips(hall.store), Phrases(args.language)
    numbers = [errand.number for errand in done]
    made = slips.trip(numbers, say) if args.action == "carry" else slips.receipt(numbers[0], say)
    return send(hall.store, made, station, f"window:{settings.window.window}", WAIT_S)


def _done(plan: HallPlan, errands: Errands, args: argparse.Namespace) -> Sequence[Errand]:
    if args.action == "receive":
        papers = tuple(_paper(plan, args.service, paper) for paper in args.papers)
        name, phone = _asked("Name"), _asked("Telephone (empty for none)")
        new = NewErrand(
            args.service, name, phone, papers, args.days, args.ticket, request_id=args.request
        )
        return (errands.receive(new),)
    if args.action == "carry":
        return errands.carry([number.strip().upper() for number in args.numbers], args.office)
    if args.action == "return":
        return (errands.bring_back(args.number, args.result),)
    if args.action == "sign":
        return (errands.sign(args.number),)
    return (errands.cancel(args.number, args.reason),)


def _paper(plan: HallPlan, service: str, named: str) -> str:
    materials = plan.service(service).materials
    if not named.isdecimal():
        return named
    if not 1 <= int(named) <= len(materials):
        raise CommandError(f"Service {service} has papers 1 to {len(materials)}, not {named}.")
    return materials[int(named) - 1].name.zh_cn


def _asked(what: str) -> str:
    if sys.stdin.isatty():
        print(f"{what}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline(200).strip()
