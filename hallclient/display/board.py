"""The call board: shows what its presenter knows, in words (mock-ups 09 to 09g, 12d, 12e)."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.desk import BoardDesk
from hallclient.display.frame import FramedPanel
from hallclient.display.hero import slots
from hallclient.display.notices import SwappingPart
from hallclient.display.panel import CallTile
from hallclient.display.parts import NORMAL, scale_of
from hallclient.display.presenter import BoardPresenter
from hallclient.display.said import Said, Saying
from hallclient.display.stage import Stage
from hallclient.domain.text import LocalText
from hallclient.services.board import BoardCall
from hallclient.services.hours import local_time
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look

if TYPE_CHECKING:
    from hallclient.display.layout import Layout
    from hallclient.display.wording import Wording

READY_MS = 1500
"""After a start the places of a burst are made; its first call shall not wait for them."""
REMEMBERED = 64
"""Calls whose frame has been drawn: more than can be large before they are forgotten."""


class CallBoard(Stage):
    """The board of a hall or of some of its zones. ``start`` it, and ``stop`` it before closing."""

    def __init__(
        self,
        desk: BoardDesk,
        look: Look | None = None,
        parent: QWidget | None = None,
        *,
        clock: HallClock | None = None,
    ) -> None:
        super().__init__(desk, parent)
        self.presenter = BoardPresenter(desk, self, clock=clock)
        self._words = desk.words
        self._say = Saying(desk.words, bilingual=desk.bilingual)
        self._wording: Wording | None = None
        self._scale = NORMAL
        self._traced: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._heard: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._began = False
        self._published: tuple[Sequence[tuple[LocalText, LocalText]], Sequence[LocalText]] = (), ()
        self._before_burst = QTimer(self)
        self._before_burst.setSingleShot(True)
        self._before_burst.timeout.connect(self._prepare)
        self._pages = QTimer(self)
        self._pages.timeout.connect(self._turn_pages)
        self.set_look(replace(look or Look(), language=desk.words.language))
        self._pages.setInterval(self.look.theme.motion["tickerHold"])
        self._connect()
        self._say_words()

    def start(self) -> None:
        """Read the hall and follow it."""
        self.presenter.start()
        self._before_burst.start(READY_MS)

    def stop(self) -> None:
        """Ask no more and let everything rest. Worker and feed are ended by their owner."""
        self.presenter.stop()
        self._words.switched.disconnect(self._switch)
        self._pages.stop()
        self._before_burst.stop()
        self.shift.rest()
        for panel in self.findChildren(FramedPanel):
            panel.rest()
        for part in self.findChildren(SwappingPart):
            part.stop()

    def show_published(
        self, cards: Sequence[tuple[LocalText, LocalText]], lines: Sequence[LocalText]
    ) -> None:
        """Show titles and texts in the card, and lines in the strip, after those of the hall."""
        self._published = (tuple(cards), tuple(lines))
        self._show_figures()
        self._show_link()

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.plan_changed.connect(self._show_plan)
        presenter.calls_changed.connect(self._show_calls)
        presenter.figures_changed.connect(self._show_figures)
        presenter.link_changed.connect(self._show_link)
        presenter.minute_changed.connect(self._show_minute)
        presenter.begins.connect(self._begin)
        self._words.switched.connect(self._switch)

    # Calls

    def _show_calls(self) -> None:
        presenter, hero = self.presenter, self.presenter.hero
        calls = presenter.roll.calls
        if presenter.plan is not None:
            self._scale = scale_of(presenter.plan, (call.label for call in calls))
        for panel in (self.newest, *self.tiles):
            panel.coarse = presenter.bursting
        self._show_recent()
        self._show_crowd()
        if hero.grid:
            for tile, call in zip(self.tiles, slots(hero), strict=True):
                self._show_tile(tile, call)
        else:
            self._show_newest(hero.shown[0] if hero.shown else None)
        self.missed.show_labels(presenter.roll.missed, self._scale)
        self._show_one_of_three()
        self._began = True

    def _show_recent(self) -> None:
        """Fill the boxes. What stood on the board before moves there; who is new is there at once.

        A number that comes in slowly would be seen later than it could be.
        """
        boxes = self.presenter.recent()
        hurried = self.presenter.lost or self.presenter.bursting
        still = self.shift.reduced or hurried or not self.shift.rested
        moves = self._began and not still
        calls = [self.newest.call, *(t.call for t in self.tiles), *(b.call for b in self.recent)]
        stood = {call.label for call in calls if call is not None}
        self.shift.rest()
        for index, box in enumerate(self.recent):
            call = boxes[index] if index < len(boxes) else None
            known = call is not None and call.label in stood
            box.show_call(call, self._scale, stale=self.presenter.lost, shift=moves and known)
        if any(box.shifting for box in self.recent):
            self.shift.begin()

    def _show_crowd(self) -> None:
        crowd, layout = self.presenter.crowd, self._layout
        shown = self.crowd is not None and self.crowd.shown
        if layout is not None and (crowd or shown):
            self._crowd_places().show(layout, () if self.presenter.lost else crowd.calls)

    def _prepare(self) -> None:
        if self._layout is not None:
            self._crowd_places().prepare(self._layout)

    def _show_newest(self, call: BoardCall | None) -> None:
        self.newest.set_scale(self._scale)
        if call is not None and self._wording is not None:
            behind = len(self.presenter.hero.waiting)
            self.newest.set_details(
                self._wording.service(call.service),
                self._wording.place(call.zone),
                self._say("display.board.behind", n=behind) if behind else "",
                f"+{behind}" if behind else "",
            )
        self.newest.show_call(call, trace=self._is_new(call))

    def _show_tile(self, tile: CallTile, call: BoardCall | None) -> None:
        tile.set_scale(self._scale)
        if call is not None and self._wording is not None:
            service = self._wording.service(call.service)
            tile.set_words(self._say("display.board.now_calling"), service)
        tile.show_call(call, trace=self._is_new(call))

    def _is_new(self, call: BoardCall | None) -> bool:
        """Tell whether a frame is drawn now: not at a start, nor before the voice begins."""
        if call is None or (key := (call.turn_id, call.calls)) in self._traced:
            return False
        self._traced.append(key)
        waits = self.presenter.awaits_voice(call)
        return self._began and not self.presenter.lost and not waits

    def _begin(self, turn_id: int, calls: int) -> None:
        """Draw the frame of a call as the voice begins to say it, where it stands large.

        Whoever cannot hear counts how often it is read.
        """
        key = (turn_id, calls)
        again = key in self._heard
        self._heard.append(key)
        for panel in (self.newest, *self.tiles):
            call = panel.call
            if call is not None and (call.turn_id, call.calls) == key:
                panel.trace(again=again)

    def _show_one_of_three(self) -> None:
        lost, grid = self.presenter.lost, self.presenter.hero.grid
        self.recovering.setVisible(lost)
        for tile in self.tiles:
            tile.setVisible(grid and not lost)
        self.newest.setVisible(not grid and not lost)

    # The rest

    def _show_plan(self) -> None:
        plan = self.presenter.plan
        if plan is None:
            return
        from hallclient.display.wording import Wording  # noqa: PLC0415 - needs a hall first

        self._wording = Wording(plan, self.presenter.zones, self._say)
        self.header.set_place(self._wording.hall(), self._wording.zones())
        say = self._say
        self.missed.set_words(
            say("display.board.missed"),
            self._wording.missed_advice(),
            say("display.board.missed_none"),
        )
        self._show_figures()
        self._show_link()

    def _show_figures(self) -> None:
        hall = self.presenter.hall
        if self._wording is not None and hall is not None:
            self.queues.show_rows(self._wording.queue_words(), self._wording.rows(hall))
        if self._wording is not None:
            self.strip.show_texts(self._strip(self._wording))
            self._show_minute()

    def _strip(self, wording: "Wording") -> list[Said]:
        closing = self.presenter.closing
        said = [wording.closing(closing)] if closing is not None else []
        return said + wording.strip(self.presenter.bulletins(), self._published[1])

    def _show_link(self) -> None:
        say, lost = self._say, self.presenter.lost
        cards = self._wording.cards(self._published[0]) if self._wording is not None else []
        if lost:
            cards = [(say("display.fault.why"), say("display.fault.why_sub"))]
        self.card.show_cards(cards)
        self.lay_out()
        self._plan_pages()
        self._show_calls()

    def _show_fault(self, layout: "Layout") -> None:
        if self.presenter.lost:
            self.queues.show_fault(self._stale_since(layout), *self._until_recovery())
        else:
            self.queues.show_fault()

    def _stale_since(self, layout: "Layout") -> Said:
        fresh = self.presenter.fresh_at
        if fresh is None:
            return self._say("display.fault.title")
        where = "above" if layout.portrait else "before"
        return self._say(f"display.fault.{where}", time=f"{self._local(fresh):%H:%M}")

    def _until_recovery(self) -> list[Said]:
        plan, say = self.presenter.plan, self._say
        lines = [say("display.fault.figures_later")]
        if plan is not None and plan.desk.zh_cn:
            lines.append(say("display.fault.ask"))
        return lines

    def _show_minute(self) -> None:
        now = self._local(self.presenter.clock.now())
        clock = f"{now:%H:%M}"
        self.header.set_time(self._say.long_date(now.date()), clock)
        self.closed.set_time(self._two_lines(now.date()), clock)
        if self._wording is not None:
            self.strip.show_texts(self._strip(self._wording))
            self._show_closed(self._wording)
        self.closed.setVisible(self.presenter.closed is not None)
        self._plan_pages()

    def _show_closed(self, wording: "Wording") -> None:
        closed = self.presenter.closed
        if closed is None:
            return
        title = self._say(f"display.{closed.why.value}")
        notices = wording.strip(self.presenter.bulletins(), self._published[1])
        notice = notices[0] if notices else ""
        self.closed.set_words(wording.hall(), title, wording.opens(closed.opens), notice)

    def _two_lines(self, day: date) -> Said:
        say = self._say
        month = say(f"common.month.m{day.month}")
        weekday = say(f"common.weekday.d{day.isoweekday()}")
        return say("display.closed.date", month=month, day=day.day, weekday=weekday)

    def _local(self, at: datetime) -> datetime:
        plan = self.presenter.plan
        return local_time(plan, at) if plan is not None else at.astimezone()

    # Pages and language

    def _plan_pages(self) -> None:
        several = max(self.queues.pages, self.card.pages, self.strip.pages) > 1
        if several and not self.closed.isVisibleTo(self):
            if not self._pages.isActive():
                self._pages.start()
        else:
            self._pages.stop()

    def _turn_pages(self) -> None:
        self.queues.next_page()
        self.card.next_page()
        self.strip.next_page()

    def _switch(self, code: str) -> None:
        self.set_look(replace(self.look, language=code))
        self._say_words()

    def _say_words(self) -> None:
        say = self._say
        self.speak_both(bilingual=say.both)
        self.newest.set_words(
            say("display.board.now_calling"),
            say("display.board.go_to_window"),
            (say("display.board.idle"), say("display.board.idle_sub")),
        )
        self.recovering.set_words(
            say("display.fault.title"),
            say("display.fault.listen"),
            say("display.fault.kept"),
        )
        self._show_plan()
        self._show_minute()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale everything; long notices break elsewhere then."""
        super().resizeEvent(event)
        self._plan_pages()

    def lay_out(self) -> None:
        """Put every part where it belongs; a burst has so many places, stale calls a side."""
        super().lay_out()
        if self._layout is not None and hasattr(self, "presenter"):
            self.presenter.room = len(self._layout.crowd)
            self._show_fault(self._layout)
