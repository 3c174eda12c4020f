"""Keys for a code: digits, or the letters of other systems' numbers."""

from functools import partial
from itertools import pairwise
from string import ascii_uppercase
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from hallclient.kiosk.widgets.typing import LetterKey
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.tiles import BigButton

if TYPE_CHECKING:
    from hallclient.ui.widgets.base import HallButton

_GAP, _ROWS = 12.0, 4
_DIGITS, _LETTERS = 3, 7


class CodePad(Pane):
    """Four rows of keys over the whole width, one set of two at a time."""

    typed = Signal(str)
    deleted = Signal()
    switched = Signal()

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self._size = (width, height)
        self._letters = False
        self._digits = [LetterKey(digit) for digit in "1234567890"]
        self._others = [LetterKey(letter) for letter in ascii_uppercase]
        for key in (*self._digits, *self._others):
            key.clicked.connect(partial(self._press, key))
        self._switch = BigButton("", size=(44, 38, 34))
        self._delete = BigButton("", "backspace", size=(44, 38, 34, 30), icon_size=48)
        self._switch.clicked.connect(self._on_switch)
        self._delete.clicked.connect(self._on_delete)
        self._place()

    def show_keys(self, *, letters: bool, delete: str) -> None:
        """Show digits or letters; ``delete`` are the words of that key, by name only if small."""
        self._switch.set_words("123" if letters else "ABC")
        self._delete.set_words("" if letters else delete)
        self._delete.setAccessibleName(delete)
        if letters != self._letters:
            self._letters = letters
            self._place()

    def _place(self) -> None:
        """Put the keys of the present set; Tab goes as one reads."""
        columns = _LETTERS if self._letters else _DIGITS
        shown = self._others if self._letters else self._digits
        keys: list[HallButton] = [*shown[:9], self._switch, shown[9], self._delete]
        if self._letters:
            keys = [*shown, self._switch, self._delete]
        for letter in (*self._digits, *self._others):
            letter.setVisible(letter in shown)
        width, height = self._size
        wide = (width - (columns - 1) * _GAP) / columns
        high = (height - (_ROWS - 1) * _GAP) / _ROWS
        for index, key in enumerate(keys):
            row, column = divmod(index, columns)
            self.put(key, column * (wide + _GAP), row * (high + _GAP), wide, high)
        for before, after in pairwise(keys):
            self.setTabOrder(before, after)

    def _press(self, key: LetterKey) -> None:
        self.typed.emit(key.text())

    def _on_switch(self) -> None:
        self.switched.emit()

    def _on_delete(self) -> None:
        self.deleted.emit()
