"""Elder mode: what is it about? One touch takes the number (visual.md, Elder)."""

from functools import partial

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.easy import TILES, EasyTile
from hallclient.kiosk.widgets.bar import Bar, BarKey
from hallclient.kiosk.widgets.tiles import MatterTile
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text

_GAP = 24.0


class EasyChoicePage(KioskPage):
    """Two columns of big tiles; the last calls somebody, where somebody would come."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._title = Text("", (116, 96, 80), weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.25)
        self._hint = Text("", (56, 50, 44), colour="ink2", lines=3)
        self._hint.set_leading(1.4)
        self._notices = self.add_banner(444)
        self._tiles = tuple(MatterTile() for _ in range(TILES))
        for index, tile in enumerate(self._tiles):
            self.put(tile, MARGIN, 0, INNER_WIDTH, 10)
            tile.clicked.connect(partial(self._choose, index))
        self._bar = Bar(INNER_WIDTH)
        self._shown: tuple[EasyTile, ...] = ()
        self._helping = ""

    def lay_out(self) -> None:
        """Three rows of tiles in low reach, four otherwise."""
        low = 90 if self.low else 0
        self.put(self._title, MARGIN, 72 + low, INNER_WIDTH, 290)
        self.put(self._hint, MARGIN, 376 + 2 * low, INNER_WIDTH, 214)
        self.put(self._notices, MARGIN, 444 + 3 * low, INNER_WIDTH, 172)
        self.put(self._bar, MARGIN, 1748, INNER_WIDTH, 124)
        top, height = (968.0, 230.0) if self.low else (648.0, 246.0)
        for index, tile in enumerate(self._tiles):
            row, column = divmod(index, 2)
            width = (INNER_WIDTH - _GAP) / 2
            x, y = MARGIN + column * (width + _GAP), top + row * (height + _GAP)
            self.put(tile, x, min(y, 1478.0) if self.low else y, width, height)

    def refresh(self) -> None:
        """Show what a matter may be about."""
        view = self.presenter.easy_choice_view()
        if view is None:
            return
        self._title.setText(view.title)
        self._hint.setText(view.hint)
        self._hint.set_colour("warn" if view.said else "ink2")
        self._hint.setVisible(not self.noticed)
        self._shown, self._helping = view.tiles, view.helping
        for index, tile in enumerate(self._tiles):
            tile.setVisible(index < len(view.tiles) + bool(view.helping))
            if index < len(view.tiles):
                matter = view.tiles[index]
                tile.show_matter(matter.title, matter.icon, matter.note)
                tile.set_face(Face.OUTLINED if matter.open else Face.DASHED)
            elif index == len(view.tiles) and view.helping:
                tile.show_matter(view.helping, "help-person")
                tile.set_face(Face.SOLID)
        self._show_bar()

    def _show_bar(self) -> None:
        presenter, words = self.presenter, self.words
        keys: list[BarKey] = [("chev-l", words("kiosk.easy.back"), presenter.journeys.easy.back)]
        if presenter.desk.voice is not None:
            keys.append(("voice", words("kiosk.easy.read"), presenter.read_aloud))
        self._bar.show_keys(tuple(keys))

    def _choose(self, index: int) -> None:
        easy = self.presenter.journeys.easy
        if index >= len(self._shown):
            self.presenter.enter("helping")
        elif self._shown[index].department:
            easy.choose(self._shown[index].department)
        else:
            easy.other()
