"""One window of ``bench calls``: the clerk's own service calls, each commit with its time.

Prints ``ready``, waits for a line, then calls and finishes turns at random moments and prints one
line a call: turn id, monotonic second of the commit, milliseconds of the whole call.
"""

import random
import sys
import time

from hallclient.bootstrap.halls import open_hall
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling


def main(database: str, window: str, calls: int, pause_s: float, seed: int) -> None:
    """Call ``calls`` tickets, about one every ``pause_s`` seconds."""
    hall = open_hall(database, "", f"window {window}")
    calling = Calling(hall.store, window)
    calling.state()
    mind = random.Random(seed)  # noqa: S311 - no secret
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(calls):
        time.sleep(mind.uniform(0.5, 1.5) * pause_s)
        began = time.monotonic()
        state = calling.call_next()
        committed = time.monotonic()
        if state.turn is None or not state.turn.active:
            continue
        print(state.turn.id, repr(committed), repr((committed - began) * 1000), flush=True)
        calling.start()
        calling.finish(Outcome.CONSULT)
    hall.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
