"""The other end of ``lab.robot``: a hand that operates a running role from another process."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

LONG_S = 20.0
START_S = 60.0
"""A slow PC that starts ten roles at once."""
_POLL_S = 0.05


class HandError(Exception):
    """The role did not do what was asked, or has gone; the text says which."""


class Hand:
    """One connection to one role. Use it from one thread; every call has a time limit."""

    def __init__(
        self, path: Path, limit_s: float = START_S, ended: Callable[[], bool] = lambda: False
    ) -> None:
        """Wait until the role is up, not longer than ``limit_s``, nor once it has ``ended``."""
        self._path = path
        self._socket = _connect(path, limit_s, ended)
        self._lines = self._socket.makefile("rwb")

    def close(self) -> None:
        """Let go, also of a role that has gone with something unsaid."""
        with suppress(OSError):
            self._lines.close()
        self._socket.close()

    def touch(self, name: str) -> None:
        """Touch the control with this accessible name."""
        self._ask({"do": "touch", "name": name})

    def key(self, key: str) -> None:
        """Press a key: ``F1``, ``Return``, ``Control+Alt+T``."""
        self._ask({"do": "key", "key": key})

    def type(self, text: str) -> None:
        """Type text."""
        self._ask({"do": "type", "text": text})

    def grab(self, file: Path) -> None:
        """Save a picture of the role's window."""
        self._ask({"do": "grab", "file": str(file)})

    def cut(self, *, on: bool) -> None:
        """Pull the role's cable to the database, or plug it in again."""
        self._ask({"do": "cut", "on": on})

    def names(self, *, live: bool = False) -> list[str]:
        """Return the accessible names of what is on the screen; ``live``: only what works now."""
        seen = self._ask({"do": "see"})["seen"]
        return [item["name"] for item in seen if item["live"] or not live]

    def places(self) -> list[tuple[str, list[int]]]:
        """Return the accessible names on the screen, each with x, y, width and height."""
        return [(item["name"], item["at"]) for item in self._ask({"do": "see"})["seen"]]

    def shows(self, name: str, *, live: bool = False) -> bool:
        """Return whether a control of this name is on the screen; ``live``: and works now."""
        return any(named(seen, name) for seen in self.names(live=live))

    def words(self) -> list[str]:
        """Return everything that is on the screen to be read, with or without a name."""
        return [*self.names(), *self._ask({"do": "read"})["words"]]

    def wait_for(self, *wanted: str, limit_s: float = LONG_S) -> str:
        """Wait until a live control with one of these names is there, and return its name."""
        end = time.monotonic() + limit_s
        while True:
            there = self.names(live=True)
            for name in wanted:
                if any(named(seen, name) for seen in there):
                    return name
            if time.monotonic() > end:
                raise HandError(f"{self._path.name}: none of {wanted} came, only {there}")
            time.sleep(_POLL_S)

    def wait_for_start(self, start: str, limit_s: float = LONG_S) -> str:
        """Wait until a live control's name begins so, and return the whole name."""
        end = time.monotonic() + limit_s
        while True:
            there = self.names(live=True)
            whole = next((seen for seen in there if seen.startswith(start)), None)
            if whole is not None:
                return whole
            if time.monotonic() > end:
                raise HandError(f"{self._path.name}: nothing begins with {start}, only {there}")
            time.sleep(_POLL_S)

    def reads(self, text: str) -> bool:
        """Return whether these words stand anywhere on the screen."""
        return any(text in one for one in self.words())

    def wait_to_read(self, text: str, *, gone: bool = False, limit_s: float = LONG_S) -> None:
        """Wait until these words stand on the screen, or do not any more."""
        end = time.monotonic() + limit_s
        while self.reads(text) == gone:
            if time.monotonic() > end:
                stays = "stays" if gone else "does not come"
                raise HandError(f"{self._path.name}: {text} {stays}")
            time.sleep(_POLL_S)

    def _ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        try:
            self._lines.write(json.dumps(wish).encode() + b"\n")
            self._lines.flush()
            line = self._lines.readline()
        except (OSError, ValueError) as error:  # ValueError: closed by somebody else
            raise HandError(f"{self._path.name} has gone: {error}") from error
        if not line:
            raise HandError(f"{self._path.name} has gone")
        answer: dict[str, Any] = json.loads(line)
        if not answer["ok"]:
            raise HandError(f"{self._path.name}: {answer['why']}")
        return answer


def named(seen: str, name: str) -> bool:
    """Return whether an accessible name is this one, perhaps with a key cap or note behind it."""
    return seen == name or seen.startswith(f"{name} ")


def _connect(path: Path, limit_s: float, ended: Callable[[], bool]) -> socket.socket:
    end = time.monotonic() + limit_s
    while True:
        over = ended()  # asked first: a role that ended after it was tried may have answered
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(min(limit_s, LONG_S))
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            if over:
                raise HandError(f"{path.name} ended before it was up") from None
            if time.monotonic() > end:
                raise HandError(f"{path.name} did not start within {limit_s:.0f} s") from None
            time.sleep(_POLL_S)
        else:
            return connection
