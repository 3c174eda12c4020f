"""``hallclient case …``: a hall's cases in a terminal, and the figures it publishes of them.

Looking needs the database only. A change is behind staff number and PIN, and by the same rights as
at a window; the PIN is read from the standard input: on a command line everybody sees it.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.bootstrap.kiosk_data import pin_guard
from hallclient.commands.case_out import show_cases, show_figures
from hallclient.commands.running import CommandError
from hallclient.commands.usher import ask_pin
from hallclient.config import LANGUAGES, Settings, load_settings
from hallclient.domain.calendar import business_day
from hallclient.domain.case import (
    DUE_REASONS,
    REFUSALS,
    Basis,
    CaseResult,
    Handover,
    SuspendReason,
)
from hallclient.domain.case_moves import CORRECTIONS
from hallclient.domain.ending import Ending
from hallclient.domain.errors import NotFound
from hallclient.domain.parts import Service
from hallclient.domain.rights import Right
from hallclient.domain.turn import Outcome
from hallclient.services import member
from hallclient.services.case_desk import sign_in
from hallclient.services.case_report import case_report
from hallclient.services.case_views import CaseView, due_cases, near_until, view_of, wanted_cases
from hallclient.services.cases import Cases
from hallclient.services.hall_slips import find_ticket
from hallclient.services.hallfile.cases import OUTCOMES
from hallclient.services.steps import service_of_turn
from hallclient.services.store import Reader

_LOOKS = {
    "list": "list the open cases, the nearest due first",
    "due": "list what is overdue, near, or due by a day; a clock that stands has no due day",
    "find": "find cases by number, by a ticket's label (of --day) or by its token",
    "show": "show a case with everything that is known of it",
    "figures": "the figures a hall publishes, each with its definition",
}
_MOVES = {
    "accept": "accept a supplement whose material is complete: the clock starts",
    "tell": "tell what is missing, later than at the window",
    "suspend": "stop the clock of a case",
    "resume": "let the clock go on",
    "finish": "finish a case",
    "correct": "correct the outcome of a turn of today",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in {**_LOOKS, **_MOVES}.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        action.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
        action.add_argument("--db", default="", metavar="URL", help="database of the hall")
        action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")
        action.add_argument("--json", action="store_true", help="for another program")
        action.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
        if name in _MOVES:
            action.add_argument("--staff", required=True, metavar="N", help="your staff number")
        if name not in ("list", "due", "figures"):
            what = "today's label" if name == "correct" else "number, label or token"
            action.add_argument("case", help=what)
    choices = actions.choices
    choices["list"].add_argument("--limit", type=int, default=200, metavar="N")
    choices["due"].add_argument("--until", metavar="YYYY-MM-DD")
    choices["find"].add_argument("--day", metavar="YYYY-MM-DD", help="day of the label")
    figures = choices["figures"]
    figures.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help="this month's first")
    figures.add_argument("--to", dest="last", metavar="YYYY-MM-DD", help="today")
    figures.add_argument("--staff", default="", metavar="N", help="with 满意率, for supervisors")
    figures.add_argument("--services", action="store_true", help="each service too")
    for name in ("accept", "correct"):
        _ending(choices[name])
    choices["correct"].add_argument("--because", choices=CORRECTIONS, required=True)
    choices["tell"].add_argument("missing", nargs="*", metavar="N|NAME", help="a material")
    choices["tell"].add_argument("--note", default="", help="where the service has no list")
    choices["suspend"].add_argument("--reason", required=True, choices=_words(SuspendReason))
    choices["finish"].add_argument("--result", required=True, choices=_words(CaseResult))
    choices["finish"].add_argument("--elsewhere", action="store_true", help="not decided here")
    choices["finish"].add_argument("--note", default="", help="for staff only")


def _ending(action: argparse.ArgumentParser) -> None:
    action.add_argument("--outcome", choices=OUTCOMES, default=Outcome.PROMISED.value)
    action.add_argument("--basis", choices=_words(Basis), default=Basis.NORMAL.value)
    action.add_argument("--handover", choices=_words(Handover), default=Handover.WINDOW.value)
    action.add_argument("--number", default="", help="the department's own")
    action.add_argument("--due", metavar="YYYY-MM-DD", help="another day than the computed one")
    action.add_argument("--due-reason", choices=DUE_REASONS, default="")
    action.add_argument("--refused", choices=REFUSALS, default="", help="why not accepted")
    action.add_argument("--missing", action="append", default=[], metavar="N|NAME")
    action.add_argument("--note", default="", help="for staff only")


def _words(kind: type[Basis | Handover | CaseResult | SuspendReason]) -> list[str]:
    return [one.value for one in kind]


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "case",
        credentials=settings.credentials,
    )
    try:
        if args.action == "figures":
            return _figures(hall, args)
        moves = args.action in _MOVES
        if moves:
            views = _MOVING[args.action](hall, _desk(hall, settings, args), args)
        else:
            views = _looked(hall, args)
        one = moves or args.action == "show"
        show_cases(hall.store.plan(), views, args.language, as_json=args.json, whole=one)
        return 0
    finally:
        hall.close()


def _desk(hall: OpenHall, settings: Settings, args: argparse.Namespace) -> Cases:
    return Cases(hall.store, sign_in(hall.store, pin_guard(settings), args.staff, ask_pin()))


def _looked(hall: OpenHall, args: argparse.Namespace) -> Sequence[CaseView]:
    with hall.store.look() as reader:
        if args.action in ("find", "show"):
            return _found(reader, args.case, _day(getattr(args, "day", None)))
        if args.action == "list":
            cases = reader.open_cases(max(args.limit, 1))
            return [view_of(reader, case) for case in cases]
        until = _day(args.until)
        views = [view_of(reader, case) for case in due_cases(reader, until or near_until(reader))]
        return [view for view in views if until or view.overdue or view.near]


def _found(reader: Reader, wanted: str, day: date | None = None) -> Sequence[CaseView]:
    found = wanted_cases(reader, wanted, day)
    if not found:
        raise NotFound("unknown_case", f"there is no case for {wanted.strip()[:40]}")
    return [view_of(reader, case) for case in found]


def _only(hall: OpenHall, wanted: str) -> CaseView:
    with hall.store.look() as reader:
        views = _found(reader, wanted)
    if len(views) > 1:
        numbers = ", ".join(view.case.number for view in views)
        raise CommandError(f"{wanted} has several cases, name one: {numbers}.")
    return views[0]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"A day is written 2026-09-29, not {text[:40]}.") from None


def _figures(hall: OpenHall, args: argparse.Namespace) -> int:
    with hall.store.look() as reader:
        plan = reader.plan
        today = business_day(reader.now, plan.time_zone, plan.rules.day_start)
    last = _day(args.last) or today
    first = _day(args.first) or last.replace(day=1)
    if last < first:
        raise CommandError("--to lies before --from.")
    report = case_report(hall.store, first, last, rated=_may_see_ratings(hall, args))
    show_figures(report, args.language, as_json=args.json, services=args.services)
    return 0


def _may_see_ratings(hall: OpenHall, args: argparse.Namespace) -> bool:
    """Return whether a supervisor asks; raises ``Refused`` for a wrong PIN or without the right."""
    if not args.staff:
        return False
    guard = pin_guard(load_settings(args.settings))
    who = member.sign_in(hall.store, guard, args.staff, ask_pin())
    with hall.store.look() as reader:
        member.member_with(reader, who.code, Right.BROADCAST)
    return True


# Moves


def _given(args: argparse.Namespace, service: Service) -> Ending:
    return Ending(
        Outcome(args.outcome),
        missing=_materials(service, args.missing),
        refused=args.refused,
        basis=Basis(args.basis),
        handover=Handover(args.handover),
        number=args.number,
        due_on=_day(args.due),
        due_reason=args.due_reason,
        note=args.note,
    )


def _materials(service: Service, named: Sequence[str]) -> tuple[str, ...]:
    """Return materials by their place in the service's list, from 1, or by their name."""
    names = [material.name.zh_cn for material in service.materials]
    places = {str(place): name for place, name in enumerate(names, start=1)}
    return tuple(places.get(word, word) for word in named)


def _accept(hall: OpenHall, desk: Cases, args: argparse.Namespace) -> Sequence[CaseView]:
    view = _only(hall, args.case)
    return [desk.accept(view.case.id, _given(args, view.service))]


def _tell(hall: OpenHall, desk: Cases, args: argparse.Namespace) -> Sequence[CaseView]:
    view = _only(hall, args.case)
    return [desk.tell(view.case.id, _materials(view.service, args.missing), args.note)]


def _suspend(hall: OpenHall, desk: Cases, args: argparse.Namespace) -> Sequence[CaseView]:
    return [desk.suspend(_only(hall, args.case).case.id, SuspendReason(args.reason))]


def _resume(hall: OpenHall, desk: Cases, args: argparse.Namespace) -> Sequence[CaseView]:
    return [desk.resume(_only(hall, args.case).case.id)]


def _finish(hall: OpenHall, desk: Cases, args: argparse.Namespace) -> Sequence[CaseView]:
    case = _only(hall, args.case).case
    result = CaseResult(args.result)
    return [desk.finish(case.id, result, elsewhere=args.elsewhere, note=args.note)]


def _correct(hall: OpenHall, desk: Cases, args: argparse.Namespace) -> Sequence[CaseView]:
    with hall.store.look() as reader:
        ticket = find_ticket(reader, args.case)
        turn = reader.turn_of_ticket(ticket.id)
        if turn is None:
            raise CommandError(f"{ticket.label} was not called yet.")
        service = service_of_turn(reader, turn, ticket)  # not the step it goes on to
    view = desk.correct(turn.id, _given(args, service), args.because)
    return [view] if view is not None else []


_MOVING: dict[str, Callable[[OpenHall, Cases, argparse.Namespace], Sequence[CaseView]]] = {
    "accept": _accept,
    "tell": _tell,
    "suspend": _suspend,
    "resume": _resume,
    "finish": _finish,
    "correct": _correct,
}
