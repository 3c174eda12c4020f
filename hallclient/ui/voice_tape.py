"""Samples on their way to the ear: one thread puts them on, another takes them off."""

import sys
import threading
from array import array
from collections import deque

from hallclient.ui.voice_bank import RATE

_FADE = RATE // 200
"""An interrupted sound ends within 5 ms, without a click."""


class Tape:
    """Holds what is to be heard. A new turn takes the place of everything before it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: deque[memoryview] = deque()
        self._left = 0
        self._turn = 0
        self._taken = 0
        self._gain = 1.0

    @property
    def left(self) -> int:
        """How many frames are still to be heard."""
        return self._left

    @property
    def taken(self) -> int:
        """How many frames were asked for up to now: it stands still when a device has died."""
        return self._taken

    @property
    def turn(self) -> int:
        """The present turn."""
        return self._turn

    def begin(self, volume: int = 100) -> int:
        """Throw away what is left and begin another turn; volume 0 to 100 as an ear counts it."""
        loud = min(100, max(0, volume)) / 100
        with self._lock:
            self._fade_out()
            self._turn += 1
            self._gain = loud * loud
            return self._turn

    def put(self, turn: int, samples: bytes) -> bool:
        """Add sound to a turn; return whether that is still the present one."""
        louder = _scaled(samples, self._gain)
        with self._lock:
            if turn != self._turn:
                return False
            self._parts.append(memoryview(louder))
            self._left += len(louder) // 2
            return True

    def take(self, frames: int) -> bytes:
        """Return exactly so many frames: what is next, then silence."""
        with self._lock:
            self._taken += frames
            taken, missing = [], frames * 2
            while missing and self._parts:
                part = self._parts.popleft()
                taken.append(part[:missing])
                if len(part) > missing:
                    self._parts.appendleft(part[missing:])
                missing -= len(taken[-1])
            self._left = max(0, self._left - frames)
        return b"".join(taken) + bytes(missing)

    def _fade_out(self) -> None:
        last = bytes(self._parts[0][: _FADE * 2]) if self._parts else b""
        self._parts.clear()
        samples = array("h", last)
        for i, sample in enumerate(samples):
            samples[i] = sample * (_FADE - i) // _FADE
        if samples:
            self._parts.append(memoryview(samples.tobytes()))
        self._left = len(samples)


def _scaled(samples: bytes, gain: float) -> bytes:
    if gain >= 1:
        return samples
    if gain <= 0:
        return bytes(len(samples))
    return array("h", [int(sample * gain) for sample in array("h", samples)]).tobytes()


def silence(milliseconds: int) -> bytes:
    """Return so much of nothing."""
    return bytes(RATE * milliseconds // 1000 * 2)


def little_endian(samples: bytes) -> bytes:
    """Return samples as a WAV file has them."""
    if sys.byteorder == "little":
        return samples
    swapped = array("h", samples)
    swapped.byteswap()
    return swapped.tobytes()
