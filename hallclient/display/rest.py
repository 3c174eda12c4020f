"""The board of a closed hall: the time, and when it opens (mock-up 12e)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart, Phrase
from hallclient.ui import fonts
from hallclient.ui.paint import draw_icon


class ClosedPage(BoardPart):
    """The whole canvas, 1920×1080."""

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
        bold, medium = fonts.BOLD, fonts.MEDIUM
        title = QRectF(96, 610, 1728, 190)
        made = [
            Phrase(self._hall, QRectF(96, 66, 1728, 96), (64, 56, 48, 44), weight=bold, lines=2),
            Phrase(self._title, title, (150, 128, 108, 92), weight=bold),
            Phrase(self._opens, QRectF(96, 810, 1728, 90), (64, 56, 48, 44), weight=medium),
            Phrase(self._date, QRectF(936, 240, 880, 330), (56, 48), "ink2", lines=2, leading=1.4),
        ]
        if self._notice:
            at = QRectF(164, 952, 1660, 100)
            made.append(Phrase(self._notice, at, (44, 40, 36, 32), "ink2", lines=2, leading=1.2))
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw words, clock and the notice's rule and icon."""
        painter, look = QPainter(self), self.look
        painter.fillRect(self.rect(), look.colour("paper"))
        self.draw_phrases(painter)
        self.pen(painter, "ink")
        at = QRectF(84, 240, 820, 330)
        self.draw_number(painter, self._clock, at, 300, weight=fonts.MEDIUM)
        if self._notice:
            painter.fillRect(self.scaled(96, 940, 1728, 3), look.colour("line"))
            draw_icon(painter, look, "info", self.scaled(96, 978, 48, 48), "ink2")
