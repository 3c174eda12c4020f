"""The tiles of elder mode: what a matter is about, an icon above a few big words."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Fitted, Side, draw_box, draw_fitted, draw_icon, fit_text
from hallclient.ui.widgets.base import HallButton

_TITLE, _NOTE = (68, 60, 52, 44), (44,)
_ICON, _GAP, _PAD, _EDGE = 96.0, 14.0, 20.0, 4.0
_LINES = 4


class MatterTile(HallButton):
    """472x246; a name that needs the room has no icon."""

    radius = 28.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon = self._note = ""

    def show_matter(self, title: str, icon: str, note: str = "") -> None:
        """Show another matter; the note says why it has to wait."""
        if (title, icon, note) == (self.text(), self._icon, self._note):
            return
        self._icon, self._note = icon, note
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(note)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, the icon and the words as one block."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=_EDGE)
        area = self.area()
        draw_box(painter, look, area, colours.box)
        room = area.width() / look.k - 2 * _PAD
        title = self._title(room)
        note = fit_text(look, self._note, _NOTE, room, weight=fonts.MEDIUM)
        words = self._height(title) + (self._height(note) if self._note else 0.0)
        icon = look.px(_ICON) + look.px(_GAP)
        if words + icon > area.height() - look.px(16):
            icon = 0
        top = (area.height() - words - icon) / 2
        if icon:
            side = look.px(_ICON)
            square = QRectF((area.width() - side) / 2, top, side, side)
            draw_icon(painter, look, self._icon, square, colours.icon)
            top += icon
        painter.setPen(look.colour(colours.ink))
        row = QRectF(0, top, area.width(), self._height(title))
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, side=Side.CENTRE, leading=1.15)
        if self._note:
            painter.setPen(look.colour(colours.quiet))
            row = QRectF(0, row.bottom(), area.width(), self._height(note))
            draw_fitted(painter, look, row, note, weight=fonts.MEDIUM, side=Side.CENTRE)

    def _title(self, room: float) -> Fitted:
        """Two lines with the icon above; more at the smallest size for a very long name."""
        two = fit_text(self.look, self.text(), _TITLE, room, lines=2, weight=fonts.BOLD)
        if not two.elided:
            return two
        return fit_text(self.look, self.text(), _TITLE[-1:], room, lines=_LINES, weight=fonts.BOLD)

    def _height(self, fitted: Fitted) -> float:
        return self.look.px(fitted.px) * 1.15 * len(fitted.lines)
