"""Keys of a booking: a day or a time, with a quieter line below."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Side, draw_box, draw_fitted, fit_text
from hallclient.ui.widgets.base import Face, HallButton

_PAD = 10


class ChoiceKey(HallButton):
    """Two lines, centred; dashed where nothing is left, tinted where it is chosen."""

    radius = 18.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setCheckable(True)
        self._sub = ""
        self._sizes: tuple[tuple[float, ...], tuple[float, ...]] = ((44, 38, 34), (30, 28, 26))

    def set_sizes(self, title: tuple[float, ...], sub: tuple[float, ...]) -> None:
        """Change the type steps, as between two modes."""
        self._sizes = (title, sub)
        self.update()

    def show_choice(self, title: str, sub: str, *, full: bool, chosen: bool) -> None:
        """Show a day or a time."""
        self._sub = sub
        self.setText(title)
        self.setChecked(chosen)
        self.setAccessibleName(f"{title} {sub}".strip())
        face = Face.SELECTED if chosen else Face.DASHED if full else Face.OUTLINED
        self.set_face(face)
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802 - Qt override
        """Leave the choice to the journey."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box and the two lines."""
        painter, look = QPainter(self), self.look
        colours = self.paints(width=5 if self.isChecked() else 3)
        area = self.area()
        draw_box(painter, look, area, colours.box)
        room = self.reference_size()[0] - 2 * _PAD
        title = fit_text(look, self.text(), self._sizes[0], room, weight=fonts.BOLD)
        sub = fit_text(look, self._sub, self._sizes[1], room)
        upper, lower = look.px(title.px) * 1.2, look.px(sub.px) * 1.2
        top = (area.height() - upper - lower) / 2
        painter.setPen(look.colour(colours.ink))
        row = QRectF(0, top, area.width(), upper)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, side=Side.CENTRE)
        painter.setPen(look.colour(colours.quiet))
        row = QRectF(0, top + upper, area.width(), lower)
        draw_fitted(painter, look, row, sub, side=Side.CENTRE)
