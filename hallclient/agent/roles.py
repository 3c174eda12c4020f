"""Keeps the roles of this PC running: a thread each, a growing pause before every new start."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.agent.pauses import Pauses
from hallclient.agent.role_process import RoleProcess, ending

log = logging.getLogger(__name__)

USAGE: Final = 2
"""Exit code of a role whose settings are wrong: waiting does not help, a person does."""
WRONG_SETTINGS_S: Final = 60.0
TROUBLE_S: Final = 16.0
"""Who is kept waiting for so long has ended five times in a row: somebody should look."""
END_S: Final = 10.0
KILL_S: Final = 5.0
"""A killed process is gone at once, except on a PC that is out of breath."""


@dataclass(frozen=True, slots=True)
class RoleCommand:
    """A role to keep running: what people call it, and the words that start it."""

    name: str
    command: tuple[str, ...]


class RoleKeeper:
    """Keeps one role running."""

    def __init__(self, role: RoleCommand, changed: Callable[[], None]) -> None:
        self._role = role
        self._changed = changed
        self._pauses = Pauses()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._process: RoleProcess | None = None
        self._restarts = 0
        self._line = StatusLine(role.name, PartState.STOPPED, utc_now())
        self._thread = threading.Thread(target=self._keep, name=f"keeps {role.name}", daemon=True)

    def start(self) -> None:
        """Start the role, and again whenever it has ended."""
        if self._thread.ident is None:
            self._thread.start()

    def status(self) -> StatusLine:
        """Return how it is doing."""
        return self._line

    def stop(self) -> None:
        """Ask the role to end, and start it no more."""
        with self._lock:
            self._stop.set()
            if self._process is not None:
                self._process.ask_to_end()

    def close(self, until: float) -> None:
        """Wait for its end until a ``time.monotonic`` second, then end it by force."""
        self.stop()
        if self._thread.ident is None:
            return
        self._thread.join(max(0.0, until - time.monotonic()))
        if not self._thread.is_alive():
            return
        with self._lock:
            if self._process is not None:
                log.warning("%s does not end: killed", self._role.name)
                self._process.kill()
        self._thread.join(KILL_S)

    def _keep(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            code, words = self._run()
            if self._stop.is_set():
                break
            pause = self._pause(time.monotonic() - began, code)
            told = f"settings are wrong: {words}" if code == USAGE else ending(code, words)
            again_and_again = code == USAGE or pause >= TROUBLE_S
            state = PartState.TROUBLE if again_and_again else PartState.WAITING
            self._say(state, f"{told.rstrip('.')}; starting it again in {pause:.0f} s")
            if self._stop.wait(pause):
                break
            self._restarts += 1
        self._say(PartState.STOPPED, "ended with the agent")

    def _pause(self, ran_s: float, code: int) -> float:
        return WRONG_SETTINGS_S if code == USAGE else self._pauses.after(ran_s)

    def _run(self) -> tuple[int, str]:
        """Start it and wait for its end; return its exit code and its last words."""
        try:
            with self._lock:
                if self._stop.is_set():
                    return 0, ""
                process = self._process = RoleProcess(self._role.name, self._role.command)
        except OSError as error:
            return 1, f"it cannot be started: {error.strerror}"
        self._say(PartState.RUNNING, f"started as process {process.pid}")
        code = process.wait()
        with self._lock:
            self._process = None
        return code, process.words()

    def _say(self, state: PartState, words: str) -> None:
        level = logging.WARNING if state is PartState.TROUBLE else logging.INFO
        log.log(level, "%s: %s", self._role.name, words)
        self._line = StatusLine(self._role.name, state, utc_now(), self._restarts, words)
        self._changed()


class Roles:
    """All roles of this PC; a part of the agent."""

    name = "roles"

    def __init__(self, roles: Sequence[RoleCommand], changed: Callable[[], None]) -> None:
        self._keepers = [RoleKeeper(role, changed) for role in roles]

    def start(self) -> None:
        """Start every role."""
        for keeper in self._keepers:
            keeper.start()

    def stop(self) -> None:
        """Ask every role to end."""
        for keeper in self._keepers:
            keeper.stop()

    def close(self) -> None:
        """End all roles, at the same time."""
        self.stop()
        until = time.monotonic() + END_S
        for keeper in self._keepers:
            keeper.close(until)

    def status(self) -> Sequence[StatusLine]:
        """Return a line for each role."""
        return [keeper.status() for keeper in self._keepers]
