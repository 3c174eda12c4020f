"""``hallclient rating …``: ratings, their figures, call-backs and appeals in a terminal.

Behind staff number and PIN, by the same rights as at the console; the PIN is read from the standard
input. A telephone is shown to who has taken the call-back only.
"""

import argparse
import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.bootstrap.kiosk_data import pin_guard
from hallclient.bootstrap.ledger import key_here
from hallclient.commands import rating_out as out
from hallclient.commands.running import TROUBLE, CommandError
from hallclient.commands.signing import add_sign_in
from hallclient.commands.usher import ask_pin
from hallclient.config import LANGUAGES, load_settings
from hallclient.domain.calendar import business_day
from hallclient.domain.follow_up import BY_APPEAL, FollowUpResult
from hallclient.phrases import Phrases
from hallclient.services.appointments.files import FileRefused
from hallclient.services.follow_ups import FollowUps
from hallclient.services.member import Supervisor, sign_in
from hallclient.services.rating_export import Table, figures_table, ratings_table, write_table
from hallclient.services.rating_files import MOST_BYTES, parse
from hallclient.services.rating_inbox import InboxReport, take_in
from hallclient.services.rating_report import Split, note_export, rating_report, ratings_of
from hallclient.services.sealing import HallKey

_ACTIONS = {
    "list": "list the ratings of a period",
    "show": "show a bad rating with what became of it",
    "figures": "figures of a period: levels, response, call-backs; too few ratings are not told",
    "follow-up": "list what waits for a call-back; take one; record what came of it",
    "appeal": "say that a rating is a mistake or malicious, and why",
    "decide": "grant an appeal of somebody else, or refuse it",
    "import": "take in ratings that were given on telephones; nothing counts twice",
    "export": "write the ratings of a period to a .csv or .xlsx file",
}
_PERIOD = frozenset({"list", "figures", "export"})
_RESULTS = [result.value for result in FollowUpResult if result not in BY_APPEAL]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        add_sign_in(action)
        action.add_argument("--json", action="store_true", help="for programs")
        action.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
        if name in _PERIOD:
            action.add_argument("--from", dest="first", type=_day, help="this month's first")
            action.add_argument("--to", dest="last", type=_day, help="today")
        if name in ("show", "appeal", "decide"):
            action.add_argument("rating", type=int, help="number of the rating, from the list")
    choices = actions.choices
    choices["list"].add_argument("--low", action="store_true", help="bad ones, with call-backs")
    choices["show"].add_argument("--phone", action="store_true", help="the telephone; journalled")
    figures = choices["figures"]
    figures.add_argument("--by", type=Split, choices=list(Split), default=Split.DEPARTMENT)
    figures.add_argument("--out", type=Path, metavar="FILE", help="into a .csv or .xlsx file")
    follow_up = choices["follow-up"]
    follow_up.add_argument("rating", nargs="?", type=int, help="number of the rating")
    follow_up.add_argument("--result", choices=_RESULTS, help="what came of the call")
    follow_up.add_argument("--by", type=_day, metavar="DATE", help="corrected by then (by_date)")
    follow_up.add_argument("--note", default="", help="what was said")
    choices["appeal"].add_argument("reason", help="why it should not count")
    decided = choices["decide"].add_mutually_exclusive_group(required=True)
    decided.add_argument("--grant", choices=[one.value for one in sorted(BY_APPEAL)])
    decided.add_argument("--refuse", action="store_true")
    choices["import"].add_argument("file", type=Path, nargs="+", help=".csv, .json or .jsonl")
    choices["export"].add_argument("out", type=Path, metavar="FILE", help=".csv or .xlsx")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "rating",
        credentials=settings.credentials,
    )
    try:
        who = sign_in(hall.store, pin_guard(settings), args.staff, ask_pin())
        if args.action == "import":
            return _import(hall, who, key_here(settings), args)
        if args.action in _PERIOD:
            _PERIODS[args.action](hall, who.code, args)
        else:
            _MOVES[args.action](FollowUps(hall.store, who.code, key_here(settings)), args)
    finally:
        hall.close()
    return 0


# What a period had


def _list(hall: OpenHall, code: str, args: argparse.Namespace) -> None:
    first, last = _period(hall, args)
    if args.low:
        bad = FollowUps(hall.store, code).between(first, last)
        _print([out.follow_up_facts(one) for one in bad], map(out.follow_up_line, bad), args)
        return
    plan, rows = ratings_of(hall.store, code, first, last)
    say = Phrases(args.language)
    lines = [out.rating_line(plan, row, say) for row in rows]
    _print([out.rating_facts(plan, row) for row in rows], [*lines, f"{len(rows)} ratings"], args)


def _figures(hall: OpenHall, code: str, args: argparse.Namespace) -> None:
    report = rating_report(hall.store, code, *_period(hall, args), args.by)
    say = Phrases(args.language)
    if args.out is not None:
        _write(figures_table(report, say), args.out, args)
        return
    _print(out.figures_facts(report), out.figures_lines(report, say), args)


def _export(hall: OpenHall, code: str, args: argparse.Namespace) -> None:
    first, last = _period(hall, args)
    plan, rows = ratings_of(hall.store, code, first, last)
    table = ratings_table(plan, rows, Phrases(args.language))
    note_export(hall.store, code, first, last)  # before it is out
    _write(table, args.out, args)


def _write(table: Table, path: Path, args: argparse.Namespace) -> None:
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise CommandError(f"The file {path.name} is to end in .csv or .xlsx.")
    try:
        write_table(table, path)
    except OSError as error:
        raise CommandError(f"The file {path} cannot be written: {error.strerror}.") from error
    lines = len(table.rows)
    _print({"file": str(path), "lines": lines}, [f"{path}: {lines} lines."], args)


def _period(hall: OpenHall, args: argparse.Namespace) -> tuple[date, date]:
    with hall.store.look() as reader:
        plan = reader.plan
        today = business_day(reader.now, plan.time_zone, plan.rules.day_start)
    last = args.last or today
    return args.first or last.replace(day=1), last


def _import(hall: OpenHall, who: Supervisor, key: HallKey | None, args: argparse.Namespace) -> int:
    found: list[tuple[str, InboxReport]] = []
    try:
        found.extend((path.name, _taken_in(hall, who, key, path)) for path in args.file)
    finally:  # what was taken before a file that cannot be read is told, too
        facts = [out.import_facts(name, report) for name, report in found]
        if found:
            _print(facts, [f"{name}: {report}" for name, report in found], args)
    return 0 if all(report.whole for _name, report in found) else TROUBLE


def _taken_in(hall: OpenHall, who: Supervisor, key: HallKey | None, path: Path) -> InboxReport:
    if key is None:
        raise CommandError("This PC has no hall key: codes of ratings cannot be read.")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        parsed = parse(content, path.name, hall.store.plan().time_zone)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except FileRefused as error:
        raise CommandError(f"{path.name}: {error}") from error
    return take_in(hall.store, parsed, key, who.code)


# Call-backs and appeals


def _show(desk: FollowUps, args: argparse.Namespace) -> None:
    one = desk.show(args.rating)
    facts = out.follow_up_facts(one, whole=True)
    if args.phone:
        facts["phone"] = desk.contact(args.rating)
    lines = [f"{key}: {out.plain(value)}" for key, value in facts.items() if value]
    _print(facts, lines, args)


def _follow_up(desk: FollowUps, args: argparse.Namespace) -> None:
    if args.rating is None:
        waiting = desk.open()
        lines = [out.follow_up_line(one) for one in waiting] or ["Nobody waits for a call-back."]
        _print([out.follow_up_facts(one) for one in waiting], lines, args)
        return
    if args.result:
        desk.record(args.rating, FollowUpResult(args.result), args.by, args.note)
        _print(out.follow_up_facts(desk.show(args.rating)), ["Recorded."], args)
        return
    taken = desk.take(args.rating)
    _print(out.follow_up_facts(taken), [f"{taken.taken_by} calls back for {taken.label}."], args)


def _appeal(desk: FollowUps, args: argparse.Namespace) -> None:
    desk.appeal(args.rating, args.reason)
    _print(out.follow_up_facts(desk.show(args.rating)), ["Somebody else decides now."], args)


def _decide(desk: FollowUps, args: argparse.Namespace) -> None:
    granted = FollowUpResult(args.grant) if args.grant else None
    desk.decide(args.rating, granted)
    told = "It counts in no figure any more." if granted else "Refused: it counts."
    _print(out.follow_up_facts(desk.show(args.rating)), [told], args)


def _print(facts: object, lines: Iterable[str], args: argparse.Namespace) -> None:
    print(json.dumps(facts, ensure_ascii=False, indent=1) if args.json else "\n".join(lines))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-09-29") from None


_PERIODS: dict[str, Callable[[OpenHall, str, argparse.Namespace], None]] = {
    "list": _list,
    "figures": _figures,
    "export": _export,
}
_MOVES: dict[str, Callable[[FollowUps, argparse.Namespace], None]] = {
    "show": _show,
    "follow-up": _follow_up,
    "appeal": _appeal,
    "decide": _decide,
}
