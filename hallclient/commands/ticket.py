"""``hallclient ticket show|requeue|reprint``: what the guide desk does for a citizen's number."""

import argparse

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.running import CommandError
from hallclient.commands.slips_out import add_target_arguments, send
from hallclient.config import load_settings
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, is_offline
from hallclient.services.hall_slips import HallSlips
from hallclient.services.hours import local_time
from hallclient.services.issuing import Issuing
from hallclient.services.store import Reader, Store
from hallclient.services.ticket_slip import speech_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("show", "say where a number stands"),
        ("requeue", "let somebody wait again who missed his call"),
        ("reprint", "print a waiting ticket once more, with a mark"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("label", help="today's number, B107, or the token of its code")
        if name == "reprint":
            add_target_arguments(action, preview=False)
        action.add_argument("--db", default="", metavar="URL", help="database of the hall")
        action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings()
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "ticket",
        credentials=settings.credentials,
    )
    try:
        if args.action == "reprint":
            return _reprint(hall.store, args)
        with hall.store.look() as reader:
            ticket = _find(reader, args.label)
        if args.action == "requeue":
            issued = Issuing(hall.store, "usher:desk").requeue(ticket.id)
            print(f"{ticket.label} waits again, {issued.people_ahead} ahead.")
            return 0
        with hall.store.look() as reader:
            print(_standing(reader, ticket))
    finally:
        hall.close()
    return 0


def _reprint(store: Store, args: argparse.Namespace) -> int:
    made = HallSlips(store, speech_of).reprint(args.label)
    station = args.station or made.station
    if not station:
        raise CommandError("It is not known where this ticket was taken: say --station NAME.")
    return send(store, made, station, "usher:desk", args.wait)


def _find(reader: Reader, wanted: str) -> Ticket:
    label = wanted.strip().upper()
    found = reader.ticket_by_token(label) or reader.ticket_by_label(label)
    if found is None:
        why = " A kiosk gives it out offline: it is not in yet." if is_offline(label) else ""
        raise CommandError(f"There is no number {label} today.{why}")
    return found


def _standing(reader: Reader, ticket: Ticket) -> str:
    queue = reader.plan.queue_by_id(ticket.queue_id)
    ahead = f", {reader.ahead_of(ticket)} ahead" if ticket.status == "waiting" else ""
    return f"{ticket.label}: {queue.name.zh_cn}, {ticket.status}{ahead}{_needs(reader, ticket)}"


def _needs(reader: Reader, ticket: Ticket) -> str:
    """Return what is special about a ticket: class, appointment, the services of its visit."""
    found = []
    if ticket.priority is not PriorityClass.NORMAL:
        found.append(f"priority {ticket.priority}")
    if ticket.channel is Channel.BOOKED:
        found.append("by appointment")
    if ticket.callable_from is not None and ticket.callable_from > reader.now:
        found.append(f"called from {local_time(reader.plan, ticket.callable_from):%H:%M} on")
    for step in reader.steps(ticket.id):
        name = reader.plan.service_by_id(step.service_id).name.zh_cn
        found.append(f"{name} ({step.state.value.replace('_', ' ')})")
    return "".join(f", {one}" for one in found)
