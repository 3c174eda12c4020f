"""A board's reports: in a thread of its own, never in the way of painting or speaking.

What was painted and spoken is kept here until the hall has noted it, also while the database is
away; how long ago it was goes with it. The answer says for which zones this board speaks.
"""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from hallclient.domain.announcement import BoardReport, Shown, Unspoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hallclient.domain.announcement import Announcement, BoardOrders, CallKey, Spoken

log = logging.getLogger(__name__)

KEPT: Final = 2000
"""Of each kind while the database is away: an hour of a busy hall; the oldest go."""
BATCH: Final = 100
"""Of each kind in one report: others wait for the hall's lock."""


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

    first_s: float = 0.2
    spread_s: float = 0.6
    apart_s: float = 1.0
    """Between two reports of calls: those of a burst are few transactions, not many."""
    idle_s: float = 10.0
    lease_s: float = 20.0
    """How long the board speaks for a zone without an answer; as the hall's own leases."""
    retry_s: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)
    yield_s: float = 60.0
    """So long a board whose sound failed leaves the voice to others that have one."""


class Reporting:
    """Tells the hall. ``shown``, ``spoken``, ``look`` and ``leads`` may be called by any thread.

    ``who`` and ``led`` are called in the reporter's thread: ``who`` before each report, ``led``
    after each answer with the zones that this board speaks for from now on. Between two answers
    the lease may run out: a voice asks ``leads`` before each call.
    """

    def __init__(
        self,
        reports: Reports,
        who: Callable[[], Identity],
        led: Callable[[frozenset[str]], None] = lambda _zones: None,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._reports = reports
        self._who = who
        self._led = led
        self._rhythm = rhythm or Rhythm()
        self._wake = threading.Condition()
        self._shown: list[tuple[int, int, float]] = []
        self._spoken: list[tuple[Spoken, float]] = []
        self._due = 0.0
        self._told_at = -math.inf
        self._closing = False
        self._failures = 0
        self._leads: frozenset[str] = frozenset()
        self._leads_until = 0.0
        self._shared: frozenset[str] = frozenset()
        self._yield_until = 0.0
        self._last: Identity | None = None
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)

    def start(self) -> None:
        """Begin to report."""
        if self._thread.ident is None:
            self._thread.start()

    def shown(self, turn_id: int, calls: int, at: float | None = None) -> None:
        """Note that a call was painted for the first time here, at a ``time.monotonic()``."""
        seen = time.monotonic() if at is None else at
        with self._wake:
            self._shown.append((turn_id, calls, seen))
            _bound(self._shown)
            self._soon()

    def spoken(self, spoken: Spoken) -> None:
        """Note what the voice has just done with a call."""
        with self._wake:
            self._spoken.append((spoken, time.monotonic()))
            _bound(self._spoken)
            if spoken.why is Unspoken.NO_SOUND and spoken.zone in self._shared:
                self._yield_until = time.monotonic() + self._rhythm.yield_s
            self._soon()

    def look(self) -> None:
        """Ask the hall soon: somebody waits for what it says."""
        with self._wake:
            self._soon()

    def leads(self, zone: str) -> bool:
        """Return whether this board is the one to speak for a zone at this moment."""
        return zone in self._leads and time.monotonic() < self._leads_until

    def close(self, timeout_s: float = 3.0) -> None:
        """Say that the board is being closed, give its leases back, end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                log.warning("the last report of this board did not get through")

    def _soon(self) -> None:
        # Before the first failure is mended the pause holds: a lost database is not asked harder.
        if not self._failures:
            rhythm = self._rhythm
            spread = random.uniform(0, rhythm.spread_s)  # noqa: S311 - spreads load, hides nothing
            soon = time.monotonic() + rhythm.first_s + spread
            self._due = min(self._due, max(soon, self._told_at + rhythm.apart_s))
            self._wake.notify()

    # In the thread

    def _run(self) -> None:
        while not self._await():
            self._guarded()
        if self._last is not None and not self._failures:
            self._guarded(ending=True)

    def _await(self) -> bool:
        """Wait until a report is due; True when there shall be no more."""
        with self._wake:
            while not self._closing:
                left = self._due - time.monotonic()
                if left <= 0:
                    break
                self._wake.wait(left)
            self._due = time.monotonic() + self._rhythm.idle_s
            return self._closing

    def _guarded(self, *, ending: bool = False) -> None:
        try:
            self._tell(ending=ending)
        except Exception as error:  # noqa: BLE001 - told once, tried again; the board goes on
            if not self._failures:
                log.warning("what this board shows cannot be reported: %s", error)
            steps = self._rhythm.retry_s
            pause = steps[min(self._failures, len(steps) - 1)]
            with self._wake:
                self._failures += 1
                self._due = time.monotonic() + pause

    def _tell(self, *, ending: bool) -> None:
        who = self._last = self._who()
        asked_at = time.monotonic()
        with self._wake:
            self._told_at = asked_at
            shown, spoken = self._shown[:BATCH], self._spoken[:BATCH]
        report = BoardReport(
            name=who.name,
            zones=who.zones,
            speaks=self._speaks(who, asked_at),
            shown=tuple(Shown(turn, calls, _ms(asked_at - at)) for turn, calls, at in shown),
            spoken=tuple(replace(one, ago_ms=_ms(asked_at - at)) for one, at in spoken),
            ending=ending,
        )
        orders = self._reports.report(report)
        with self._wake:
            _drop(self._shown, shown)
            _drop(self._spoken, spoken)
            self._failures = 0
            if self._shown or self._spoken:
                self._soon()
        if self._leads and time.monotonic() >= self._leads_until:
            self._follow(frozenset())  # it took too long: another board may have spoken meanwhile
        self._leads_until = asked_at - orders.renewed_s + self._rhythm.lease_s
        with self._wake:
            self._shared = orders.shared
            if asked_at < self._yield_until and self._speaks(who, asked_at) != report.speaks:
                self._soon()  # who was to speak instead cannot either: better one without sound
        if not ending:
            self._follow(orders.leads)

    def _speaks(self, who: Identity, at: float) -> tuple[str, ...]:
        """Return what this board may speak: with its sound gone what no other board could."""
        if at >= self._yield_until:
            return who.speaks
        return tuple(zone for zone in who.speaks if zone not in self._shared)

    def _follow(self, zones: frozenset[str]) -> None:
        self._leads = zones
        self._led(zones)


def _bound(kept: list[Any]) -> None:
    if len(kept) > KEPT:
        del kept[: len(kept) - KEPT]


def _drop(kept: list[Any], told: Iterable[object]) -> None:
    """Forget what was told; the oldest of it may be gone already."""
    gone = set(map(id, told))
    kept[:] = [one for one in kept if id(one) not in gone]


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
