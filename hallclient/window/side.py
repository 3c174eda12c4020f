"""What a bar at the side shows in other shapes than one at the top: few words, two figures."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Fitted, Side, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel
from hallclient.window.scene import BarView


class FewWords(HallLabel):
    """What the clerk needs to know now, on two short lines in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)

    def show_view(self, view: BarView) -> None:
        """Take the words; the ear hears the long ones."""
        if view.short != self.text():
            self.setText(view.short)
        said = " ".join(part for part in (view.title, view.mark_name, view.sub) if part)
        self.setAccessibleName(view.message or said)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether some of the words do not fit and are elided."""
        return self._fitted().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        self.pen(painter, "ink")
        draw_fitted(
            painter,
            self.look,
            QRectF(self.rect()),
            self._fitted(),
            weight=fonts.MEDIUM,
            side=Side.CENTRE,
            leading=1.25,
        )

    def _fitted(self) -> Fitted:
        room = self.reference_size()[0]
        sizes = (14, 13, 12)
        return fit_text(self.look, self.text(), sizes, room, lines=2, weight=fonts.MEDIUM)


class TwoFigures(HallLabel):
    """How many wait and the longest wait, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._pairs: tuple[tuple[str, str], ...] = ()

    def show_figures(self, *pairs: tuple[str, str]) -> None:
        """Take captions with their figures."""
        self._pairs = pairs
        self.setText(" ".join(" ".join(pair) for pair in pairs))
        self.setAccessibleName(self.text())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw each figure below its caption."""
        painter, look = QPainter(self), self.look
        for at, (caption, figure) in enumerate(self._pairs):
            half = self.width() / len(self._pairs)
            top = QRectF(at * half, 0, half, look.px(20))
            self.pen(painter, "ink2")
            fitted = fit_text(look, caption, (14, 13, 12, 11, 10), half / look.k - 1)
            draw_fitted(painter, look, top, fitted, side=Side.CENTRE)
            below = QRectF(at * half, look.px(20), half, look.px(26))
            self.pen(painter, "ink")
            size = 22 if len(figure) < 4 else 17
            draw_line(painter, below, figure, look.font(size, fonts.FIGURE), side=Side.CENTRE)
