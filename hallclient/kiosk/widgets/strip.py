"""The question whether somebody is still there: one touch answers it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, fit_text
from hallclient.ui.widgets.base import HallButton


class IdleStrip(HallButton):
    """968x148 over the foot of an inner page: what will happen left, what to press right."""

    radius = 24.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._title = self._text = ""
        self._elder = False

    def set_elder(self, *, elder: bool) -> None:
        """Take the sizes of a mode."""
        self._elder = elder
        self.update()

    def show_words(self, title: str, text: str, stay: str) -> None:
        """Show the seconds that are left."""
        if (title, text, stay) == (self._title, self._text, self.text()):
            return
        self._title, self._text = title, text
        self.setText(stay)
        self.setAccessibleName(stay)
        self.setAccessibleDescription(f"{title} {text}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ochre strip and its solid end."""
        painter, look = QPainter(self), self.look
        area = self.area()
        edge = "ink" if look.theme.flat else "warnSolid"
        draw_box(painter, look, area, Box("warnTint", edge, 3, self.radius))
        side, pad = look.px(56), look.px(40)
        draw_icon(
            painter, look, "clock", QRectF(pad, (area.height() - side) / 2, side, side), "warn"
        )
        solid = QRectF(0, 0, look.px(300), area.height() - 2 * look.px(18))
        solid.moveTopLeft(area.topRight())
        solid.moveLeft(area.right() - solid.width() - look.px(18))
        solid.moveTop(look.px(18))
        fill = "primaryPressed" if self.isDown() else "primary"
        draw_box(painter, look, solid, Box(fill, fill, 3, 16))
        steps = (52, 48, 44) if self._elder else (40, 36, 32)
        stay = fit_text(look, self.text(), steps, 268, weight=fonts.BOLD)
        painter.setPen(look.colour("onPrimary"))
        draw_fitted(painter, look, solid, stay, weight=fonts.BOLD, side=Side.CENTRE)
        left = pad + side + look.px(28)
        words = QRectF(left, 0, solid.left() - left - look.px(20), area.height())
        room = words.width() / look.k
        said = f"{self._title}\n{self._text}"
        sizes = (44, 44) if self._elder else (36, 36, 32, 28)
        fitted = fit_text(look, said, sizes, room, lines=2, weight=fonts.MEDIUM)
        if fitted.elided:
            fitted = fit_text(look, said, (40, 40, 36, 32), room, lines=3, weight=fonts.MEDIUM)
        painter.setPen(look.colour("warn"))
        leading = 1.35 if len(fitted.lines) < 3 else 1.15
        draw_fitted(painter, look, words, fitted, weight=fonts.MEDIUM, leading=leading)
