"""Elder mode's first page: three big choices at most (visual.md, Elder)."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.pages.telling import Telling
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.widgets.bar import Bar, BarKey
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import ELDER, LOW_ELDER, HeroTile

if TYPE_CHECKING:
    from hallclient.kiosk.views.home import EntryView

MOST = 3
_GAP = 26.0


class EasyPage(KioskPage):
    """A matter, an appointment, help; nothing else to decide."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hall = Text("", (84, 72, 60, 52, 44), weight=fonts.BOLD, lines=2)
        self._clock = Text("", (212, 200), weight=fonts.MEDIUM)
        self._day = Text("", (56, 50), weight=fonts.MEDIUM, lines=2)
        self._state = Text("", (60, 52, 44), weight=fonts.BOLD, colour="ok", lines=2)
        self._notices = self.add_banner(451)
        self._tiles = tuple(HeroTile("", sizes=ELDER) for _ in range(MOST))
        for index, tile in enumerate(self._tiles):
            self.put(tile, MARGIN, 0, INNER_WIDTH, 10)
            tile.clicked.connect(partial(self._enter, index))
        self._bar = Bar(INNER_WIDTH)
        self._entries: tuple[EntryView, ...] = ()
        self._telling = Telling(self)
        self._telling.changed.connect(self.refresh)

    def lay_out(self) -> None:
        """Place all for normal or low reach."""
        low = 60 if self.low else 0
        self.put(self._hall, MARGIN, 72 + low, INNER_WIDTH, 101)
        self.put(self._clock, 47, 237 + 2 * low, 616, 216)
        self.put(self._day, 684, 268 + 2 * low, 340, 152)
        self.put(self._state, MARGIN, 497 + 3 * low, INNER_WIDTH, 78)
        self.put(self._notices, MARGIN, 451 + 4 * low, INNER_WIDTH, 172)
        for tile in self._tiles:
            tile.set_sizes(LOW_ELDER if self.low else ELDER)
        self.put(self._bar, MARGIN, 1748, INNER_WIDTH, 124)
        self._place_tiles()

    def refresh(self) -> None:
        """Show the choices that exist."""
        view = self.presenter.easy_view()
        if view is None:
            return
        for label, text in (
            (self._hall, view.hall),
            (self._clock, view.clock),
            (self._day, view.day),
            (self._state, view.state),
        ):
            label.setText(text)
        small = fonts.metrics(44, fonts.BOLD, self.words.language)
        long = small.horizontalAdvance(view.hall) > INNER_WIDTH
        self._hall.set_sizes((44, 44) if long else (84, 72, 60, 52, 44), lines=2 if long else 1)
        self._hall.set_leading(1.1)
        self._state.setVisible(not self.noticed)
        self._bar.show_keys(self._keys(), "sun" if self.presenter.modes.contrast else "")
        entries = self._telling.told(self.words, view.entries)
        if entries == self._entries:
            return
        self._entries = entries
        for index, (tile, entry) in enumerate(zip(self._tiles, entries, strict=False)):
            tile.set_words(entry.title, entry.sub)
            tile.set_icon(entry.icon)
            first = Face.OUTLINED if index else Face.SOLID
            tile.set_face(first if entry.works else Face.DASHED)
        self._place_tiles()

    def tick(self) -> None:
        """Keep the clock right."""
        self.refresh()

    def title(self) -> str:
        """Return what is said first when the page is read out."""
        return f"{self._hall.text()}，{self._state.text()}"

    def _place_tiles(self) -> None:
        count = max(1, len(self._entries))
        top, gap = (968.0, 20.0) if self.low else (648.0, _GAP)
        height = (1708.0 - top + gap) / count - gap
        for index, tile in enumerate(self._tiles):
            tile.setVisible(index < count)
            self.put(tile, MARGIN, top + index * (height + gap), INNER_WIDTH, height)

    def _keys(self) -> tuple[BarKey, ...]:
        presenter, words = self.presenter, self.words
        keys: list[BarKey] = []
        if self.presenter.modes.voice:
            keys.append(("minus", words("kiosk.voice.softer"), partial(presenter.louder, -1)))
            keys.append(("plus", words("kiosk.voice.louder"), partial(presenter.louder, 1)))
        elif presenter.desk.voice is not None:
            keys.append(("voice", words("kiosk.easy.read"), presenter.read_aloud))
        keys.append(("sun", words("kiosk.easy.contrast"), self._switch_contrast))
        keys.append(("chev-l", words("kiosk.easy.usual"), self._leave))
        return tuple(keys)

    def _switch_contrast(self) -> None:
        modes = self.presenter.modes
        self.presenter.set_modes(replace(modes, contrast=not modes.contrast))

    def _leave(self) -> None:
        self.presenter.set_modes(replace(self.presenter.modes, elder=False))

    def _enter(self, index: int) -> None:
        entry = self._entries[index]
        if not entry.works:
            self._telling.tell(entry.name)
        elif entry.name:
            self.presenter.enter(entry.name)
        else:
            self.presenter.journeys.easy.open()
