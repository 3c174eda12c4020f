"""The keys of the clerk's bar: a label above, the key's cap below (visual.md, Clerk bar)."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import (
    Fitted,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import Face, HallButton, Paints

EDGE = 2
LOW = 36
"""Below this height there is one line for label and cap."""
_LOW_CAP, _LOW_GAP = 11.0, 4.0


class Key(HallButton):
    """One key, 106x56 on the top bar. It never takes the keyboard from the business system.

    With an ``icon`` instead of a cap the icon stands above the label (求助), or beside it on a
    wide key. A label may have a line feed where the key is tall enough.
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
        weight = fonts.MEDIUM if self.face is Face.FLAT else fonts.BOLD
        if self._icon and width > height * 1.4:
            self._paint_beside(painter, colours.ink, weight)
            return
        if self._cap and height < LOW:
            self._paint_in_line(painter, colours, weight)
            return
        broken = "\n" in self.text() and bool(self._cap)
        label, cap = self._rooms(area, broken=broken)
        if self._icon:
            side = look.px(min(22.0, height * 0.4))
            square = QRectF((area.width() - side) / 2, area.height() * 0.13, side, side)
            draw_icon(painter, look, self._icon, square, colours.ink)
            label = QRectF(area.left(), area.height() * 0.5, area.width(), area.height() * 0.4)
        lines = 2 if broken or not (self._cap or self._icon) else 1
        fitted = fit_text(look, self.text(), self._sizes, width - 8, lines=lines, weight=weight)
        self._pen(painter, colours.ink)
        draw_fitted(painter, look, label, fitted, weight=weight, side=Side.CENTRE, leading=1.15)
        if self._cap:
            self._pen(painter, colours.quiet)
            small = fit_text(look, self._cap, (14, 13, 12, 11), width - 6, weight=fonts.MEDIUM)
            draw_fitted(painter, look, cap, small, weight=fonts.MEDIUM, side=Side.CENTRE)

    def _rooms(self, area: QRectF, *, broken: bool) -> tuple[QRectF, QRectF]:
        """Return where label and cap stand: as one group in the middle, whatever the height."""
        width, height = area.width(), area.height()
        if broken or not self._cap:
            label = QRectF(0, 0, width, height * (0.72 if self._cap else 1.0))
            return label, QRectF(0, height * 0.66, width, height * 0.29)
        step = min(self.look.px(23), height * 0.42)
        line = min(self.look.px(30), height * 0.64)
        top = (height - step) / 2
        cap = min(self.look.px(24), height * 0.4)
        return (
            QRectF(0, top - line / 2, width, line),
            QRectF(0, top + step - cap / 2, width, cap),
        )

    def _paint_in_line(self, painter: QPainter, colours: Paints, weight: int) -> None:
        """Draw label and cap on one line of a low key; the cap goes where both do not fit."""
        look, area = self.look, self.area()
        fitted, cap = self._in_line(weight)
        words = fonts.metrics(look.px(fitted.px), weight, look.language)
        wide = words.horizontalAdvance(fitted.lines[0])
        small = fonts.metrics(look.px(_LOW_CAP), fonts.MEDIUM, look.language)
        taken = look.px(_LOW_GAP) + small.horizontalAdvance(self._cap) if cap else 0
        x = (area.width() - wide - taken) / 2
        self._pen(painter, colours.ink)
        draw_fitted(painter, look, area.adjusted(x, 0, 0, 0), fitted, weight=weight)
        if cap:
            self._pen(painter, colours.quiet)
            left = x + wide + look.px(_LOW_GAP)
            font = look.font(_LOW_CAP, fonts.MEDIUM)
            draw_line(painter, area.adjusted(left, 0, 0, 0), self._cap, font)

    def _in_line(self, weight: int) -> tuple[Fitted, bool]:
        """Return the label of a low key, and whether its cap has room beside it."""
        look, text = self.look, self.text().replace("\n", "" if _cjk(self.text()) else " ")
        width, height = self.reference_size()
        sizes = tuple(px for px in (15.0, 14.0, 13.0, 12.0, 11.0) if px <= height * 0.56)
        small = fonts.metrics(look.px(_LOW_CAP), fonts.MEDIUM, look.language)
        room = width - 5 - _LOW_GAP - small.horizontalAdvance(self._cap) / look.k
        fitted = fit_text(look, text, sizes, room, weight=weight)
        if not fitted.elided:
            return fitted, True
        return fit_text(look, text, sizes, width - 6, weight=weight), False

    def _paint_beside(self, painter: QPainter, ink: str, weight: int) -> None:
        """Draw icon and label side by side, in the middle together."""
        look, area = self.look, self.area()
        side, gap = look.px(20), look.px(5)
        room = self.reference_size()[0] - 25 - 8
        fitted = fit_text(look, self.text(), self._sizes, room, weight=weight)
        measured = fonts.metrics(look.px(fitted.px), weight, look.language)
        words = measured.horizontalAdvance(fitted.lines[0])
        x = (area.width() - side - gap - words) / 2
        square = QRectF(x, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, self._icon, square, ink)
        self._pen(painter, ink)
        draw_fitted(painter, look, area.adjusted(x + side + gap, 0, 0, 0), fitted, weight=weight)

    def is_cut(self) -> bool:
        """Tell whether the label does not fit and is elided."""
        width, height = self.reference_size()
        if self._cap and height < LOW and not self._icon:
            return self._in_line(fonts.BOLD)[0].elided
        room = width - 33 if self._icon and width > height * 1.4 else width - 8
        lines = 2 if "\n" in self.text() or not (self._cap or self._icon) else 1
        weight = fonts.MEDIUM if self.face is Face.FLAT else fonts.BOLD
        return fit_text(
            self.look, self.text(), self._sizes, room, lines=lines, weight=weight
        ).elided

    def _pen(self, painter: QPainter, colour: str) -> None:
        painter.setPen(self.look.colour(colour))

    def _rename(self) -> None:
        said = self.text().replace("\n", "" if _cjk(self.text()) else " ")
        self.setAccessibleName(f"{said} {self._cap}".strip())


def _cjk(text: str) -> bool:
    return any(sign >= "\u2e80" for sign in text)
