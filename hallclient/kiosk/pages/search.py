"""Find a service by letters, with keys on the screen in A–Z order (visual.md, Search)."""

from dataclasses import dataclass
from functools import partial
from string import ascii_uppercase

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from hallclient.kiosk.pages.page import HEIGHT, INNER_WIDTH, MARGIN, WIDTH, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.search import SUGGESTED
from hallclient.kiosk.views.search import EXAMPLES, SearchView, slots_of
from hallclient.kiosk.widgets.figure_row import Pager
from hallclient.kiosk.widgets.rows import ServiceRow
from hallclient.kiosk.widgets.typing import Example, LetterKey, SearchField, SuggestionKey
from hallclient.ui import fonts
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_PER_ROW, _KEY, _GAP = 7, 128.0, 12.0
_MOST_ROWS = 4
_MORE = 196.0
_LOW_SHIFT = 320.0


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand in a mode: the field, the rows below it, the keys."""

    field_y: float
    field: float
    rows_y: float
    row: float
    ground_y: float
    keys_y: float
    key: float
    gap: float
    foot_y: float
    foot: float


def _places(*, low: bool, elder: bool) -> _Places:
    if elder:
        y = 960.0 if low else 644.0
        row = 146.0
        return _Places(y, 120, y + 132, row, 1246, 1256, 120, 12, 1784, 120)
    if low:
        return _Places(964, 100, 1074, 96, 1392, 1402, 96, 8, 1816, 96)
    return _Places(648, 112, 784, 117, 1308, 1332, 100, 12, 1784, 108)


class SearchPage(InnerPage):
    """A field, four results, the keys. A keyboard, if there is one, types as well."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._choosing = presenter.journeys.choosing
        self._at = _places(low=False, elder=False)
        self._title = Text("", (64, 56), weight=fonts.BOLD)
        self._hint = Text("", (36, 32), colour="ink2")
        self._examples = [Example() for _ in range(EXAMPLES)]
        self.put(self._title, MARGIN, 152, INNER_WIDTH, 84)
        self.put(self._hint, MARGIN, 248, INNER_WIDTH, 48)
        for example in self._examples:
            self.put(example, MARGIN, 346, 300, 206)
        self.add_banner(392)
        self._field = SearchField()
        self.put(self._field, MARGIN, 648, INNER_WIDTH, 112)
        self._rows = [ServiceRow() for _ in range(_MOST_ROWS)]
        self._suggested = [SuggestionKey() for _ in range(SUGGESTED)]
        for keys, touch in ((self._rows, self._choose), (self._suggested, self._suggest)):
            for index, key in enumerate(keys):
                key.clicked.connect(partial(touch, index))
                self.put(key, MARGIN, 784, 100, 100)
        self._pager = Pager()
        self._pager.turned.connect(self._choosing.turn_results)
        self._more = BigButton("", "chev-d", icon_size=48)
        self._more.clicked.connect(self._turn_on)
        self._nothing = Text("", (44, 38, 34), weight=fonts.BOLD, lines=2)
        self._nothing_sub = Text("", (34, 30, 28), colour="ink2", lines=3)
        for widget in (self._pager, self._more, self._nothing, self._nothing_sub):
            self.put(widget, MARGIN, 784, 100, 100)
        self._build_keys()

    def _build_keys(self) -> None:
        self._keys = [LetterKey(letter) for letter in ascii_uppercase]
        for key in self._keys:
            key.clicked.connect(partial(self._choosing.type_letters, key.text()))
        self._delete = BigButton("", "backspace", size=(36, 30, 28), icon_size=44)
        self._back = BigButton("", "chev-l", icon_size=40)
        self._clear = BigButton("")
        self._delete.clicked.connect(self._choosing.delete_letter)
        self._back.clicked.connect(self.presenter.back)
        self._clear.clicked.connect(self._choosing.clear_letters)
        for widget in (*self._keys, self._delete, self._back, self._clear):
            self.put(widget, MARGIN, 1332, 100, 100)

    def lay_out(self) -> None:
        """Place everything for the present modes."""
        elder, shift = self.elder, _LOW_SHIFT if self.low else 0.0
        at = self._at = _places(low=self.low, elder=elder)
        self._title.set_sizes(self.sizes(64, 56))
        self._hint.set_sizes(self.sizes(36, 32), lines=2 if elder else 1)
        self.put(self._title, MARGIN, 152 + shift, INNER_WIDTH, 84)
        self.put(self._hint, MARGIN, 248 + shift, INNER_WIDTH, 118 if elder else 48)
        width = (INNER_WIDTH - (EXAMPLES - 1) * 24) / EXAMPLES
        for index, example in enumerate(self._examples):
            example.set_large(elder)
            y = (386 if elder else 346) + shift
            self.put(example, MARGIN + index * (width + 24), y, width, 206)
        if self.banner is not None:
            self.put(self.banner, MARGIN, 392 + shift, INNER_WIDTH, 172)
        self._field.set_large(elder)
        self._pager.set_large(elder)
        self.put(self._field, MARGIN, at.field_y, INNER_WIDTH, at.field)
        for row in self._rows:
            row.set_large(elder)
        self._nothing.set_sizes(self.sizes(44, 38, 34))
        self._nothing_sub.set_sizes(self.sizes(34, 30, 28))
        self.put(self._nothing, MARGIN + 36, at.rows_y + 12, INNER_WIDTH - 72, 112)
        below = at.rows_y + 124
        room = min(190.0, at.ground_y - below - 8)
        self.put(self._nothing_sub, MARGIN + 36, below, INNER_WIDTH - 72, room)
        self._place_keys()

    def _place_keys(self) -> None:
        at = self._at
        step = at.key + at.gap
        for index, key in enumerate(self._keys):
            row, column = divmod(index, _PER_ROW)
            self.put(key, MARGIN + column * (_KEY + _GAP), at.keys_y + row * step, _KEY, at.key)
        x = MARGIN + 5 * (_KEY + _GAP)
        self.put(self._delete, x, at.keys_y + 3 * step, 2 * _KEY + _GAP, at.key)
        half = (INNER_WIDTH - _GAP) / 2
        self.put(self._back, MARGIN, at.foot_y, half, at.foot)
        self.put(self._clear, MARGIN + half + _GAP, at.foot_y, half, at.foot)
        for button in (self._delete, self._back, self._clear):
            button.set_sizes(self.sizes(36, 30, 28))

    def refresh(self) -> None:
        """Show the letters and what they find."""
        self.tick()
        view = self.presenter.search_view()
        if view is None:
            return
        words = self.words
        self._title.setText(words("kiosk.search.title"))
        self._hint.setText(words("kiosk.search.hint"))
        for index, example in enumerate(self._examples):
            shown = index < len(view.examples) and not self.noticed
            example.setVisible(shown)
            if shown:
                example.show_example(*view.examples[index])
        self._field.show_query(view.query, view.found)
        self._show_rows(view)
        self._show_suggested(view)
        for label, text in ((self._nothing, view.nothing), (self._nothing_sub, view.nothing_sub)):
            label.setText(text)
            label.setVisible(bool(text))
        self._nothing_sub.setVisible(bool(view.nothing_sub) and slots_of(self.presenter.modes) > 1)
        self._delete.set_words(words("kiosk.search.delete"))
        self._back.set_words(words("kiosk.search.back"))
        self._clear.set_words(words("kiosk.search.clear"))

    def _slot(self, index: int) -> float:
        return self._at.rows_y + index * (self._at.row + _GAP)

    def _show_rows(self, view: SearchView) -> None:
        at, words, slots = self._at, self.words, slots_of(self.presenter.modes)
        paged = view.paged.pages > 1
        alone = slots == 1 and paged
        width = INNER_WIDTH - _MORE - _GAP if alone else INNER_WIDTH
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(view.rows))
            if index < len(view.rows):
                self.put(row, MARGIN, self._slot(index), width, at.row)
                row.show_view(view.rows[index])
        previous, following = (
            words("kiosk.services.previous_page"),
            words("kiosk.services.next_page"),
        )
        self._pager.setVisible(paged and not alone)
        self._pager.arrange(INNER_WIDTH, at.row, key_width=220)
        last = slots - 1 - bool(view.suggested)
        self.put(self._pager, MARGIN, self._slot(last), INNER_WIDTH, at.row)
        self._pager.show_page(view.paged, previous, following)
        self._more.setVisible(alone)
        self.put(self._more, MARGIN + width + _GAP, self._slot(0), _MORE, at.row)
        self._more.setAccessibleName(words("kiosk.choose.more"))

    def _show_suggested(self, view: SearchView) -> None:
        at = self._at
        y = self._slot(slots_of(self.presenter.modes) - 1)
        width = (INNER_WIDTH - (SUGGESTED - 1) * _GAP) / SUGGESTED
        for index, key in enumerate(self._suggested):
            key.setVisible(index < len(view.suggested))
            if index < len(view.suggested):
                self.put(key, MARGIN + index * (width + _GAP), y, width, at.row)
                key.show_characters(view.suggested[index])

    def key_pressed(self, event: QKeyEvent) -> None:
        """Type with a keyboard too; what a key of the screen has taken never comes here."""
        if event.key() == Qt.Key.Key_Backspace:
            self._choosing.delete_letter()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        elif event.text() and event.text().isprintable():
            self._choosing.type_letters(event.text())
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground of the keys, to the screen's edges."""
        look = self.look
        top, bottom = round(self._at.ground_y * look.k), round(HEIGHT * look.k)
        ground = QRectF(0, top, round(WIDTH * look.k), bottom - top)
        QPainter(self).fillRect(ground, look.colour("sunken"))

    def _choose(self, index: int) -> None:
        self._choosing.choose(self._rows[index].view.code)

    def _suggest(self, index: int) -> None:
        self._choosing.suggest(self._suggested[index].text())

    def _turn_on(self) -> None:
        view = self.presenter.search_view()
        if view is not None:
            last = view.paged.page == view.paged.pages - 1
            self._choosing.turn_results(-view.paged.page if last else 1)
