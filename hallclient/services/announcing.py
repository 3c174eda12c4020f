"""What boards tell the hall: that they are there, which calls they showed and spoke.

One board, one ``Announcing``, one thread. A report is one transaction at most and wakes nobody:
who wants to know looks by himself (``services.unseen``). What others noted already is not written
again, so that twelve boards write a call once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hallclient.domain.announcement import Announcement, BoardOrders, BoardRecord, BoardReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hallclient.domain.announcement import CallKey, Shown, Spoken
    from hallclient.domain.journal import Json
    from hallclient.services.store import Reader, Store, Transaction

LEASE: Final = "voice "
"""Before a zone's code: the lease of the one board that speaks its calls."""
LATE_MS: Final = 2000
"""A board that tells later than this of a call says when it showed it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. ``lease_s`` a board speaks for a zone without a new word from it."""

    lease_s: float = 20.0
    beat_s: float = 9.0
    """Between two reports that say only that the board is there and renew its leases."""


class Announcing:
    """The reports of one board."""

    def __init__(
        self,
        store: Store,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._pace = pace or Pace()
        self._clock = clock
        self._said: BoardReport | None = None
        self._said_at = 0.0
        self._leads: frozenset[str] = frozenset()

    def report(self, report: BoardReport) -> BoardOrders:
        """Note what a board did and tell it the zones it speaks for now.

        Nothing is written when others noted all of it and the board was heard just now.
        """
        report = self._news_of(report)
        if self._beat_due(report) or report.shown or report.spoken:
            self._write(report)
        return BoardOrders(self._leads)

    def known(self, calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        """Return what boards have said of these calls."""
        with self._store.look() as reader:
            return reader.announced(calls)

    def _news_of(self, report: BoardReport) -> BoardReport:
        """Return the report without the sightings that somebody has noted."""
        if not report.shown:
            return report
        known = self.known(one.key for one in report.shown)
        fresh = tuple(one for one in report.shown if not _is_shown(known.get(one.key)))
        return replace(report, shown=fresh)

    def _beat_due(self, report: BoardReport) -> bool:
        said = self._said
        same = said is not None and _who(said) == _who(report)
        return not same or self._clock() - self._said_at >= self._pace.beat_s

    def _write(self, report: BoardReport) -> None:
        with self._store.change(f"board:{report.name}") as tx:
            _note_presence(tx, report)
            leads = self._leases(tx, report)
            for one in report.shown:
                _note_shown(tx, report.name, one)
            for spoken in tx.note_spoken(report.name, report.spoken):
                _record_spoken(tx, report.name, spoken)
        self._said, self._said_at, self._leads = report, self._clock(), leads

    def _leases(self, tx: Transaction, report: BoardReport) -> frozenset[str]:
        """Take or renew what is free or ours, give back what we speak for no more."""
        wanted = () if report.ending else report.speaks
        for zone in sorted(self._leads.difference(wanted)):
            tx.drop_lease(LEASE + zone, report.name)
        seconds = self._pace.lease_s
        return frozenset(
            zone for zone in sorted(wanted) if tx.take_lease(LEASE + zone, report.name, seconds)
        )


def forget_board(store: Store, actor: str, name: str) -> bool:
    """Drop a board that is there no more; False when the hall knows none of that name."""
    with store.change(actor) as tx:
        forgotten = tx.forget_board(name)
        if forgotten:
            tx.record("board.forgotten", f"board:{name}", {"name": name})
            tx.wake("hall")
        return forgotten


def leaders(reader: Reader) -> Mapping[str, str]:
    """Return which board speaks for which zone just now."""
    found = {}
    for name, left in reader.leases(LEASE).items():
        if left > timedelta(0):
            found[name.removeprefix(LEASE)] = reader.lease_holder(name)
    return found


def _is_shown(known: Announcement | None) -> bool:
    return known is not None and known.shown_at is not None


def _who(report: BoardReport) -> tuple[object, ...]:
    return report.name, report.zones, report.speaks, report.ending


def _note_presence(tx: Transaction, report: BoardReport) -> None:
    before = next((board for board in tx.boards() if board.name == report.name), None)
    since = before.since if before is not None and before.ended_at is None else tx.now
    ended = tx.now if report.ending else None
    tx.save_board(
        BoardRecord(report.name, report.zones, report.speaks, since, tx.now, ended_at=ended)
    )


def _note_shown(tx: Transaction, board: str, shown: Shown) -> None:
    ago = timedelta(milliseconds=shown.ago_ms)
    if tx.note_shown(board, [shown.key], ago):
        facts: dict[str, Json] = {"turn": shown.turn_id, "calls": shown.calls, "board": board}
        if shown.ago_ms >= LATE_MS:
            facts["ago_ms"] = shown.ago_ms
        tx.record("call.shown", _subject(shown), facts)


def _record_spoken(tx: Transaction, board: str, spoken: Spoken) -> None:
    facts: dict[str, Json] = {"turn": spoken.turn_id, "calls": spoken.calls, "board": board}
    if spoken.why is None:
        facts |= {"times": spoken.times, "delay_ms": spoken.delay_ms}
    else:
        facts |= {"why": spoken.why.value, "delay_ms": spoken.delay_ms}
    kind = "call.spoken" if spoken.why is None else "call.unspoken"
    tx.record(kind, _subject(spoken), facts, zone=spoken.zone)


def _subject(one: Shown | Spoken) -> str:
    """Return what an entry is about: no turn, or a mis-click could not be taken back behind it."""
    return f"call:{one.turn_id}/{one.calls}"
