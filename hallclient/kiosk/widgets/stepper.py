"""Fewer, how many, more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_KEY = 120.0


class Stepper(Pane):
    """A number from 1 on between two keys, as wide and high as it is put."""

    changed = Signal(int)
    """The number that is asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 1
        self._fewer = BigButton("", "minus", icon_size=48)
        self._more = BigButton("", "plus", icon_size=48)
        self._text = Text("", (44, 40, 36, 32, 28), weight=fonts.BOLD, side=Side.CENTRE, lines=2)
        self._fewer.clicked.connect(self._on_fewer)
        self._more.clicked.connect(self._on_more)
        for widget in (self._fewer, self._text, self._more):
            self.put(widget, 0, 0, 10, 10)

    def show_count(self, count: int, most: int, text: str, names: tuple[str, str]) -> None:
        """Show a number in words; ``names`` are those of the keys, fewer and more."""
        self._count = count
        self._text.setText(text)
        for key, name, works in zip(
            (self._fewer, self._more), names, (count > 1, count < most), strict=True
        ):
            key.setAccessibleName(name)
            key.set_face(Face.OUTLINED if works else Face.FLAT)
        width, height = self.width() / self.look.k, self.height() / self.look.k
        self.put(self._fewer, 0, 0, _KEY, height)
        self.put(self._text, _KEY + 8, 0, width - 2 * _KEY - 16, height)
        self.put(self._more, width - _KEY, 0, _KEY, height)

    def _on_fewer(self) -> None:
        self.changed.emit(self._count - 1)

    def _on_more(self) -> None:
        self.changed.emit(self._count + 1)
