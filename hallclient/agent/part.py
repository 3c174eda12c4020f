"""A part of the agent: the screens it keeps running, the chores, the lines it owns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol


class PartState(StrEnum):
    """How something that the agent looks after is doing."""

    RUNNING = "running"
    RESTING = "resting"  # nothing to do at the moment
    WAITING = "waiting"  # for something that comes by itself: a pause, the database, another PC
    TROUBLE = "trouble"  # somebody has to put something right; tried again all the same
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StatusLine:
    """What is said of one thing. ``since`` is UTC, ``words`` what it said last, in one sentence."""

    part: str
    state: PartState
    since: datetime
    restarts: int = 0
    words: str = ""


class Part(Protocol):
    """What the agent starts, ends and reports. Each has threads of its own and guards itself."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def start(self) -> None:
        """Begin, without waiting. An exception means that it did not begin; it is tried again."""
        ...

    def stop(self) -> None:
        """Ask it to end, without waiting; ``close`` follows."""
        ...

    def close(self) -> None:
        """End, within a few seconds whatever happens. Safe when it never began."""
        ...

    def status(self) -> Sequence[StatusLine]:
        """Return a line for each thing it looks after; any thread."""
        ...


def utc_now() -> datetime:
    """Return the present moment to the second, as a status line has it."""
    return datetime.now(UTC).replace(microsecond=0)
