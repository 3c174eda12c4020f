"""The logic of a call board: follows the hall's journal, decides what stands large.

A wake-up leads to one query (``link``) and that to one ``calls_changed``; nothing else stands in
between.
"""

import logging
import math
from collections import deque
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hallclient.display.crowd import PLACES, Crowd
from hallclient.display.desk import BoardDesk
from hallclient.display.hero import Hero
from hallclient.display.link import HallLink
from hallclient.display.roll import Roll, call_of, heard_call
from hallclient.domain.bulletin import Audience, Bulletin, stands_for
from hallclient.domain.calendar import business_day
from hallclient.domain.journal import Entry
from hallclient.services.board import RECENT, BoardCall, BoardNews, BoardState, HallNow
from hallclient.ui.hall_clock import HallClock

if TYPE_CHECKING:
    from hallclient.display.timetable import Closed, Closing
    from hallclient.domain.announcement import CallKey
    from hallclient.domain.hall import HallPlan

log = logging.getLogger(__name__)

STALE = timedelta(seconds=45)
"""A call older than this is listed, but neither shown large nor rung (domain.md §6)."""
REMEMBERED = 64
"""Calls that were handed to the voice: more than can be large before they are forgotten."""

_CHANGES_ALL = ("day.closed", "day.opened", "hall.", "bulletin.", "publication.")
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
    """What is published was read anew: ``hall.publications``; with every state."""
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
        self.crowd = Crowd()
        self.room = PLACES
        """Places for a burst of calls, on this screen."""
        self.closed: Closed | None = None
        self.closing: Closing | None = None
        self._day: date | None = None
        self._hero_timer = self._timer(self._turn_hero)
        self._minute_timer = self._timer(self._pass_minute)
        self._spoken: deque[CallKey] = deque(maxlen=REMEMBERED)
        self._met: deque[CallKey] = deque(maxlen=REMEMBERED)
        """Calls that came by here, also those that were missed since."""
        self.link = HallLink(
            desk, self.clock, self._take_state, self._take_news, self._take_hall, self
        )
        self.link.changed.connect(self.link_changed)

    def start(self) -> None:
        """Read the hall and follow it from now on."""
        self.link.start()
        self._pass_minute()

    def stop(self) -> None:
        """Ask no more. The worker and the feed are ended by their owner."""
        self.link.stop()
        for timer in self.findChildren(QTimer):
            timer.stop()

    @property
    def lost(self) -> bool:
        """Whether the hall does not answer."""
        return self.link.lost

    @property
    def fresh_at(self) -> datetime | None:
        """When the hall answered last."""
        return self.link.fresh_at

    @property
    def zones(self) -> tuple[str, ...]:
        """Codes of the zones that this board shows, empty for all."""
        return self._desk.zones

    @property
    def bursting(self) -> bool:
        """Whether so many calls come that numbers go before motion."""
        return self.hero.grid or bool(self.crowd)

    def recent(self) -> tuple[BoardCall, ...]:
        """Return the calls for the boxes, newest first."""
        hero = Hero() if self.lost else self.hero
        return self.roll.recent(hero.shown)

    def bulletins(self) -> tuple[Bulletin, ...]:
        """Return what is said to the public here just now, newest first."""
        hall = self.hall
        if hall is None:
            return ()
        now = self.clock.now()
        return tuple(b for b in hall.bulletins if stands_for(b, Audience.PUBLIC, self.zones, now))

    # Answers

    def _take_state(self, state: BoardState, first: bool) -> None:  # noqa: FBT001 - a callback
        before = self.roll
        known = {(call.turn_id, call.calls) for call in before.calls}
        self.plan = state.plan
        self._day = self._business_day()
        self.roll = Roll.of(state)
        labels = {call.label for call in self.roll.calls}
        now = self.clock.monotonic()
        self.hero = self.hero.without(lambda call: call.label not in labels, now)
        self.crowd = self.crowd.without(lambda call: _left(state, call))
        if first:
            self.hero = Hero(self.roll.calls[:1], (), now)
            self._speak_found()
        else:
            unheard = [c for c in self.roll.calls if (c.turn_id, c.calls) not in known]
            self._announce(reversed(unheard))
            self._tell_missed(state)
            self._settle_found(before)
        self._met.extend((call.turn_id, call.calls) for call in reversed(state.calls))
        self.link.succeed()
        self._take_hall(state.hall)
        self._note_crowd()
        self.plan_changed.emit()
        self.calls_changed.emit()
        self.published.emit()
        self._plan_hero()

    def _take_news(self, news: BoardNews) -> bool:
        return self._apply(news.entries)

    def _take_hall(self, hall: HallNow) -> None:
        before = self.hall
        changed = before is None or _seen(hall) != _seen(before)
        self.hall = hall
        self._pass_minute()
        if changed:
            self.figures_changed.emit()

    # The journal

    def _apply(self, entries: Iterable[Entry]) -> bool:
        """Apply entries in order; False when one needs the state to be read anew."""
        roll, hero, crowd = self.roll, self.hero, self.crowd
        whole = True
        for entry in entries:
            whole = self._try_entry(entry) and whole
        if self.roll != roll or self.hero != hero or self.crowd != crowd:
            self._note_crowd()
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
            self.crowd = self.crowd.without(lambda call: call.label == label)
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
            # Of one that is too old, or that nobody awaits, the voice tells that it is unspoken.
            self._speak(call, found=False)
            if self._is_fresh(call):
                before = self.hero
                self.hero = before.called(call, self.clock.monotonic())
                self.crowd = self.crowd.called(call)
                self._ring_for(before)

    def _is_fresh(self, call: BoardCall) -> bool:
        return self.clock.now() - call.called_at < STALE

    # The voice

    def awaits_voice(self, call: BoardCall) -> bool:
        """Tell whether the voice is going to speak this call, so that the frame waits for it."""
        return (call.turn_id, call.calls) in self._spoken

    def _speak(self, call: BoardCall, *, found: bool) -> None:
        voice = self._desk.voice
        self._met.append((call.turn_id, call.calls))
        if voice is not None and voice.announce(call, found=found):
            self._spoken.append((call.turn_id, call.calls))

    def _speak_found(self) -> None:
        """Hand over what was called just before the start, oldest first."""
        for call in reversed(self.roll.calls):
            if call.awaited and self._is_fresh(call):
                self._speak(call, found=True)

    def _tell_missed(self, state: BoardState) -> None:
        """Hand the voice what was called and missed while the hall was away: it is unspoken."""
        for call in reversed(state.calls):
            if call.label in self.roll.missed and (call.turn_id, call.calls) not in self._met:
                self._speak(call, found=False)

    def _settle_found(self, before: Roll) -> None:
        """Take from the voice what was settled while the journal could not be followed."""
        calls = self.roll.calls
        labels = {call.label for call in calls}
        since = min((call.called_at for call in calls), default=None)
        for call in before.calls:  # of what is older than all that stands nothing is known
            if call.label not in labels and since is not None and call.called_at >= since:
                self._settle(call.label)
        for label in (*self.roll.missed, *(call.label for call in calls if not call.awaited)):
            self._settle(label)

    def _settle(self, label: str) -> None:
        if self._desk.voice is not None:
            self._desk.voice.settle(label)

    def _hear(self, entry: Entry) -> bool:
        """Hand a call to the voice whose zone is spoken here, but not shown."""
        called = entry.kind in ("ticket.called", "ticket.recalled")
        if called and entry.zone in self._desk.voice_zones and self.plan is not None:
            call = heard_call(entry, self.plan)
            if call is not None:
                self._speak(call, found=False)
        return True

    # The large calls

    def _turn_hero(self) -> None:
        hero, crowd = self.hero, self.crowd
        self.hero = hero.turned(self.clock.monotonic())
        self._note_crowd()
        if self.hero != hero:
            self._ring_for(hero)
        if self.hero != hero or self.crowd != crowd:
            self.calls_changed.emit()
        self._plan_hero()

    def _note_crowd(self) -> None:
        elsewhere = (*self.hero.shown, *self.recent())
        self.crowd = self.crowd.noted(elsewhere, self.clock.monotonic(), self.room)

    def _plan_hero(self) -> None:
        dues = [due for due in (self.hero.due(), self.crowd.due()) if due is not None]
        if not dues:
            self._hero_timer.stop()
        else:
            left = min(dues) - self.clock.monotonic()
            self._hero_timer.start(max(0, math.ceil(left * 1000)))

    def _ring_for(self, before: Hero) -> None:
        """Ring when a call, or a recall, has become large."""
        chime = self._desk.chime
        if chime is None:
            return
        heard = {(call.turn_id, call.calls) for call in before.shown}
        if any((call.turn_id, call.calls) not in heard for call in self.hero.shown):
            chime.ring()

    # Time

    def _pass_minute(self) -> None:
        self._minute_timer.start(self.clock.ms_to_next_minute())
        if self._day != self._business_day():
            # Yesterday's calls leave even when nobody has taken a ticket today.
            self.link.want(state=True)
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
            from hallclient.display.timetable import (  # noqa: PLC0415 - needs a hall first
                closed_now,
                closing_now,
            )

            now = self.clock.now()
            self.closed = closed_now(self.plan, self.zones, self.hall, now)
            self.closing = closing_now(self.plan, self.zones, now)
        return (self.closed, self.closing) != before

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer


def _seen(hall: HallNow) -> tuple[object, ...]:
    """Return what of a hall's figures a board shows."""
    return hall.lines, hall.bulletins, hall.publications


def _left(state: BoardState, call: BoardCall) -> bool:
    """Tell whether a call stands in the state's list no more, though older ones do."""
    known = [one for one in state.calls if one.label == call.label]
    if known:
        return False
    return call.label in state.missed or len(state.calls) < RECENT
