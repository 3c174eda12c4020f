"""Direct ways on the first page: a common service with how many wait for it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.home import TileView
from hallclient.ui import fonts
from hallclient.ui.paint import draw_box, draw_fitted, draw_icon, fit_text
from hallclient.ui.widgets.base import Face, HallButton


class CommonTile(HallButton):
    """Icon left, name and people ahead beside it; 472 wide and 182 high or more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.view = TileView("", "", "doc")

    def show_view(self, view: TileView) -> None:
        """Show another service or department, or new figures."""
        if view == self.view:
            return
        self.view = view
        self.setText(view.title)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.sub)
        self.set_face(Face.OUTLINED if view.open else Face.DASHED)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, the icon and the words."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area, view = self.area(), self.view
        draw_box(painter, look, area, colours.box)
        side, pad = look.px(68), look.px(32)
        square = QRectF(pad - look.px(4), (area.height() - side) / 2, side, side)
        draw_icon(painter, look, view.icon, square, colours.icon)
        left = pad + side + look.px(24)
        width = area.width() - left - look.px(20)
        room = width / look.k
        title = fit_text(look, view.title, (44, 40, 36), room, lines=2, weight=fonts.BOLD)
        if title.elided:
            title = fit_text(look, view.title, (36, 30, 28), room, lines=3, weight=fonts.BOLD)
        sub = fit_text(look, view.sub, (30, 28), room, weight=fonts.MEDIUM)
        height = look.px(title.px) * 1.2 * len(title.lines)
        below = look.px(sub.px) * 1.4
        top = (area.height() - height - below) / 2
        painter.setPen(look.colour(colours.ink))
        row = QRectF(left, top, width, height)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, leading=1.2)
        painter.setPen(look.colour(colours.quiet))
        row = QRectF(left, top + height, width, below)
        draw_fitted(painter, look, row, sub, weight=fonts.MEDIUM)
