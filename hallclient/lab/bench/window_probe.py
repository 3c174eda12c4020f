"""The windows of ``bench calls``: the clerks' own service calls, each commit with its time.

Each window is a process of its own, forked from this one, which has loaded the program once. They
open one after another, and each has a first case then, whose statements are new to the window and
to the server: in a hall that takes the processor of forty PCs, not of this one. Prints ``ready``
when all are open, waits for a line, then each calls and finishes turns at random moments and prints
one line a call: turn id, monotonic second of the commit, milliseconds of the whole call. A window
that the database turned away as too busy presses again, as a clerk would, and prints ``busy`` with
the number of those presses at its end.
"""

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

from hallclient.bootstrap.halls import open_hall
from hallclient.domain.turn import Outcome
from hallclient.lab.bench.saying import put_line
from hallclient.services.calling import Calling
from hallclient.services.store_error import StoreError
from hallclient.services.windows import WindowState

OPEN, FAILED = b".", b"!"
PRESSES = 5
"""After so many a window is a failure of the benchmark."""


class Clerk:
    """One window and whoever sits there."""

    def __init__(self, calling: Calling, seed: int) -> None:
        self._calling = calling
        self._mind = random.Random(seed)  # noqa: S311 - no secret
        self._busy = 0

    def begin(self) -> None:
        """Have the first case."""
        if self._press(self._calling.call_next).turn is None:
            raise RuntimeError("nobody waits at a window of the benchmark")
        self._finish()

    def work(self, calls: int, pause_s: float) -> bool:
        """Call ``calls`` tickets, about one every ``pause_s``; False when nobody listens."""
        for _ in range(calls):
            time.sleep(self._mind.uniform(0.5, 1.5) * pause_s)
            began = time.monotonic()
            state = self._press(self._calling.call_next)
            committed = time.monotonic()
            if state.turn is None or not state.turn.active:
                continue
            if not put_line(state.turn.id, repr(committed), repr((committed - began) * 1000)):
                return False
            self._finish()
        return put_line("busy", self._busy)

    def _finish(self) -> None:
        self._press(self._calling.start)
        self._press(lambda: self._calling.finish(Outcome.CONSULT))

    def _press(self, move: Callable[[], WindowState]) -> WindowState:
        for _ in range(PRESSES - 1):
            try:
                return move()
            except StoreError as error:
                if not error.retryable:
                    raise
                self._busy += 1
        return move()


def main(database: str, calls: int, pause_s: float, windows: list[str]) -> int:
    """Fork a process for each window, let all begin when told; return how many failed."""
    opened, may_go = os.pipe(), os.pipe()
    children: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: _end(children))
    for seed, window in enumerate(windows):
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(may_go[1])
            os._exit(_one(database, window, seed, (calls, pause_s), (opened[1], may_go[0])))
        children.append(child)
        if os.read(opened[0], 1) != OPEN:
            _end(children)
    if not put_line("ready") or not sys.stdin.readline():
        _end(children)
    os.close(may_go[1])
    return sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


def _end(children: list[int]) -> None:
    """End all windows, and this with them."""
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    os._exit(1)


def _one(
    database: str, window: str, seed: int, work: tuple[int, float], pipes: tuple[int, int]
) -> int:
    """Be one window: say that it is open, wait for the end of a pipe, work."""
    try:
        hall = open_hall(database, "", f"window {window}")
        calling = Calling(hall.store, window)
        clerk = Clerk(calling, seed)
        clerk.begin()
        os.write(pipes[0], OPEN)
        os.read(pipes[1], 1)
        heard = clerk.work(*work)
        hall.close()
    except Exception:  # noqa: BLE001 - a forked process must not go on as its mother
        traceback.print_exc()
        os.write(pipes[0], FAILED)
        return 1
    return 0 if heard else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
