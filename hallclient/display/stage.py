"""The parts of a board on its canvas, and where they stand on this screen."""

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.desk import BoardDesk
from hallclient.display.header import BoardHeader
from hallclient.display.hero import TILES
from hallclient.display.layout import WIDE_SCREEN, Layout, layout_of
from hallclient.display.missed import MissedNumbers
from hallclient.display.notices import NoticeCard
from hallclient.display.panel import CallTile, NewestCall, Recovering
from hallclient.display.parts import LED, BoardPart
from hallclient.display.places import Guests, Place
from hallclient.display.queues import QueueTable
from hallclient.display.recent import Pictures, RecentCall
from hallclient.display.rest import ClosedPage
from hallclient.display.shift import Shift
from hallclient.display.sightings import Sightings
from hallclient.display.strip import NoticeStrip
from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look

if TYPE_CHECKING:
    from hallclient.display.crowd_places import CrowdPlaces

Part = TypeVar("Part", bound=BoardPart)


class Stage(Canvas):
    """All parts, laid out for the present size, scheme and languages. Says nothing by itself."""

    def __init__(self, desk: BoardDesk, parent: QWidget | None = None) -> None:
        super().__init__(*WIDE_SCREEN, parent)
        self._bilingual = False
        self._guests = Guests()
        self._layout: Layout | None = None
        self.seen = seen = Sightings(desk.painted).see if desk.painted is not None else None
        self.header = self._add(BoardHeader())
        self.newest = self._add(NewestCall(seen))
        self.tiles = tuple(self._add(CallTile(seen)) for _ in range(TILES))
        self.recovering = self._add(Recovering())
        pictures = Pictures()
        self.recent = tuple(self._add(RecentCall(seen, pictures)) for _ in range(desk.boxes))
        self.card = self._add(NoticeCard())
        self.queues = self._add(QueueTable())
        self.missed = self._add(MissedNumbers())
        self.strip = self._add(NoticeStrip())
        self.closed = self._add(ClosedPage())
        self.crowd: CrowdPlaces | None = None
        self.shift = Shift(self.recent, self)
        for panel in (self.newest, *self.tiles):
            panel.reduced = desk.reduced_motion
        self.card.reduced = self.strip.reduced = self.shift.reduced = desk.reduced_motion
        for hidden in (*self.tiles, self.recovering, self.closed):
            hidden.hide()
        self.lay_out()

    def host(self, place: Place, widget: QWidget | None) -> None:
        """Give a place to a widget over what stands there, or free it with None.

        The board dresses it (``set_look``) and moves it when the layout changes; whoever it belongs
        to deletes it after it was taken off.
        """
        before = self._guests.take(place, widget)
        if before is not None:
            self.release(before)
            before.hide()
        self.lay_out()

    def parts(self) -> list[BoardPart]:
        """Return every part of the board."""
        return self.findChildren(BoardPart)

    def is_cut(self) -> bool:
        """Tell whether a text that can be seen is elided."""
        return any(part.is_cut() for part in self.parts() if part.isVisibleTo(self))

    def speak_both(self, *, bilingual: bool) -> None:
        """Make room for two languages, or for one."""
        if bilingual != self._bilingual:
            self._bilingual = bilingual
            self.lay_out()

    def lay_out(self) -> None:
        """Put every part where it belongs now; nothing happens when that has not changed."""
        wants_card = self.card.pages > 0 or self._guests.at(Place.CARD) is not None
        led = self.look.theme.scheme == LED
        layout = layout_of(
            self.width(),
            self.height(),
            led=led,
            bilingual=self._bilingual,
            card=wants_card,
            boxes=len(self.recent),
        )
        if layout != self._layout:
            self._layout = layout
            self.refer_to(*layout.size)
            self._place(layout)
        self.card.setVisible(layout.card is not None)
        self._seat(layout)

    def set_look(self, look: Look) -> None:
        """Take a theme and language; the layout follows the scheme."""
        super().set_look(look)
        if self._layout is not None:
            self.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale everything; another layout for a screen that stands on its side."""
        super().resizeEvent(event)
        if self._layout is not None:
            self.lay_out()

    def _add(self, part: Part) -> Part:
        return self.put(part, 0, 0, 8, 8)

    def _place(self, layout: Layout) -> None:
        for panel in (self.newest, self.recovering):
            panel.set_zoom(layout.zoom)
            self.put(panel, *layout.newest)
        for tile, at in zip(self.tiles, layout.tiles, strict=True):
            tile.set_zoom(at[2] / 590)
            self.put(tile, *at)
        for box, at in zip(self.recent, layout.recent, strict=True):
            box.set_zoom(layout.box_zoom)
            self.put(box, *at)
        self.queues.set_sizes(layout.rows)
        self.put(self.header, *layout.header)
        self.put(self.queues, *layout.queues)
        self.put(self.missed, *layout.missed)
        self.put(self.strip, *layout.strip)
        self.put(self.closed, *layout.whole)
        if layout.card is not None:
            self.put(self.card, *layout.card)

    def _crowd_places(self) -> "CrowdPlaces":
        """Return the places of a burst, made for the first one."""
        if self.crowd is None:
            from hallclient.display.crowd_places import CrowdPlaces  # noqa: PLC0415 - not at start

            self.crowd = CrowdPlaces(self, self.seen, self._raise_cover)
        return self.crowd

    def _raise_cover(self) -> None:
        """Leave what covers the whole board on top."""
        self.closed.raise_()
        cover = self._guests.at(Place.ALL)
        if cover is not None:
            cover.raise_()

    def _seat(self, layout: Layout) -> None:
        places = {Place.CARD: layout.card, Place.COLUMN: layout.column, Place.ALL: layout.whole}
        for place, guest in self._guests.all():
            at = places[place]
            if at is not None:
                self.put(guest, *at)
                guest.raise_()
            guest.setVisible(at is not None)
        if self.crowd is not None and self.crowd.shown:
            self.crowd.to_front()
            self._raise_cover()
