"""The keys of the ushers' page: letters and digits, classes with what is done, calls for help."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal

from hallclient.kiosk.views.ushering import MOST_CALLS, MOST_LETTERS, CallView, ChoiceView
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.ui.widgets.tiles import BigButton, HeroTile, TileSizes

_WIDTH = 968.0
_GAP = 12.0
_KEY_SIZES = (48.0,)
_PER_ROW = 8
_CALL = TileSizes((46, 44), (44, 40, 36, 32), 64, 32, 28, sub_gap=4)


class SignPad(Pane):
    """Letters in rows of eight, digits in rows of five; below them back and enter."""

    pressed = Signal(str)
    deleted = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._height = 0.0
        self._letters = "?"
        self._letter_keys = [self._key("") for _ in range(MOST_LETTERS)]
        self._digit_keys = [self._key(digit) for digit in "1234567890"]
        self.delete = BigButton("", "backspace", size=(44, 40, 36))
        self.enter = BigButton("", size=(48, 44, 40))
        self.enter.set_face(Face.SOLID)
        self.delete.clicked.connect(self.deleted)
        self.enter.clicked.connect(self.entered)
        for button in (self.delete, self.enter):
            self.put(button, 0, 0, _WIDTH, 120)

    def arrange(self, height: float, letters: str) -> None:
        """Take as much room as there is, for these letters."""
        if (height, letters) == (self._height, self._letters):
            return
        self._height, self._letters = height, letters
        letter_rows = -(-len(letters) // _PER_ROW)
        rows = letter_rows + 3
        each = min(148.0, (height - (rows - 1) * _GAP) / rows)
        for index, key in enumerate(self._letter_keys):
            key.setVisible(index < len(letters))
            if index < len(letters):
                key.set_words(letters[index])
        shown = self._letter_keys[: len(letters)]
        self._place(shown, max(1, min(_PER_ROW, len(letters))), 0, each)
        self._place(self._digit_keys, 5, letter_rows, each)
        y = (letter_rows + 2) * (each + _GAP)
        self.put(self.delete, 0, y, 372, each)
        self.put(self.enter, 372 + _GAP, y, _WIDTH - 372 - _GAP, each)

    def _key(self, sign: str) -> BigButton:
        key = BigButton(sign, size=_KEY_SIZES)
        key.clicked.connect(lambda: self.pressed.emit(key.text()))
        self.put(key, 0, 0, 120, 120)
        return key

    def _place(
        self, keys: Sequence[HallButton], per_row: int, first_row: int, height: float
    ) -> None:
        width = (_WIDTH - (per_row - 1) * _GAP) / per_row
        for index, key in enumerate(keys):
            row, column = divmod(index, per_row)
            y = (first_row + row) * (height + _GAP)
            self.put(key, column * (width + _GAP), y, width, height)


class ChoiceGrid(Pane):
    """Classes in two columns, and a row of what else is done below them."""

    class_chosen = Signal(str)
    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._classes = _buttons(self, 6, self._choose)
        self._actions = _buttons(self, 3, self._act)
        self._views: tuple[tuple[ChoiceView, ...], tuple[ChoiceView, ...]] = ((), ())

    def show_choices(
        self, height: float, classes: tuple[ChoiceView, ...], actions: tuple[ChoiceView, ...]
    ) -> None:
        """Show other choices over a height."""
        self._views = (classes, actions)
        rows = -(-len(classes) // 2)
        each = min(148.0, (height - rows * _GAP) / (rows + 1))
        _show(self._classes, classes)
        _show(self._actions, actions)
        half = (_WIDTH - _GAP) / 2
        for index in range(len(classes)):
            row, column = divmod(index, 2)
            x = column * (half + _GAP)
            self.put(self._classes[index], x, row * (each + _GAP), half, each)
        count = max(1, len(actions))
        width = (_WIDTH - (count - 1) * _GAP) / count
        for index in range(len(actions)):
            y = rows * (each + _GAP)
            self.put(self._actions[index], index * (width + _GAP), y, width, each)

    def _choose(self, nth: int) -> None:
        if nth < len(self._views[0]):
            self.class_chosen.emit(self._views[0][nth].key)

    def _act(self, nth: int) -> None:
        if nth < len(self._views[1]):
            self.acted.emit(self._views[1][nth].key)


class CallRows(Pane):
    """Calls for help; the row itself is what answers."""

    answered = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self._calls: tuple[CallView, ...] = ()
        self._rows = [HeroTile("", icon="help-person", sizes=_CALL) for _ in range(MOST_CALLS)]
        for index, row in enumerate(self._rows):
            row.clicked.connect(partial(self._answer, index))
            self.put(row, 0, 0, _WIDTH, 140)

    def show_calls(self, height: float, calls: tuple[CallView, ...]) -> None:
        """Show other calls over a height."""
        self._calls = calls
        each = min(160.0, (height - (MOST_CALLS - 1) * _GAP) / MOST_CALLS)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(calls))
            if index < len(calls):
                call = calls[index]
                row.set_words(call.title, call.sub)
                row.set_face(Face.SOLID if index == 0 else Face.OUTLINED)
                self.put(row, 0, index * (each + _GAP), _WIDTH, each)

    def _answer(self, nth: int) -> None:
        if nth < len(self._calls):
            self.answered.emit(self._calls[nth].id, self._calls[nth].mine)


def _buttons(pane: Pane, count: int, chosen: Callable[[int], None]) -> list[BigButton]:
    made = [BigButton("", size=(48, 44, 38, 34)) for _ in range(count)]
    for index, button in enumerate(made):
        button.clicked.connect(partial(chosen, index))
        button.hide()
        pane.put(button, 0, 0, 120, 120)
    return made


def _show(buttons: list[BigButton], views: tuple[ChoiceView, ...]) -> None:
    for index, button in enumerate(buttons):
        button.setVisible(index < len(views))
        if index < len(views):
            view = views[index]
            button.set_words(view.title)
            button.set_icon(view.icon)
            button.set_face(
                Face.SOLID if view.solid else Face.SELECTED if view.chosen else Face.OUTLINED
            )
