"""Sound that is waited for: put on the tape, and played to its end or cut off. For one thread."""

import time
from collections.abc import Callable
from enum import Enum, auto

from hallclient.ui.voice_bank import RATE
from hallclient.ui.voice_sinks import Sink
from hallclient.ui.voice_tape import Tape

LOST_S = 2.0
"""A device that takes nothing for so long is lost."""
_CHECK_S = 0.05


class Played(Enum):
    """How a sound ended."""

    WHOLE = auto()
    CUT = auto()
    """Somebody asked for silence."""
    LOST = auto()
    """The device took no more."""


class Mouth:
    """A tape and what takes the sound off it."""

    def __init__(self, to: Callable[[Tape], Sink], lost_s: float = LOST_S) -> None:
        self._tape = Tape()
        self._sink = to(self._tape)
        self._lost_s = lost_s

    def ready(self) -> bool:
        """Open the device where it is not open; return whether it is. At most a few seconds."""
        return self._sink.wake()

    def play(self, samples: bytes, volume: int, stop: Callable[[float], bool]) -> Played:
        """Play samples, volume 0 to 100, and wait for their end.

        ``stop`` waits so many seconds or less and returns whether to fall silent at once.
        """
        self._tape.put(self._tape.begin(volume), samples)
        taken, since = self._tape.taken, time.monotonic()
        while left := self._tape.left:
            if stop(min(left / RATE + 0.005, self._lost_s, max(_CHECK_S, left / RATE / 2))):
                self._tape.begin()
                return Played.CUT
            if self._tape.taken != taken:
                taken, since = self._tape.taken, time.monotonic()
            elif time.monotonic() - since >= self._lost_s:
                self._tape.begin()
                self._sink.fail()
                return Played.LOST
        return Played.WHOLE

    def rest(self) -> None:
        """Give the device back for a while."""
        self._sink.rest()

    def close(self) -> None:
        """Fall silent and end; a few seconds at most."""
        self._tape.begin()
        self._sink.close()
