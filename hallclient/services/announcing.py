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
from hallclient.domain.board_alarms import BoardFact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hallclient.domain.announcement import CallKey, Shown, Spoken
    from hallclient.domain.journal import Json
    from hallclient.services.store import Reader, Store, Transaction

VOICE: Final = "voice "
"""Before a zone's code: the lease of the one board that speaks its calls."""
BOARD: Final = "board "
"""Before a board's name: two PCs may have been given the same."""
SAME_NAME: Final = 9
"""So many boards of one name are told apart."""
LATE_MS: Final = 2000
"""A board that tells later than this of a call says when it showed or spoke it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. ``lease_s`` a board speaks for a zone without a new word from it."""

    lease_s: float = 20.0
    beat_s: float = 9.0
    """Between two reports that say only that the board is there and renew its leases."""


class Announcing:
    """The reports of one board. ``holder`` names this process in leases, like no other one does.

    ``ended`` says of a holder that it is surely over, and keeps nobody away. A board whose name
    another one has just now is known by the name with a number behind it.
    """

    def __init__(
        self,
        store: Store,
        holder: str,
        *,
        ended: Callable[[str], bool] = lambda _holder: False,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._holder = holder
        self._ended = ended
        self._pace = pace or Pace()
        self._clock = clock
        self._name = ""
        self._said: tuple[object, ...] = ()
        self._said_at = 0.0
        self._leads: frozenset[str] = frozenset()
        self._shared: frozenset[str] = frozenset()

    def report(self, report: BoardReport) -> BoardOrders:
        """Note what a board did and tell it the zones it speaks for now.

        Nothing is written when others noted all of it and the board was heard just now; and what is
        new alone, without presence and leases, when it was.
        """
        report, now = self._news_of(report), self._clock()
        if now - self._said_at >= self._pace.beat_s or _who(report) != self._said:
            self._write(report)
            self._said, self._said_at = _who(report), now
        elif report.shown or report.spoken:
            with self._store.change(f"board:{report.name}") as tx:
                _note(tx, self._name, report)
        return BoardOrders(self._leads, self._name, self._shared, max(0.0, now - self._said_at))

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

    def _write(self, report: BoardReport) -> None:
        # What is kept here changes only when the change is done.
        with self._store.change(f"board:{report.name}") as tx:
            name = self._own_name(tx, report)
            leads = self._own_zones(tx, report)
            shared = _note_presence(tx, name, report)
            _note(tx, name, report)
        self._name, self._leads, self._shared = name, leads, shared

    def _own_name(self, tx: Transaction, report: BoardReport) -> str:
        """Return by which name the hall knows this board, and keep it."""
        own = self._name or report.name
        if report.ending:
            tx.drop_lease(BOARD + own, self._holder)
            return own
        others = (f"{report.name}-{n}" for n in range(2, SAME_NAME + 1))
        names = dict.fromkeys((own, report.name, *others))
        return next((name for name in names if self._take(tx, BOARD + name)), own)

    def _own_zones(self, tx: Transaction, report: BoardReport) -> frozenset[str]:
        """Take or renew what is free or ours, give back what is spoken here no more."""
        wanted = () if report.ending else tuple(sorted(report.speaks))
        for zone in sorted(self._leads.difference(wanted)):
            tx.drop_lease(VOICE + zone, self._holder)
        return frozenset(zone for zone in wanted if self._take(tx, VOICE + zone))

    def _take(self, tx: Transaction, lease: str) -> bool:
        seconds = self._pace.lease_s
        if tx.take_lease(lease, self._holder, seconds):
            return True
        before = tx.lease_holder(lease)
        if not before or not self._ended(before):
            return False
        tx.drop_lease(lease, before)
        return tx.take_lease(lease, self._holder, seconds)


def forget_board(store: Store, actor: str, name: str) -> bool:
    """Drop a board that is there no more; False when the hall knows none of that name."""
    with store.change(actor) as tx:
        forgotten = tx.forget_board(name)
        if forgotten:
            tx.record("board.forgotten", f"board:{name}", {"name": name})
            tx.wake("hall")
        return forgotten


def leaders(reader: Reader) -> Mapping[str, frozenset[str]]:
    """Return the zones for which each board speaks just now, by the board's name."""
    names = {
        holder: lease.removeprefix(BOARD) for lease, holder in reader.lease_holders(BOARD).items()
    }
    found: dict[str, set[str]] = {}
    for lease, holder in reader.lease_holders(VOICE).items():
        if holder in names:
            found.setdefault(names[holder], set()).add(lease.removeprefix(VOICE))
    return {name: frozenset(zones) for name, zones in found.items()}


def fact_of(board: BoardRecord) -> BoardFact:
    """Return what the rules about boards go by."""
    return BoardFact(board.name, board.zones, board.seen_at, ended=board.ended_at is not None)


def _is_shown(known: Announcement | None) -> bool:
    return known is not None and known.shown_at is not None


def _who(report: BoardReport) -> tuple[object, ...]:
    return report.name, report.zones, report.speaks, report.ending


def _note_presence(tx: Transaction, name: str, report: BoardReport) -> frozenset[str]:
    """Note that the board is there; return the zones that another one could speak as well."""
    boards = {board.name: board for board in tx.boards()}
    before = boards.pop(name, None)
    since = before.since if before is not None and before.ended_at is None else tx.now
    ended = tx.now if report.ending else None
    tx.save_board(BoardRecord(name, report.zones, report.speaks, since, tx.now, ended_at=ended))
    others = [one for one in boards.values() if not fact_of(one).away(tx.now)]
    return frozenset(zone for one in others for zone in one.speaks)


def _note(tx: Transaction, name: str, report: BoardReport) -> None:
    """Note what nobody had noted, and journal it."""
    shown = {one.key: one for one in report.shown}
    ago = {key: timedelta(milliseconds=one.ago_ms) for key, one in shown.items()}
    for key in tx.note_shown(name, shown, ago) if shown else ():
        _record_shown(tx, name, shown[key])
    for spoken in tx.note_spoken(name, report.spoken):
        _record_spoken(tx, name, spoken)


def _record_shown(tx: Transaction, board: str, shown: Shown) -> None:
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
    if spoken.ago_ms >= LATE_MS:
        facts["ago_ms"] = spoken.ago_ms
    kind = "call.spoken" if spoken.why is None else "call.unspoken"
    tx.record(kind, _subject(spoken), facts, zone=spoken.zone)


def _subject(one: Shown | Spoken) -> str:
    """Return what an entry is about: no turn, or a mis-click could not be taken back behind it."""
    return f"call:{one.turn_id}/{one.calls}"
