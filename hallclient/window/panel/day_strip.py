"""The days from acceptance to the due day, so that a clerk can read them aloud."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Fitted, Side, draw_box, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel
from hallclient.window.panel.parts import EDGE


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the strip: weekday, day of the month, a word; ``kind`` as ``StripKind``.

    ``kind`` empty is a gap: ``day`` says how many days are left out.
    """

    weekday: str
    day: str
    word: str
    kind: str


class DayStrip(HallLabel):
    """The days from acceptance to the due day: days off hatched, the due day solid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._cells: tuple[DayCell, ...] = ()

    def show_days(self, cells: tuple[DayCell, ...], said: str) -> None:
        """Show other days; ``said`` is for the ear."""
        self._cells = cells
        self.setAccessibleName(said)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether a word does not fit its day."""
        return any(self._word(cell).elided for cell in self._cells)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every day."""
        if not self._cells:
            return
        painter, look = QPainter(self), self.look
        gap = look.px(5)
        each = (self.width() - gap * (len(self._cells) - 1)) / len(self._cells)
        for at, cell in enumerate(self._cells):
            area = QRectF(QRectF(at * (each + gap), 0, each, self.height()).toRect())
            self._paint_cell(painter, area, cell)

    def _paint_cell(self, painter: QPainter, area: QRectF, cell: DayCell) -> None:
        look = self.look
        due, off = cell.kind == "due", cell.kind == "off"
        edges = {"accepted": "ink", "due": "primary", "": "transparent"}
        edge = edges.get(cell.kind, "line")
        fill = "primary" if due else "transparent" if not cell.kind else "paper"
        draw_box(painter, look, area, Box(fill, edge, EDGE, 8))
        if off:
            self._hatch(painter, area.adjusted(3, 3, -3, -3))
        ink = "onPrimary" if due else "ink2" if off or not cell.kind else "ink"
        top = (area.height() - look.px(59)) / 2
        self.pen(painter, ink)
        first = QRectF(area.x(), top, area.width(), look.px(18))
        draw_line(painter, first, cell.weekday, look.font(14), side=Side.CENTRE)
        middle = QRectF(area.x(), top + look.px(18), area.width(), look.px(23))
        draw_line(painter, middle, cell.day, look.font(20, fonts.FIGURE), side=Side.CENTRE)
        last = QRectF(area.x(), top + look.px(41), area.width(), look.px(18))
        draw_fitted(painter, look, last, self._word(cell), side=Side.CENTRE)

    def _word(self, cell: DayCell) -> Fitted:
        many = max(1, len(self._cells))
        room = (self.reference_size()[0] - 5 * (many - 1)) / many - 3
        return fit_text(self.look, cell.word, (14, 13, 12, 11), room)

    def _hatch(self, painter: QPainter, area: QRectF) -> None:
        look = self.look
        painter.save()
        painter.setClipRect(area)
        painter.setPen(QPen(look.colour("line" if look.theme.flat else "sunken"), look.px(1.5)))
        step = look.px(14 if look.theme.flat else 6)
        x = area.left() - area.height()
        while x < area.right():
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x + area.height(), area.top()))
            x += step
        if look.theme.flat:  # white stripes must not cross white figures
            middle = area.adjusted(look.px(8), look.px(2), -look.px(8), -look.px(2))
            painter.fillRect(middle, look.colour("paper"))
        painter.restore()
