"""The first page: the hall now, 取号, the common services (visual.md, Home)."""

from functools import partial

from hallclient.kiosk.pages.languages import SIZE, LanguageSwitch
from hallclient.kiosk.pages.page import FOOT_HEIGHT, FOOT_Y, INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.home import MOST_TILES, HomeView, TileView
from hallclient.kiosk.widgets.figure_row import FigureRow
from hallclient.kiosk.widgets.tiles import CommonTile
from hallclient.ui import fonts
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.status import MetricSizes, Pill
from hallclient.ui.widgets.text import Line, Text
from hallclient.ui.widgets.tiles import HeroTile

_TOP, _BOTTOM, _GAP = 652.0, 1704.0, 24.0
_HEADING = (28.0, 48.0, 16.0)
"""Above the heading, its height, below it."""
_TILE_HEIGHTS = {1: 300.0, 2: 228.0, 3: 182.0}


class HomePage(KioskPage):
    """Informs in the upper third; every control stands below y 640."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hall = Text("", (64, 52, 44, 36), weight=fonts.BOLD)
        self._other = Text("", (28,), colour="ink2")
        self._clock = Text("", (188,), weight=fonts.MEDIUM)
        self._state = Pill()
        self._date = Text("", (36, 32), weight=fonts.MEDIUM)
        self._hours = Text("", (36, 32, 28), colour="ink2", weight=fonts.MEDIUM, lines=2)
        self._rule = Line()
        self._figures = FigureRow(INNER_WIDTH, 118, MetricSizes(), gap=36)
        self.put(self._hall, MARGIN, 64, INNER_WIDTH, 77)
        self.put(self._other, MARGIN, 148, INNER_WIDTH, 38)
        self.put(self._clock, 48, 226, 520, 212)
        self.put(self._state, 583, 241, 441, 64)
        self.put(self._date, 583, 319, 441, 47)
        self.put(self._hours, 583, 366, 441, 47)
        self.put(self._rule, MARGIN, 461, INNER_WIDTH, 2)
        self.put(self._figures, MARGIN, 493, INNER_WIDTH, 118)
        self.add_banner(451)
        self._take = HeroTile("", "", "ticket")
        self._take.clicked.connect(presenter.take)
        self.put(self._take, MARGIN, _TOP, INNER_WIDTH, 360)
        self._heading = Text("", (36, 32), weight=fonts.BOLD)
        self._at = Text("", (30, 28), colour="ink2", side=Side.RIGHT)
        self.put(self._heading, MARGIN, 0, 480, 48)
        self.put(self._at, 560, 0, 464, 48)
        self._tiles = [CommonTile() for _ in range(MOST_TILES)]
        for index, tile in enumerate(self._tiles):
            tile.clicked.connect(partial(self._choose, index))
            self.put(tile, MARGIN, 0, 472, 182)
        self._languages = LanguageSwitch(presenter)
        self.put(self._languages, MARGIN, FOOT_Y, *SIZE)
        self._help = Text("", (32, 28), colour="ink2", lines=2)
        self.put(self._help, MARGIN + SIZE[0] + 28, FOOT_Y, 544, FOOT_HEIGHT)
        self._shown: HomeView | None = None

    def refresh(self) -> None:
        """Show the hall now."""
        view = self.presenter.home_view()
        if view is None:
            return
        noticed = self.noticed
        self._rule.setVisible(not noticed)
        self._figures.setVisible(not noticed)
        self._languages.refresh()
        if view == self._shown:
            return
        self._shown = view
        for label, text in (
            (self._hall, view.hall),
            (self._other, view.hall_other),
            (self._clock, view.clock),
            (self._date, view.date),
            (self._hours, view.hours),
            (self._heading, view.heading),
            (self._at, view.figures_at),
            (self._help, view.help),
        ):
            label.setText(text)
        self._state.set_state(view.state, view.tone)
        self._figures.show_figures(view.figures)
        self._take.set_words(view.take, view.take_sub)
        self._take.set_face(Face.SOLID if view.take_works else Face.DASHED)
        self._show_tiles(view.tiles)

    def tick(self) -> None:
        """Keep the clock right between two looks at the hall."""
        self.refresh()

    def _show_tiles(self, tiles: tuple[TileView, ...]) -> None:
        count = len(tiles)
        rows = -(-count // 2)
        above, heading, below = _HEADING
        height = _TILE_HEIGHTS.get(rows, 0.0)
        block = rows * height + max(0, rows - 1) * _GAP
        head = above + heading + below if rows else 0.0
        take = _BOTTOM - _TOP - block - head
        self.put(self._take, MARGIN, _TOP, INNER_WIDTH, take)
        top = _TOP + take + above
        self.put(self._heading, MARGIN, top, 480, heading)
        self.put(self._at, 560, top, 464, heading)
        top += heading + below
        for index, tile in enumerate(self._tiles):
            tile.setVisible(index < count)
            if index >= count:
                continue
            row, column = divmod(index, 2)
            alone = index == count - 1 and column == 0
            width = INNER_WIDTH if alone else (INNER_WIDTH - _GAP) / 2
            x = MARGIN + column * (width + _GAP)
            self.put(tile, x, top + row * (height + _GAP), width, height)
            tile.show_view(tiles[index])

    def _choose(self, index: int) -> None:
        view = self._tiles[index].view
        if view.service:
            self.presenter.choose_service(view.service)
        else:
            self.presenter.choose_department(view.department)
