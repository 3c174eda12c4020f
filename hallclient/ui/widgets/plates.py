"""The one shape people learn: a hollow number, an arrow, a solid window (visual.md §1.1)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, draw_box, draw_figures
from hallclient.ui.widgets.base import HallLabel

RADIUS_EM = 0.16
_AIR = 0.12
_ON = {"primary": "onPrimary", "call": "onCall"}


class Plate(HallLabel):
    """A ticket's number, outlined. ``size`` is the figures' size in reference px.

    Amber (``calling``) means "you, now". Empty, it is dashed and says ``hint``.
    """

    def __init__(
        self, text: str = "", size: float = 38, *, edge: float = 3, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._size = size
        self._edge = edge
        self._calling = False
        self._hint = ""
        self._hint_size = size * 0.47

    def set_calling(self, *, calling: bool) -> None:
        """Turn the plate amber, or back."""
        if calling != self._calling:
            self._calling = calling
            self.update()

    def set_size(self, size: float) -> None:
        """Change the size of the figures."""
        if size != self._size:
            self._size = size
            self.update()

    def set_hint(self, hint: str, size: float | None = None) -> None:
        """Set the words of the empty plate, e.g. 待叫号."""
        self._hint, self._hint_size = hint, size or self._hint_size
        self.setAccessibleName(hint if not self.text() else self.text())
        self.update()

    def setText(self, text: str) -> None:  # noqa: N802 - QLabel's own name
        """Show another number; empty shows the hint."""
        super().setText(text)
        self.setAccessibleName(text or getattr(self, "_hint", ""))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame and the figures."""
        painter = QPainter(self)
        area, look = QRectF(self.rect()), self.look
        radius = self._size * RADIUS_EM if self._size < 100 else 24
        if not self.text():
            draw_box(painter, look, area, Box("transparent", "lineStrong", 2, radius, dashed=True))
            self.pen(painter, "ink2")
            draw_figures(painter, area, self._hint, look.font(self._hint_size, fonts.MEDIUM))
            return
        fill = "call" if self._calling else "surface"
        edge = "onCall" if self._calling else "ink"
        draw_box(painter, look, area, Box(fill, edge, self._edge, radius))
        self.pen(painter, edge)
        size = figures_that_fit(self, self.text(), self._size)
        draw_figures(painter, area, self.text(), look.font(size, fonts.FIGURE))


class WindowPlate(HallLabel):
    """A service window's number, solid. ``fill``: ``primary``, ``call`` (now), ``pauseSolid``."""

    def __init__(
        self,
        text: str = "",
        size: float = 30,
        *,
        fill: str = "primary",
        radius: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._size = size
        self._fill = fill
        self.radius = size * RADIUS_EM if radius is None else radius

    def set_fill(self, fill: str) -> None:
        """Change the plate's colour by name."""
        self._fill = fill
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the plate and its number."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        draw_box(painter, self.look, area, Box(fill=self._fill, radius=self.radius))
        self.pen(painter, _ON.get(self._fill, "surface"))
        size = figures_that_fit(self, self.text(), self._size)
        draw_figures(painter, area, self.text(), self.look.font(size, fonts.FIGURE))


def figures_that_fit(label: HallLabel, text: str, size: float) -> float:
    """Return ``size``, or what makes a wide number (``AB107``, ``220``) fit its plate."""
    room = label.width() * (1 - _AIR)
    wide = fonts.metrics(label.look.px(size), fonts.FIGURE, label.look.language)
    width = wide.horizontalAdvance(text)
    return size if width <= room else size * room / width
