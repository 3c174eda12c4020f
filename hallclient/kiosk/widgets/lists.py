"""Lists to read: papers to bring, ways to keep one's place."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.ticket import MaterialView
from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    Fitted,
    Side,
    draw_box,
    draw_figures,
    draw_fitted,
    draw_icon,
    fit_text,
)
from hallclient.ui.widgets.base import HallLabel

_DISC = 52


class MaterialRow(HallLabel):
    """A numbered paper: a disc, not a check box, for there is nothing to tick here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.view = MaterialView(0, "", "")
        self._large = False

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it."""
        self._large = large
        self.update()

    def show_view(self, view: MaterialView) -> None:
        """Show another paper."""
        self.view = view
        self.setText(f"{view.number} {view.name} {view.form}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rule above, the disc, the name and the form."""
        painter, look, view = QPainter(self), self.look, self.view
        area = QRectF(self.rect())
        painter.fillRect(QRectF(0, 0, area.width(), look.px(2)), look.colour("line"))
        side = look.px(_DISC)
        disc = QRectF(0, (area.height() - side) / 2, side, side)
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, disc, Box("sunken", edge, 2, _DISC))
        self.pen(painter, "ink")
        draw_figures(painter, disc, str(view.number), look.font(30, fonts.FIGURE))
        left, width = side + look.px(26), area.width() - side - look.px(26)
        form_room = width / look.k * 0.46
        form = fit_text(look, view.form, (44, 36) if self._large else (30, 28), form_room, lines=2)
        measured = fonts.metrics(look.px(form.px), fonts.REGULAR, look.language)
        taken = max(measured.horizontalAdvance(line) for line in form.lines) if view.form else 0.0
        room = (width - taken) / look.k - (24 if view.form else 0)
        name = self._name(room)
        words = QRectF(left, 0, look.px(room), area.height())
        draw_fitted(painter, look, words, name, weight=fonts.MEDIUM, leading=1.2)
        self.pen(painter, "ink2")
        words = QRectF(area.width() - taken, 0, taken, area.height())
        draw_fitted(painter, look, words, form, side=Side.RIGHT, leading=1.2)

    def _name(self, room: float) -> Fitted:
        """Fit the name on two lines, or as many as the row holds in the smallest type."""
        sizes: tuple[float, ...] = (48, 44) if self._large else (38, 34, 30)
        most = max(2, int(self.reference_size()[1] / (sizes[-1] * 1.2)))
        lines = most if self._large else 2
        fitted = fit_text(self.look, self.view.name, sizes, room, lines=lines, weight=fonts.MEDIUM)
        if fitted.elided:
            smaller: tuple[float, ...] = (36, 32, 28) if self._large else (28, 26)
            most = max(2, int(self.reference_size()[1] / (smaller[-1] * 1.2)))
            return fit_text(
                self.look, self.view.name, smaller, room, lines=most, weight=fonts.MEDIUM
            )
        return fitted


class WayRow(HallLabel):
    """One way to keep one's place: icon, words, quieter words below."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon = icon
        self._title = self._sub = ""
        self.first = False

    def show_words(self, title: str, sub: str) -> None:
        """Show other words."""
        self._title, self._sub = title, sub
        self.setText(f"{title} {sub}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rule above unless it is the first, the icon and the words."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        if not self.first:
            painter.fillRect(QRectF(0, 0, area.width(), look.px(2)), look.colour("line"))
        side = look.px(52)
        draw_icon(
            painter, look, self._icon, QRectF(0, (area.height() - side) / 2, side, side), "primary"
        )
        left = side + look.px(22)
        width = area.width() - left
        room = width / look.k
        title = fit_text(look, self._title, (36, 32, 30), room, lines=2, weight=fonts.MEDIUM)
        sub = fit_text(look, self._sub, (30, 28, 28), room, lines=3)
        height = look.px(title.px) * 1.25 * len(title.lines)
        below = look.px(sub.px) * 1.3 * len(sub.lines) if self._sub else 0
        top = (area.height() - height - below) / 2
        self.pen(painter, "ink")
        row = QRectF(left, top, width, height)
        draw_fitted(painter, look, row, title, weight=fonts.MEDIUM, leading=1.25)
        if self._sub:
            self.pen(painter, "ink2")
            row = QRectF(left, top + height, width, below)
            draw_fitted(painter, look, row, sub, leading=1.3)
