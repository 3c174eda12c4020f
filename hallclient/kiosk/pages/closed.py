"""No tickets now: when there are some again, and what can be done until then (visual.md, 12c)."""

from functools import partial

from hallclient.kiosk.pages.footer import HEIGHT as FOOTER
from hallclient.kiosk.pages.footer import Footer
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.pages.telling import Telling
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.home import ClosedView, EntryView
from hallclient.kiosk.widgets.facts import FactsCard
from hallclient.kiosk.widgets.volume import VolumeKeys
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import HeroTile, TileSizes

_MOST = 3
_LOOK = TileSizes((60, 48, 42), (34, 30, 28), 96, 48, 44, sub_gap=6, sub_lines=2, radius=20)
_ELDER_LOOK = TileSizes((60, 52), (44,), 96, 44, 40, sub_gap=2, sub_lines=1, radius=20)
_LOW_TILE, _TILE, _GAP = 148.0, 212.0, 24.0


class ClosedPage(KioskPage):
    """What works all the same, the hours of the week, whom to ask."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hall = Text("", (64, 52, 44, 36), weight=fonts.BOLD)
        self._title = Text("", (128, 104, 88, 72), weight=fonts.BOLD)
        self._next = Text("", (52, 44, 38), weight=fonts.MEDIUM)
        self._now = Text("", (36, 32), colour="ink2", lines=2)
        self._notices = self.add_banner(451)
        self._tiles = tuple(HeroTile("", sizes=_LOOK) for _ in range(_MOST))
        for index, tile in enumerate(self._tiles):
            self.put(tile, MARGIN, 0, INNER_WIDTH, 10)
            tile.clicked.connect(partial(self._enter, index))
        self._week, self._ask = FactsCard(INNER_WIDTH), FactsCard(INNER_WIDTH)
        for card in (self._week, self._ask):
            self.put(card, MARGIN, 0, INNER_WIDTH, 10)
        self._volume = self.put(VolumeKeys(presenter), MARGIN, 0, INNER_WIDTH, 10)
        self._footer = Footer(presenter)
        self._entries: tuple[EntryView, ...] = ()
        self._telling = Telling(self)
        self._telling.changed.connect(self.refresh)

    def lay_out(self) -> None:
        """Place what stays; the tiles and cards take the room they find."""
        low = 40 if self.low else 0
        self.put(self._hall, MARGIN, 64 + low, INNER_WIDTH, 77)
        self.put(self._title, MARGIN, 210 + 2 * low, INNER_WIDTH, 160)
        self.put(self._next, MARGIN, 396 + 2 * low, INNER_WIDTH, 74)
        self.put(self._now, MARGIN, 484 + 2 * low, INNER_WIDTH, 130)
        self.put(self._notices, MARGIN, 451 + 2 * low, INNER_WIDTH, 172)
        self._next.set_sizes(self.sizes(52, 44, 38), lines=2)
        self._now.set_sizes(self.sizes(36, 32))
        sizes = (44, 36) if self.elder else (38, 34, 30)
        for card in (self._week, self._ask):
            card.set_sizes(self.sizes(44, 38), sizes)
        for tile in self._tiles:
            tile.set_sizes(_ELDER_LOOK if self.elder else _LOOK)
        self._volume.lay_out(elder=self.elder)
        self.put(self._footer, MARGIN, 1756 if self.low else 1740, INNER_WIDTH, FOOTER)

    def refresh(self) -> None:
        """Show when the hall gives out tickets again."""
        view = self.presenter.closed_view()
        if view is None:
            return
        self._footer.refresh()
        self._volume.refresh()
        self._hall.setText(view.hall)
        self._title.setText(view.title)
        self._next.setText(view.next)
        self._now.setText(f"{view.now}\n{view.note}" if view.note else view.now)
        self._now.setVisible(not self.noticed)
        self._next.setVisible(not self.noticed)
        self._show_tiles(view)
        self._show_cards(view)

    def tick(self) -> None:
        """Keep the time right."""
        self.refresh()

    def _show_tiles(self, view: ClosedView) -> None:
        self._entries = self._telling.told(self.words, view.entries)
        for tile, entry in zip(self._tiles, self._entries, strict=False):
            tile.set_words(entry.title, "" if self.elder else entry.sub)
            tile.set_icon(entry.icon)
            tile.set_face(Face.OUTLINED if entry.works else Face.DASHED)

    def _show_cards(self, view: ClosedView) -> None:
        """Place the cards that fit below the tiles; smaller tiles before fewer cards."""
        self._week.show_facts(view.hours_title, [("", *line) for line in view.week])
        asked = [(icon, f"{caption}　{text}", "") for icon, caption, text in view.ask]
        self._ask.show_facts(view.ask_title, asked)
        top = 968.0 if self.low else 652.0
        bottom = (1756.0 if self.low else 1740.0) - 28.0
        if self._volume.wanted:
            width, height = self._volume.size_wanted
            bottom -= height + _GAP
            self.put(self._volume, MARGIN + INNER_WIDTH - width, bottom + _GAP, width, height)
        count = len(self._entries)
        cards = [card for card in (self._week, self._ask) if card.facts]
        wanted = sum(card.wanted + _GAP for card in cards)
        room = (bottom - top - wanted + _GAP) / max(1, count) - _GAP
        height = min(_TILE, max(_LOW_TILE, room))
        y = top
        for index, tile in enumerate(self._tiles):
            tile.setVisible(index < count)
            if index < count:
                self.put(tile, MARGIN, y, INNER_WIDTH, height)
                y += height + _GAP
        for card in (self._week, self._ask):
            fits = bool(card.facts) and y + card.wanted <= bottom + 4
            card.setVisible(fits)
            if fits:
                self.put(card, MARGIN, y, INNER_WIDTH, card.wanted)
                y += card.wanted + _GAP

    def _enter(self, index: int) -> None:
        entry = self._entries[index]
        if entry.works:
            self.presenter.enter(entry.name)
        else:
            self._telling.tell(entry.name)
