"""``hallclient usher watch``: be there for calls for help, in a terminal."""

import queue
import sys
import threading
import time

from hallclient.bootstrap.halls import OpenHall
from hallclient.commands.usher import read_line, said
from hallclient.domain.errors import Conflict
from hallclient.services.helping import HELP_SCOPE, RENEW_S, Help
from hallclient.services.store_error import StoreError
from hallclient.services.ushering import Ushering

LOOK_S = 1.0


def watch(hall: OpenHall, moves: Ushering) -> int:
    """Say the calls as they come and answer those whose number is typed; ends with the input."""
    place = f"usher {moves.usher.code}"
    typed: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(typed,), daemon=True).start()
    feed = hall.feed(HELP_SCOPE)
    known: dict[int, Help] = {}
    renew_at = 0.0
    print("Waiting for calls for help. A call's number and Enter: you go there; again: it is over.")
    try:
        while True:
            try:
                if time.monotonic() >= renew_at:
                    moves.there(place)
                    renew_at = time.monotonic() + RENEW_S
                known = _tell(known, moves)
                if not _answer(typed, moves):
                    return 0
            except StoreError as error:
                print(f"The database does not answer: {error}", file=sys.stderr)
            feed.wait(LOOK_S)
    finally:
        feed.close()
        moves.gone(place)


def _read(typed: "queue.SimpleQueue[str | None]") -> None:
    while line := read_line(sys.stdin.fileno()):
        typed.put(line.decode("utf-8", "replace").strip())
    typed.put(None)


def _tell(known: dict[int, Help], moves: Ushering) -> dict[int, Help]:
    now = {call.call.id: call for call in moves.calls()}
    for number, call in now.items():
        if number not in known:
            print(f"\a{said(call)}", flush=True)
        elif call.name != known[number].name:
            print(said(call), flush=True)
    for number in known.keys() - now.keys():
        print(f"{number}  is over", flush=True)
    return now


def _answer(typed: "queue.SimpleQueue[str | None]", moves: Ushering) -> bool:
    """Do what was typed; False when there is no more to come."""
    while not typed.empty():
        line = typed.get()
        if line is None:
            return False
        if line:
            _go_or_end(line, moves)
    return True


def _go_or_end(line: str, moves: Ushering) -> None:
    call = next((one for one in moves.calls() if str(one.call.id) == line), None)
    if call is None:
        print("There is no such call.", flush=True)
        return
    try:
        if call.staff == moves.usher.code:
            moves.helped(call.call.id)
        else:
            moves.go(call.call.id)
    except Conflict as error:
        print(f"{error}.", flush=True)
