"""Type the label and the last four of a ticket that was missed."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from hallclient.kiosk.pages.asking import SOLID_HEIGHT, SOLID_Y, AskingPage, solid_face
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.found import reason_words
from hallclient.kiosk.widgets.answer import TypedField
from hallclient.kiosk.widgets.typing import LetterKey
from hallclient.services.codes import read_label
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

SIGNS = "1234567890ABCDEFGHJKLMNPQRSTVWXYZ"
"""What labels and tokens are made of: I, O and U are in neither."""
_PER_ROW, _KEY, _GAP = 7, 128.0, 12.0


class RequeuePage(AskingPage):
    """Two fields, 33 keys, one button: first on to the second field, then the search."""

    table = "requeue"

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hint = Text("", (34, 30, 28), colour="ink2", lines=3)
        self._label = TypedField()
        self._tail = TypedField()
        self._keys = [LetterKey(sign) for sign in SIGNS]
        for key in self._keys:
            key.clicked.connect(partial(self._type, key.text()))
        self._delete = BigButton("", "backspace", size=(36, 32, 28))
        self._delete.clicked.connect(self._on_delete)
        self._go = BigButton("", size=(64, 56, 48))
        self._go.clicked.connect(self._on_go)

    def lay_out(self) -> None:
        """Place everything; the keys stand low in every mode."""
        super().lay_out()
        elder = self.elder
        self._hint.set_sizes(self.sizes(34, 30, 28), lines=2 if elder else 3)
        self.put(self._hint, MARGIN, 350, INNER_WIDTH, 124)
        for place, field in enumerate((self._label, self._tail)):
            self.put(field, MARGIN + place * 496, 492, 472, 224)
        self.put(self._answer, MARGIN, 744, INNER_WIDTH, 124 if elder and not self.low else 180)
        self._answer.set_elder(elder=elder)
        height = 120.0 if elder else 100.0
        top = 880.0 if elder and not self.low else 960.0
        for index, key in enumerate(self._keys):
            row, column = divmod(index, _PER_ROW)
            x = MARGIN + column * (_KEY + _GAP)
            self.put(key, x, top + row * (height + _GAP), _KEY, height)
        last = top + 4 * (height + _GAP)
        self.put(self._delete, MARGIN + 5 * (_KEY + _GAP), last, 2 * _KEY + _GAP, height)
        self._delete.set_sizes((44,) if elder else (36, 32, 28))
        if elder and self.low:
            self.put(self._go, MARGIN, 1620, INNER_WIDTH, 120)
        else:
            self.put(self._go, MARGIN, SOLID_Y + 16, INNER_WIDTH, SOLID_HEIGHT - 16)
        self.lay_foot()

    def refresh(self) -> None:
        """Show what was typed, and why nothing was found."""
        super().refresh()
        journey = self.presenter.journeys.requeueing
        self._title.setText(self.told("title"))
        self._lead.setText(self.told("lead"))
        scan = self.told("scan") if self.presenter.desk.scanner and not self.elder else ""
        self._hint.setText(f"{self.told('example')}\n{scan}".strip())
        self._label.show_typed(self.told("label"), journey.label, active=not journey.at_tail)
        self._tail.show_typed(self.told("tail"), journey.tail, active=journey.at_tail)
        self.show_answer(reason_words(self.words, journey.problem))
        self._delete.set_words(self.told("delete"))
        on = not journey.at_tail and not journey.ready
        self._go.set_words(self.told("looking" if journey.busy else "next" if on else "look"))
        works = bool(read_label(journey.label)) if on else journey.ready
        solid_face(self._go, works=works and not journey.busy)

    def key_pressed(self, event: QKeyEvent) -> None:
        """Type with a keyboard too."""
        journey = self.presenter.journeys.requeueing
        if event.key() == Qt.Key.Key_Backspace:
            journey.delete()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            journey.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        else:
            journey.type_sign(event.text())

    def _type(self, sign: str) -> None:
        self.presenter.journeys.requeueing.type_sign(sign)

    def _on_delete(self) -> None:
        self.presenter.journeys.requeueing.delete()

    def _on_go(self) -> None:
        self.presenter.journeys.requeueing.go_on()
