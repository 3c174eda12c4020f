"""What a citizen chooses from: a service in a list, a department in the column."""

from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.rows import RowView
from hallclient.kiosk.views.services import GroupView
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

_TITLE = (40, 36)
_TITLE_SMALLER = (40, 36, 32, 30, 28)
_TITLE_LOW = (40, 32, 30, 28)
_LOW = 135
_LOWEST = 110
"""Below this a name of two lines is small and stands alone."""
"""Rows below this height have no room for two lines of 36 and one more."""
_SUB, _SUB_SMALLER, _SIDE, _STRONG = (28, 28), (28,), 28, 30
_PAD, _CHEVRON, _GAP = 32, 40, 24
_LONG = (((36, 30, 28), 2), ((36, 30, 28), 3), ((28, 28), 4))
_LONG_LARGE = (((44,), 3), ((44, 36), 4), ((36, 30), 4))
"""The sizes and lines of a group's name that has no room beside the icon."""


class Large(Protocol):
    """A widget that elders need larger."""

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it, or as usual."""


class ServiceRow(HallButton):
    """A service: name and hint left, two short lines right, chevron. 652 or 968 wide.

    A name too long for two lines beside them takes the whole width, and they go below it.
    """

    radius = 18.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.view = RowView("", "", "")
        self._large = False

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it: 44 px, what stood at the right below the name."""
        self._large = large
        self.update()

    def show_view(self, view: RowView) -> None:
        """Show another service, or the same with new figures."""
        if view == self.view:
            return
        self.view = view
        self.setText(view.title)
        self.setAccessibleName(view.title)
        said = (view.sub, view.side, view.said or view.strong)
        self.setAccessibleDescription(", ".join(part for part in said if part))
        self.set_face(Face.OUTLINED if view.open else Face.DASHED)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, words and chevron."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area, view = self.area(), self.view
        draw_box(painter, look, area, colours.box)
        right = area.width() - look.px(_GAP) - look.px(_CHEVRON)
        square = QRectF(right, (area.height() - look.px(_CHEVRON)) / 2, look.px(_CHEVRON), 0)
        square.setHeight(square.width())
        draw_icon(painter, look, "chev-r", square, colours.ink)
        left = look.px(_PAD)
        room = (right - left - look.px(12)) / look.k
        if self._large:
            self._paint_large(painter, colours, QRectF(left, 0, look.px(room - 20), area.height()))
            return
        column = self._column()
        beside = room - (column + _GAP if column else 0)
        title = fit_text(look, view.title, _TITLE, beside, lines=2, weight=fonts.BOLD)
        sub = view.sub
        if column and (title.elided or self._hint(sub, title, beside).elided):
            sizes = _TITLE_LOW if self.reference_size()[1] < _LOW else _TITLE_SMALLER
            title = fit_text(look, view.title, sizes, room, lines=2, weight=fonts.BOLD)
            sub = " · ".join(part for part in (view.side, view.strong) if part)
            beside, column = room, 0.0
        if len(title.lines) > 1 and self.reference_size()[1] < _LOWEST:
            title = fit_text(look, view.title, _TITLE_LOW, beside, lines=2, weight=fonts.BOLD)
        if column:
            end = left + look.px(room)
            self._paint_right(
                painter, colours, QRectF(end - look.px(column), 0, look.px(column), 0)
            )
        self._paint_left(painter, colours, title, sub, QRectF(left, 0, look.px(beside), 0))

    def _paint_large(self, painter: QPainter, colours: Paints, words: QRectF) -> None:
        """Draw the name on up to three lines, and one line below it where there is room."""
        look, view = self.look, self.view
        room, high = words.width() / look.k, words.height() / look.k
        most = max(1, min(3, int((high - 8) / (44 * 1.2))))
        title = fit_text(look, view.title, (52, 44), room, lines=most, weight=fonts.BOLD)
        if title.elided:
            sizes, most = (40, 36, 32), most + 1
            title = fit_text(look, view.title, sizes, room, lines=most, weight=fonts.BOLD)
        height = look.px(title.px) * 1.2 * len(title.lines)
        below = look.px(44) * 1.3
        said = (view.strong or view.side, view.side, view.sub)
        fits = (fit_text(look, text, (44,), room) for text in said if text)
        sub = next((fit for fit in fits if not fit.elided), None)
        if sub is None or height + below > words.height() - look.px(8):
            sub, below = None, 0
        top = (words.height() - height - below) / 2
        painter.setPen(look.colour(colours.ink))
        row = QRectF(words.x(), top, words.width(), height)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, leading=1.2)
        if sub is not None:
            painter.setPen(
                look.colour("ok" if view.good and sub.lines[0] == view.strong else colours.quiet)
            )
            row = QRectF(words.x(), top + height, words.width(), below)
            draw_fitted(painter, look, row, sub, leading=1.3)

    def _column(self) -> float:
        look, view = self.look, self.view
        side = fonts.metrics(look.px(_SIDE), fonts.REGULAR, look.language)
        strong = fonts.metrics(look.px(_STRONG), fonts.BOLD, look.language)
        width = max(side.horizontalAdvance(view.side), strong.horizontalAdvance(view.strong))
        return width / look.k

    def _paint_right(self, painter: QPainter, colours: Paints, column: QRectF) -> None:
        look, view = self.look, self.view
        step, middle = look.px(42), self.height() / 2
        both = bool(view.side and view.strong)
        top = middle - step if both else middle - step / 2
        if view.side:
            painter.setPen(look.colour(colours.quiet))
            line = QRectF(column.x(), top, column.width(), step)
            draw_line(painter, line, view.side, look.font(_SIDE), side=Side.RIGHT)
        if view.strong:
            loud = view.good or not view.open
            colour = "ok" if view.good else "primary" if not view.open else colours.ink
            if self.isDown() and look.theme.flat:
                colour = colours.ink
            painter.setPen(look.colour(colour))
            font = look.font(_STRONG, fonts.BOLD if loud else fonts.MEDIUM)
            line = QRectF(column.x(), top + (step if both else 0), column.width(), step)
            draw_line(painter, line, view.strong, font, side=Side.RIGHT)

    def _paint_left(
        self, painter: QPainter, colours: Paints, title: Fitted, sub: str, words: QRectF
    ) -> None:
        look = self.look
        height = look.px(title.px) * 1.2 * len(title.lines)
        clock = look.px(30) + look.px(10) if self.view.clock and sub == self.view.sub else 0
        fitted = self._hint(sub, title, (words.width() - clock) / look.k)
        below = look.px(fitted.px) * 1.3 * len(fitted.lines) if sub else 0
        if height + below > self.height() or fitted.elided:
            sub, below = "", 0
        top = (self.height() - height - below) / 2
        row = QRectF(words.x(), top, words.width(), height)
        painter.setPen(look.colour(colours.ink))
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, leading=1.2)
        self._paint_mark(painter, row, title)
        if not sub:
            return
        row = QRectF(words.x(), top + height, words.width(), below)
        if clock:
            side = look.px(30)
            square = QRectF(row.x(), row.center().y() - side / 2, side, side)
            draw_icon(painter, look, "clock", square, colours.quiet)
            row.setLeft(row.x() + clock)
        painter.setPen(look.colour(colours.quiet))
        draw_fitted(painter, look, row, fitted, leading=1.3)

    def _hint(self, sub: str, title: Fitted, room: float) -> Fitted:
        """Fit the second text: two lines below a name of one line, one below two."""
        one = len(title.lines) == 1
        sizes = _SUB if one else _SUB_SMALLER
        two = one and self.reference_size()[1] >= _LOW
        return fit_text(self.look, sub, sizes, room, lines=2 if two else 1)

    def _paint_mark(self, painter: QPainter, row: QRectF, title: Fitted) -> None:
        """Colour the characters that the search has found, in a name of one line."""
        start, end = self.view.marked
        if start == end or len(title.lines) != 1 or title.elided or not self.view.open:
            return
        look, text = self.look, title.lines[0]
        measured = fonts.metrics(look.px(title.px), fonts.BOLD, look.language)
        shift = measured.horizontalAdvance(text[:start])
        painter.setPen(look.colour("primary"))
        part = row.adjusted(shift, 0, 0, 0)
        draw_line(painter, part, text[start:end], look.font(title.px, fonts.BOLD))


class GroupKey(HallButton):
    """A department or topic, 292x122: icon and name; a long name takes two or three lines."""

    radius = 18.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setCheckable(True)
        self.view = GroupView("", "", "building", chosen=False)
        self._large = False

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it: 44 px, as many lines as fit."""
        self._large = large
        self.update()

    def show_view(self, view: GroupView) -> None:
        """Show a group, chosen or not."""
        self.setChecked(view.chosen)
        if view == self.view:
            return
        self.view = view
        self.setText(view.name)
        self.setAccessibleName(view.name)
        self.set_face(Face.SOLID if view.chosen else Face.OUTLINED)
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802 - Qt override
        """Leave the choice to the presenter."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon and name."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area = self.area()
        draw_box(painter, look, area, colours.box)
        width = self.reference_size()[0]
        icon, gap, pad = 46, 14, 16
        room = width - 2 * pad - icon - gap
        sizes = (44,) if self._large else (36, 30)
        name = fit_text(look, self.view.name, sizes, room, lines=2, weight=fonts.BOLD)
        left = look.px(pad)
        if name.elided:
            room = width - 2 * pad
            name = self._long_name(room)
        else:
            side = look.px(icon)
            square = QRectF(left, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, self.view.icon, square, colours.icon)
            left += side + look.px(gap)
        painter.setPen(look.colour(colours.ink))
        words = QRectF(left, 0, look.px(room), area.height())
        leading = 1.05 if len(name.lines) > 3 and not self._large else 1.2
        draw_fitted(painter, look, words, name, weight=fonts.BOLD, leading=leading)

    def _long_name(self, room: float) -> Fitted:
        """Fit a name that has no room beside the icon, in the largest size that holds it."""
        *larger, (sizes, lines) = _LONG_LARGE if self._large else _LONG
        for steps, most in larger:
            fitted = fit_text(self.look, self.view.name, steps, room, lines=most, weight=fonts.BOLD)
            if not fitted.elided:
                return fitted
        return fit_text(self.look, self.view.name, sizes, room, lines=lines, weight=fonts.BOLD)


class WayKey(HallButton):
    """A part of the switch between lists: 部门, 个人, 企业."""

    radius = 16.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setCheckable(True)
        self._large = False

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it."""
        self._large = large
        self.update()

    def show_way(self, name: str, *, chosen: bool) -> None:
        """Show a list's name, chosen or not."""
        self.setText(name)
        self.setAccessibleName(name)
        self.setChecked(chosen)
        self.set_face(Face.SOLID if chosen else Face.OUTLINED)

    def nextCheckState(self) -> None:  # noqa: N802 - Qt override
        """Leave the choice to the presenter."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and name."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        draw_box(painter, look, self.area(), colours.box)
        sizes = (48, 44) if self._large else (38, 34, 30)
        name = fit_text(look, self.text(), sizes, self.reference_size()[0] - 12, weight=fonts.BOLD)
        painter.setPen(look.colour(colours.ink))
        draw_fitted(painter, look, self.area(), name, side=Side.CENTRE, weight=fonts.BOLD)
