"""The numbers whose owners did not come."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import NORMAL, WIDE, BoardPart, Phrase, Scale
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box


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
        room = WIDE.missed if self.led else self._scale.missed
        return self._labels[:room]

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
        size = 44.0 if self.led else 34.0
        height = 54 if self.led else 44
        steps = (44.0, 40.0, 36.0, 32.0) if self.led else (34.0, 32.0, 30.0)
        width = self.reference_size()[0]
        title = Phrase(self._title, QRectF(28, 14, 180, height), steps, weight=fonts.BOLD)
        if not self._labels:
            rest = QRectF(28, 14 + height, width - 56, self.reference_size()[1] - 28 - height)
            return [title, Phrase(self._none, rest, (size + 4, size, 32), "ink2")]
        room = QRectF(200, 14, width - 228, height)
        return [title, Phrase(self._advice, room, steps, "ink2", side=Side.RIGHT)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its head and the numbers in their columns."""
        painter = QPainter(self)
        draw_box(painter, self.look, QRectF(self.rect()), Box("surface", "line", 2, 16))
        self.draw_phrases(painter)
        width, height = self.reference_size()
        columns = WIDE.missed if self.led else self._scale.missed
        size, top = (64.0, 84.0) if self.led else (50.0, 68.0)
        room, gap = (width - 56), 20.0
        step = (room + gap) / columns
        self.pen(painter, "ink")
        for index, label in enumerate(self.labels):
            at = QRectF(28 + index * step, top, step - gap, height - top - 12)
            side = Side.LEFT if index == 0 else Side.CENTRE
            if index == columns - 1:
                side = Side.RIGHT
            self.draw_number(painter, label, at, size, side=side)
