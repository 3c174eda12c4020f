"""The head of a board: hall, zones, date and time."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart
from hallclient.display.phrase import Phrase
from hallclient.display.said import also_of
from hallclient.ui import fonts
from hallclient.ui.paint import Side

_CLOCK, _EDGE, _GAP = 84.0, 40.0, 36.0
_NAME = (50.0, 46.0, 44.0, 42.0, 40.0, 38.0, 36.0, 34.0, 32.0)


class BoardHeader(BoardPart):
    """1920×112 on one line, or 1080×150 on two. The hall's name takes what the others leave."""

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
        """Return the texts, the hall's name first."""
        width, height = self.reference_size()
        return self._on_two(width) if width < 1500 else self._on_one(width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw texts, the rule before the zones, and the clock."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.colour("paper"))
        self.draw_phrases(painter)
        width, height = self.reference_size()
        one_line = width >= 1500
        if self._zones and one_line:
            left = self.phrases()[-1].at.left() - 32
            rule = (6, 102) if also_of(self._zones) else (30, 52)
            painter.fillRect(self.scaled(left, rule[0], 3, rule[1]), self.look.colour("line"))
        self.pen(painter, "ink")
        at = QRectF(width - _EDGE - 400, 0, 400, height if one_line else 96)
        self.draw_number(painter, self._clock, at, _CLOCK, side=Side.RIGHT)

    def _on_one(self, width: float, height: float) -> list[Phrase]:
        """Place from right to left: each takes its room, the name the rest."""
        side, medium = self._side(), fonts.MEDIUM
        right = width - _EDGE
        clock = self.advance(self._clock, _CLOCK, fonts.FIGURE)
        date = min(self._wide(self._date, side, medium), 420)
        date_left = right - clock - _GAP - date
        zones = min(self._wide(self._zones, side, medium), 380)
        room = date_left - 80 - (zones + 64 if self._zones else 0)
        name = min(self._wide(self._hall, _NAME[0], fonts.BOLD), room)
        steps = (side, 38, 36, 34, 32)
        hall = QRectF(_EDGE, 4, room, height - 8)
        at = QRectF(date_left, 4, date, height - 8)
        bold = fonts.BOLD
        made = [
            Phrase(self._hall, hall, _NAME, weight=bold, lines=2, leading=1.15, below=True),
            Phrase(self._date, at, steps, "ink2", medium, Side.RIGHT, below=True),
        ]
        if self._zones:
            used = self._used(made[0], name)
            place = QRectF(_EDGE + used + 64, 4, zones, height - 8)
            made.append(
                Phrase(self._zones, place, steps, "ink2", medium, lines=2, leading=1.1, below=True)
            )
        return made

    def _on_two(self, width: float) -> list[Phrase]:
        """Place name and clock above, zones and date below."""
        side, medium = self._side(), fonts.MEDIUM
        steps = (side, 38.0, 36.0, 34.0, 32.0, 30.0, 28.0)
        clock = self.advance(self._clock, _CLOCK, fonts.FIGURE)
        room = width - 2 * _EDGE - clock - _GAP
        hall = QRectF(_EDGE, 6, room, 90)
        half = (width - 2 * _EDGE - _GAP) / 2
        zones, date = QRectF(_EDGE, 94, half, 50), QRectF(width - _EDGE - half, 94, half, 50)
        bold = fonts.BOLD
        return [
            Phrase(
                self._hall,
                hall,
                _NAME,
                weight=bold,
                lines=2,
                leading=1.05 if self.led else 1.15,
                below=True,
            ),
            Phrase(self._date, date, steps, "ink2", medium, Side.RIGHT),
            Phrase(self._zones, zones, steps, "ink2", medium),
        ]

    def _side(self) -> float:
        return 44.0 if self.led else 40.0

    def _used(self, phrase: Phrase, most: float) -> float:
        widest = 0.0
        for block in phrase.blocks(self.look):
            lines, px = block.fitted.lines, block.fitted.px
            widest = max(widest, *(self.advance(line, px, phrase.weight) for line in lines))
        return min(widest + 1, max(most, widest + 1))

    def _wide(self, text: str, size: float, weight: int) -> float:
        """Return the width of a text on one line, with English under it."""
        small = max(30.0, self._side() if self.led else 30.0)
        widest = max(self.advance(text, size, weight), self.advance(also_of(text), small, weight))
        # One px of reserve: what was measured must fit again after rounding.
        return widest + 1 if text else 0

    def _tell(self) -> None:
        said = (self._hall, self._zones, self._date, self._clock)
        self.setText(", ".join(part for part in said if part))
        self.update()
