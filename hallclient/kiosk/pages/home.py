"""The first page: the hall now, 取号, the other ways in (visual.md, Home)."""

from functools import partial

from PySide6.QtCore import QTimer

from hallclient.kiosk.pages.footer import HEIGHT as FOOTER
from hallclient.kiosk.pages.footer import Footer
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.home import EntryView, HomeView
from hallclient.kiosk.widgets.figure_row import FigureRow
from hallclient.kiosk.widgets.volume import VolumeKeys
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.status import MetricSizes, Pill
from hallclient.ui.widgets.text import Line, Text
from hallclient.ui.widgets.tiles import (
    HERO,
    LOW_HERO,
    LOW_SMALL,
    LOW_WIDE,
    SMALL,
    WIDE,
    HeroTile,
    Tile,
)

_TOLD_MS = 8000
_HERO_MOST = 480.0
_GAP = 24.0


class HomePage(KioskPage):
    """Informs in the upper third; every control stands below y 640, in low reach below 960."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hall = Text("", (64, 52, 44, 36), weight=fonts.BOLD)
        self._other = Text("", (28,), colour="ink2")
        self.unsaid = (self._other,)  # the same in a language that is not spoken now
        self._clock = Text("", (188,), weight=fonts.MEDIUM)
        self._state = Pill()
        self._date = Text("", (36, 32), weight=fonts.MEDIUM)
        self._hours = Text("", (36, 32, 28), colour="ink2", weight=fonts.MEDIUM, lines=2)
        self._rule = Line()
        self._figures = FigureRow(INNER_WIDTH, 118, MetricSizes(), gap=36)
        self._notices = self.add_banner(451)
        self._take = HeroTile("", "", "ticket")
        self._take.clicked.connect(presenter.take)
        self._pair = tuple(self._tile(index, 0) for index in range(2))
        self._three = tuple(self._tile(index, 1) for index in range(3))
        self._hint = Text("", (32, 28), colour="ink2", weight=fonts.MEDIUM, lines=2)
        self._arrow = Text("")
        self._arrow.set_icon("arrow-d", 52, "primary")
        for label in (self._hint, self._arrow):
            self.put(label, MARGIN, 0, INNER_WIDTH, 10)
        self._volume = self.put(VolumeKeys(presenter), MARGIN, 0, INNER_WIDTH, 10)
        self._footer = Footer(presenter)
        self._told = ""
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_TOLD_MS)
        self._telling.timeout.connect(self._fall_silent)
        self._shown: HomeView | None = None

    def _tile(self, index: int, row: int) -> Tile:
        tile = Tile("", sizes=SMALL if row else WIDE)
        tile.clicked.connect(partial(self._enter, row, index))
        return self.put(tile, MARGIN, 0, INNER_WIDTH, 10)

    def lay_out(self) -> None:
        """Let everything sink in low reach; the clock and the figures have the room above."""
        low = self.low
        head, clock, rule = (96, 306, 597) if low else (64, 226, 461)
        put = self.put
        put(self._hall, MARGIN, head, INNER_WIDTH, 77)
        put(self._other, MARGIN, head + 84, INNER_WIDTH, 38)
        put(self._clock, 48, clock, 520, 212)
        put(self._state, 583, clock + 15, 441, 64)
        put(self._date, 583, clock + 93, 441, 47)
        put(self._hours, 583, clock + 140, 441, 47)
        put(self._rule, MARGIN, rule, INNER_WIDTH, 2)
        sizes = MetricSizes(36, 104, 40) if low else MetricSizes()
        height, below = (164.0, 46) if low else (118.0, 32)
        self._figures.set_size(INNER_WIDTH, height, sizes)
        put(self._figures, MARGIN, rule + below, INNER_WIDTH, height)
        put(self._notices, MARGIN, rule - 10, INNER_WIDTH, 172)
        self._take.set_sizes(LOW_HERO if low else HERO)
        for tile in self._pair:
            tile.set_sizes(LOW_WIDE if low else WIDE)
        for tile in self._three:
            tile.set_sizes(LOW_SMALL if low else SMALL)
        put(self._footer, MARGIN, 1756 if low else 1740, INNER_WIDTH, FOOTER)
        self._volume.lay_out(elder=False)
        if self._shown is not None:
            self._arrange(self._shown)

    def refresh(self) -> None:
        """Show the hall now."""
        view = self.presenter.home_view()
        if view is None:
            return
        noticed = self.noticed
        self._rule.setVisible(not noticed)
        self._figures.setVisible(not noticed)
        self._footer.refresh()
        self._volume.refresh()
        if view == self._shown:
            return
        self._shown = view
        for label, text in (
            (self._hall, view.hall),
            (self._other, view.hall_other),
            (self._clock, view.clock),
            (self._date, view.date),
            (self._hours, view.hours),
        ):
            label.setText(text)
        self._state.set_state(view.state, view.tone)
        self._figures.show_figures(view.figures)
        self._take.set_words(view.take, view.take_sub)
        self._take.set_face(Face.SOLID if view.take_works else Face.DASHED)
        for tiles, entries in ((self._pair, view.pair), (self._three, view.three)):
            for tile, entry in zip(tiles, entries, strict=False):
                tile.set_words(entry.title, "" if self.low and entry.works else entry.sub)
                tile.set_icon(entry.icon)
                tile.set_face(Face.OUTLINED if entry.works else Face.DASHED)
        self._show_hint(view)
        self._arrange(view)

    def tick(self) -> None:
        """Keep the clock right between two looks at the hall."""
        self.refresh()

    def title(self) -> str:
        """Return what is said first when the page is read out."""
        view = self._shown
        return "" if view is None else f"{view.hall}，{view.state}，{view.hours}"

    def _arrange(self, view: HomeView) -> None:
        """Place the rows that exist; what a missing row leaves goes to the others."""
        low = self.low
        gap = 20.0 if low else _GAP
        hint = (72.0 if low else 88.0) if view.hint else 0.0
        guided = self._volume.wanted
        if guided:
            hint = self._volume.size_wanted[1]
        y, bottom = (964.0, 1668.0) if low else (652.0, 1688.0)
        rows = [
            (tiles, len(entries), height)
            for tiles, entries, height in (
                (self._pair, view.pair, 180.0 if low else 288.0),
                (self._three, view.three, 156.0 if low else 228.0),
            )
            if entries
        ]
        hero = 236.0 if low else 360.0
        room = bottom - y - (hint + gap if hint else 0.0)
        spare = room - hero - sum(height + gap for _tiles, _count, height in rows)
        more = max(0.0, min(spare, _HERO_MOST - hero)) if rows else spare
        each = (spare - more) / len(rows) if rows else 0.0
        self.put(self._take, MARGIN, y, INNER_WIDTH, hero + more)
        y += hero + more + gap
        for tiles, entries in ((self._pair, view.pair), (self._three, view.three)):
            for index, tile in enumerate(tiles):
                tile.setVisible(index < len(entries))
        for tiles, count, height in rows:
            width = (INNER_WIDTH + gap) / count - gap
            for index, tile in enumerate(tiles[:count]):
                self.put(tile, MARGIN + index * (width + gap), y, width, height + each)
            y += height + each + gap
        keys = self._volume.size_wanted if guided else (76.0, 10.0)
        self.put(self._hint, MARGIN + 8, y, INNER_WIDTH - 24 - keys[0], max(hint, 1.0))
        self.put(self._volume, MARGIN + INNER_WIDTH - keys[0], y, *keys)
        self.put(self._arrow, MARGIN + INNER_WIDTH - 64, y, 60, max(hint, 1.0))

    def _show_hint(self, view: HomeView) -> None:
        self._hint.setText(self._told or view.hint)
        self._hint.set_colour("warn" if self._told else "ink2")
        told = "alert" if self._told else view.hint_icon
        self._hint.set_icon(told, 56, "warn" if self._told else "primary")
        self._hint.setVisible(bool(self._told or view.hint))
        self._arrow.setVisible(view.reader and not self._told and not self._volume.wanted)

    def _enter(self, row: int, index: int) -> None:
        view = self._shown
        if view is None:
            return
        entries = view.three if row else view.pair
        if index >= len(entries):
            return
        entry = entries[index]
        if entry.works:
            self.presenter.enter(entry.name)
        else:
            self._tell(view, entry)

    def _tell(self, view: HomeView, entry: EntryView) -> None:
        """Say why an entry waits, where the hint stands."""
        self._told = self.words("kiosk.entries.later_why", entry=entry.title)
        self._telling.start()
        self._show_hint(view)

    def _fall_silent(self) -> None:
        self._told = ""
        if self._shown is not None:
            self._show_hint(self._shown)
