"""Waits over the day, as it is and changed: a dashed line and a solid one, with their key."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel

Line = tuple[tuple[float, float], ...]
_STEPS = (5, 10, 15, 20, 30, 60, 120, 240)


class WaitsPicture(HallLabel):
    """One queue's waits; minutes by the half hour of the ticket."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._title = ""
        self._keys = ("", "")
        self.before: Line = ()
        self.after: Line | None = None

    def set_lines(
        self, title: str, keys: tuple[str, str], before: Line, after: Line | None
    ) -> None:
        """Show a queue; ``keys`` name the line as it is and the changed one."""
        self._title, self._keys, self.before, self.after = title, keys, before, after
        self.setText(title)
        self.setAccessibleName(title)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, key, grid and lines."""
        if not self._title:
            return
        painter, look = QPainter(self), self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_box(painter, look, QRectF(self.rect()), Box("surface", "line", 2, 12))
        self._paint_head(painter)
        plot = QRectF(look.px(52), look.px(52), 0, self.height() - look.px(52 + 34))
        plot.setWidth(self.width() - plot.left() - look.px(30))
        if not self.before or plot.height() < look.px(20):
            return
        hours = [hour for hour, _minutes in (*self.before, *(self.after or ()))]
        first, last = int(min(hours)), int(max(hours)) + 1
        top = self._paint_grid(painter, plot, first, last)
        for line, after in ((self.before, False), (self.after or (), True)):
            points = [
                QPointF(
                    plot.left() + (hour - first) / (last - first) * plot.width(),
                    plot.bottom() - minutes / top * plot.height(),
                )
                for hour, minutes in _as_line(line)
            ]
            painter.setPen(self._pen(after=after))
            painter.drawPolyline(QPolygonF(points))

    def _paint_head(self, painter: QPainter) -> None:
        look = self.look
        right = float(self.width() - look.px(16))
        font, row = look.font(14), QRectF(0, look.px(8), 0, look.px(30))
        shown = ((self._keys[1], True),) if self.after is not None else ()
        for text, after in (*shown, (self._keys[0], False)):
            wide = fonts.metrics(font.pixelSize(), fonts.REGULAR, look.language)
            right -= wide.horizontalAdvance(text) + look.px(2)
            self.pen(painter, "ink2")
            draw_line(painter, QRectF(right, row.y(), self.width(), row.height()), text, font)
            painter.setPen(self._pen(after=after))
            middle = row.center().y()
            painter.drawLine(
                QPointF(right - look.px(38), middle), QPointF(right - look.px(8), middle)
            )
            right -= look.px(54)
        self.pen(painter, "ink")
        left = look.px(16)
        title = fit_text(
            look, self._title, (16, 15, 14, 13), (right - left) / look.k, weight=fonts.BOLD
        )
        area = QRectF(left, row.y(), right - left, row.height())
        draw_fitted(painter, look, area, title, weight=fonts.BOLD)

    def _paint_grid(self, painter: QPainter, plot: QRectF, first: int, last: int) -> float:
        look = self.look
        most = max([minutes for _hour, minutes in (*self.before, *(self.after or ()))] or [1.0])
        step = next((step for step in _STEPS if most <= 4 * step), 480)
        top = float(step * max(1, -(-most // step)))
        font = look.font(14)
        for mark in range(0, round(top) + 1, step):
            y = plot.bottom() - plot.height() * mark / top
            painter.setPen(QPen(look.colour("line"), max(1.0, look.px(1))))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self.pen(painter, "ink2")
            row = QRectF(0, y - look.px(9), plot.left() - look.px(8), look.px(18))
            draw_line(painter, row, str(mark), font, side=Side.RIGHT)
        for hour in range(first, last + 1, 1 if last - first <= 10 else 2):
            x = plot.left() + (hour - first) / (last - first) * plot.width()
            cell = QRectF(x - look.px(26), plot.bottom() + look.px(7), look.px(52), look.px(18))
            draw_line(painter, cell, str(hour), font, side=Side.CENTRE)
        return top

    def _pen(self, *, after: bool) -> QPen:
        look = self.look
        pen = QPen(look.colour("primary" if after else "ink2"), look.px(3))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if not after:
            pen.setDashPattern([2.3, 1.7])
        return pen


def _as_line(line: Line) -> Line:
    """Return what can be drawn: a lone half hour is as long as it is."""
    if len(line) != 1:
        return line
    hour, minutes = line[0]
    return (hour - 0.25, minutes), (hour + 0.25, minutes)
