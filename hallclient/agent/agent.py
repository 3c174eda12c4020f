"""The agent itself: starts its parts, writes down how they are doing, ends them on a signal."""

import logging
import selectors
import signal
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

from hallclient.agent.part import Part, PartState, StatusLine, utc_now
from hallclient.agent.state import StateFolder

log = logging.getLogger(__name__)

AGAIN_S: Final = 60.0
"""A part that could not begin is tried again after so long."""
WRITE_EVERY_S: Final = 0.5
"""The status is written at most so often: a kiosk's disk is a flash chip."""

_SIGNALS = [
    number
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
    if (number := getattr(signal, name, None)) is not None
]


class Bell:
    """Wakes the agent's loop: rung by parts in any thread, and by signals."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)  # noqa: FBT003 - the name says it
        self._theirs.setblocking(False)  # noqa: FBT003 - the same
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._ours, selectors.EVENT_READ)
        self._rung = threading.Event()

    def ring(self) -> None:
        """Wake the loop; rung already is rung, so that there is always room for a signal."""
        if self._rung.is_set():
            return
        self._rung.set()
        with suppress(OSError):
            self._theirs.send(b"\0")

    def wait(self, seconds: float | None) -> bytes:
        """Wait; return what rang: zeros of parts, numbers of signals, nothing when time is up."""
        self._selector.select(seconds)
        rang = b""
        with suppress(BlockingIOError):
            rang = self._ours.recv(256)
        # After it is read: the byte of a ring in between would be gone, and the bell deaf. What
        # rang before this line is seen by whoever looks after it.
        self._rung.clear()
        return rang

    @property
    def handle(self) -> int:
        """Where Python writes the number of a signal."""
        return self._theirs.fileno()

    def close(self) -> None:
        """Give everything back."""
        self._selector.close()
        self._ours.close()
        self._theirs.close()


class Agent:
    """Runs its parts until it is asked to end."""

    def __init__(self, parts: Sequence[Part], folder: StateFolder, bell: Bell) -> None:
        self._parts = tuple(parts)
        self._folder = folder
        self._bell = bell
        self._since = utc_now()
        self._unbegun: dict[str, StatusLine] = {}
        self._written: list[StatusLine] | None = None

    def run(self) -> int:
        """Run until a signal asks to end; return the exit code. Main thread only."""
        # What was ignored at the start (nohup, a shell's &) stays ignored.
        heard = [n for n in _SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
        before = {number: signal.signal(number, _leave_to_bell) for number in heard}
        old_handle = signal.set_wakeup_fd(self._bell.handle, warn_on_full_buffer=False)
        try:
            log.info("the agent begins")
            self._loop()
        finally:
            self._end()
            signal.set_wakeup_fd(old_handle)
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0

    def _loop(self) -> None:
        waiting = list(self._parts)
        again_at = time.monotonic()
        while True:
            if waiting and time.monotonic() >= again_at:
                waiting = [part for part in waiting if not self._begun(part)]
                again_at = time.monotonic() + AGAIN_S
            again = not self._write() or bool(waiting)
            asked = self._wait(AGAIN_S if again else None)
            if asked:
                log.info("ending on %s", signal.Signals(asked).name)
                return

    def _wait(self, seconds: float | None) -> int:
        """Wait until something has changed; return the number of a signal that asks to end, or 0.

        What changes within half a second is written together.
        """
        rang = self._bell.wait(seconds)
        until = time.monotonic() + WRITE_EVERY_S
        while rang and not _asked(rang) and (left := until - time.monotonic()) > 0:
            rang += self._bell.wait(left)
        return _asked(rang)

    def _begun(self, part: Part) -> bool:
        try:
            part.start()
        except Exception as error:  # one part must not take the others with it
            log.exception("%s did not begin; trying again in a minute", part.name)
            words = f"did not begin ({type(error).__name__}), see the log"
            self._unbegun[part.name] = StatusLine(
                part.name, PartState.TROUBLE, utc_now(), words=words
            )
            return False
        self._unbegun.pop(part.name, None)
        return True

    def _end(self) -> None:
        for part in self._parts:
            part.stop()
        for part in reversed(self._parts):
            try:
                part.close()
            except Exception:
                log.exception("%s did not end well", part.name)
        self._write()
        log.info("the agent has ended")

    def _write(self) -> bool:
        """Write the status where it has changed; return whether the file says what is."""
        lines = [line for part in self._parts for line in part.status()]
        lines += self._unbegun.values()
        if lines == self._written:
            return True
        try:
            self._folder.write(self._since, lines)
        except OSError as error:
            log.warning("the status cannot be written: %s", error.strerror)
            return False
        self._written = lines
        return True


def _asked(rang: bytes) -> int:
    return next((number for number in rang if number in _SIGNALS), 0)


def _leave_to_bell(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the bell has the signal already."""
