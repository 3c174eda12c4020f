"""Periods side by side: a bar of numbers given out each, filled as far as they were finished."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel

_ISSUED, _FINISHED = "#D5E3EB", "#9DBFD3"
"""Fills of the bars before the last one; no words stand on them."""


@dataclass(frozen=True, slots=True)
class PastBar:
    """One period; ``above`` is written below its mark where a month or a year begins."""

    mark: str
    issued: int
    finished: int
    above: str = ""
    chosen: bool = False


class PastPicture(HallLabel):
    """The card with the bars; the last one is the period in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._title, self._keys = "", ("", "")
        self.bars: tuple[PastBar, ...] = ()

    def set_bars(self, title: str, keys: tuple[str, str], bars: tuple[PastBar, ...]) -> None:
        """Show other periods; ``keys`` are the words for given out and finished."""
        self._title, self._keys, self.bars = title, keys, bars
        last = bars[-1] if bars else None
        said = f"{keys[0]} {last.issued}，{keys[1]} {last.finished}" if last else ""
        self.setText(f"{title} {said}".strip())
        self.setAccessibleName(self.text())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw card, title, key, grid and bars."""
        painter, look = QPainter(self), self.look
        draw_box(painter, look, QRectF(self.rect()), Box("surface", "line", 2, 12))
        if not self._title:
            return
        self._paint_head(painter)
        plot = QRectF(look.px(80), look.px(46), 0, self.height() - look.px(46 + 44))
        plot.setWidth(self.width() - plot.left() - look.px(20))
        if not self.bars or plot.height() < look.px(20):
            return
        top = self._paint_grid(painter, plot)
        each = plot.width() / len(self.bars)
        for at, bar in enumerate(self.bars):
            cell = QRectF(plot.left() + at * each, plot.top(), each, plot.height())
            self._paint_bar(painter, cell, bar, top)
            self._paint_mark(painter, cell, bar, first=at == 0)

    def _paint_head(self, painter: QPainter) -> None:
        look = self.look
        right, font = float(self.width() - look.px(18)), look.font(14)
        row = QRectF(0, look.px(8), 0, look.px(28))
        metrics = fonts.metrics(font.pixelSize(), fonts.REGULAR, look.language)
        for text, full in ((self._keys[1], True), (self._keys[0], False)):
            right -= metrics.horizontalAdvance(text) + look.px(2)
            self.pen(painter, "ink2")
            draw_line(painter, QRectF(right, row.y(), self.width(), row.height()), text, font)
            sign = QRectF(right - look.px(26), row.center().y() - look.px(6), look.px(18), 0)
            sign.setHeight(look.px(12))
            self._fill(painter, sign, full=full, chosen=True)
            right -= look.px(44)
        self.pen(painter, "ink")
        left = look.px(16)
        title = fit_text(
            look, self._title, (16, 15, 14, 13), (right - left) / look.k, weight=fonts.BOLD
        )
        area = QRectF(left, row.y(), right - left, row.height())
        draw_fitted(painter, look, area, title, weight=fonts.BOLD)

    def _paint_grid(self, painter: QPainter, plot: QRectF) -> float:
        look, most = self.look, max(1, *(bar.issued for bar in self.bars), 1)
        step = _step(most)
        top = step * max(1, -(-most // step))
        font = look.font(14)
        for mark in range(0, top + 1, step):
            y = plot.bottom() - plot.height() * mark / top
            painter.setPen(QPen(look.colour("line"), max(1.0, look.px(1))))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self.pen(painter, "ink2")
            row = QRectF(0, y - look.px(9), plot.left() - look.px(8), look.px(18))
            draw_line(painter, row, f"{mark:,}", font, side=Side.RIGHT)
        return float(top)

    def _paint_bar(self, painter: QPainter, cell: QRectF, bar: PastBar, top: float) -> None:
        wide = min(cell.width() * 0.66, self.look.px(56))
        left = cell.center().x() - wide / 2
        for count, full in ((bar.issued, False), (bar.finished, True)):
            tall = cell.height() * count / top
            if tall > 0:
                area = QRectF(left, cell.bottom() - tall, wide, tall)
                self._fill(painter, area, full=full, chosen=bar.chosen)

    def _fill(self, painter: QPainter, area: QRectF, *, full: bool, chosen: bool) -> None:
        """Fill a bar's part; where nothing may be tinted, by full and empty."""
        look = self.look
        if look.theme.flat:
            solid = "primary" if chosen else "ink2"
            draw_box(painter, look, area, Box(solid if full else "paper", solid, 2))
        elif chosen:
            painter.fillRect(area, look.colour("primary") if full else QColor(_FINISHED))
        else:
            painter.fillRect(area, QColor(_FINISHED if full else _ISSUED))

    def _paint_mark(self, painter: QPainter, cell: QRectF, bar: PastBar, *, first: bool) -> None:
        look = self.look
        room = max(cell.width(), look.px(40))
        at = QRectF(cell.center().x() - room / 2, cell.bottom() + look.px(4), room, look.px(18))
        self.pen(painter, "ink" if bar.chosen else "ink2")
        weight = fonts.BOLD if bar.chosen else fonts.REGULAR
        draw_line(painter, at, bar.mark, look.font(14, weight), side=Side.CENTRE)
        if bar.above:
            self.pen(painter, "ink2")
            side = Side.LEFT if first else Side.CENTRE
            under = QRectF(cell.center().x() - look.px(60), at.bottom(), look.px(120), look.px(16))
            if first:
                under.moveLeft(cell.left())
            draw_line(painter, under, bar.above, look.font(13), side=side)


def _step(most: int) -> int:
    """Return a round step of which three at the most reach the top."""
    size = 1
    while True:
        for round_one in (1, 2, 5):
            if most <= 3 * round_one * size:
                return round_one * size
        size *= 10
