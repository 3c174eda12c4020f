"""The keys of the clerk's bar: a label above, the key's cap below (visual.md, Clerk bar)."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Side, draw_box, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton

EDGE = 2


class Key(HallButton):
    """One key, 106x56 on the top bar. It never takes the keyboard from the business system.

    With an ``icon`` instead of a cap the icon stands above the label (求助).
    """

    radius = 9.0

    def __init__(
        self,
        label: str,
        cap: str = "",
        *,
        icon: str = "",
        sizes: tuple[float, ...] = (17, 15, 14),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, parent)
        self._cap = cap
        self._icon = icon
        self._sizes = sizes
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rename()

    @property
    def cap(self) -> str:
        """The key's cap as shown."""
        return self._cap

    def set_label(self, label: str) -> None:
        """Change the words."""
        self.setText(label)
        self._rename()
        self.update()

    def set_cap(self, cap: str) -> None:
        """Show the binding that works, e.g. ``Ctrl F1`` when F1 is taken."""
        self._cap = cap
        self._rename()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, label and cap."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=EDGE)
        area = self.area()
        draw_box(painter, look, area, colours.box)
        width, height = self.reference_size()
        label = QRectF(area.left(), area.top(), area.width(), area.height() * 0.64)
        cap = QRectF(area.left(), area.height() * 0.56, area.width(), area.height() * 0.34)
        weight = fonts.MEDIUM if self.face is Face.FLAT else fonts.BOLD
        if self._icon:
            side = look.px(min(22.0, height * 0.4))
            square = QRectF((area.width() - side) / 2, area.height() * 0.13, side, side)
            draw_icon(painter, look, self._icon, square, colours.ink)
            label = QRectF(area.left(), area.height() * 0.5, area.width(), area.height() * 0.4)
        lines = 1 if self._cap or self._icon else 2
        fitted = fit_text(look, self.text(), self._sizes, width - 8, lines=lines, weight=weight)
        self._pen(painter, colours.ink)
        draw_fitted(painter, look, label, fitted, weight=weight, side=Side.CENTRE, leading=1.15)
        if self._cap:
            self._pen(painter, colours.quiet)
            draw_line(painter, cap, self._cap, look.font(14, fonts.MEDIUM), side=Side.CENTRE)

    def _pen(self, painter: QPainter, colour: str) -> None:
        painter.setPen(self.look.colour(colour))

    def _rename(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._cap}".strip())
