"""The logic of the panel without its widgets: what is read, what is filled in, what is chosen.

Moves at the window are the bar's own (``ClerkPresenter``): panel and bar are two views of one
window. What the panel lists is read anew after every move, wake-up and five seconds.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.hours import local_time
from hallclient.services.store_error import StoreError
from hallclient.services.window_panel import PanelState, PastRow
from hallclient.services.windows import WindowState
from hallclient.window.panel.asking import Ask, Asker
from hallclient.window.panel.desk import PanelDesk
from hallclient.window.panel.filling import CaseWork, Filler
from hallclient.window.panel.finding import Finder
from hallclient.window.panel.view import Middle, PanelView, RestView, Tab
from hallclient.window.panel.wording import (
    banner_view,
    card_view,
    empty_of,
    history_of,
    place_of,
    rest_view,
    rows_of,
    tabs_of,
    totals_of,
    waits_of,
)
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.scene import BarView
from hallclient.window.states import KeyFace, KeyId, Stand
from hallclient.window.troubles import trouble_text

log = logging.getLogger(__name__)

T = TypeVar("T")
REFRESH_MS = 5000
RETRY_MS = 2000
SERVED = (Stand.SERVING, Stand.LONG)


class PanelPresenter(QObject):
    """One window's panel. Lives in the UI thread; see :class:`PanelDesk`."""

    changed = Signal(object)
    """Another :class:`PanelView`."""
    turned = Signal(object)
    """The middle shows something else: a :class:`Middle`, for the keyboard to follow."""
    sign_in_asked = Signal()
    """Nobody is signed in, and the clerk wants to: the bar asks who."""

    def __init__(
        self,
        desk: PanelDesk,
        clerk: ClerkPresenter,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.desk, self.clerk, self.words = desk, clerk, desk.words
        self._clock = clock
        self.panel: PanelState | None = None
        self._read_at = 0.0
        self._tab = Tab.WAITING
        self._ask: Ask | None = None
        self._asked = 0
        self._seen: tuple[object, ...] = ()
        self._active = self._reading = self._again = self._closed = False
        self._view = PanelView()
        self.asker, self.filler, self.finder = Asker(self), Filler(self), Finder(self)
        self._fresh = QTimer(self)
        self._fresh.setSingleShot(True)
        self._fresh.timeout.connect(self.refresh)
        clerk.changed.connect(self._follow_bar)
        self.words.switched.connect(self.publish)
        if desk.feed is not None:
            desk.feed.changed.connect(self.refresh)
            desk.feed.recovered.connect(self.refresh)

    # What the panel may ask

    @property
    def view(self) -> PanelView:
        """What the panel shows now."""
        return self._view

    @property
    def acting(self) -> bool:
        """Whether a move is under way."""
        return self.clerk.acting

    @property
    def now(self) -> datetime:
        """The hall's time."""
        assert self.panel is not None  # noqa: S101 - asked for only behind a reading
        return self.panel.state.now + timedelta(seconds=self._clock() - self._read_at)

    @property
    def free(self) -> bool:
        """Whether somebody may come to this window now."""
        return self.clerk.view.stand in (Stand.IDLE, Stand.RATING)

    def start(self) -> None:
        """Read, and keep reading until :meth:`rest`. Safe to call twice."""
        if not self._active and not self._closed:
            self._active = True
            self.refresh()
            self.publish()

    def rest(self) -> None:
        """Read no more while nobody looks."""
        self._active = False
        self._fresh.stop()

    def close(self) -> None:
        """Stop; answers still under way change nothing."""
        self._closed = True
        self.rest()

    # Reading

    def refresh(self) -> None:
        """Read now, or once more when a reading is under way: it may have looked too early."""
        if not self._active or self._closed:
            return
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self._fresh.stop()
        self.desk.worker.submit(self.desk.panel.look, self._take, self._miss, owner=self)

    def _take(self, panel: PanelState) -> None:
        self._reading = False
        if self._closed:
            return
        self.panel, self._read_at = panel, self._clock()
        self.filler.renew(panel)
        self.publish()
        self._later(REFRESH_MS)

    def _miss(self, error: Exception) -> None:
        self._reading = False
        if self._closed:
            return
        if not isinstance(error, StoreError | DomainError):
            log.error("the panel cannot be read", exc_info=error)
        self._later(RETRY_MS)

    def _later(self, wait_ms: int) -> None:
        if self._again:
            self.refresh()
        elif self._active:
            self._fresh.start(wait_ms)

    def _follow_bar(self, view: BarView) -> None:
        self._take_state(self.clerk.state)
        seen = (view.stand, view.label, view.staff, view.waiting, bool(view.undo))
        if seen != self._seen:
            self._seen = seen
            self._drop_stale_ask(view)
            self.refresh()
        if self._active:
            self.publish()

    def _take_state(self, state: WindowState | None) -> None:
        """Show what the bar knows at once: the lists behind it are read a moment later."""
        if self.panel is None or state is None or state.now <= self.panel.state.now:
            return
        self.panel, self._read_at = replace(self.panel, state=state), self._clock()
        self.filler.renew(self.panel)

    def _drop_stale_ask(self, view: BarView) -> None:
        """Drop a question about a ticket that has gone."""
        if self._ask is not None and self._ask.label_now and self._ask.label_now != view.label:
            self.leave()

    # Work

    def run(self, op: Callable[[], T], done: Callable[[T], object]) -> None:
        """Do something in the worker that is no move of the window; a refusal is told calmly."""

        def failed(error: Exception) -> None:
            if isinstance(error, DomainError):
                self.clerk.say(trouble_text(self.words, error))
            elif not (isinstance(error, StoreError) and error.retryable):
                log.error("an action of the panel failed", exc_info=error)
                self.clerk.say(self.words("window.fault.unexpected_sub"))
            else:
                self.clerk.say(self.words("window.bar.reconnecting"))
            self.refresh()

        self.desk.worker.submit(op, done, failed, owner=self)

    def did(self) -> None:
        """Go on after a move was handed over: read again behind it."""
        self._ask = None
        self.refresh()
        self.publish()

    # What the clerk chooses

    def press(self, key: KeyId) -> None:
        """Do what a key does; what it asks is asked in the middle."""
        if self.acting or self.clerk.view.face(key) is KeyFace.FLAT:
            return
        if key is KeyId.FINISH:
            self.finish()
        elif key is KeyId.TRANSFER:
            self.asker.transfer()
        elif key is KeyId.HOLD:
            self._hold()
        elif key is KeyId.PAUSE and self.clerk.view.stand is not Stand.PAUSED:
            self.asker.pause()
        else:
            self.clerk.press(key)
            self.did()

    def _hold(self) -> None:
        """Hold the ticket at the window; at an empty one show what is held, to take it up."""
        if not self.free:
            self.asker.hold()
            return
        self.choose_tab(Tab.HELD)
        if self.panel is not None and len(self.panel.held) == 1:
            self.asker.row(Tab.HELD, self.panel.held[0].ticket.id)

    def go_on(self) -> None:
        """Press the one most likely key; with nobody signed in, ask who is there."""
        if self.clerk.view.stand is Stand.SIGNED_OUT:
            self.sign_in_asked.emit()
        elif self._view.rest.act is not None:
            self.press(self._view.rest.act)

    def serve_on(self) -> None:
        """Do the next step of the ticket that was just finished here."""
        self.clerk.serve_on()
        self.did()

    def take_back(self) -> None:
        """Undo the last move, while that is possible."""
        if self._view.takes_back and not self.acting:
            self.clerk.take_back()
            self.did()

    def choose_tab(self, tab: Tab) -> None:
        """Show another list."""
        self._tab = tab
        self.publish()

    def choose_row(self, ticket_id: int) -> None:
        """Ask what becomes of a ticket in a list."""
        self.asker.row(self._tab, ticket_id)

    def choose_past(self, turn_id: int) -> None:
        """Show a turn of today and what can be done about it."""
        self.asker.past(turn_id)

    def answer(self, value: str, note: str) -> None:
        """Answer the question in the middle."""
        ask = self._ask
        if ask is not None and not self.acting:
            ask.answer(value, note)

    def open_ask(self, ask: Ask) -> None:
        """Put a question in the middle."""
        self._ask = ask
        self._asked += 1
        self.publish()
        self.turned.emit(Middle.ASK)

    def leave(self) -> None:
        """Go back one step: from a question, from what was looked up, from a correction."""
        if self._ask is not None:
            self._ask = None
        elif self.filler.work is not None:
            self.filler.drop()
            self.refresh()
        elif self.finder.kind is not None:
            self.finder.close()
        elif self.filler.correcting is not None:
            self.filler.drop()
            self.refresh()
        self.publish()
        self.turned.emit(self._view.middle)

    def finish(self, *, call: bool = False) -> None:
        """Record the outcome, and call the next ticket if wished; or the correction of one."""
        if self.panel is None or self.acting:
            return
        trouble, ending = self.filler.ending()
        if trouble:
            self.clerk.say(trouble)
        if ending is None:
            return
        if self.filler.work is not None:
            self.finder.settle(self.filler.work, ending)
        elif self.filler.correcting is not None:
            self.asker.correct(self.filler.correcting.turn.id, ending)
        elif self.clerk.view.face(KeyId.FINISH) is not KeyFace.FLAT:
            (self.clerk.finish_and_call if call else self.clerk.finish)(ending)
            self.did()

    def correct(self, row: PastRow) -> None:
        """Fill in the form anew for a turn that ended today."""
        self._ask = None
        self.filler.correct(row)
        self.publish()
        self.turned.emit(Middle.FORM)

    def work_on(self, work: CaseWork) -> None:
        """Fill in the form about a case."""
        self._ask = None
        self.filler.work_on(work)
        self.publish()
        self.turned.emit(Middle.FORM)

    def settled(self) -> None:
        """Go back to the cases behind what was filled in about one."""
        self.filler.drop()
        self.publish()
        self.turned.emit(self._view.middle)

    def corrected(self) -> None:
        """End a correction."""
        self.filler.drop()
        self.did()

    # What is shown

    def publish(self, *_args: object) -> None:
        """Make the view anew, and tell when it differs."""
        if self._closed:
            return
        view = self._made()
        if view != self._view:
            self._view = view
            self.changed.emit(view)

    def _made(self) -> PanelView:
        bar, panel, say = self.clerk.view, self.panel, self.words
        here = panel is not None and bar.stand not in (Stand.STARTING, Stand.SIGNED_OUT)
        middle = self._middle(bar)
        view = PanelView(
            stand=bar.stand,
            number=bar.number,
            state=bar.state,
            staff=bar.staff,
            keypad=bar.keypad,
            helps=any(key.key is KeyId.HELP for key in bar.keys),
            banner=banner_view(say, bar),
            message=bar.message,
            takes_back=bar.undo > 0,
            keys=bar.keys,
            middle=middle,
            tab=self._tab,
            tabs=tabs_of(say, panel if here else None),
            empty=empty_of(say, panel, self._tab),
            prints=self.desk.prints,
        )
        if panel is None:
            return replace(view, rest=RestView(title=bar.state))
        view = replace(
            view,
            place=place_of(say, panel),
            clock=f"{local_time(panel.plan, self.now):%H:%M}",
            rest=rest_view(say, panel, bar, self._body(bar)),
        )
        return self._with_lists(view, panel, bar) if here else view

    def _with_lists(self, view: PanelView, panel: PanelState, bar: BarView) -> PanelView:
        say, now = self.words, self.now
        totals, through = totals_of(say, panel)
        return replace(
            view,
            card=card_view(say, panel, bar),
            form=self.filler.view(),
            ask=self._ask.view(self._asked) if self._ask is not None else view.ask,
            lookup=self.finder.view(),
            rows=rows_of(say, panel, self._tab, now),
            waits=waits_of(say, panel, self._tab),
            history=history_of(say, panel.past),
            totals=totals,
            through=through,
        )

    def _middle(self, bar: BarView) -> Middle:
        if bar.stand in (Stand.STARTING, Stand.SIGNED_OUT) or self.panel is None:
            return Middle.REST
        if self._ask is not None:
            return Middle.ASK
        if self.filler.work is not None:
            return Middle.FORM
        if self.finder.kind is not None:
            return self.finder.kind
        offline = bar.stand is Stand.OFFLINE and bool(bar.label) and not bar.spooled
        served = bar.stand in SERVED or offline
        return Middle.FORM if self.filler.open(served=served) else Middle.REST

    def _body(self, bar: BarView) -> str:
        """Return what can be read while the citizen is on the way: what to bring, what it costs."""
        panel = self.panel
        if bar.stand is not Stand.CALLED or panel is None or panel.state.service is None:
            return ""
        return self.finder.guide_text(panel.state.service)
