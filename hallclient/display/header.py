"""The head of a board: hall, zones, date and time."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart, Phrase
from hallclient.ui import fonts
from hallclient.ui.paint import Side

_RIGHT, _CLOCK, _GAP = 1880.0, 84.0, 36.0


class BoardHeader(BoardPart):
    """1920×112. The hall's name takes what zones and date leave."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hall = self._zones = self._date = self._clock = ""

    def set_place(self, hall: str, zones: str) -> None:
        """Take the hall's name and what this board shows of it."""
        if (hall, zones) != (self._hall, self._zones):
            self._hall, self._zones = hall, zones
            self._tell()

    def set_time(self, date: str, clock: str) -> None:
        """Take date and time of day."""
        if (date, clock) != (self._date, self._clock):
            self._date, self._clock = date, clock
            self._tell()

    def phrases(self) -> list[Phrase]:
        """Return the texts from right to left: each takes its room, the name the rest."""
        side = 44.0 if self.led else 40.0
        clock = self._advance(self._clock, _CLOCK, fonts.FIGURE)
        date = min(self._advance(self._date, side, fonts.MEDIUM), 420)
        date_left = _RIGHT - clock - _GAP - date
        zones = min(self._advance(self._zones, side, fonts.MEDIUM), 380)
        room = date_left - 40 - 40 - (zones + 64 if self._zones else 0)
        name = min(self._advance(self._hall, 50, fonts.BOLD), room)
        steps = (side, 38, 36, 34, 32)
        sizes = (50, 46, 44, 42, 40, 38, 36, 34, 32)
        hall = QRectF(40, 0, room, 112)
        made = [
            Phrase(self._hall, hall, sizes, weight=fonts.BOLD, lines=2, leading=1.15),
            Phrase(self._date, QRectF(date_left, 0, date, 112), steps, "ink2", fonts.MEDIUM),
        ]
        if self._zones:
            used = self._used(made[0], name)
            at = QRectF(40 + used + 64, 0, zones, 112)
            zone = Phrase(self._zones, at, steps, "ink2", fonts.MEDIUM, lines=2, leading=1.1)
            made.append(zone)
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw texts, the rule before the zones, and the clock."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.colour("paper"))
        self.draw_phrases(painter)
        if self._zones:
            left = self.phrases()[-1].at.left() - 32
            painter.fillRect(self.scaled(left, 30, 3, 52), self.look.colour("line"))
        self.pen(painter, "ink")
        at = QRectF(_RIGHT - 400, 0, 400, 112)
        self.draw_number(painter, self._clock, at, _CLOCK, side=Side.RIGHT)

    def _used(self, phrase: Phrase, most: float) -> float:
        fitted = phrase.fitted(self.look)
        widest = max(self._advance(line, fitted.px, phrase.weight) for line in fitted.lines)
        return min(widest, most)

    def _advance(self, text: str, size: float, weight: int) -> float:
        metrics = fonts.metrics(self.look.px(size), weight, self.look.language)
        # One px of reserve: what was measured must fit again after rounding.
        return metrics.horizontalAdvance(text) / self.look.k + 1 if text else 0

    def _tell(self) -> None:
        said = (self._hall, self._zones, self._date, self._clock)
        self.setText(", ".join(part for part in said if part))
        self.update()
