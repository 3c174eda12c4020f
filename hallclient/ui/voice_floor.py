"""Who speaks on this PC just now: several boards may hang on one, with one loudspeaker.

A lock on a file. The kernel frees the lock of a killed process; nobody waits for a hung one longer
than :data:`PATIENCE_S`.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)

PATIENCE_S = 40.0
"""Who speaks for longer than this has hung: a call in two languages, twice, takes 17 s."""
STEP_S = 0.05


class Floor(Protocol):
    """The right to speak."""

    def take(self, wait: Callable[[float], bool]) -> bool:
        """Wait for it. ``wait`` waits so many seconds or less and returns whether to give up."""

    def give(self) -> None:
        """Let others speak."""


class OpenFloor:
    """Nobody else speaks here."""

    def take(self, wait: Callable[[float], bool]) -> bool:  # noqa: ARG002 - see Floor
        """Take what is always ours."""
        return True

    def give(self) -> None:
        """Do nothing."""


class FileFloor:
    """The right goes with the lock on a file. Where it cannot be locked everybody may speak."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = file, clock
        self._handle: int | None = None
        self._told = False
        self._hung = False
        """Whether the other one was waited for in vain; until the lock is ours again."""

    def take(self, wait: Callable[[float], bool]) -> bool:
        """See :class:`Floor`; true also when the other one seems to have hung."""
        until = self._clock() + PATIENCE_S
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            while not _locked(self._handle):
                if self._hung or self._clock() >= until:
                    self._hung = True
                    self._tell("another board on this PC has been speaking for too long")
                    return True
                if wait(STEP_S):
                    self.give()
                    return False
            self._hung = False
        except OSError as error:
            self._tell(f"boards on this PC cannot agree on who speaks: {error.strerror}")
        return True

    def give(self) -> None:
        """Close the file: that frees its lock."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _tell(self, what: str) -> None:
        if not self._told:
            log.warning("%s", what)
        self._told = True


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
