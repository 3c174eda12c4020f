"""A PIN cannot be tried out: after a few wrong ones each further try has to wait.

A try is counted before the PIN is looked at and taken back when it fits, so that ending the program
in the middle of it gives no free one. The count outlives a restart; the clock set back only starts
the present wait anew.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Protocol

from hallclient.domain.errors import Refused

FREE_TRIES = 3
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 900
FORGET_S = 3600
MOST_NAMES = 64


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs in a row, the last at ``at``, seconds since 1970."""

    wrong: int
    at: float

    @property
    def wait(self) -> float:
        """Seconds after the last wrong PIN until the next may be tried."""
        beyond = self.wrong - FREE_TRIES
        if beyond < 0:
            return 0.0
        return float(min(FIRST_WAIT_S * 2 ** min(beyond, 10), LONGEST_WAIT_S))


class PinMemory(Protocol):
    """Where tries are kept while the program does not run."""

    def load(self) -> Mapping[str, Tries]:
        """Return what is kept; nothing when it cannot be read."""
        ...

    def save(self, tries: Mapping[str, Tries]) -> None:
        """Keep it; failing to is no error."""
        ...


class NoMemory:
    """Keeps nothing."""

    def load(self) -> Mapping[str, Tries]:
        """Return nothing."""
        return {}

    def save(self, tries: Mapping[str, Tries]) -> None:
        """Keep nothing."""


class PinGuard:
    """Counts wrong PINs by name (``technician``, ``ushers``); any thread."""

    def __init__(
        self, memory: PinMemory | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._memory = memory or NoMemory()
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[str, Tries] | None = None

    def left(self, name: str) -> int:
        """Return whole seconds until a PIN may be tried again, 0 for now."""
        with self._lock:
            return ceil(self._left(name))

    def check(self, name: str, fits: Callable[[], bool]) -> bool:
        """Return whether a PIN fits; raises ``Refused`` (``pin_wait``) while none may be tried."""
        with self._lock:
            left = ceil(self._left(name))
            if left > 0:
                raise Refused("pin_wait", f"no PIN may be tried for {left} s", seconds=left)
            known = self._known()
            before = known.pop(name, Tries(0, 0.0))
            # The newest stands last; a name that was pushed out has not been tried for long.
            known[name] = Tries(before.wrong + 1, self._clock())
            while len(known) > MOST_NAMES:
                del known[next(iter(known))]
            self._memory.save(known)
            if not fits():
                return False
            del known[name]
            self._memory.save(known)
            return True

    def _left(self, name: str) -> float:
        known, now = self._known(), self._clock()
        tries = known.get(name)
        if tries is None:
            return 0.0
        if now < tries.at:
            tries = known[name] = replace(tries, at=now)
        if now - tries.at > FORGET_S:
            del known[name]
            return 0.0
        return max(0.0, tries.at + tries.wait - now)

    def _known(self) -> dict[str, Tries]:
        if self._tries is None:
            self._tries = dict(self._memory.load())
        return self._tries
