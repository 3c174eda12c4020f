"""Words on a screen that scale with it, and the card they stand on."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import (
    LEADING,
    Box,
    Fitted,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    fit_text,
)
from hallclient.ui.widgets.base import HallLabel


class Text(HallLabel):
    """A text in its rectangle, centred on the height; ``sizes`` are the steps it may drop through.

    Colour is a theme name; ``lines`` how many it may take; ``icon`` stands before it.
    """

    def __init__(
        self,
        text: str = "",
        sizes: tuple[float, ...] = (36,),
        *,
        weight: int = fonts.REGULAR,
        colour: str = "ink",
        side: Side = Side.LEFT,
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._sizes = sizes
        self._weight = weight
        self._colour = colour
        self._side = side
        self._lines = lines
        self._icon = ""
        self._icon_size = 0.0
        self._icon_colour = colour
        self._leading = LEADING

    @property
    def largest(self) -> float:
        """The size that the text has when there is room."""
        return self._sizes[0]

    def set_colour(self, colour: str) -> None:
        """Change the colour by name."""
        self._colour = colour
        self.update()

    def set_sizes(self, sizes: tuple[float, ...], *, lines: int | None = None) -> None:
        """Change the steps the text may drop through, and how many lines it may take."""
        self._sizes = sizes
        self._lines = self._lines if lines is None else lines
        self.update()

    def set_icon(self, icon: str, size: float, colour: str | None = None) -> None:
        """Put an icon before the words, ``size`` in reference px."""
        self._icon, self._icon_size = icon, size
        self._icon_colour = colour or self._colour
        self.update()

    def set_leading(self, leading: float) -> None:
        """Change the distance of lines, in sizes."""
        self._leading = leading
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the present text does not fit and is elided."""
        return self._fitted().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon and words."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        if self._icon:
            side = look.px(self._icon_size)
            square = QRectF(0, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, self._icon, square, self._icon_colour)
            area.setLeft(side + look.px(self._gap()))
        fitted = self._fitted()
        self.pen(painter, self._colour)
        draw_fitted(
            painter,
            look,
            area,
            fitted,
            weight=self._weight,
            side=self._side,
            leading=self._leading,
        )

    def _fitted(self) -> Fitted:
        return fit_text(
            self.look,
            self.text(),
            self._sizes,
            self._room(),
            lines=self._lines,
            weight=self._weight,
        )

    def _gap(self) -> float:
        return max(5.0, self._icon_size * 0.3)

    def _room(self) -> float:
        taken = self._icon_size + self._gap() if self._icon else 0.0
        return self.reference_size()[0] - taken


class Card(Pane):
    """A surface with an edge; put children on it in its own reference px."""

    def __init__(
        self,
        box: Box | None = None,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._box = box or Box("surface", "line", 2, 20)

    def set_box(self, box: Box) -> None:
        """Change fill and edge."""
        self._box = box
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface."""
        draw_box(QPainter(self), self.look, QRectF(self.rect()), self._box)


class Line(HallLabel):
    """A rule, as thick as its rectangle."""

    def __init__(self, *, colour: str = "line", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._colour = colour

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill with the colour."""
        QPainter(self).fillRect(self.rect(), self.look.colour(self._colour))
