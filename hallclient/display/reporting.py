"""A board's reports: in a thread of its own, never in the way of painting or speaking.

What was painted and spoken is kept here until the hall has noted it, also while the database is
away; how long ago it was goes with it. The answer says for which zones this board speaks.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from hallclient.domain.announcement import BoardOrders, BoardReport, Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hallclient.domain.announcement import Announcement, CallKey, Spoken

log = logging.getLogger(__name__)

KEPT: Final = 2000
"""Of each kind while the database is away: an hour of a busy hall; the oldest go."""


class Reports(Protocol):
    """Where reports go: ``services.announcing.Announcing``. Asked in the reporter's thread."""

    def report(self, report: BoardReport) -> BoardOrders:
        """Note what a board did and tell it the zones it speaks for."""
        ...

    def known(self, calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        """Return what boards have said of these calls."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reports: the board's name in the hall, what it shows and what it may speak."""

    name: str
    zones: tuple[str, ...] = ()
    speaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds. A call is told after a random part of ``spread_s``: twelve boards saw it at once."""

    spread_s: float = 0.6
    idle_s: float = 10.0
    lease_s: float = 20.0
    """How long the board speaks for a zone without an answer; as the hall's own leases."""
    retry_s: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)


class Reporting:
    """Tells the hall. Every method but ``run``'s own may be called by any thread; none waits."""

    def __init__(
        self,
        reports: Reports,
        who: Callable[[], Identity],
        led: Callable[[frozenset[str]], None] | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Begin to report."""
        raise NotImplementedError

    def shown(self, turn_id: int, calls: int) -> None:
        """Note that a call was painted for the first time here."""
        raise NotImplementedError

    def spoken(self, spoken: Spoken) -> None:
        """Note what the voice did with a call."""
        raise NotImplementedError

    def leads(self, zone: str) -> bool:
        """Return whether this board is the one to speak for a zone at this moment."""
        raise NotImplementedError

    def close(self, timeout_s: float = 3.0) -> None:
        """Say that the board is being closed, give its leases back, end the thread."""
        raise NotImplementedError
