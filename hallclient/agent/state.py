"""The agent's folder: who runs, what it does, and that it is the only one.

The lock belongs to the process, not to the file: a killed agent leaves no lock behind, and what
its status file says is then only what was last known.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from hallclient.agent.part import PartState, StatusLine

_TRY_S: Final = 1.0
"""Whoever only asks whether an agent runs holds the lock for a moment, too."""


class AgentRunsError(Exception):
    """Another agent has this folder; the text is for the terminal."""


@dataclass(frozen=True, slots=True)
class Status:
    """What an agent said last. ``runs`` is whether it is still there."""

    runs: bool
    process: int
    since: datetime
    lines: tuple[StatusLine, ...]


class StateFolder:
    """The folder of one agent."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._lock: IO[bytes] | None = None

    def take(self) -> None:
        """Take the folder for this process; ``AgentRunsError`` when another agent has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        until, pause = time.monotonic() + _TRY_S, threading.Event()
        while (lock := self._locked()) is None:
            if time.monotonic() > until:
                raise AgentRunsError(
                    f"An agent runs on this PC already ({self._other()}); it keeps its work."
                )
            pause.wait(0.05)
        self._lock = lock

    def give_back(self) -> None:
        """Let another agent have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def write(self, since: datetime, lines: Sequence[StatusLine]) -> None:
        """Keep what the agent is doing, whole or not at all."""
        table = {
            "process": os.getpid(),
            "since": since.isoformat(),
            "lines": [_plain(line) for line in lines],
        }
        fresh = self._status_file.with_suffix(".new")
        fresh.write_text(json.dumps(table, ensure_ascii=False, indent=1), "utf-8")
        fresh.replace(self._status_file)

    def read(self) -> Status | None:
        """Return what was said last; None when nothing that can be read was."""
        runs = self._is_taken()
        with suppress(OSError, ValueError, KeyError, TypeError):
            table = json.loads(self._status_file.read_text("utf-8"))
            lines = tuple(_line(each) for each in table["lines"])
            since = datetime.fromisoformat(table["since"])
            return Status(runs, int(table["process"]), since, lines)
        return None

    @property
    def _status_file(self) -> Path:
        return self.path / "status.json"

    @property
    def _lock_file(self) -> Path:
        return self.path / "agent.lock"

    def _other(self) -> str:
        status = self.read()
        return f"process {status.process}" if status else f"it has {self.path}"

    def _is_taken(self) -> bool:
        if not self._lock_file.exists():
            return False
        lock = self._locked()
        if lock is None:
            return True
        lock.close()
        return False

    def _locked(self) -> IO[bytes] | None:
        # Not inherited by the roles, so the lock ends with this process and no later.
        file = self._lock_file.open("ab")
        try:
            _lock(file)
        except OSError:
            file.close()
            return None
        return file


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only there

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _plain(line: StatusLine) -> dict[str, Any]:
    return {
        "part": line.part,
        "state": line.state.value,
        "since": line.since.isoformat(),
        "restarts": line.restarts,
        "words": line.words,
    }


def _line(table: dict[str, Any]) -> StatusLine:
    return StatusLine(
        str(table["part"]),
        PartState(table["state"]),
        datetime.fromisoformat(table["since"]),
        int(table["restarts"]),
        str(table["words"]),
    )
