"""The call board: one canvas of 1920×1080 that fills any screen (mock-ups 09 to 09g, 12d, 12e)."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.clock import HallClock
from hallclient.display.desk import BoardDesk
from hallclient.display.frame import FramedPanel
from hallclient.display.header import BoardHeader
from hallclient.display.hero import TILES, slots
from hallclient.display.missed import MissedNumbers
from hallclient.display.notices import NoticeCard, NoticeStrip, SwappingPart
from hallclient.display.panel import CallTile, NewestCall, Recovering
from hallclient.display.parts import LED, NORMAL, BoardPart, scale_of
from hallclient.display.places import Guests, Place
from hallclient.display.presenter import BoardPresenter
from hallclient.display.queues import QueueTable
from hallclient.display.recent import RecentCall
from hallclient.display.rest import ClosedPage
from hallclient.display.roll import BOXES
from hallclient.display.sightings import Sightings
from hallclient.display.wording import Wording
from hallclient.domain.text import LocalText
from hallclient.services.board import BoardCall
from hallclient.services.hours import local_time
from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look

WIDTH, HEIGHT = 1920, 1080
REMEMBERED = 64
"""Calls whose frame has been drawn: more than can be large before they are forgotten."""

_GUESTS = {
    Place.CARD: (1264, 120, 616, 346),
    Place.COLUMN: (1264, 120, 616, 872),
    Place.ALL: (0, 0, WIDTH, HEIGHT),
}


class CallBoard(Canvas):
    """The board of a hall or of some of its zones. ``start`` it, and ``stop`` it before closing."""

    def __init__(
        self,
        desk: BoardDesk,
        look: Look | None = None,
        parent: QWidget | None = None,
        *,
        clock: HallClock | None = None,
    ) -> None:
        super().__init__(WIDTH, HEIGHT, parent)
        self.presenter = BoardPresenter(desk, self, clock=clock)
        self._words = desk.words
        self._wording: Wording | None = None
        self._scale = NORMAL
        self._traced: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._began = False
        self._guests = Guests()
        self._published: tuple[Sequence[tuple[LocalText, LocalText]], Sequence[LocalText]] = (
            (),
            (),
        )
        self._build(desk)
        self._pages = QTimer(self)
        self._pages.timeout.connect(self._turn_pages)
        self.set_look(replace(look or Look(), language=desk.words.language))
        self._pages.setInterval(self.look.theme.motion["tickerHold"])
        self._connect()
        self._say_words()

    def start(self) -> None:
        """Read the hall and follow it."""
        self.presenter.start()

    def stop(self) -> None:
        """Ask no more and let everything rest. Worker and feed are ended by their owner."""
        self.presenter.stop()
        self._words.switched.disconnect(self._switch)
        self._pages.stop()
        for panel in self.findChildren(FramedPanel):
            panel.rest()
        for part in self.findChildren(SwappingPart):
            part.stop()

    def host(self, place: Place, widget: QWidget | None) -> None:
        """Give a place to a widget over what stands there, or free it with None.

        The board dresses it (``set_look``) and moves it when the layout changes; whoever it belongs
        to deletes it after it was taken off.
        """
        before = self._guests.take(place, widget)
        if before is not None:
            self.release(before)
            before.hide()
        self._lay_out()

    def show_published(
        self, cards: Sequence[tuple[LocalText, LocalText]], lines: Sequence[LocalText]
    ) -> None:
        """Show titles and texts in the card, and lines in the strip, after those of the hall."""
        self._published = (tuple(cards), tuple(lines))
        self._show_figures()
        self._show_link()

    def is_cut(self) -> bool:
        """Tell whether a text that can be seen is elided."""
        return any(part.is_cut() for part in self._parts() if part.isVisibleTo(self))

    def _parts(self) -> list[BoardPart]:
        return self.findChildren(BoardPart)

    # Building

    def _build(self, desk: BoardDesk) -> None:
        seen = Sightings(desk.painted).see if desk.painted is not None else None
        self.header = self.put(BoardHeader(), 0, 0, WIDTH, 112)
        self.newest = self.put(NewestCall(seen), 40, 120, 1200, 446)
        self.tiles = tuple(
            self.put(CallTile(seen), 40 + 610 * (n % 2), 120 + 230 * (n // 2), 590, 216)
            for n in range(TILES)
        )
        self.recovering = self.put(Recovering(), 40, 120, 1200, 446)
        self.recent = tuple(
            self.put(RecentCall(seen), 40 + 610 * (n // 3), 586 + 140 * (n % 3), 590, 126)
            for n in range(BOXES)
        )
        self.card = self.put(NoticeCard(), 1264, 120, 616, 346)
        self.queues = self.put(QueueTable(), 1264, 484, 616, 346)
        self.missed = self.put(MissedNumbers(), 1264, 848, 616, 144)
        self.strip = self.put(NoticeStrip(), 0, 1008, WIDTH, 72)
        self.closed = self.put(ClosedPage(), 0, 0, WIDTH, HEIGHT)
        for panel in (self.newest, *self.tiles):
            panel.reduced = desk.reduced_motion
        for part in (self.card, self.strip):
            part.reduced = desk.reduced_motion
        for hidden in (*self.tiles, self.recovering, self.closed):
            hidden.hide()

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.plan_changed.connect(self._show_plan)
        presenter.calls_changed.connect(self._show_calls)
        presenter.figures_changed.connect(self._show_figures)
        presenter.link_changed.connect(self._show_link)
        presenter.minute_changed.connect(self._show_minute)
        presenter.begins.connect(self._begin)
        self._words.switched.connect(self._switch)

    # Showing

    def _begin(self, turn_id: int, calls: int) -> None:
        """Draw the frame of a call as the voice begins it, where it stands large."""
        for panel in (self.newest, *self.tiles):
            call = panel.call
            if call is not None and (call.turn_id, call.calls) == (turn_id, calls):
                panel.trace()

    def _show_calls(self) -> None:
        presenter, hero = self.presenter, self.presenter.hero
        calls = presenter.roll.calls
        if presenter.plan is not None:
            self._scale = scale_of(presenter.plan, (call.label for call in calls))
        boxes = presenter.recent()
        for index, box in enumerate(self.recent):
            call = boxes[index] if index < len(boxes) else None
            box.show_call(call, self._scale, stale=presenter.lost)
        if hero.grid:
            for tile, call in zip(self.tiles, slots(hero), strict=True):
                self._show_tile(tile, call)
        else:
            self._show_newest(hero.shown[0] if hero.shown else None)
        self.missed.show_labels(presenter.roll.missed, self._scale)
        self._show_one_of_three()
        self._began = True

    def _show_newest(self, call: BoardCall | None) -> None:
        self.newest.set_scale(self._scale)
        if call is not None and self._wording is not None:
            behind = len(self.presenter.hero.waiting)
            self.newest.set_details(
                self._wording.service(call.service),
                self._wording.place(call.zone),
                self._words("display.board.behind", n=behind) if behind else "",
            )
        self.newest.show_call(call, trace=self._is_new(call))

    def _show_tile(self, tile: CallTile, call: BoardCall | None) -> None:
        tile.set_scale(self._scale)
        if call is not None and self._wording is not None:
            service = self._wording.service(call.service)
            tile.set_words(self._words("display.board.now_calling"), service)
        tile.show_call(call, trace=self._is_new(call))

    def _is_new(self, call: BoardCall | None) -> bool:
        """Tell whether a call still has to be announced; what a start finds is not."""
        if call is None or (key := (call.turn_id, call.calls)) in self._traced:
            return False
        self._traced.append(key)
        waits = self.presenter.awaits_voice(call)
        return self._began and not self.presenter.lost and not waits

    def _show_one_of_three(self) -> None:
        lost, grid = self.presenter.lost, self.presenter.hero.grid
        self.recovering.setVisible(lost)
        for tile in self.tiles:
            tile.setVisible(grid and not lost)
        self.newest.setVisible(not grid and not lost)

    def _show_plan(self) -> None:
        plan = self.presenter.plan
        if plan is None:
            return
        self._wording = Wording(plan, self.presenter.zones, self._words)
        self.header.set_place(self._wording.hall(), self._wording.zones())
        words = self._words
        self.missed.set_words(
            words("display.board.missed"),
            self._wording.missed_advice(),
            words("display.board.missed_none"),
        )
        self._show_figures()
        self._show_link()

    def _show_figures(self) -> None:
        hall = self.presenter.hall
        if self._wording is not None and hall is not None:
            self.queues.show_rows(self._wording.queue_words(), self._wording.rows(hall))
        if self._wording is not None:
            self.strip.show_texts(
                self._wording.strip(self.presenter.bulletins(), self._published[1])
            )
            self._show_minute()

    def _show_link(self) -> None:
        words, lost = self._words, self.presenter.lost
        cards = self._wording.cards(self._published[0]) if self._wording is not None else []
        if lost:
            cards = [(words("display.fault.why"), words("display.fault.why_sub"))]
            self.queues.show_fault(self._stale_since(), *self._until_recovery())
        else:
            self.queues.show_fault()
        self.card.show_cards(cards)
        self._lay_out()
        self._plan_pages()
        self._show_calls()

    def _stale_since(self) -> str:
        fresh = self.presenter.fresh_at
        if fresh is None:
            return self._words("display.fault.title")
        return self._words("display.fault.before", time=f"{self._local(fresh):%H:%M}")

    def _until_recovery(self) -> list[str]:
        plan, words = self.presenter.plan, self._words
        lines = [words("display.fault.figures_later")]
        if plan is not None and plan.desk.zh_cn:
            lines.append(words("display.fault.ask"))
        return lines

    def _show_minute(self) -> None:
        now = self._local(self.presenter.clock.now())
        clock = f"{now:%H:%M}"
        self.header.set_time(self._words.long_date(now.date()), clock)
        self.closed.set_time(self._two_lines(now.date()), clock)
        closed = self.presenter.closed
        if closed is not None and self._wording is not None:
            opens = ""
            if closed.opens is not None:
                day = self._words.long_date(closed.opens.date())
                when = f"{day} {closed.opens.hour}:{closed.opens:%M}"
                opens = self._words("display.closed.next", when=when)
            title = self._words(f"display.closed.{closed.why.value}")
            notices = self._wording.strip(self.presenter.bulletins())
            self.closed.set_words(self._wording.hall(), title, opens, notices[0] if notices else "")
        self.closed.setVisible(closed is not None)
        self._plan_pages()

    def _two_lines(self, day: date) -> str:
        words = self._words
        month = words(f"common.month.m{day.month}")
        weekday = words(f"common.weekday.d{day.isoweekday()}")
        return words("display.closed.date", month=month, day=day.day, weekday=weekday)

    def _local(self, at: datetime) -> datetime:
        plan = self.presenter.plan
        return local_time(plan, at) if plan is not None else at.astimezone()

    # Layout, pages, language

    def _lay_out(self) -> None:
        card = self.card.pages > 0 or self._guests.at(Place.CARD) is not None
        led = self.look.theme.scheme == LED
        self.card.setVisible(card and not led)
        if led:
            self.put(self.queues, 1264, 120, 616, 656)
            self.put(self.missed, 1264, 792, 616, 200)
        else:
            top = 484 if card else 120
            self.put(self.queues, 1264, top, 616, 830 - top)
            self.put(self.missed, 1264, 848, 616, 144)
        self._seat(led=led)

    def _seat(self, *, led: bool) -> None:
        for place, guest in self._guests.all():
            self.put(guest, *_GUESTS[place])
            guest.setVisible(not (led and place is Place.CARD))
            guest.raise_()

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
        words = self._words
        self.newest.set_words(
            words("display.board.now_calling"),
            words("display.board.go_to_window"),
            (words("display.board.idle"), words("display.board.idle_sub")),
        )
        self.recovering.set_words(
            words("display.fault.title"),
            words("display.fault.listen"),
            words("display.fault.kept"),
        )
        self._show_plan()
        self._show_minute()

    def set_look(self, look: Look) -> None:
        """Take a theme and language; the layout follows the scheme."""
        before = self.look.theme.scheme
        super().set_look(look)
        if look.theme.scheme != before:
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale everything; long notices break elsewhere then."""
        super().resizeEvent(event)
        self._plan_pages()
