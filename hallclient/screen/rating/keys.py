"""What is pressed on the rating pages: a level, a reason, the field for a number, a digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen

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
from hallclient.ui.widgets.base import Face, HallButton, HallLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hallclient.ui.widgets.base import Paints


LONELY = 2
"""So few characters do not stand on a line of their own."""


class Glyph(HallLabel):
    """An icon, as large as its place."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon = icon

    def set_icon(self, icon: str) -> None:
        """Show another one."""
        self._icon = icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        draw_icon(QPainter(self), self.look, self._icon, QRectF(self.rect()), "primary")


class LevelKey(HallButton):
    """One of the five levels: a face and its word, the same size and colour for all."""

    SIZES = (39.0, 35.0, 32.0, 29.0)
    AIR = 18.0

    def __init__(self, level: int, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.level = level
        self.beside: tuple[LevelKey, ...] = (self,)
        """All keys that stand beside it: their words have one size."""

    def set_words(self, words: str) -> None:
        """Say the level in another language."""
        self.setText(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the face above the word, on a low and wide key beside it."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area, (width, height) = self.area(), self.reference_size()
        draw_box(painter, look, area, colours.box)
        icon = f"face-{self.level}"
        if width > height * 2:
            side = look.px(104)
            square = QRectF(look.px(44), (area.height() - side) / 2, side, side)
            draw_icon(painter, look, icon, square, colours.icon)
            left = look.px(188)
            words = area.adjusted(left, 0, -look.px(24), 0)
            fitted = fit_text(look, self.text(), (46, 40, 34), width - 212, weight=fonts.BOLD)
            painter.setPen(look.colour(colours.ink))
            draw_fitted(painter, look, words, fitted, weight=fonts.BOLD)
            return
        side, line = look.px(136), look.px(100)
        top = (area.height() - side - line) / 2 + look.px(7)
        square = QRectF((area.width() - side) / 2, top, side, side)
        draw_icon(painter, look, icon, square, colours.icon)
        fitted = self.fitted(next(px for px in self.SIZES if self._suits_all(px)))
        painter.setPen(look.colour(colours.ink))
        words = QRectF(0, top + side + look.px(10), area.width(), line)
        draw_fitted(painter, look, words, fitted, weight=fonts.BOLD, side=Side.CENTRE, leading=1.2)

    def _suits_all(self, px: float) -> bool:
        if px == self.SIZES[-1]:
            return True
        return not any(f.elided or f.torn for f in (key.fitted(px) for key in self.beside))

    def fitted(self, px: float) -> Fitted:
        """Return its word at a size, broken where it must be."""
        room = self.reference_size()[0] - self.AIR
        return fit_text(self.look, self.text(), (px,), room, lines=2, weight=fonts.BOLD)


class TickKey(HallButton):
    """Something to tick: a reason, or that reasons are wanted. 584×96."""

    PAD, BOX, GAP = 25.0, 40.0, 16.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setCheckable(True)
        self.toggled.connect(self._show_tick)

    def set_words(self, words: str) -> None:
        """Say it in another language."""
        self.setText(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the box and up to two lines."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area, weight = self.area(), self._weight()
        draw_box(painter, look, area, colours.box)
        side = look.px(self.BOX)
        square = QRectF(look.px(self.PAD), (area.height() - side) / 2, side, side)
        self._paint_tick(painter, square, colours)
        words = area.adjusted(square.right() + look.px(self.GAP), 0, 0, 0)
        painter.setPen(look.colour(colours.ink))
        draw_fitted(painter, look, words, self._fitted(weight), weight=weight, leading=1.2)

    def _weight(self) -> int:
        return fonts.BOLD if self.isChecked() else fonts.MEDIUM

    def _fitted(self, weight: int) -> Fitted:
        room = self.reference_size()[0] - 2 * self.PAD - self.BOX - self.GAP + 6
        large = fit_text(self.look, self.text(), (32,), room, lines=2, weight=weight)
        lonely = len(large.lines) > 1 and len(large.lines[-1].strip()) <= LONELY
        if not (large.elided or large.torn or lonely):
            return large  # on two lines rather than smaller
        return fit_text(self.look, self.text(), (32, 30, 28), room, lines=2, weight=weight)

    def _paint_tick(self, painter: QPainter, square: QRectF, colours: Paints) -> None:
        look = self.look
        if not self.isChecked():
            draw_box(painter, look, square, Box("transparent", colours.box.edge, 3, 9))
            return
        fill = colours.ink
        draw_box(painter, look, square, Box(fill, fill, 3, 9))
        tick = "paper" if fill == "paper" or look.theme.flat else "onPrimary"
        pen = QPen(look.colour(tick), look.px(4.2))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        at, side = square.topLeft(), square.width()
        marks = ((0.28, 0.52), (0.43, 0.67), (0.73, 0.35))
        painter.drawPolyline([at + QPointF(x * side, y * side) for x, y in marks])

    def _show_tick(self) -> None:
        self.set_face(Face.SELECTED if self.isChecked() else Face.OUTLINED)


class ContactKey(HallButton):
    """The whole row opens the number pad: words on the left, the number's field on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._number = self._hint = ""

    def show_words(self, words: str, hint: str, number: str) -> None:
        """Show the words, and in the field the number or how to enter one."""
        self._number, self._hint = number, hint
        self.setText(words)
        self.setAccessibleName(f"{words} {number or hint}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the row."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area, (width, _height) = self.area(), self.reference_size()
        draw_box(painter, look, area, colours.box)
        side = look.px(52)
        square = QRectF(look.px(27), (area.height() - side) / 2, side, side)
        draw_icon(painter, look, "phone", square, colours.ink)
        words = fit_text(look, self.text(), (34, 31, 28), width * 0.36, weight=fonts.BOLD)
        measure = fonts.metrics(look.px(words.px), fonts.BOLD, look.language)
        wide = measure.horizontalAdvance(words.lines[0])
        painter.setPen(look.colour(colours.ink))
        left = square.right() + look.px(20)
        draw_fitted(painter, look, area.adjusted(left, 0, 0, 0), words, weight=fonts.BOLD)
        high = look.px(68)
        begin = left + wide + look.px(20)
        field = QRectF(begin, (area.height() - high) / 2, area.width() - begin - look.px(27), high)
        self._paint_field(painter, field, colours)

    def _paint_field(self, painter: QPainter, field: QRectF, colours: Paints) -> None:
        look = self.look
        fill = "transparent" if self.isDown() else "paper"
        draw_box(painter, look, field, Box(fill, colours.box.edge, 3, 12))
        side, pad, gap = look.px(40), look.px(23), look.px(14)
        square = QRectF(field.x() + pad, field.center().y() - side / 2, side, side)
        if field.width() > look.px(400):
            draw_icon(painter, look, "keypad", square, colours.quiet)
        else:
            square.setWidth(0)
            gap = 0
        text, weight = self._number or self._hint, fonts.MEDIUM
        colour = colours.ink if self._number else colours.quiet
        words = QRectF(square.right() + gap, field.y(), 0, field.height())
        words.setRight(field.right() - pad)
        fitted = fit_text(look, text, (30, 28), words.width() / look.k, weight=weight)
        painter.setPen(look.colour(colour))
        draw_fitted(painter, look, words, fitted, weight=weight)


class DigitKey(HallButton):
    """One digit of the number pad, 179×120, or an icon in its place."""

    def __init__(self, digit: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(digit, parent)
        self._icon = icon
        self.setAccessibleName(digit)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the key and its digit."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        draw_box(painter, look, self.area(), colours.box)
        if self._icon:
            side = look.px(60)
            square = QRectF(0, 0, side, side)
            square.moveCenter(self.area().center())
            draw_icon(painter, look, self._icon, square, colours.ink)
            return
        painter.setPen(look.colour(colours.ink))
        draw_figures(painter, self.area(), self.text(), look.font(56, fonts.FIGURE))


class NumberField(HallLabel):
    """The number as far as it is typed, in groups, with a standing cursor. 592×132."""

    def show_number(self, number: str, name: str) -> None:
        """Show what was typed; ``name`` is what the field is for."""
        self.setText(grouped(number))
        self.setAccessibleName(f"{name} {' '.join(number)}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, digits and cursor."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "primary", 4, 20))
        room = self.reference_size()[0] - 84
        fitted = fit_text(look, self.text(), (60, 52, 46), room, weight=fonts.FIGURE)
        pad = look.px(36)
        self.pen(painter, "ink")
        draw_fitted(painter, look, area.adjusted(pad, 0, 0, 0), fitted, weight=fonts.FIGURE)
        measure = fonts.metrics(look.px(fitted.px), fonts.FIGURE, look.language)
        x = pad + measure.horizontalAdvance(self.text()) + look.px(8)
        high = look.px(64)
        cursor = QRectF(x, (area.height() - high) / 2, look.px(4), high)
        painter.fillRect(cursor, look.colour("primary"))


def grouped(number: str) -> str:
    """Return a number as people read it: 138 0000 0000."""
    if number.startswith("0"):
        return " ".join(number[n : n + 4] for n in range(0, len(number), 4))
    return f"{number[:3]} {number[3:7]} {number[7:]}".strip()


def hidden(number: str) -> str:
    """Return a number as it stands where others may look: 138 **** 0000."""
    stars = "*" * max(0, len(number) - 7)
    return grouped(number[:3] + stars + number[-4:]) if number else ""
