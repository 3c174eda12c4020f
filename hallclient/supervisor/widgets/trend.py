"""Numbers given out and finished over the day: two lines with their labels at their ends."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import TrendLine
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_line
from hallclient.ui.widgets.base import HallLabel

PAD = 16.0
_STEPS = (5, 10, 15, 30, 60, 100, 150, 300, 600, 1000)


class TrendCard(HallLabel):
    """The card of the trend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._line = TrendLine()
        self._title = self._unit = ""
        self._aside = 0.0

    def leave(self, width: float) -> None:
        """Leave room for the keys that the screen puts at the upper right, in reference px."""
        if width != self._aside:
            self._aside = width
            self.update()

    def set_line(self, line: TrendLine, title: str, unit: str) -> None:
        """Show another day, or the same a little later."""
        if (line, title, unit) != (self._line, self._title, self._unit):
            self._line, self._title, self._unit = line, title, unit
            self.setText(f"{title} {line.issued_text} {line.finished_text}".strip())
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, the grid, both lines and their labels."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "line", 2, 14))
        pad = look.px(PAD)
        head = QRectF(pad, look.px(12), area.width() - 2 * pad, look.px(24))
        self.pen(painter, "ink")
        draw_line(painter, head, self._title, look.font(17, fonts.BOLD))
        self.pen(painter, "ink2")
        room = look.px(self._aside)
        draw_line(
            painter, head.adjusted(0, 0, -room, 0), self._unit, look.font(14), side=Side.RIGHT
        )
        room = 112 if look.language.startswith("zh") else 126
        plot = QRectF(look.px(50), look.px(54), 0, area.height() - look.px(54 + 34))
        plot.setWidth(area.width() - plot.left() - look.px(30))
        self._paint_grid(painter, plot)
        self._paint_lines(painter, plot, look.px(room))

    # The axes

    def _top(self) -> tuple[int, int]:
        """Return the step of the grid and its top."""
        most = max((*self._line.issued, *self._line.finished, 1))
        step = next((s for s in _STEPS if most <= 2.4 * s), -(-most // 2))
        return step, max(2 * step, most)

    def _x(self, plot: QRectF, hour: float) -> float:
        line = self._line
        span = max(line.closes - line.opens, 1.0)
        return plot.left() + plot.width() * (hour - line.opens) / span

    def _y(self, plot: QRectF, count: float) -> float:
        return plot.bottom() - plot.height() * count / self._top()[1]

    def _paint_grid(self, painter: QPainter, plot: QRectF) -> None:
        look, line = self.look, self._line
        step, _top = self._top()
        font = look.font(14)
        for value in (0, step, 2 * step):
            y = self._y(plot, value)
            painter.setPen(QPen(look.colour("sunken"), max(1.0, 1.5 * look.k)))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self.pen(painter, "ink2")
            row = QRectF(0, y - look.px(9), plot.left() - look.px(6), look.px(18))
            draw_line(painter, row, str(value), font, side=Side.RIGHT)
        for hour in range(round(line.opens), round(line.closes) + 1, 2):
            x = self._x(plot, hour)
            cell = QRectF(x - look.px(20), plot.bottom() + look.px(6), look.px(40), look.px(18))
            draw_line(painter, cell, str(hour), font, side=Side.CENTRE)

    # The lines

    def _paint_lines(self, painter: QPainter, plot: QRectF, room: float) -> None:
        look, line = self.look, self._line
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now = self._x(plot, min(max(line.now, line.opens), line.closes))
        issued = self._paint_line(painter, plot, line.issued, "primary", dashed=False)
        finished = self._paint_line(painter, plot, line.finished, "okSolid", dashed=True)
        if not line.now_text:
            return
        painter.setPen(QPen(look.colour("ink"), max(1.0, 1.5 * look.k)))
        painter.drawLine(QPointF(now, plot.top() - look.px(12)), QPointF(now, plot.bottom()))
        left = now + look.px(6) > plot.right() - room + look.px(24)
        at = now - room - look.px(6) if left else now + look.px(6)
        side = Side.RIGHT if left else Side.LEFT
        self._label(painter, QRectF(at, plot.top() - look.px(13), room, 18), line.now_text, side)
        if issued is None or finished is None:
            return
        first, second = _apart(issued.y(), finished.y(), look.px(19), plot)
        for y, text, ink in (
            (first, line.issued_text, "primary"),
            (second, line.finished_text, "ok"),
        ):
            row = QRectF(at, y - look.px(9), room, look.px(18))
            self._label(painter, row, text, side, ink)

    def _label(
        self, painter: QPainter, row: QRectF, text: str, side: Side, ink: str = "ink"
    ) -> None:
        row.setHeight(self.look.px(18))
        font = self.look.font(14, fonts.REGULAR if ink == "ink" else fonts.BOLD)
        measured = fonts.metrics(font.pixelSize(), fonts.BOLD, self.look.language)
        width = measured.horizontalAdvance(text) + self.look.px(4)
        ground = QRectF(row)
        if side is Side.RIGHT:
            ground.setLeft(row.right() - width)
        else:
            ground.setRight(row.left() + width)
        painter.fillRect(ground, self.look.colour("surface"))
        self.pen(painter, ink)
        draw_line(painter, row, text, font, side=side)

    def _paint_line(
        self, painter: QPainter, plot: QRectF, counts: Sequence[int], ink: str, *, dashed: bool
    ) -> QPointF | None:
        line = self._line
        points = [
            QPointF(self._x(plot, hour), self._y(plot, count))
            for hour, count in zip(line.begins, counts, strict=True)
        ]
        if not points:
            return None
        pen = QPen(self.look.colour(ink), self.look.px(3))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashed:
            pen.setDashPattern([2.3, 1.7])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        return points[-1]


def _apart(one: float, other: float, gap: float, plot: QRectF) -> tuple[float, float]:
    """Return two heights at least ``gap`` apart, in their order, below the line's own label."""
    one = max(one, plot.top() + gap * 0.8)
    other = max(other, plot.top() + gap * 0.8)
    if abs(one - other) < gap:
        middle = max((one + other) / 2, plot.top() + 1.4 * gap)
        middle = min(middle, plot.bottom() - gap)
        sign = 1 if one <= other else -1
        return middle - sign * gap / 2, middle + sign * gap / 2
    return one, other
