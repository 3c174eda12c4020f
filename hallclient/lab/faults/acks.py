"""What a process was told is done: a line in its own file, synced before it goes on.

A line is written when the service has returned and not before, so whatever stands there was
promised to a citizen or a clerk. A line without its end was promised to nobody.
"""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

SAID: Final = "said"
"""Not an operation: the sentence of an error that a process met, and lives on with."""
UP: Final = "up"
"""Not an operation: a process has begun."""
NO_PROMISE: Final = frozenset({SAID, UP})


@dataclass(frozen=True, slots=True)
class Ack:
    """One line. ``at`` is the machine's monotonic clock, ``facts`` depend on ``op``."""

    op: str
    who: str
    at: float
    facts: dict[str, Any]

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Return what a line says."""
        facts = json.loads(line)
        return cls(facts.pop("op"), facts.pop("who"), facts.pop("at"), facts)


class AckFile:
    """The file of one process."""

    def __init__(self, folder: Path, who: str) -> None:
        self.who = who
        path = folder / f"{who}-{os.getpid()}.acks"
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, op: str, **facts: object) -> None:
        """Write a line; on the disk when this returns."""
        line = json.dumps({"op": op, "who": self.who, "at": time.monotonic(), **facts})
        os.write(self._handle, line.encode() + b"\n")
        os.fsync(self._handle)

    def close(self) -> None:
        """Let the file go."""
        os.close(self._handle)


def lines_of(data: bytes) -> Iterator[Ack]:
    """Return the whole lines of a file."""
    for line in data.split(b"\n")[:-1]:
        yield Ack.read(line)


class AckReader:
    """Reads what is new in the files of a folder, for those who wait for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, int] = {}
        self.latest: dict[str, float] = {}
        """When each process was promised something last."""
        self.all: list[Ack] = []

    def look(self) -> list[Ack]:
        """Return the new lines."""
        fresh: list[Ack] = []
        for path in self._folder.glob("*.acks"):
            begin = self._seen.get(path, 0)
            if path.stat().st_size == begin:
                continue
            with path.open("rb") as file:
                file.seek(begin)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._seen[path] = begin + len(whole)
            fresh += lines_of(whole)
        fresh.sort(key=lambda ack: ack.at)
        self.all += fresh
        for ack in fresh:
            if ack.op not in NO_PROMISE:
                self.latest[ack.who] = ack.at
        return fresh
