"""Find a service by letters, with keys on the screen in A–Z order (visual.md, Search)."""

from functools import partial
from string import ascii_uppercase

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from hallclient.kiosk.pages.page import HEIGHT, INNER_WIDTH, MARGIN, WIDTH, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.search import EXAMPLES, RESULTS
from hallclient.kiosk.widgets.figure_row import Pager
from hallclient.kiosk.widgets.rows import ServiceRow
from hallclient.kiosk.widgets.typing import Example, LetterKey, SearchField
from hallclient.ui import fonts
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_PER_ROW, _KEY, _KEY_HEIGHT, _GAP = 7, 128.0, 100.0, 12.0
_KEYBOARD_Y, _KEYS_Y = 1308.0, 1332.0
_RESULTS_Y, _RESULT_HEIGHT = 784.0, 117.0


class SearchPage(InnerPage):
    """A field, four results, the keys. A keyboard, if there is one, types as well."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._title = Text("", (64, 56), weight=fonts.BOLD)
        self._hint = Text("", (36, 32), colour="ink2")
        self.put(self._title, MARGIN, 152, INNER_WIDTH, 84)
        self.put(self._hint, MARGIN, 248, INNER_WIDTH, 48)
        self._examples = [Example() for _ in range(EXAMPLES)]
        width = (INNER_WIDTH - (EXAMPLES - 1) * 24) / EXAMPLES
        for index, example in enumerate(self._examples):
            self.put(example, MARGIN + index * (width + 24), 346, width, 206)
        self.add_banner(392)
        self._field = SearchField()
        self.put(self._field, MARGIN, 648, INNER_WIDTH, 112)
        self._rows = [ServiceRow() for _ in range(RESULTS)]
        for index, row in enumerate(self._rows):
            row.clicked.connect(partial(self._choose, index))
            y = _RESULTS_Y + index * (_RESULT_HEIGHT + _GAP)
            self.put(row, MARGIN, y, INNER_WIDTH, _RESULT_HEIGHT)
        self._pager = Pager(INNER_WIDTH, _RESULT_HEIGHT)
        self._pager.turned.connect(presenter.turn_results)
        last = _RESULTS_Y + (RESULTS - 1) * (_RESULT_HEIGHT + _GAP)
        self.put(self._pager, MARGIN, last, INNER_WIDTH, _RESULT_HEIGHT)
        self._nothing = Text("", (44, 38, 34), weight=fonts.BOLD, lines=2)
        self._nothing_sub = Text("", (34, 30, 28), colour="ink2", lines=3)
        self.put(self._nothing, MARGIN + 36, 820, INNER_WIDTH - 72, 112)
        self.put(self._nothing_sub, MARGIN + 36, 940, INNER_WIDTH - 72, 140)
        self._build_keys(presenter)

    def _build_keys(self, presenter: KioskPresenter) -> None:
        for index, letter in enumerate(ascii_uppercase):
            row, column = divmod(index, _PER_ROW)
            key = LetterKey(letter)
            key.clicked.connect(partial(presenter.type_letters, letter))
            x = MARGIN + column * (_KEY + _GAP)
            self.put(key, x, _KEYS_Y + row * (_KEY_HEIGHT + _GAP), _KEY, _KEY_HEIGHT)
        last = _KEYS_Y + 3 * (_KEY_HEIGHT + _GAP)
        self._delete = BigButton("", "backspace", size=(36, 30, 28), icon_size=44)
        self._delete.clicked.connect(presenter.delete_letter)
        self.put(self._delete, MARGIN + 5 * (_KEY + _GAP), last, 2 * _KEY + _GAP, _KEY_HEIGHT)
        self._back = BigButton("", "chev-l", icon_size=40)
        self._clear = BigButton("")
        self._back.clicked.connect(presenter.back)
        self._clear.clicked.connect(presenter.clear_letters)
        half = (INNER_WIDTH - _GAP) / 2
        self.put(self._back, MARGIN, 1784, half, 108)
        self.put(self._clear, MARGIN + half + _GAP, 1784, half, 108)

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
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(view.rows))
            if index < len(view.rows):
                row.show_view(view.rows[index])
        self._pager.setVisible(view.paged.pages > 1)
        self._pager.show_page(
            view.paged, words("kiosk.services.previous_page"), words("kiosk.services.next_page")
        )
        for label, text in (
            (self._nothing, view.nothing),
            (self._nothing_sub, view.nothing_sub),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._delete.set_words(words("kiosk.search.delete"))
        self._back.set_words(words("kiosk.search.back"))
        self._clear.set_words(words("kiosk.search.clear"))

    def key_pressed(self, event: QKeyEvent) -> None:
        """Type with a keyboard too; what a key of the screen has taken never comes here."""
        if event.key() == Qt.Key.Key_Backspace:
            self.presenter.delete_letter()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        elif event.text() and event.text().isprintable():
            self.presenter.type_letters(event.text())
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground of the keys, to the screen's edges."""
        look = self.look
        top, bottom = round(_KEYBOARD_Y * look.k), round(HEIGHT * look.k)
        ground = QRectF(0, top, round(WIDTH * look.k), bottom - top)
        QPainter(self).fillRect(ground, look.colour("sunken"))

    def _choose(self, index: int) -> None:
        self.presenter.choose_service(self._rows[index].view.code)
