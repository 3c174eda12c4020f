"""``hallclient appointment import|list|slots|book|cancel|check-in`` (docs/appointments.md)."""

import argparse
import secrets
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from hallclient.bootstrap.appointments import person_key
from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.commands.running import TROUBLE, CommandError
from hallclient.config import Settings, load_settings
from hallclient.domain.appointment import AppointmentState, BookedBy, Timing, spaced
from hallclient.domain.hall import HallPlan
from hallclient.services.appointments import Appointments, Booked, BookingRequest, CheckIn
from hallclient.services.appointments.files import MOST_BYTES, FileRefused, parse
from hallclient.services.appointments.importing import take_in
from hallclient.services.hours import local_time

_ACTOR = "usher:desk"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("import", "take in what another system has booked, changed and cancelled"),
        ("list", "show the appointments of a day"),
        ("slots", "show what can be booked"),
        ("book", "book a service"),
        ("cancel", "cancel an appointment"),
        ("check-in", "give somebody who is here the ticket of an appointment"),
    ):
        action = actions.add_parser(name, help=text, description=text.capitalize() + ".")
        _add_own(action, name)
        action.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
        action.add_argument("--db", default="", metavar="URL", help="database of the hall")
        action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")


def _add_own(action: argparse.ArgumentParser, name: str) -> None:
    if name == "import":
        action.add_argument("file", type=Path, nargs="+", help="a .csv or .json file")
    if name in ("slots", "book"):
        action.add_argument("service", help="code of the service")
    if name == "book":
        action.add_argument("day", type=_day, help="2026-11-23")
        action.add_argument("time", type=_time, help="09:30")
    if name in ("list", "slots"):
        action.add_argument("--day", type=_day, help="2026-11-23; today's list, the next days")
    if name in ("cancel", "check-in"):
        action.add_argument("code", help="its code, or the number of the other system")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "appointment",
        credentials=settings.credentials,
    )
    try:
        if args.action == "import":
            return max(_import(hall, settings, path) for path in args.file)
        _ACTIONS[args.action](hall, args)
    finally:
        hall.close()
    return 0


def _import(hall: OpenHall, settings: Settings, path: Path) -> int:
    plan = hall.store.plan()
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        parsed = parse(content, path.name, plan.time_zone, person_key(settings))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except FileRefused as error:
        raise CommandError(f"{path.name}: {error}") from error
    report = take_in(hall.store, parsed, _ACTOR)
    print(f"{path.name}: {report}")
    return TROUBLE if report.problems else 0


def _list(hall: OpenHall, args: argparse.Namespace) -> None:
    plan = hall.store.plan()
    found = Appointments(hall.store, _ACTOR).on(args.day)
    for one in found:
        print(_row(plan, one))
    if not found:
        print("There are no appointments on that day.")


def _slots(hall: OpenHall, args: argparse.Namespace) -> None:
    plan = hall.store.plan()
    days = Appointments(hall.store, _ACTOR).days(args.service)
    chosen = [day for day in days if args.day in (None, day.day)]
    for day in chosen:
        times = "  ".join(f"{local_time(plan, s.starts_at):%H:%M} ({s.room})" for s in day.slots)
        print(f"{day.day}  {times or 'over'}")
    if not chosen:
        print("Nothing can be booked." if not days else "That day cannot be booked.")


def _book(hall: OpenHall, args: argparse.Namespace) -> None:
    plan = hall.store.plan()
    local = datetime.combine(args.day, args.time, ZoneInfo(plan.time_zone))
    request = BookingRequest(
        secrets.token_hex(16), args.service, local.astimezone(UTC), BookedBy.USHER
    )
    print(_row(plan, Appointments(hall.store, _ACTOR).book(request)))


def _cancel(hall: OpenHall, args: argparse.Namespace) -> None:
    print(_row(hall.store.plan(), Appointments(hall.store, _ACTOR).cancel(args.code)))


def _check_in(hall: OpenHall, args: argparse.Namespace) -> None:
    asked = CheckIn(secrets.token_hex(16))
    came = Appointments(hall.store, _ACTOR).check_in(args.code, asked)
    plan, here = hall.store.plan(), came.arrival
    told = {
        Timing.EARLY: f"{here.minutes} min early",
        Timing.ON_TIME: "on time",
        Timing.LATE: f"{here.minutes} min late, waits like a walk-in",
    }[here.timing]
    queue = plan.queue_by_id(came.issued.ticket.queue_id).name.zh_cn
    print(f"{came.issued.ticket.label}: {queue}, {told}, {came.issued.people_ahead} ahead")


def _row(plan: HallPlan, one: Booked) -> str:
    booked = one.appointment
    absent = booked.state is AppointmentState.BOOKED and one.arrival.timing is Timing.LATE
    state = "did not come" if absent else f"{booked.state} {one.label}".strip()
    number = f"  {booked.external}" if booked.external else ""
    return (
        f"{local_time(plan, booked.starts_at):%Y-%m-%d %H:%M}  {spaced(booked.code)}  "
        f"{one.service.code} {one.service.name.zh_cn}  {state}  {booked.source}{number}"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-23") from None


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 09:30") from None


_ACTIONS = {
    "list": _list,
    "slots": _slots,
    "book": _book,
    "cancel": _cancel,
    "check-in": _check_in,
}
