"""One run of a role: its process, its leash, and what it says last."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from typing import IO, Final

from hallclient.logs import masked

log = logging.getLogger(__name__)

_SAID_LINES: Final = 60
"""Lines of a run that go to the agent's log: a traceback fits, a flood does not."""
_LINE_BYTES: Final = 2000
_LISTEN_S: Final = 2.0


class RoleProcess:
    """A running role. ``OSError`` when it cannot be started."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name = name
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C at the agent's terminal is for the agent
        )
        self._heard: deque[str] = deque(maxlen=20)
        self._listener = threading.Thread(target=self._listen, name=f"{name} says", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def wait(self) -> int:
        """Wait until it has ended and return its exit code, below 0 for a signal."""
        code = self._process.wait()
        self._let_go()
        # A grandchild may hold the pipe open for as long as it likes.
        self._listener.join(_LISTEN_S)
        return code

    def words(self) -> str:
        """Return its last words: the sentence of a command that could not work, else a line."""
        heard = list(self._heard)
        told = [line for line in heard if line.startswith("hallclient: ")]
        last = told[-1].removeprefix("hallclient: ") if told else "".join(heard[-1:])
        return last[:300]

    def ask_to_end(self) -> None:
        """Ask it to end; any thread, more than once."""
        self._let_go()
        if sys.platform != "win32":  # there the end of the leash has to do: a kill asks nobody
            self._process.terminate()

    def kill(self) -> None:
        """End it and whatever it started."""
        # Not reaped yet, so the number is still its own.
        if sys.platform != "win32" and self._process.poll() is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self._process.kill()
        else:
            self._process.kill()

    def _let_go(self) -> None:
        leash = self._process.stdin
        if leash is not None and not leash.closed:
            leash.close()

    def _listen(self) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        with stream:
            self._read(stream)

    def _read(self, stream: IO[bytes]) -> None:
        count = 0
        while line := stream.readline(_LINE_BYTES):
            text = masked(line.decode("utf-8", "replace").strip())
            if not text:
                continue
            self._heard.append(text)
            count += 1
            if count <= _SAID_LINES:
                log.info("%s says: %s", self._name, text)


def ending(code: int, words: str) -> str:
    """Return in plain words how a role ended."""
    if code == 0:
        return "somebody quit it"
    if code < 0:
        try:
            return f"it was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"it was ended by signal {-code}"
    return f"it ended with exit code {code}" + (f": {words}" if words else "")
