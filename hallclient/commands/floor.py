"""``hallclient floor …``: what the supervisor's console shows and does, in a terminal.

Behind staff number and PIN; the PIN is read from the standard input.
"""

import argparse
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from hallclient.bootstrap.halls import open_hall
from hallclient.bootstrap.kiosk_data import pin_guard
from hallclient.commands import floor_report
from hallclient.commands import floor_words as words
from hallclient.commands.signing import add_sign_in
from hallclient.commands.usher import ask_pin
from hallclient.config import load_settings
from hallclient.domain.bulletin import Audience
from hallclient.domain.follow_up import BY_APPEAL, FollowUpResult
from hallclient.domain.text import LocalText
from hallclient.services.supervising import STOP_REASONS, Supervising, sign_in

_ACTIONS = {
    "show": "say how the hall stands: figures, windows, queues, alarms",
    "windows": "list the windows and what goes on there",
    "queues": "list the queues with their waits",
    "alarms": "list what somebody must look after, the heaviest first",
    "take": "put your name to an alarm, or answer a call for help",
    "assign": "let a window serve these queues today",
    "give-back": "let a window serve its usual queues again",
    "close": "close a window somebody left; its tickets go on elsewhere",
    "stop": "let a queue give out no numbers",
    "reopen": "let it give out numbers again",
    "leave": "note that somebody is on leave today",
    "broadcast": "say something to the hall for a while",
    "withdraw": "take back what was said",
    "report": "months of the floor by queue, service, window, person or period",
    "follow-up": "list the bad ratings that wait for a call-back; take one, record what came of it",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        add_sign_in(action)
        if name in _LOOKS:
            action.add_argument("--json", action="store_true", help="for programs")
        _ARGUMENTS.get(name, _nothing)(action)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "floor",
        credentials=settings.credentials,
    )
    try:
        who = sign_in(hall.store, pin_guard(settings), args.staff, ask_pin())
        moves = Supervising(hall.store, who)
        if args.action == "report":
            floor_report.run(hall.store, args)
        elif args.action in _LOOKS:
            _look(moves, args)
        else:
            print(_MOVES[args.action](moves, args))
    finally:
        hall.close()
    return 0


# Looks


def _look(moves: Supervising, args: argparse.Namespace) -> None:
    if args.action == "follow-up":
        if _moved(moves, args):
            return
        told: Any = words.follow_ups(moves.follow_ups.open())
        lines = words.follow_up_lines(moves.follow_ups.open())
    else:
        state = moves.floor()
        told = words.facts(state, args.action)
        lines = words.lines(state, args.action)
    print(json.dumps(told, ensure_ascii=False, indent=1) if args.json else "\n".join(lines))


def _moved(moves: Supervising, args: argparse.Namespace) -> bool:
    """Take or record a call-back, where one is named."""
    if args.rating is None:
        return False
    if not args.result:
        taken = moves.follow_ups.take(args.rating)
        print(f"{taken.taken_by} calls back for {taken.label}.")
        return True
    moves.follow_ups.record(args.rating, FollowUpResult(args.result), args.by)
    print("Recorded.")
    return True


# Moves


def _take(moves: Supervising, args: argparse.Namespace) -> str:
    moves.take_alarm(f"{args.kind} {args.subject}")
    return f"{moves.supervisor.name} takes care of it."


def _assign(moves: Supervising, args: argparse.Namespace) -> str:
    ranks = [[code for code in rank.split(",") if code] for rank in args.ranks]
    moves.assign(args.window, ranks)
    return f"Window {args.window} serves {', then '.join(' and '.join(rank) for rank in ranks)}."


def _give_back(moves: Supervising, args: argparse.Namespace) -> str:
    moves.give_back(args.window)
    return f"Window {args.window} serves its usual queues."


def _close(moves: Supervising, args: argparse.Namespace) -> str:
    moves.close_window(args.window)
    return f"Window {args.window} is closed; its tickets wait for any window."


def _stop(moves: Supervising, args: argparse.Namespace) -> str:
    moves.stop(args.queue, args.reason)
    return f"Queue {args.queue} gives out no numbers; who waits is called as ever."


def _reopen(moves: Supervising, args: argparse.Namespace) -> str:
    moves.reopen(args.queue)
    return f"Queue {args.queue} gives out numbers."


def _leave(moves: Supervising, args: argparse.Namespace) -> str:
    moves.leave(args.member, on_leave=not args.back)
    return f"{args.member} is {'not ' if args.back else ''}on leave today."


def _broadcast(moves: Supervising, args: argparse.Namespace) -> str:
    text = LocalText(args.text, args.hant, args.en)
    said = moves.broadcast(text, Audience(args.audience), args.zone or (), args.minutes)
    return f"Bulletin {said.id} stands for {args.minutes} minutes."


def _withdraw(moves: Supervising, args: argparse.Namespace) -> str:
    moves.withdraw(args.bulletin)
    return f"Bulletin {args.bulletin} is taken back."


# Arguments


def _nothing(_action: argparse.ArgumentParser) -> None:
    pass


def _take_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("kind", help="its kind, as the list has it: long_wait")
    action.add_argument("subject", help="what it is about: queue:A")


def _window(action: argparse.ArgumentParser) -> None:
    action.add_argument("window", help="code of the window")


def _assign_arguments(action: argparse.ArgumentParser) -> None:
    _window(action)
    action.add_argument(
        "ranks", nargs="+", metavar="QUEUES", help="rank 1 first; equals with a comma: B A,C"
    )


def _queue(action: argparse.ArgumentParser) -> None:
    action.add_argument("queue", help="code of the queue")


def _stop_arguments(action: argparse.ArgumentParser) -> None:
    _queue(action)
    action.add_argument("--reason", choices=STOP_REASONS, default=STOP_REASONS[0])


def _leave_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("member", metavar="NUMBER", help="staff number of whom it is about")
    action.add_argument("--back", action="store_true", help="they are not on leave after all")


def _broadcast_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("text", help="one line, in zh-CN")
    action.add_argument("--hant", default="", metavar="TEXT", help="the same in zh-Hant")
    action.add_argument("--en", default="", metavar="TEXT", help="the same in English")
    action.add_argument("--audience", choices=[one.value for one in Audience], default="all")
    action.add_argument("--zone", action="append", metavar="CODE", help="only there; several times")
    action.add_argument("--minutes", type=int, default=10, metavar="N", help="so long (10)")


def _withdraw_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("bulletin", type=int, help="number of the bulletin")


def _follow_up_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("rating", nargs="?", type=int, help="number of the rating, from the list")
    results = [one.value for one in FollowUpResult if one not in BY_APPEAL]
    action.add_argument("--result", choices=results, default="")
    action.add_argument("--by", type=_day, metavar="DATE", help="corrected by then (by_date)")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-09-29") from None


_LOOKS = frozenset({"show", "windows", "queues", "alarms", "follow-up", "report"})
_MOVES: dict[str, Callable[[Supervising, argparse.Namespace], str]] = {
    "take": _take,
    "assign": _assign,
    "give-back": _give_back,
    "close": _close,
    "stop": _stop,
    "reopen": _reopen,
    "leave": _leave,
    "broadcast": _broadcast,
    "withdraw": _withdraw,
}
_ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "take": _take_arguments,
    "assign": _assign_arguments,
    "give-back": _window,
    "close": _window,
    "stop": _stop_arguments,
    "reopen": _queue,
    "leave": _leave_arguments,
    "broadcast": _broadcast_arguments,
    "withdraw": _withdraw_arguments,
    "follow-up": _follow_up_arguments,
    "report": floor_report.add_arguments,
}
