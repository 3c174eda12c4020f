"""The first time that each call can be seen, for measurements from commit to paint."""

import time
from collections import deque

from hallclient.display.desk import Painted
from hallclient.services.board import BoardCall

REMEMBERED = 128


class Sightings:
    """Tells of each call once. Remembers the last calls only, many more than a board shows."""

    def __init__(self, painted: Painted) -> None:
        self._painted = painted
        self._seen: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)

    def see(self, call: BoardCall) -> None:
        """Note that a call has been painted."""
        key = (call.turn_id, call.calls)
        if key not in self._seen:
            self._seen.append(key)
            self._painted(call.turn_id, call.calls, time.monotonic())
