"""``hallclient sms leave|forget|list|test``: text messages about a citizen's number.

A telephone number is read from the standard input: on a command line everybody on the PC sees it.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.bootstrap.messages import hall_key, message_sender, sends_messages
from hallclient.commands.running import CommandError
from hallclient.config import Settings, load_settings
from hallclient.domain.message import MessageState
from hallclient.domain.telephone import masked, normalised
from hallclient.phrases import Phrases
from hallclient.services.messages import Messages
from hallclient.services.ports_devices import MessageFate
from hallclient.services.sealing import KeyTrouble

TEST_MINUTES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("leave", "leave a telephone for a number; the telephone is read from the input"),
        ("forget", "delete the telephone left for a number"),
        ("list", "say what became of the messages"),
        ("test", "send a test message from this PC; the telephone is read from the input"),
    ):
        action = actions.add_parser(name, help=text)
        if name in ("leave", "forget"):
            action.add_argument("label", help="today's number, B107")
        action.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
        action.add_argument("--db", default="", metavar="URL", help="database of the hall")
        action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "sms",
        credentials=settings.credentials,
    )
    try:
        if args.action == "list":
            return _list(hall)
        if args.action == "test":
            return _test(hall, settings)
        return _leave_or_forget(hall, settings, args)
    finally:
        hall.close()


def _leave_or_forget(hall: OpenHall, settings: Settings, args: argparse.Namespace) -> int:
    label = args.label.strip().upper()
    with hall.store.look() as reader:
        ticket = reader.ticket_by_label(label)
    if ticket is None:
        raise CommandError(f"There is no number {label} today.")
    try:
        messages = Messages(hall.store, hall_key(settings), "usher:desk")
    except KeyTrouble as error:
        raise CommandError(f"{error} hallclient hall key makes one.") from error
    if args.action == "forget":
        gone = messages.forget(ticket.id)
        print(f"The telephone of {label} is deleted." if gone else f"{label} has no telephone.")
        return 0
    number = normalised(_asked())
    messages.subscribe(ticket.id, number)
    print(f"{masked(number)} is told about {label}.")
    return 0


def _list(hall: OpenHall) -> int:
    with hall.store.look() as reader:
        messages = reader.messages(*MessageState)
        contacts = len(reader.contacts())
    found = Counter((message.event, message.state) for message in messages)
    print(f"{contacts} telephones, {len(messages)} messages")
    for (event, state), count in sorted(found.items()):
        print(f"  {event}: {count} {state}")
    return 0


def _test(hall: OpenHall, settings: Settings) -> int:
    if not sends_messages(settings):
        raise CommandError("No modem and no command is set on this PC ([sms] in its settings).")
    plan = hall.store.plan()
    words = Phrases(settings.language)
    number = normalised(_asked())
    with message_sender(settings) as sender:
        text = words("sms.test", hall=plan.name.text(settings.language))
        fate = sender.send(number, text, minutes=TEST_MINUTES)
    said = {
        MessageFate.SENT: f"The message to {masked(number)} was sent.",
        MessageFate.FAILED: "The message was not sent; hallclient device check tells more.",
        MessageFate.UNKNOWN: "The message may have been sent; nobody confirmed it.",
    }
    print(said[fate])
    return 0 if fate is MessageFate.SENT else 3


def _asked() -> str:
    if sys.stdin.isatty():
        print("Telephone: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline(64).strip()
