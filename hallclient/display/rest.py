"""The board of a closed hall: the time, and when it opens (mock-up 12e)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart
from hallclient.display.phrase import Phrase
from hallclient.ui import fonts
from hallclient.ui.paint import draw_icon

_NOTICE = (44.0, 40.0, 36.0, 32.0)


class ClosedPage(BoardPart):
    """The whole canvas, landscape or portrait."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hall = self._date = self._clock = self._title = self._opens = self._notice = ""

    def set_time(self, date: str, clock: str) -> None:
        """Take date and time of day."""
        if (date, clock) != (self._date, self._clock):
            self._date, self._clock = date, clock
            self.update()

    def set_words(self, hall: str, title: str, opens: str, notice: str) -> None:
        """Take the hall's name, what is closed, when it opens, and one notice."""
        if (hall, title, opens, notice) != (self._hall, self._title, self._opens, self._notice):
            self._hall, self._title, self._opens, self._notice = hall, title, opens, notice
            self.setText(". ".join(part for part in (hall, title, opens, notice) if part))
            self.update()

    def phrases(self) -> list[Phrase]:
        """Return all texts but the clock."""
        width, height = self.reference_size()
        return self._tall() if height > width else self._broad()

    def _broad(self) -> list[Phrase]:
        bold, medium, room = fonts.BOLD, fonts.MEDIUM, 1728
        title = QRectF(96, 606, room, 194)
        made = [
            Phrase(self._hall, QRectF(96, 56, room, 116), (64, 56, 48, 44), weight=bold, lines=2),
            Phrase(self._title, title, (150, 128, 108, 92), weight=bold),
            Phrase(self._opens, QRectF(96, 806, room, 100), (64, 56, 48, 44), weight=medium),
            Phrase(self._date, QRectF(936, 240, 880, 330), (56, 48), "ink2", lines=2, leading=1.4),
        ]
        if self._notice:
            at = QRectF(164, 952, 1660, 100)
            made.append(Phrase(self._notice, at, _NOTICE, "ink2", lines=2, leading=1.2))
        return made

    def _tall(self) -> list[Phrase]:
        bold, medium, room = fonts.BOLD, fonts.MEDIUM, 936
        sizes = (64.0, 56.0, 48.0, 44.0, 40.0)
        title = QRectF(72, 930, room, 270)
        made = [
            Phrase(self._hall, QRectF(72, 90, room, 170), sizes, weight=bold, lines=2),
            Phrase(self._title, title, (150, 128, 108, 92, 80), weight=bold, lines=2),
            Phrase(self._opens, QRectF(72, 1216, room, 170), sizes, weight=medium, lines=2),
            Phrase(self._date, QRectF(72, 670, room, 236), (56, 48), "ink2", lines=2, leading=1.4),
        ]
        if self._notice:
            at = QRectF(140, 1640, 868, 200)
            made.append(Phrase(self._notice, at, _NOTICE, "ink2", lines=4, leading=1.2))
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw words, clock and the notice's rule and icon."""
        painter, look = QPainter(self), self.look
        painter.fillRect(self.rect(), look.colour("paper"))
        self.draw_phrases(painter)
        self.pen(painter, "ink")
        width, height = self.reference_size()
        tall = height > width
        clock = QRectF(60, 310, 960, 360) if tall else QRectF(84, 240, 820, 330)
        self.draw_number(painter, self._clock, clock, 330 if tall else 300, weight=fonts.MEDIUM)
        if self._notice:
            left, rule = (72, 1610) if tall else (96, 940)
            painter.fillRect(self.scaled(left, rule, width - 2 * left, 3), look.colour("line"))
            icon = self.scaled(left, rule + (106 if tall else 38), 48, 48)
            draw_icon(painter, look, "info", icon, "ink2")
