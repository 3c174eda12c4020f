"""The logic of a call board: reads the hall, follows its journal, decides what stands large.

A wake-up leads to one query and that to one ``calls_changed``; nothing else stands in between. A
wake-up during a query is kept and asked for afterwards. Every few seconds the figures are read, and
their journal number tells whether a wake-up was lost.
"""

import logging
import math
import random
from collections import deque
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hallclient.display.desk import BoardDesk
from hallclient.display.hero import Hero
from hallclient.display.ringer import Ringer
from hallclient.display.roll import Roll, call_of, heard_call
from hallclient.display.timetable import Closed, Closing, closed_now, closing_now
from hallclient.domain.bulletin import Audience, Bulletin, stands_for
from hallclient.domain.calendar import business_day
from hallclient.domain.journal import Entry
from hallclient.services.board import BoardCall, BoardNews, BoardState, HallNow
from hallclient.services.store import StoreError
from hallclient.ui.hall_clock import HallClock

if TYPE_CHECKING:
    from hallclient.domain.announcement import CallKey
    from hallclient.domain.hall import HallPlan

log = logging.getLogger(__name__)

FIGURES_S = 5.0
JITTER = 0.2
STALE = timedelta(seconds=45)
"""A call older than this is listed, but neither shown large nor rung (domain.md §6)."""
HANGS_S = 5.0
"""A query that takes longer is a lost connection."""
RETRY_S = (0.25, 1.0, 2.0, 5.0)
FAILURES = 2
"""Failures in a row before the board says that the connection is lost."""

REMEMBERED = 64
"""Calls that were handed to the voice: more than can be large before they are forgotten."""

_CHANGES_ALL = ("day.closed", "day.opened", "hall.", "bulletin.")
"""Entries after which the state is read anew."""
_SENT_AWAY = ("ticket.returned", "ticket.transferred")
"""Whose ticket waits for another call: nobody shall go where it was called before."""
_SETTLED = ("turn.started", "ticket.no_show", *_SENT_AWAY)
"""After which a call need not be spoken."""


class BoardPresenter(QObject):
    """What a board shows now. Signals say what changed; the view reads the properties."""

    plan_changed = Signal()
    calls_changed = Signal()
    """Large calls, recent calls or missed numbers."""
    figures_changed = Signal()
    link_changed = Signal()
    minute_changed = Signal()
    published = Signal()
    """Something is published or ended: whoever shows it looks for itself. Also after a state."""
    begins = Signal(int, int)
    """Turn and number of calls of what the voice begins to say; it may be emitted by any thread."""

    def __init__(
        self, desk: BoardDesk, parent: QObject | None = None, *, clock: HallClock | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.clock = clock or HallClock()
        self.plan: HallPlan | None = None
        self.hall: HallNow | None = None
        self.roll = Roll()
        self.hero = Hero()
        self.closed: Closed | None = None
        self.closing: Closing | None = None
        self.lost = False
        self.fresh_at: datetime | None = None
        self._seq: int | None = None
        self._day: date | None = None
        self._asking = False
        self._asking_figures = False
        self._wanted = False
        self._wanted_state = False
        self._stopped = False
        self._failures = 0
        self._ringer = Ringer(desk.chime, self)
        self._hero_timer = self._timer(self._turn_hero)
        self._minute_timer = self._timer(self._pass_minute)
        self._figures_timer = self._timer(self._ask_figures)
        self._retry_timer = self._timer(self._retry)
        self._spoken: deque[CallKey] = deque(maxlen=REMEMBERED)
        desk.feed.changed.connect(self._wake)
        desk.feed.recovered.connect(self._wake)
        desk.worker.busy_for.connect(self._note_hang)

    def start(self) -> None:
        """Read the hall and follow it from now on."""
        self._want(state=True)
        self._plan_figures()
        self._pass_minute()

    def stop(self) -> None:
        """Ask no more. The worker and the feed are ended by their owner."""
        self._stopped = True
        for signal in (self._desk.feed.changed, self._desk.feed.recovered):
            signal.disconnect(self._wake)
        self._desk.worker.busy_for.disconnect(self._note_hang)
        for timer in self.findChildren(QTimer):
            timer.stop()

    @property
    def zones(self) -> tuple[str, ...]:
        """Codes of the zones that this board shows, empty for all."""
        return self._desk.zones

    def recent(self) -> tuple[BoardCall, ...]:
        """Return the calls for the boxes, newest first."""
        hero = Hero() if self.lost else self.hero
        return self.roll.recent(hero.shown, hero.passed)

    def bulletins(self) -> tuple[Bulletin, ...]:
        """Return what is said to the public here just now, newest first."""
        hall = self.hall
        if hall is None:
            return ()
        now = self.clock.now()
        return tuple(b for b in hall.bulletins if stands_for(b, Audience.PUBLIC, self.zones, now))

    # Asking

    def _wake(self) -> None:
        self._want(state=False)

    def _want(self, *, state: bool) -> None:
        self._wanted = True
        self._wanted_state |= state
        if not self._asking:
            self._ask()

    def _ask(self) -> None:
        self._asking, self._wanted = True, False
        board, worker = self._desk.board, self._desk.worker
        if self._wanted_state or self._seq is None:
            self._wanted_state = False
            worker.submit(board.state, self._take_state, self._fail)
        else:
            worker.submit(partial(board.news, self._seq), self._take_news, self._fail)

    def _ask_figures(self) -> None:
        self._plan_figures()
        if not self._asking_figures and not self.lost:
            self._asking_figures = True
            self._desk.worker.submit(self._desk.board.now, self._take_figures, self._fail_figures)

    def _plan_figures(self) -> None:
        spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, hides nothing
        self._figures_timer.start(round(FIGURES_S * spread * 1000))

    def _answered(self) -> None:
        self._asking = False
        if self._wanted:
            self._ask()

    # Answers

    def _take_state(self, state: BoardState) -> None:
        if self._stopped:
            return
        before, first = self.roll, self._seq is None
        known = {(call.turn_id, call.calls) for call in before.calls}
        self.clock.set(state.hall.now)
        self.plan, self._seq = state.plan, state.hall.seq
        self._day = self._business_day()
        self.roll = Roll.of(state)
        labels = {call.label for call in self.roll.calls}
        now = self.clock.monotonic()
        self.hero = self.hero.without(lambda call: call.label not in labels, now)
        if first:
            self.hero = Hero(self.roll.calls[:1], (), now)
            self._speak_found()
        else:
            missed = [c for c in self.roll.calls if (c.turn_id, c.calls) not in known]
            self._announce(reversed(missed))
        self._succeed()
        self._take_hall(state.hall)
        self.plan_changed.emit()
        self.calls_changed.emit()
        self.published.emit()
        self._plan_hero()
        self._answered()

    def _take_news(self, news: BoardNews) -> None:
        if self._stopped:
            return
        self._succeed()
        if news.gap or not self._apply(news.entries):
            self._wanted = self._wanted_state = True
        else:
            self._seq = news.seq
        self._answered()

    def _take_figures(self, hall: HallNow) -> None:
        if self._stopped:
            return
        self._asking_figures = False
        self.clock.set(hall.now)
        self._succeed()
        self._take_hall(hall)
        if self._seq is not None and hall.seq > self._seq:
            self._want(state=False)

    def _take_hall(self, hall: HallNow) -> None:
        before = self.hall
        changed = before is None or (hall.lines, hall.bulletins) != (before.lines, before.bulletins)
        self.hall = hall
        self._pass_minute()
        if changed:
            self.figures_changed.emit()

    # The journal

    def _apply(self, entries: Iterable[Entry]) -> bool:
        """Apply entries in order; False when one needs the state to be read anew."""
        roll, hero = self.roll, self.hero
        whole = True
        for entry in entries:
            whole = self._try_entry(entry) and whole
        if self.roll != roll or self.hero != hero:
            self.calls_changed.emit()
            self._plan_hero()
        return whole

    def _try_entry(self, entry: Entry) -> bool:
        try:
            return self._apply_one(entry)
        except (KeyError, TypeError):
            # Written by another version of the program: the state says the same in today's words.
            log.exception("cannot read journal entry %d, %s", entry.seq, entry.kind)
            return False

    def _apply_one(self, entry: Entry) -> bool:
        if entry.kind.startswith(_CHANGES_ALL):
            return False
        if entry.kind.startswith("publication."):
            self.published.emit()
            return True
        if entry.kind == "ticket.requeued":
            self.roll = self.roll.back(str(entry.data["label"]))
        if entry.kind in _SETTLED:
            self._settle(str(entry.data["label"]))
        if self.zones and entry.zone not in self.zones:
            return self._hear(entry)
        if entry.kind in ("ticket.called", "ticket.recalled"):
            return self._apply_call(entry)
        if entry.kind in ("ticket.no_show", *_SENT_AWAY):
            label, now = str(entry.data["label"]), self.clock.monotonic()
            missed = entry.kind == "ticket.no_show"
            self.roll = self.roll.with_missed(label) if missed else self.roll.without(label)
            self.hero = self.hero.without(lambda call: call.label == label, now)
        # What was taken back is as it was before: the state knows how that was.
        return entry.kind != "move.taken_back"

    def _apply_call(self, entry: Entry) -> bool:
        call = call_of(entry, self.plan, self.roll) if self.plan is not None else None
        if call is None:
            return False
        self.roll = self.roll.with_call(call)
        self._announce([call])
        return True

    def _announce(self, calls: Iterable[BoardCall]) -> None:
        for call in calls:
            if self._is_fresh(call):
                self._speak(call, found=False)
                before = self.hero
                self.hero = before.called(call, self.clock.monotonic())
                self._ring_for(before)

    def _is_fresh(self, call: BoardCall) -> bool:
        return self.clock.now() - call.called_at < STALE

    # The voice

    def awaits_voice(self, call: BoardCall) -> bool:
        """Tell whether the voice is going to speak this call, so that the frame waits for it."""
        return (call.turn_id, call.calls) in self._spoken

    def _speak(self, call: BoardCall, *, found: bool) -> None:
        voice = self._desk.voice
        if voice is not None and voice.announce(call, found=found):
            self._spoken.append((call.turn_id, call.calls))

    def _speak_found(self) -> None:
        """Hand over what was called just before the start, oldest first."""
        for call in reversed(self.roll.calls):
            if call.active and self._is_fresh(call):
                self._speak(call, found=True)

    def _settle(self, label: str) -> None:
        if self._desk.voice is not None:
            self._desk.voice.settle(label)

    def _hear(self, entry: Entry) -> bool:
        """Hand a call to the voice whose zone is spoken here, but not shown."""
        called = entry.kind in ("ticket.called", "ticket.recalled")
        if called and entry.zone in self._desk.voice_zones and self.plan is not None:
            call = heard_call(entry, self.plan)
            if call is not None and self._is_fresh(call):
                self._speak(call, found=False)
        return True

    # The large calls

    def _turn_hero(self) -> None:
        before = self.hero
        self.hero = before.seen(self.recent()).turned(self.clock.monotonic())
        if self.hero != before:
            self._ring_for(before)
            self.calls_changed.emit()
        self._plan_hero()

    def _plan_hero(self) -> None:
        due = self.hero.due()
        if due is None:
            self._hero_timer.stop()
        else:
            left = due - self.clock.monotonic()
            self._hero_timer.start(max(0, math.ceil(left * 1000)))

    def _ring_for(self, before: Hero) -> None:
        """Ring when a call, or a recall, has become large."""
        heard = {(call.turn_id, call.calls) for call in before.shown}
        if any((call.turn_id, call.calls) not in heard for call in self.hero.shown):
            self._ringer.ring()

    # Time

    def _pass_minute(self) -> None:
        self._minute_timer.start(self.clock.ms_to_next_minute())
        if self._day != self._business_day():
            # Yesterday's calls leave even when nobody has taken a ticket today.
            self._want(state=True)
        turned = self._close_or_open()
        if self.clock.minute_passed() or turned:
            self.minute_changed.emit()
        if self.lost and self.hall is not None and self.hall.bulletins:
            self.figures_changed.emit()  # one that is over leaves also while nothing can be read

    def _business_day(self) -> date | None:
        plan = self.plan
        if plan is None:
            return None
        return business_day(self.clock.now(), plan.time_zone, plan.rules.day_start)

    def _close_or_open(self) -> bool:
        before = (self.closed, self.closing)
        if self.plan is not None and self.hall is not None:
            now = self.clock.now()
            self.closed = closed_now(self.plan, self.zones, self.hall, now)
            self.closing = closing_now(self.plan, self.zones, now)
        return (self.closed, self.closing) != before

    # The connection

    def _succeed(self) -> None:
        self._failures = 0
        self._retry_timer.stop()
        self.fresh_at = self.clock.now()
        self._set_lost(lost=False)

    def _fail(self, error: Exception) -> None:
        if self._stopped:
            return
        self._asking = False
        self._failures += 1
        if self._failures == 1:
            unexpected = None if isinstance(error, StoreError) else error
            log.warning("the board cannot read the hall: %s", error, exc_info=unexpected)
        if self._failures >= FAILURES:
            self._set_lost(lost=True)
        step = min(self._failures, len(RETRY_S)) - 1
        if not self._retry_timer.isActive():
            self._retry_timer.start(round(RETRY_S[step] * 1000))

    def _fail_figures(self, error: Exception) -> None:
        self._asking_figures = False
        if not self._asking:
            self._fail(error)

    def _retry(self) -> None:
        self._want(state=self.lost)

    def _note_hang(self, seconds: float) -> None:
        if seconds >= HANGS_S and (self._asking or self._asking_figures):
            self._set_lost(lost=True)

    def _set_lost(self, *, lost: bool) -> None:
        if lost != self.lost:
            self.lost = lost
            log.log(logging.WARNING if lost else logging.INFO, "lost: %s", lost)
            self.link_changed.emit()

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer
