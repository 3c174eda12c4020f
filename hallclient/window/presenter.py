"""The logic of the clerk's bar: keys go to the worker, a new state comes back and is shown.

A key does nothing while an action is under way, so a double press is one call. A rule that says no
is told in one line for five seconds, and the state is read again. A database that is away shows as
such; it is asked again after growing pauses until it answers.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.bar_news import BarNews
from hallclient.services.store_error import StoreError
from hallclient.ui.timer import new_timer
from hallclient.window.going_on import BACK_MS, MESSAGE_MS, GoingOn
from hallclient.window.keypad import KeypadAsker
from hallclient.window.scene import BarView, Scene, online_stand
from hallclient.window.states import KeyFace, KeyId, Stand, since
from hallclient.window.troubles import trouble_text
from hallclient.window.view import bar_view
from hallclient.window.watch import Clock, Reading, WindowWatch, report_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.config import KeySettings
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.rules import HallRules
    from hallclient.services.holding import Held
    from hallclient.services.shifts import LeftBehind
    from hallclient.services.store import Store
    from hallclient.services.window_spool_lines import Report
    from hallclient.services.windows import WindowState
    from hallclient.window.desk import ClerkDesk
    from hallclient.window.moves import Op, Tell, Then
    from hallclient.window.unseen import UnseenWatch

log = logging.getLogger(__name__)

T = TypeVar("T")

BULLETIN_MS = 12_000
SLOW_AFTER_S = 3
_SECOND_MS = 1000
_JUST_AFTER_MS = 4


class ClerkPresenter(GoingOn):
    """One clerk's bar without its widgets. Lives in the UI thread; see :class:`ClerkDesk`."""

    changed = Signal(object)
    """Another :class:`BarView`."""
    outcome_asked = Signal(object)
    """F8: an :class:`hallclient.window.outcome.OutcomeAsk`."""
    pause_asked = Signal(object)
    """F10: the hall's reasons, a tuple of their codes."""
    transfer_asked = Signal()
    """F6: where to?"""
    hold_asked = Signal()
    """F7: what for? Or at an empty window: which one goes on?"""
    sign_in_failed = Signal(str)
    """Why nobody was signed in, in words."""

    def __init__(
        self, desk: ClerkDesk, parent: QObject | None = None, *, clock: Clock = time.monotonic
    ) -> None:
        super().__init__(desk, parent)
        self._clock = clock
        self._scene = Scene(number=desk.number)
        self._reading: Reading | None = None
        self._plan: HallPlan | None = None
        self._news = BarNews()
        self._lost_at: float | None = None
        self._acting_since: float | None = None
        self._started = self._closed = False
        self._view = bar_view(self._scene, desk.words)
        self._beat = new_timer(self, self.tick)
        self._forget = new_timer(self, self._drop_message)
        self._back_timer = new_timer(self, self._drop_back)
        desk.words.switched.connect(self._publish)
        self._unseen: UnseenWatch | None = None
        self._watch = WindowWatch(desk, clock, self)
        self._watch.taken.connect(self._take_refresh)
        self._watch.missed.connect(self._lose)
        self._asker = KeypadAsker(desk, clock, self)

    # What the bar may ask

    @property
    def view(self) -> BarView:
        """What the bar shows now."""
        return self._view

    @property
    def rules(self) -> HallRules | None:
        """The hall's rules, once they were read."""
        return self._scene.rules

    @property
    def state(self) -> WindowState | None:
        """The window as it was read last."""
        return self._scene.state

    @property
    def plan(self) -> HallPlan | None:
        """The hall, once it was read."""
        return self._plan

    @property
    def store(self) -> Store | None:
        """The worker's store, for :meth:`look` only."""
        return self._desk.store

    @property
    def news(self) -> BarNews:
        """What there is besides the window's own turn."""
        return self._news

    @property
    def held(self) -> tuple[Held, ...]:
        """The held tickets that this window may take up again."""
        return self._news.held

    @property
    def prints(self) -> bool:
        """Whether the end of a ticket hands out a slip."""
        return self._desk.prints

    @property
    def bindings(self) -> KeySettings:
        """The keys as the settings name them."""
        return self._desk.bindings

    @property
    def acting(self) -> bool:
        """Whether an action is under way; keys do nothing meanwhile."""
        return self._acting_since is not None or self._spooling

    def start(self) -> None:
        """Read the window's state and keep it fresh. Safe to call twice."""
        if not self._started:
            self._started = True
            self.refresh()
            self.tick()

    def close(self) -> None:
        """Stop timers; results still under way change nothing."""
        self._closed = True
        self._watch.close()
        if self._unseen is not None:
            self._unseen.close()
        for timer in (self._beat, self._forget, self._back_timer):
            timer.stop()
        self._asker.close()

    # What the clerk may do

    def press(self, key: KeyId) -> None:
        """Do what a key does in the present state; nothing when it is flat or one acts already."""
        if self.acting or self._view.face(key) is KeyFace.FLAT:
            if self._view.stand is Stand.OFFLINE and self._goes_on:
                self.say(self.words("offline.bar.later"))
            return
        acts: dict[KeyId, Callable[[], None]] = {
            KeyId.CALL_NEXT: self.call_next,
            KeyId.RECALL: self.recall,
            KeyId.START: self.start_turn,
            KeyId.NO_SHOW: self.no_show,
            KeyId.TRANSFER: self.transfer_asked.emit,
            KeyId.HOLD: self.hold_asked.emit,
            KeyId.FINISH: self.ask_outcome,
            KeyId.ASK_AGAIN: self.ask_again,
            KeyId.PAUSE: self._pause_or_resume,
            KeyId.HELP: self.ask_help,
        }
        acts[key]()

    def ask_help(self) -> None:
        """Call for a person, quietly; who is coming is said in the bar's line."""
        ask = self._desk.ask_help
        if ask is not None:
            self.look(ask, lambda _help: self.say(self.words("window.help.asked")))

    def sign_in(self, staff_code: str, pin: str) -> None:
        """Begin a shift; a refusal comes back as ``sign_in_failed``."""
        shifts = self._desk.shifts
        self.act(lambda: shifts.sign_in(staff_code, pin), tell=self.sign_in_failed.emit)

    def take_over(self) -> None:
        """Take the window from the other terminal, which is told."""
        terminals = self._desk.terminals
        if terminals is not None:
            self.look(terminals.take_over, lambda _done: self.refresh())

    def refresh(self) -> None:
        """Read the state anew."""
        self._watch.refresh()

    def tick(self) -> None:
        """Show the present second, and come back at the next."""
        if self._closed:
            return
        self._publish()
        self._beat.start(_SECOND_MS - self._part_of_second() + _JUST_AFTER_MS)

    # Actions

    def act(
        self,
        op: Op,
        then: Then | None = None,
        *,
        tell: Tell | None = None,
        lost: Callable[[], None] | None = None,
    ) -> bool:
        """Do ``op`` in the worker, then show its state; see :class:`ClerkMoves`."""
        if self.acting or self._closed:
            self._tell_busy(tell)
            return False
        lost = lost if self._desk.offline is not None else None
        if lost is not None and self._lost_at is not None and self._goes_on:
            lost()
            return True
        self._acting_since = self._clock()
        self._drop_message()
        clock = self._clock

        def done(reading: Reading) -> None:
            self._acting_since = None
            self._take(reading)
            if then is not None and not self._closed:
                then(reading.state)

        def failed(error: Exception) -> None:
            self._acting_since = None
            self._fail(error, tell or self.say)
            if lost is not None and self._lost_at is not None:
                lost()  # it may be done already: handed in, it is done once

        desk = self._desk

        def moved() -> Reading:
            state = op()
            self._watch.knows(state)
            news = desk.news(state) if desk.news is not None else None
            return Reading(state, clock(), news=news, report=report_of(desk))

        self._desk.worker.submit(moved, done, failed, owner=self)
        return True

    def look(self, op: Callable[[], T], then: Callable[[T], None]) -> None:
        """Read something in the worker and hand it over; a failure is said calmly."""
        if not self._closed:
            self._desk.worker.submit(op, then, lambda e: self._fail(e, self.say), owner=self)

    def left_behind(self) -> LeftBehind:
        """Return what a sign-out would leave behind; in the worker's thread."""
        return self._desk.shifts.left_behind()

    def _fail(self, error: Exception, tell: Callable[[str], None]) -> None:
        if self._closed:
            return
        if isinstance(error, StoreError) and error.retryable:
            self._lose(error)
            return
        if isinstance(error, DomainError):
            log.info("refused: %s", error)
            tell(trouble_text(self.words, error))
        else:
            log.error("an action failed", exc_info=error)
            tell(self.words("window.fault.unexpected_sub"))
        self.refresh()

    def ask_outcome(self, *, then_call: bool = False) -> None:
        """Ask for the outcome of the ticket here; ``then_call`` goes on with the next one."""
        state = self._scene.state
        if self.acting or state is None or self._view.face(KeyId.FINISH) is KeyFace.FLAT:
            return

        from hallclient.window.outcome import outcome_ask  # noqa: PLC0415 - not for the start

        ask = outcome_ask(state, self._plan, self._now(), then_call=then_call)
        if ask is not None:
            self.outcome_asked.emit(ask)

    def _pause_or_resume(self) -> None:
        if self._view.stand is Stand.PAUSED:
            self.resume_window()
        elif self._scene.rules is not None:
            self.pause_asked.emit(self._scene.rules.pause_reasons)

    def _called(self, state: WindowState) -> None:
        if state.turn is None or not state.turn.active:
            self.say(self.words("window.bar.nobody"))

    def _split(self, state: WindowState) -> None:
        if state.issued is not None:
            self.say(self.words("window.menu.split_done", label=state.issued.ticket.label))

    def _ask_keypad(self, state: WindowState) -> None:
        if self._scene.rules is not None:
            self._asker.ask(state, self._scene.rules)

    # The state

    def _take_refresh(self, reading: Reading) -> None:
        self._take(reading)
        if self._view.stand is Stand.RATING and not self._asker.has_asked(reading.state):
            # Finished at the hardware caller, or by the process before this one.
            self._ask_keypad(reading.state)

    def _take(self, reading: Reading) -> None:
        if self._closed:
            return
        state = reading.state
        if self._lost_at is not None and (self._spooling or self._pending):
            self._watch.refresh()  # what was done meanwhile is not in this reading
            return
        self._reading = reading
        self._lost_at = None
        self._plan = reading.plan or self._plan
        rules = self._plan.rules if self._plan is not None else None
        if reading.news is not None:
            self._take_news(reading.news)
        self._scene = replace(self._scene, number=state.window.number, state=state, rules=rules)
        self._back(reading.report)
        self._watch_call(state)
        if self._plan is not None:
            clock = self._clock
            self._remember(state, self._plan.hall_id, lambda: clock() - reading.at)
        self.tick()
        self._watch.settle()

    def _watch_call(self, state: WindowState) -> None:
        """Look whether a board shows the call; nothing of this is there before the first one."""
        shown, rules = self._desk.is_shown, self._scene.rules
        if shown is None or rules is None:
            return
        if self._unseen is None:
            if state.turn is None:
                return
            from hallclient.window.unseen import UnseenWatch  # noqa: PLC0415 - not for the start

            self._unseen = UnseenWatch(shown, self._desk.worker, self)
            self._unseen.changed.connect(self._publish)
        self._unseen.follow(state, rules, self._now())

    def _back(self, report: Report | None) -> None:
        if report is not None and (report.done or report.conflicts):
            self._scene = replace(self._scene, back=report)
            self._back_timer.start(BACK_MS)
            self._say_back(report)

    def _drop_back(self) -> None:
        self._scene = replace(self._scene, back=None)
        self._publish()

    def _take_offline(self, state: WindowState, plan: HallPlan | None = None) -> None:
        if self._closed or self._lost_at is None:
            return
        self._plan = self._plan or plan
        rules = self._plan.rules if self._plan is not None else None
        self._reading = Reading(state, self._clock())
        self._scene = replace(self._scene, number=state.window.number, state=state, rules=rules)
        self.tick()

    def _take_news(self, news: BarNews) -> None:
        before, self._news = self._news, news
        terminal = self._desk.terminal
        elsewhere = bool(terminal) and news.terminal not in ("", terminal)
        self._scene = replace(
            self._scene, helper=news.helper, held=len(news.held), elsewhere=elsewhere
        )
        if news.coming and news.coming != before.coming:
            self.say(self.words("window.help.coming", name=news.coming))
        if news.bulletin is not None and news.bulletin != before.bulletin:
            self.say_bulletin()

    def _lose(self, error: Exception) -> None:
        if self._lost_at is None:
            log.warning("the database is away: %s", error)
            self._lost_at = self._clock()
            self._begin_offline()
        self._watch.retry()
        self.tick()

    def _now(self) -> datetime:
        reading = self._reading
        assert reading is not None  # noqa: S101 - asked for only behind a reading
        return reading.state.now + timedelta(seconds=self._clock() - reading.at)

    def _part_of_second(self) -> int:
        """Return the ms since the timer on the bar last moved on, so that the next beat fits it."""
        scene, reading = self._scene, self._reading
        if self._lost_at is not None:
            return int((self._clock() - self._lost_at) * _SECOND_MS) % _SECOND_MS
        if reading is None:
            return 0
        now = self._now()
        start = since(reading.state, online_stand(replace(scene, now=now)))
        return 0 if start is None else int((now - start).total_seconds() * _SECOND_MS) % _SECOND_MS

    # What is shown

    def say(self, text: str, ms: int = MESSAGE_MS) -> None:
        """Show one calm line in the place of the service for a few seconds."""
        self._scene = replace(self._scene, message=text)
        self._forget.start(ms)
        self._publish()

    def say_bulletin(self) -> None:
        """Show what is said to the staff, a little longer than other lines."""
        bulletin = self._news.bulletin
        if bulletin is not None:
            self.say(bulletin.text.text(self.words.language), BULLETIN_MS)

    def _drop_message(self) -> None:
        self._forget.stop()
        if self._scene.message:
            self._scene = replace(self._scene, message="")
            self._publish()

    def _publish(self) -> None:
        if self._closed:
            return
        keypad = self._desk.keypad
        scene = replace(
            self._scene,
            now=self._now() if self._reading is not None else None,
            lost_seconds=None if self._lost_at is None else int(self._clock() - self._lost_at),
            keypad=keypad.state if keypad is not None else None,
            message=self._scene.message or self._emergency_text() or self._slow_text(),
            goes_on=self._goes_on,
            seals=self._seals,
            spooled=self._pending,
            unseen=self._unseen is not None and self._unseen.unseen,
        )
        view = bar_view(scene, self.words)
        if view != self._view:
            self._view = view
            self.changed.emit(view)

    def _emergency_text(self) -> str:
        emergency = self._news.emergency
        if emergency is None:
            return ""
        from hallclient.services.emergency_words import staff_line  # noqa: PLC0415 - hardly ever

        return staff_line(emergency, self.words)

    def _slow_text(self) -> str:
        seconds = self._acting_seconds()
        return self.words("window.fault.slow", n=seconds) if seconds >= SLOW_AFTER_S else ""

    def _tell_busy(self, tell: Tell | None) -> None:
        """Answer whoever waits for an answer: another action is still under way."""
        if tell is not None and not self._closed:
            tell(self.words("window.fault.slow", n=max(1, self._acting_seconds())))

    def _acting_seconds(self) -> int:
        return 0 if self._acting_since is None else int(self._clock() - self._acting_since)
