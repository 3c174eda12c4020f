"""``hallclient usher …``: what ushers do for citizens, from a terminal; behind number and PIN.

The PIN is read from the standard input: on a command line everybody on the PC sees it.
"""

import argparse
import getpass
import os
import sys
import uuid
from collections.abc import Callable

from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.bootstrap.kiosk_data import pin_guard
from hallclient.commands.signing import add_sign_in
from hallclient.commands.slips_out import WAIT_S, settle
from hallclient.config import LANGUAGES, load_settings
from hallclient.domain.rules import PriorityClass
from hallclient.services.helping import Help
from hallclient.services.issuing import IssuedTicket, TicketRequest
from hallclient.services.ushering import Ushering, sign_in

LONGEST_LINE = 64
_CLASSES = [one.value for one in PriorityClass]
_ACTIONS = {
    "take": "take numbers for citizens",
    "priority": "let a waiting number go ahead by the credit of a class, normal takes it back",
    "requeue": "let somebody wait again who missed his call",
    "reprint": "print a waiting number once more, with a mark",
    "calls": "list the calls for help",
    "go": "say that you are going to a call for help",
    "done": "say that a call for help is over",
    "watch": "be there for calls for help: they are said here, their number and Enter answers them",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        add_sign_in(action)
        _ARGUMENTS.get(name, _nothing)(action)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "usher",
        credentials=settings.credentials,
    )
    try:
        usher = sign_in(hall.store, pin_guard(settings), args.staff, ask_pin())
        moves = Ushering(hall.store, usher, getattr(args, "station", "") or "")
        return _RUNS[args.action](hall, moves, args)
    finally:
        hall.close()


def _nothing(_action: argparse.ArgumentParser) -> None:
    pass


def _take_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("service", help="code of the service")
    action.add_argument("--count", type=int, default=1, metavar="N", help="so many numbers (1)")
    action.add_argument("--class", dest="priority", choices=_CLASSES, default="normal")
    action.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    action.add_argument("--station", default="", metavar="NAME", help="that kiosk prints them")
    # Said again after a broken connection, the same name gives the same numbers.
    action.add_argument("--request", default="", metavar="NAME", help="a name for this request")


def _priority_arguments(action: argparse.ArgumentParser) -> None:
    _label(action)
    action.add_argument("priority", choices=_CLASSES, help="class")


def _label(action: argparse.ArgumentParser) -> None:
    action.add_argument("label", help="today's number, B107, or the token of its code")


def _reprint_arguments(action: argparse.ArgumentParser) -> None:
    _label(action)
    action.add_argument("--station", default="", metavar="NAME", help="print it there, K1")
    action.add_argument("--wait", type=float, default=WAIT_S, metavar="S", help="wait so long (8)")


def _call(action: argparse.ArgumentParser) -> None:
    action.add_argument("call", type=int, help="number of the call, as the list has it")


_ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "take": _take_arguments,
    "priority": _priority_arguments,
    "requeue": _label,
    "reprint": _reprint_arguments,
    "go": _call,
    "done": _call,
}


def _take(_hall: OpenHall, moves: Ushering, args: argparse.Namespace) -> int:
    request = TicketRequest(
        args.request or uuid.uuid4().hex,
        args.service,
        priority=PriorityClass(args.priority),
        language=args.language,
        station=args.station,
    )
    for issued in moves.issue_several(request, args.count):
        print(_standing(issued))
    return 0


def _priority(_hall: OpenHall, moves: Ushering, args: argparse.Namespace) -> int:
    print(_standing(moves.prioritise(args.label, PriorityClass(args.priority))))
    return 0


def _requeue(_hall: OpenHall, moves: Ushering, args: argparse.Namespace) -> int:
    print(_standing(moves.requeue(args.label)))
    return 0


def _reprint(hall: OpenHall, moves: Ushering, args: argparse.Namespace) -> int:
    return settle(hall.store, moves.reprint(args.label), moves.actor, args.wait)


def _calls(_hall: OpenHall, moves: Ushering, _args: argparse.Namespace) -> int:
    calls = moves.calls()
    for call in calls:
        print(said(call))
    if not calls:
        print("Nobody asks for help.")
    return 0


def _go(_hall: OpenHall, moves: Ushering, args: argparse.Namespace) -> int:
    print(said(moves.go(args.call)))
    return 0


def _done(_hall: OpenHall, moves: Ushering, args: argparse.Namespace) -> int:
    moves.helped(args.call)
    print(f"Call {args.call} is over.")
    return 0


def _watch(hall: OpenHall, moves: Ushering, _args: argparse.Namespace) -> int:
    from hallclient.commands.usher_watch import watch  # noqa: PLC0415 - for this action only

    return watch(hall, moves)


_RUNS: dict[str, Callable[[OpenHall, Ushering, argparse.Namespace], int]] = {
    "take": _take,
    "priority": _priority,
    "requeue": _requeue,
    "reprint": _reprint,
    "calls": _calls,
    "go": _go,
    "done": _done,
    "watch": _watch,
}


def _standing(issued: IssuedTicket) -> str:
    ticket = issued.ticket
    of_class = f", {ticket.priority}" if ticket.priority is not PriorityClass.NORMAL else ""
    return f"{ticket.label}: {issued.queue.name.zh_cn}, {issued.people_ahead} ahead{of_class}"


def said(call: Help) -> str:
    """Return a call for help in a line."""
    seconds = int((call.now - call.call.asked_at).total_seconds())
    coming = f", {call.name} is going there" if call.name else ""
    return f"{call.call.id}  {call.call.station}, for {seconds} s{coming}"


def ask_pin() -> str:
    """Return the PIN that is typed, or the next line of the input."""
    if sys.stdin.isatty():
        return getpass.getpass("PIN: ")
    return read_line(sys.stdin.fileno()).decode("utf-8", "replace").strip()


def read_line(handle: int) -> bytes:
    """Return the next line with its end; nothing at the end of the input.

    Read past Python's own buffer: what follows the line is for whoever reads next, and a thread
    that waits here holds nothing that the program's end needs.
    """
    read = b""
    while len(read) < LONGEST_LINE and not read.endswith(b"\n"):
        sign = os.read(handle, 1)
        if not sign:
            break
        read += sign
    return read
