"""Told against waited, queue by queue: figures, and a bar of those within, beyond and below."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.widgets.history_table import HistoryLine, HistoryRow
from hallclient.supervisor.widgets.paged import PagedRows
from hallclient.ui.look import Look
from hallclient.ui.paint import (
    Box,
    Side,
    draw_box,
    draw_fitted,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import HallLabel

HEAD, ROW, FOOT = 46.0, 40.0, 36.0
COLUMN, LEAST_BAR = 92.0, 160.0
GAP = 16.0
"""Between two captions, which stand at the right of their columns."""
TARGET = 0.8
"""So many should wait as long as they were told."""
_WITHIN, _LONGER, _SHORTER = "#9DBFD3", "#E3A25C", "#D5D9D3"
"""Fills of bars; no words stand on them."""


@dataclass(frozen=True, slots=True)
class WaitLine(HistoryLine):
    """One queue in words; shares are of those who were told, together 1 or nothing at all."""

    shorter: float = 0.0
    within: float = 0.0
    longer: float = 0.0


def _draw_part(painter: QPainter, look: Look, area: QRectF, kind: str) -> None:
    """Draw a part of a bar; where nothing may be tinted by full, empty and hatched."""
    if look.theme.flat:
        draw_box(painter, look, area, Box("ink" if kind == _WITHIN else "paper", "ink", 2))
        if kind == _LONGER:
            painter.fillRect(area, Qt.BrushStyle.BDiagPattern)
        return
    painter.fillRect(area, QColor(kind))


class WaitTable(PagedRows["WaitRow", WaitLine]):
    """The table: captions, the hall, its queues in pages, what the bar means."""

    HEAD, ROW, FOOT = HEAD, ROW, FOOT
    legend = True

    def __init__(self, parent: QWidget | None = None) -> None:
        head = _Head()
        super().__init__(WaitRow, head, parent)
        self.captions = head
        self.foot = self.put(_Foot(), 0, 0, 9, 9)

    def set_words(
        self, name: str, bar: str, captions: tuple[str, ...], legend: tuple[str, str, str, str]
    ) -> None:
        """Take the captions, and what the parts of a bar and its line mean."""
        self.captions.set_captions(name, bar, captions)
        self.foot.set_legend(legend)

    def fill(self, row: "WaitRow", line: WaitLine) -> None:
        """Show a queue."""
        row.set_line(line)

    def arrange(self) -> None:
        """Place the foot, too."""
        super().arrange()
        (width, height), wide = self.size_in_px, self.pager.wide()
        self.put(self.foot, 0, height - FOOT, width - (wide + 12 if wide else 0), FOOT)
        self.foot.setVisible(bool(self.lines))


def _columns(width: float, count: int) -> tuple[float, float, float]:
    """Return the width of the names, where the bar ends, and the width of a column."""
    rest = width - LEAST_BAR - count * COLUMN
    name = max(150.0, min(300.0, rest))
    return name, width - count * COLUMN, COLUMN


class _Head(HallLabel):
    """The captions of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._name, self._bar = "", ""
        self._captions: tuple[str, ...] = ()

    def set_captions(self, name: str, bar: str, captions: tuple[str, ...]) -> None:
        """Take the words."""
        self._name, self._bar, self._captions = name, bar, captions
        self.setText(" ".join((name, bar, *captions)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw them on up to two lines."""
        painter, look = QPainter(self), self.look
        self.pen(painter, "ink2")
        name, bar, column = _columns(self.reference_size()[0], len(self._captions))
        cells = [(self._name, 0.0, name - 8, Side.LEFT), (self._bar, name, bar - name, Side.LEFT)]
        cells += [
            (text, bar + at * column + GAP, column - GAP, Side.RIGHT)
            for at, text in enumerate(self._captions)
        ]
        for text, x, width, side in cells:
            fitted = fit_text(look, text, (14, 13, 12), width, lines=2)
            area = QRectF(x * look.k, 0, width * look.k, self.height())
            draw_fitted(painter, look, area, fitted, side=side, leading=1.1)


class WaitRow(HistoryRow):
    """One queue: its name, its bar, its figures."""

    def places(self) -> tuple[float, float, float]:
        """Leave room for the bar."""
        return _columns(self.reference_size()[0], len(self.line.figures))

    def paint_between(self, painter: QPainter, area: QRectF) -> None:
        """Draw the bar."""
        line = self.line
        if isinstance(line, WaitLine):
            self._paint_bar(painter, area, line)

    def _paint_bar(self, painter: QPainter, area: QRectF, line: WaitLine) -> None:
        look, tall = self.look, self.look.px(14)
        top, x = area.center().y() - tall / 2, area.x()
        for share, kind in (
            (line.within, _WITHIN),
            (line.longer, _LONGER),
            (line.shorter, _SHORTER),
        ):
            wide = share * area.width()
            if wide > 0:
                _draw_part(painter, look, QRectF(x, top, max(wide, 1.0), tall), kind)
            x += wide
        if line.within or line.longer or line.shorter:
            at = area.x() + TARGET * area.width()
            painter.setPen(_dashes(look))
            painter.drawLine(QPointF(at, look.px(6)), QPointF(at, self.height() - look.px(5)))


def _dashes(look: Look) -> QPen:
    pen = QPen(look.colour("ink"), max(1.0, 1.5 * look.k))
    pen.setDashPattern([3, 2])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


class _Foot(HallLabel):
    """What the parts of a bar mean, and the line across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._words = ("", "", "", "")

    def set_legend(self, words: tuple[str, str, str, str]) -> None:
        """Take the words for within, longer, shorter and the line."""
        self._words = words
        self.setText(" ".join(words))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the signs with their words."""
        painter, look, x = QPainter(self), self.look, 0.0
        middle, font = self.height() / 2, look.font(14)
        for text, kind in zip(self._words, (_WITHIN, _LONGER, _SHORTER, ""), strict=True):
            if kind:
                _draw_part(
                    painter, look, QRectF(x, middle - look.px(6), look.px(28), look.px(12)), kind
                )
                x += look.px(34)
            else:
                painter.setPen(_dashes(look))
                x += look.px(2)
                painter.drawLine(QPointF(x, middle - look.px(9)), QPointF(x, middle + look.px(9)))
                x += look.px(10)
            self.pen(painter, "ink2")
            area = QRectF(x, 0, self.width() - x, self.height())
            x += draw_line(painter, area, text, font) + look.px(22)
