"""A window goes on without the database: the turn in hand is finished, held and rated (离线续办).

Theory of operation (architecture.md §6). What the clerk does is a line in the window's own file,
synced to the disk; only then does the bar show it. Handed in it is before anything else that this
terminal changes (:class:`AfterSpool`), in order, each line exactly once (``window_handing_in``).
A terminal that is started while the database is away goes on from what the window knew last.

A rating's level is on the disk under the hall's key or not at all: without the key of the hall on
this PC nobody is asked (``seals``).
"""

import base64
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from hallclient.domain.calendar import business_day
from hallclient.domain.ending import Ending
from hallclient.domain.errors import NotAllowed
from hallclient.domain.hall import HallPlan
from hallclient.domain.holding import HoldKind
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.floor_records import OfflineKind
from hallclient.services.ratings import Ratings
from hallclient.services.spool_clock import SpoolClock
from hallclient.services.spool_lines import SpoolError
from hallclient.services.store import StoreError
from hallclient.services.window_spool_lines import LastState, SpooledMove
from hallclient.services.windows import WindowState

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from hallclient.services.sealing import HallKey
    from hallclient.services.stations import DeviceReport
    from hallclient.services.store import Reader, Store, Transaction

log = logging.getLogger(__name__)

WRITTEN_EVERY = timedelta(seconds=60)
"""How often a contact alone is written down."""
_PURPOSE = "window-spool"


class WindowLog(Protocol):
    """The spool's folder. What ``append`` took is on the disk when it returns."""

    def open(self) -> tuple[LastState | None, Sequence[SpooledMove]]:
        """Read everything; ``SpoolError`` also when another process has the folder."""
        ...

    def append(self, move: SpooledMove) -> None:
        """Write a move."""
        ...

    def rewrite(self, moves: Sequence[SpooledMove]) -> None:
        """Replace all moves."""
        ...

    def keep(self, state: LastState) -> None:
        """Keep what the window knew last."""
        ...

    def close(self) -> None:
        """Let the folder go."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What was handed in: how many moves, and the numbers of tickets with a conflict."""

    done: int = 0
    conflicts: tuple[str, ...] = ()


class WindowSpool:
    """One window's spool. Any thread; every call is short but :meth:`hand_in`."""

    def __init__(
        self,
        file: WindowLog,
        window: str,
        clock: SpoolClock,
        key: "Callable[[], HallKey | None]",
    ) -> None:
        self._file = file
        self._window = window
        self._clock = clock
        self._key_of = key
        self._key: HallKey | None = None
        self._lock = threading.RLock()
        self._handing = threading.Lock()
        self._opened = self._closed = self._told = False
        self._last: LastState | None = None
        self._written: LastState | None = None
        self._asked: tuple[int, datetime | None] = (0, None)
        self._moves: tuple[SpooledMove, ...] = ()
        self._report = Report()

    # What is known

    @property
    def pending(self) -> int:
        """How many moves the database does not know yet; as far as the file was read."""
        return len(self._moves)

    def seals(self) -> bool:
        """Return whether a rating could be kept: the hall's key is on this PC."""
        with self._lock:
            self._open()
            return self._key is not None

    def now(self) -> datetime:
        """Return the hall's time as well as it can be known."""
        return self._clock.now()

    def remember(self, state: WindowState, hall_id: str) -> None:
        """Note what the database said of the window; written down when there is news in it."""
        with self._lock:
            self._open()
            turn = state.turn
            contact = self._clock.met(hall_id, state.now)
            self._asked = (turn.id, turn.rating_asked_at) if turn else (0, None)
            self._last = LastState(
                contact=contact,
                window=self._window,
                shift=state.shift,
                turn=turn,
                label=state.ticket.label if state.ticket else "",
                service=state.service.code if state.service else "",
            )
            if self._is_news(self._last):
                self._file.keep(self._last)
                self._written = self._last

    def last(self, plan: HallPlan) -> WindowState | None:
        """Return the window as it was last, with what was done offline since; None: not known.

        What is of another hall, window or day is not.
        """
        with self._lock:
            self._open()
            known, now = self._last, self._clock.now()
            if known is None or known.contact.hall_id != plan.hall_id:
                return None
            zone, start = plan.time_zone, plan.rules.day_start
            if business_day(known.contact.at, zone, start) != business_day(now, zone, start):
                return None
            if known.window != self._window or self._window not in plan.window_of:
                return None
            state = _state_of(known, plan, now)
            for move in self._moves:
                state = _after(state, move)
            return state

    # What a clerk does

    def finish(self, state: WindowState, ending: Ending) -> WindowState:
        """Record how the turn of a state ended; return the state behind it.

        Raises ``NotAllowed`` for an ending that its service has not, ``SpoolError`` when it cannot
        be kept: then nothing has happened.
        """
        from hallclient.domain.case_number import own_number  # noqa: PLC0415 - not at the start
        from hallclient.services.case_opening import check_ending  # noqa: PLC0415 - the same

        if state.service is not None:
            ending = check_ending(state.service, ending)
        if ending.number.strip():
            ending = replace(ending, number=own_number(ending.number))
        with self._lock:
            sealed = self._sealed(state, OfflineKind.FINISH, ending.note) if ending.note else ""
            kept = replace(ending, note="") if sealed else ending
            move = replace(self._move(state.turn, OfflineKind.FINISH), ending=kept, sealed=sealed)
            return self._did(state, move)

    def hold(self, state: WindowState, kind: HoldKind, reason: str) -> WindowState:
        """Hold the ticket of a state; see :meth:`finish`."""
        with self._lock:
            move = replace(self._move(state.turn, OfflineKind.HOLD), hold=kind, reason=reason)
            return self._did(state, move)

    def ask(self, state: WindowState) -> WindowState:
        """Ask for the rating once more, offline."""
        turn = state.turn
        if turn is None or turn.active:
            raise NotAllowed("no_turn", "there is no turn to rate")
        now = self._clock.now()
        self._asked = (turn.id, now)
        return replace(state, now=now, turn=replace(turn, rating_asked_at=now))

    def rate(self, turn_id: int, level: int, device: str) -> bool:
        """Keep what a citizen pressed, sealed; False when it cannot be kept: it is lost then."""
        with self._lock:
            try:
                self._open()
                last, (asked_of, asked) = self._last, self._asked
                same = last is not None and last.turn is not None and last.turn.id == turn_id
                if not same or asked_of != turn_id or asked is None or self._key is None:
                    return False
                if any(m.turn_id == turn_id and m.kind is OfflineKind.RATING for m in self._moves):
                    return True  # the first that was pressed counts
                assert last is not None  # noqa: S101 - see above
                assert last.turn is not None  # noqa: S101 - see above
                move = self._move(last.turn, OfflineKind.RATING)
                sealed = self._seal(OfflineKind.RATING, turn_id, str(int(level)))
                self._append(replace(move, asked=asked, device=device, sealed=sealed))
            except SpoolError as error:
                log.warning("a rating was not kept: %s", type(error).__name__)
                return False
            return True

    # Handing in

    def hand_in(self, store: "Store") -> None:
        """Bring everything into the database, in order. Raises ``StoreError``."""
        if self._opened and not self._moves:
            return
        with self._handing:
            waiting = self._waiting()
            if not waiting:
                return
            from hallclient.services.window_handing_in import (  # noqa: PLC0415 - rare
                hand_in,
            )

            for move in waiting:
                kept = hand_in(store, move, self._unsealed)
                self._drop(move, conflict=bool(kept.trouble))

    def take_report(self) -> Report:
        """Return what was handed in since this was asked last."""
        with self._lock:
            report, self._report = self._report, Report()
            return report

    def close(self) -> None:
        """Let the folder go."""
        with self._lock:
            self._opened, self._closed = False, True
            self._file.close()

    # Helpers

    def _waiting(self) -> tuple[SpooledMove, ...]:
        """Return what is to be handed in; nothing where the file is another terminal's."""
        with self._lock:
            if self._closed:
                return ()
            try:
                self._open()
            except SpoolError as error:
                log.log(logging.DEBUG if self._told else logging.WARNING, "%s", error)
                self._told = True
            return self._moves

    def _open(self) -> None:
        if self._opened:
            return
        if self._closed:
            raise SpoolError("the spool is closed")
        self._last, moves = self._file.open()
        self._moves = tuple(moves)
        self._written = self._last
        self._key = self._key_of()
        self._opened = True
        if self._last is not None:
            contact = self._last.contact
            self._clock.restore(contact, max([contact.at, *(move.at for move in moves)]))
            turn = self._last.turn
            self._asked = (turn.id, turn.rating_asked_at) if turn else (0, None)
            for move in moves:
                if move.ending is not None and move.ending.outcome in RATED_OUTCOMES:
                    self._asked = (move.turn_id, move.at)

    def _is_news(self, state: LastState) -> bool:
        written = self._written
        if written is None or state.contact.hall_id != written.contact.hall_id:
            return True
        if replace(state, contact=written.contact) != written:
            return True
        drift = abs(state.contact.offset_s - written.contact.offset_s)
        since = state.contact.at - written.contact.at
        return since >= WRITTEN_EVERY or since < timedelta(0) or drift >= 1

    def _move(self, turn: Turn | None, kind: OfflineKind) -> SpooledMove:
        """Return a move at a turn, which must be the one that the hall spoke of last."""
        self._open()
        last = self._last
        if last is None or turn is None or last.turn is None or last.turn.id != turn.id:
            raise NotAllowed("no_turn", "there is no ticket at this window")
        return SpooledMove(
            request_id=os.urandom(8).hex(),
            hall_id=last.contact.hall_id,
            window=self._window,
            kind=kind,
            turn_id=turn.id,
            label=last.label,
            staff_id=turn.staff_id,
            at=self._clock.now(),
            contact=last.contact.at,
        )

    def _did(self, state: WindowState, move: SpooledMove) -> WindowState:
        turn = state.turn
        gone = any(one.turn_id == move.turn_id for one in self._moves)
        if turn is None or not turn.active or turn.started_at is None or gone:
            raise NotAllowed("no_turn", "there is no ticket at this window")
        after = _after(replace(state, now=move.at), move)
        self._append(move)
        self._asked = (turn.id, after.turn.rating_asked_at if after.turn else None)
        return after

    def _append(self, move: SpooledMove) -> None:
        self._file.append(move)
        self._moves = (*self._moves, move)

    def _drop(self, move: SpooledMove, *, conflict: bool) -> None:
        with self._lock:
            self._moves = tuple(one for one in self._moves if one is not move)
            try:
                self._file.rewrite(self._moves)
            except SpoolError as error:  # handed in again after a restart: once all the same
                log.warning("the spool cannot be tidied up: %s", error)
            before = self._report
            if not conflict:
                self._report = replace(before, done=before.done + 1)
            elif move.kind is not OfflineKind.RATING:
                self._report = replace(before, conflicts=(*before.conflicts, move.label))

    def _sealed(self, state: WindowState, kind: OfflineKind, text: str) -> str:
        self._open()
        turn = state.turn
        return "" if self._key is None or turn is None else self._seal(kind, turn.id, text)

    def _seal(self, kind: OfflineKind, turn_id: int, text: str) -> str:
        assert self._key is not None  # noqa: S101 - callers have looked
        sealed = self._key.seal(_PURPOSE, f"{kind}:{turn_id}", text)
        return base64.b64encode(sealed).decode("ascii")

    def _unsealed(self, move: SpooledMove) -> str:
        from hallclient.services.sealing import KeyTrouble  # noqa: PLC0415 - rare

        with contextlib.suppress(KeyTrouble, ValueError):
            if self._key is not None:
                sealed = base64.b64decode(move.sealed, validate=True)
                return self._key.unseal(_PURPOSE, f"{move.kind}:{move.turn_id}", sealed)
        if move.kind is OfflineKind.FINISH:  # the outcome counts without the words beside it
            log.warning("a note made offline cannot be opened: it is left out")
            return ""
        raise NotAllowed("rating_lost", "a rating cannot be opened with this key")


class SpooledRatings(Ratings):
    """Ratings that go into the window's spool while the database is away; the store is as here."""

    def __init__(self, store: "Store", spool: WindowSpool) -> None:
        super().__init__(store)
        self._spool = spool

    def record(self, turn_id: int, level: Level, device: str) -> bool:
        """Store what the citizen pressed, or keep it sealed until it can be; see ``Ratings``."""
        try:
            return super().record(turn_id, level, device)
        except StoreError as error:
            if error.retryable and self._spool.rate(turn_id, level, device):
                return True
            raise


class AfterSpool:
    """A store whose changes come after everything that the window's spool still has."""

    def __init__(self, store: "Store", spool: WindowSpool) -> None:
        self._store = store
        self._spool = spool

    def hand_in(self) -> None:
        """Hand in what there is. Raises ``StoreError``."""
        self._spool.hand_in(self._store)

    def change(self, actor: str) -> "AbstractContextManager[Transaction]":
        """Begin a change, behind what was done offline."""
        self.hand_in()
        return self._store.change(actor)

    def look(self) -> "AbstractContextManager[Reader]":
        """Begin a look."""
        return self._store.look()

    def plan(self) -> HallPlan:
        """Return the hall."""
        return self._store.plan()

    def report_devices(self, station: str, reports: "Sequence[DeviceReport]") -> None:
        """Note what devices are doing."""
        self._store.report_devices(station, reports)

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        """Take a lease from whoever holds it."""
        self._store.seize_lease(name, holder, seconds)

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease."""
        return self._store.take_lease(name, holder, seconds)

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        self._store.drop_lease(name, holder)


def _after(state: WindowState, move: SpooledMove) -> WindowState:
    """Return a state with a move in it; a move of another turn changes nothing."""
    turn = state.turn
    if turn is None or turn.id != move.turn_id or move.kind is OfflineKind.RATING:
        return state
    outcome = move.ending.outcome if move.ending is not None else Outcome.HELD
    asked = move.at if outcome in RATED_OUTCOMES else None
    ended: Turn = replace(turn, ended_at=move.at, result=outcome, rating_asked_at=asked)
    becomes = TicketStatus.HELD if move.kind is OfflineKind.HOLD else TicketStatus.ENDED
    ticket = replace(state.ticket, status=becomes) if state.ticket else None
    return replace(state, turn=ended, ticket=ticket, can_take_back_until=None)


def _state_of(known: LastState, plan: HallPlan, now: datetime) -> WindowState:
    window, service = plan.window(known.window), plan.service_of.get(known.service)
    state = WindowState(window, now, shift=known.shift)
    turn = known.turn
    if turn is None or service is None:
        return state
    queue = plan.queue(service.queue)
    status = TicketStatus.CALLED if turn.started_at is None else TicketStatus.SERVING
    ticket = Ticket(
        id=turn.ticket_id,
        request_id="",
        token="",
        day=business_day(turn.called_at, plan.time_zone, plan.rules.day_start),
        series_id=plan.series_of[queue.series].id,
        number=0,
        label=known.label,
        queue_id=queue.id,
        service_id=service.id,
        priority=PriorityClass.NORMAL,
        claim_at=turn.called_at,
        issued_at=turn.called_at,
        status=status if turn.active else TicketStatus.ENDED,
        channel=Channel.WINDOW,
        language="zh-CN",
    )
    return replace(state, turn=turn, ticket=ticket, service=service)
