"""The numbers whose owners did not come."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import NORMAL, WIDE, BoardPart, Scale
from hallclient.display.phrase import Phrase
from hallclient.display.said import also_of
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box

_NARROW, _BROAD = 500, 700
"""Beside the table of a portrait board; across it."""


class MissedNumbers(BoardPart):
    """The newest missed numbers in a row, four or three, and where to go with one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._advice = self._none = ""
        self._labels: tuple[str, ...] = ()
        self._scale = NORMAL

    @property
    def labels(self) -> tuple[str, ...]:
        """The numbers that can be seen."""
        columns, rows = self._grid()
        return self._labels[: columns * rows]

    def _grid(self) -> tuple[int, int]:
        """Return columns and rows: a row of numbers, or a block in a narrow place."""
        width, height = self.reference_size()
        if width < _NARROW:
            return (1, 4) if height > 400 else (2, 2)
        if width > _BROAD:
            return 6, 1
        return (WIDE.missed if self.led else self._scale.missed), 1

    def set_words(self, title: str, advice: str, none: str) -> None:
        """Take the words: what this is, where to go, and that there is none."""
        if (title, advice, none) != (self._title, self._advice, self._none):
            self._title, self._advice, self._none = title, advice, none
            self.update()

    def show_labels(self, labels: Sequence[str], scale: Scale) -> None:
        """Show these numbers, newest first."""
        if (tuple(labels), scale) != (self._labels, self._scale):
            self._labels, self._scale = tuple(labels), scale
            self.setText(" ".join(self._labels))
            self.update()

    def phrases(self) -> list[Phrase]:
        """Return the head, and the words of an empty list."""
        size, height = (44.0, 54.0) if self.led else (34.0, 44.0)
        steps = (44.0, 40.0, 36.0, 32.0) if self.led else (34.0, 32.0, 30.0, 28.0, 26.0)
        width = self.reference_size()[0]
        if width < _NARROW:
            return self._stacked(steps)
        both = bool(also_of(self._title))
        if both and self.led and width <= _BROAD:
            height = 101.0  # both languages, one below the other
        first = 300 if width > _BROAD else 230 if both else 172
        title = Phrase(self._title, QRectF(28, 14, first, height), steps, weight=fonts.BOLD)
        if not self._labels:
            rest = QRectF(28, 14 + height, width - 56, self.reference_size()[1] - 28 - height)
            return [title, Phrase(self._none, rest, (size + 4, size, 32), "ink2")]
        used = sum(
            self.advance(line, block.fitted.px, fonts.BOLD) + 12
            for block in title.blocks(self.look)
            for line in block.fitted.lines[:1]
        )
        if height > size * 2:
            used = max(
                self.advance(t, size, fonts.BOLD) for t in (self._title, also_of(self._title))
            )
        left = 28 + used + 20
        room = QRectF(left, 8, width - 28 - left, height + 10)
        if height > size * 2:
            room.moveTop(14)
        return [title, Phrase(self._advice, room, steps, "ink2", side=Side.RIGHT, lines=2)]

    def _stacked(self, steps: tuple[float, ...]) -> list[Phrase]:
        """Return the texts of a narrow place, one below the other."""
        width, height = self.reference_size()
        title = Phrase(self._title, QRectF(28, 14, width - 56, 48), steps, weight=fonts.BOLD)
        text = self._advice if self._labels else self._none
        at = QRectF(28, 62, width - 56, 84)
        if not self._labels:
            at = QRectF(28, 70, width - 56, height - 90)
        return [title, Phrase(text, at, steps, "ink2", lines=2, leading=1.2)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its head and the numbers in their columns."""
        painter = QPainter(self)
        draw_box(painter, self.look, QRectF(self.rect()), Box("surface", "line", 2, 16))
        self.draw_phrases(painter)
        width, height = self.reference_size()
        columns, rows = self._grid()
        narrow = width < _NARROW
        top = 152.0 if narrow else 78.0 if self.led else 68.0
        if self.led and not narrow and width <= _BROAD and also_of(self._title):
            top = 112.0
        size = 64.0 if self.led and not width > _BROAD else 58.0 if rows == 4 else 50.0
        step = (width - 56 + 20) / columns
        down = (height - top - 12) / rows
        self.pen(painter, "ink")
        for index, label in enumerate(self.labels):
            row, column = divmod(index, columns)
            at = QRectF(28 + column * step, top + row * down, step - 20, down)
            self.draw_number(painter, label, at, size, side=_side(column, columns))


def _side(column: int, columns: int) -> Side:
    if column == 0:
        return Side.LEFT
    return Side.RIGHT if column == columns - 1 else Side.CENTRE
