"""Type the number of a case; large digits."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from hallclient.kiosk.pages.asking import SOLID_HEIGHT, SOLID_Y, AskingPage, solid_face
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.found import reason_words
from hallclient.kiosk.widgets.answer import TypedField
from hallclient.kiosk.widgets.typing import LetterKey
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_KEYS_Y, _KEY, _HEIGHT, _GAP = 964.0, 312.0, 124.0, 16.0


class ProgressPage(AskingPage):
    """A field, twelve keys, one button; a keyboard types as well."""

    table = "progress"

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._field = TypedField()
        self._hint = Text("", (34, 30, 28), colour="ink2", lines=2)
        self._keys = [LetterKey(digit) for digit in "1234567890"]
        for key in self._keys:
            key.clicked.connect(partial(self._type, key.text()))
        self._clear = BigButton("", size=(40, 36, 32))
        self._delete = BigButton("", "backspace", size=(40, 36, 32))
        self._clear.clicked.connect(self._on_clear)
        self._delete.clicked.connect(self._on_delete)
        self._search = BigButton("", size=(64, 56, 48))
        self._search.clicked.connect(self._on_look)

    def lay_out(self) -> None:
        """Place everything; the keys stand low in every mode."""
        super().lay_out()
        elder = self.elder
        self.put(self._hint, MARGIN, 360, INNER_WIDTH, 108)
        self._hint.set_sizes(self.sizes(34, 30, 28))
        self.put(self._field, MARGIN, 484, INNER_WIDTH, 224)
        self.put(self._answer, MARGIN, 744, INNER_WIDTH, 180)
        self._answer.set_elder(elder=elder)
        cells: list[LetterKey | BigButton] = [*self._keys[:9], self._clear, self._keys[9]]
        for index, key in enumerate([*cells, self._delete]):
            row, column = divmod(index, 3)
            x = MARGIN + column * (_KEY + _GAP)
            self.put(key, x, _KEYS_Y + row * (_HEIGHT + _GAP), _KEY, _HEIGHT)
        for button in (self._clear, self._delete):
            button.set_sizes((48, 44) if elder else (40, 36, 32))
        self.put(self._search, MARGIN, SOLID_Y + 8, INNER_WIDTH, SOLID_HEIGHT - 8)
        self.lay_foot()

    def refresh(self) -> None:
        """Show the digits, and why nothing was found."""
        super().refresh()
        journey = self.presenter.journeys.progress
        self._title.setText(self.told("title"))
        self._lead.setText(self.told("lead"))
        scan = self.told("scan") if self.presenter.desk.scanner else ""
        self._hint.setText(f"{self.told('only_here')}\n{scan}".strip())
        self._field.show_typed(self.told("field"), journey.number)
        self.show_answer(reason_words(self.words, journey.problem))
        self._clear.set_words(self.told("clear"))
        self._delete.set_words(self.told("delete"))
        self._search.set_words(self.told("looking" if journey.busy else "look"))
        solid_face(self._search, works=journey.ready and not journey.busy)

    def key_pressed(self, event: QKeyEvent) -> None:
        """Type with a keyboard too."""
        journey = self.presenter.journeys.progress
        if event.key() == Qt.Key.Key_Backspace:
            journey.delete()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            journey.look()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        else:
            journey.type_digit(event.text())

    def _type(self, digit: str) -> None:
        self.presenter.journeys.progress.type_digit(digit)

    def _on_clear(self) -> None:
        self.presenter.journeys.progress.clear()

    def _on_delete(self) -> None:
        self.presenter.journeys.progress.delete()

    def _on_look(self) -> None:
        self.presenter.journeys.progress.look()
