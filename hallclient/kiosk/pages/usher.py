"""The ushers' page: a number in hand, numbers for others, calls for help; behind number and PIN."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.ushering import FieldView, Tab, UsherView
from hallclient.kiosk.widgets.usher_keys import CallRows, ChoiceGrid, SignPad
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_TABS, _GAP = 120.0, 12.0
_FOOT, _FOOT_HEIGHT = 1756.0, 124.0


class UsherPage(InnerPage):
    """Words and the number above, three uses below; a keyboard types as well."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = journey = presenter.journeys.ushering
        self._title = Text("", weight=fonts.BOLD, lines=2)
        self._info = Text("", colour="ink2", lines=3)
        self._said = Text("", weight=fonts.MEDIUM, lines=2)
        self._plate = Plate("", 104, edge=6)
        self._fields = [BigButton("", size=(44, 40, 36)) for _ in range(2)]
        self._tabs = [BigButton("", size=(44, 40, 36, 32)) for _ in Tab]
        self._pad, self._grid, self._rows = SignPad(), ChoiceGrid(), CallRows()
        self._leave = BigButton("", "chev-l", icon_size=40)
        self._home = BigButton("", "home", icon_size=44)
        for index, button in enumerate(self._fields):
            button.clicked.connect(partial(journey.choose_field, index))
        for tab, button in zip(Tab, self._tabs, strict=True):
            button.clicked.connect(partial(journey.choose_tab, tab))
        self._pad.pressed.connect(journey.key)
        self._pad.deleted.connect(journey.delete)
        self._pad.entered.connect(journey.enter)
        self._grid.class_chosen.connect(journey.choose_class)
        self._grid.acted.connect(journey.act)
        self._rows.answered.connect(self._answer)
        self._leave.clicked.connect(self._leave_or_back)
        self._home.clicked.connect(presenter.home)
        self._place()

    def _place(self) -> None:
        third = (INNER_WIDTH - 2 * _GAP) / 3
        half = (INNER_WIDTH - _GAP) / 2
        self._body = self.top + _TABS + _GAP
        self._room = _FOOT - _GAP - self._body
        put = self.put
        put(self._title, MARGIN, 136, INNER_WIDTH, 96)
        put(self._plate, MARGIN, 244, 420, 150)
        put(self._info, MARGIN, 406, INNER_WIDTH, 128)
        put(self._said, MARGIN, 540, INNER_WIDTH, 92)
        for index, button in enumerate(self._fields):
            put(button, MARGIN + index * (half + _GAP), self.top, half, _TABS)
        for index, button in enumerate(self._tabs):
            put(button, MARGIN + index * (third + _GAP), self.top, third, _TABS)
        for pane in (self._pad, self._grid, self._rows):
            put(pane, MARGIN, self._body, INNER_WIDTH, self._room)
        put(self._leave, MARGIN, _FOOT, 581, _FOOT_HEIGHT)
        put(self._home, MARGIN + 605, _FOOT, 363, _FOOT_HEIGHT)

    def lay_out(self) -> None:
        """Take the sizes and places of the present modes."""
        self._title.set_sizes((64, 56, 48))
        self._info.set_sizes((40, 36, 32))
        self._said.set_sizes(self.sizes(40, 36, 32))
        for button in (self._leave, self._home):
            button.set_sizes(self.sizes(36, 30, 28))
        self._place()

    def refresh(self) -> None:
        """Show who is signed in and what can be done."""
        self.tick()
        view = self._journey.view()
        if view is None:
            return
        self._title.setText(view.title)
        self._info.setText(view.info)
        self._plate.setText(view.plate)
        self._plate.setVisible(bool(view.plate))
        self._said.setText(view.said)
        self._said.set_colour("ok" if view.good else "warn")
        self._said.set_icon("check" if view.good else "info" if view.said else "", 44)
        self._show_rows(view)
        self._pad.setVisible(view.digits)
        if view.digits:
            self._pad.arrange(self._room, view.letters)
            self._pad.delete.set_words(self.words("kiosk.search.delete"))
            self._pad.enter.set_words(view.enter)
        self._grid.setVisible(bool(view.classes or view.actions))
        self._grid.show_choices(self._room, view.classes, view.actions)
        self._rows.setVisible(bool(view.calls))
        self._rows.show_calls(self._room, view.calls)
        self._leave.set_words(view.leave)
        self._home.set_words(self.words("common.home"))

    def _show_rows(self, view: UsherView) -> None:
        for index, button in enumerate(self._fields):
            button.setVisible(index < len(view.fields))
            if index < len(view.fields):
                _show_field(button, view.fields[index])
        for index, button in enumerate(self._tabs):
            button.setVisible(index < len(view.tabs))
            if index < len(view.tabs):
                tab = view.tabs[index]
                button.set_words(tab.title)
                button.set_face(Face.SELECTED if tab.chosen else Face.OUTLINED)

    def key_pressed(self, event: QKeyEvent) -> None:
        """Type with a keyboard too; a scanner that types like one ends with Enter."""
        if event.key() == Qt.Key.Key_Backspace:
            self._journey.delete()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._journey.enter()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        elif event.text():
            self._journey.key(event.text())
        else:
            event.ignore()

    def _answer(self, call_id: int, mine: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._journey.answer(call_id, mine=mine)

    def _leave_or_back(self) -> None:
        if self._journey.state.usher is None:
            self.presenter.back()
        else:
            self._journey.leave()


def _show_field(button: BigButton, view: FieldView) -> None:
    button.set_words(f"{view.caption}  {view.text}".strip())
    button.setAccessibleName(view.caption)
    button.set_face(Face.SELECTED if view.chosen else Face.OUTLINED)
