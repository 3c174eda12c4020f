"""The small parts of the ledger's page: keys, rows, boxes to tick, tabs, fields."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.look import Look
from hallclient.ui.paint import (
    Box,
    Fitted,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.ui.widgets.text import Text

ROW = 44
EDGE = 2


class Act(HallButton):
    """A key of the page: icon, words and the keys that press it, side by side."""

    radius = 9.0

    def __init__(
        self, label: str = "", *, icon: str = "", cap: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(label, parent)
        self._icon, self._cap = icon, cap
        self._rename()

    def set_words(self, label: str) -> None:
        """Change the words."""
        if label != self.text():
            self.setText(label)
            self._rename()
            self.update()

    def set_icon(self, icon: str) -> None:
        """Change the icon by name."""
        if icon != self._icon:
            self._icon = icon
            self.update()

    def set_cap(self, cap: str) -> None:
        """Change the keys that press it."""
        if cap != self._cap:
            self._cap = cap
            self._rename()
            self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, icon, words and cap."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=EDGE)
        area = self.area()
        draw_box(painter, look, area, colours.box)
        fitted = self._fit()
        gap, side = look.px(8), look.px(20)
        small = fonts.metrics(look.px(14), fonts.MEDIUM, look.language)
        cap = small.horizontalAdvance(self._cap)
        measured = fonts.metrics(look.px(fitted.px), self._weight(), look.language)
        words = max(map(measured.horizontalAdvance, fitted.lines))
        icon = 0 if not self._icon else look.px(26) if self.text() else side
        x = (area.width() - icon - words - (cap + gap if self._cap else 0)) / 2
        if self._icon:
            square = QRectF(x, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, self._icon, square, colours.icon)
        painter.setPen(look.colour(colours.ink))
        room = QRectF(x + icon, 0, words + 2, area.height())
        draw_fitted(painter, look, room, fitted, weight=self._weight(), leading=1.15)
        if self._cap:
            painter.setPen(look.colour(colours.quiet))
            at = QRectF(x + icon + words + gap, 0, cap + 2, area.height())
            draw_line(painter, at, self._cap, look.font(14, fonts.MEDIUM))

    def _fit(self) -> Fitted:
        taken = 16.0 + (26 if self._icon else 0)
        if self._cap:
            wide = fonts.metrics(14, fonts.MEDIUM, self.look.language).horizontalAdvance(self._cap)
            taken += wide + 8
        room = self.reference_size()[0] - taken
        return fit_text(
            self.look, self.text(), (17, 16, 15, 14), room, lines=2, weight=self._weight()
        )

    def _weight(self) -> int:
        return fonts.MEDIUM if self.face is Face.FLAT else fonts.BOLD

    def _rename(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._cap}".strip())


class TickBox(HallButton):
    """A box to tick, 44x44 to the hand; with words it is a whole line."""

    radius = 9.0

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.set_face(Face.BARE)
        self.setAccessibleName(text)

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return bool(self.text()) and self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its tick and the words."""
        painter, look, area = QPainter(self), self.look, self.area()
        if self.isDown():
            draw_box(painter, look, area, Box("sunken", "transparent", 0, self.radius))
        side = look.px(22)
        left = look.px(8) if self.text() else (area.width() - side) / 2
        square = QRectF(left, (area.height() - side) / 2, side, side)
        on = self.isChecked()
        draw_box(
            painter,
            look,
            square,
            Box(*(("primary",) * 2 if on else ("surface", "lineStrong")), 2, 5),
        )
        if on:
            draw_icon(painter, look, "check", square.adjusted(2, 2, -2, -2), "onPrimary")
        if self.text():
            painter.setPen(look.colour("ink"))
            draw_fitted(
                painter,
                look,
                area.adjusted(look.px(40), 0, -look.px(6), 0),
                self._fit(),
                leading=1.15,
            )

    def _fit(self) -> Fitted:
        room = self.reference_size()[0] - 46
        return fit_text(self.look, self.text(), (16, 15, 14), room, lines=2)


class ChoiceLine(HallButton):
    """A line to choose: words, quieter ones at the right; the chosen one has a tint."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._side = ""
        self.set_face(Face.BARE)

    def set_words(self, text: str, side: str = "", *, chosen: bool = False) -> None:
        """Show other words."""
        self.setText(text)
        self._side = side
        self.setAccessibleName(f"{text} {side}".strip())
        self.set_face(Face.SELECTED if chosen else Face.BARE)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tint and words."""
        painter, look, area = QPainter(self), self.look, self.area()
        line_tint(painter, look, area, self)
        painter.setPen(look.colour("ink"))
        pad = look.px(12)
        draw_fitted(painter, look, area.adjusted(pad, 0, 0, 0), self._fit(), weight=fonts.MEDIUM)
        painter.setPen(look.colour("ink2"))
        draw_line(painter, area.adjusted(0, 0, -pad, 0), self._side, look.font(14), side=Side.RIGHT)

    def _fit(self) -> Fitted:
        side = fonts.metrics(14, fonts.REGULAR, self.look.language).horizontalAdvance(self._side)
        room = self.reference_size()[0] - 24 - (side + 12 if self._side else 0)
        return fit_text(self.look, self.text(), (16, 15, 14), room, weight=fonts.MEDIUM)


def line_tint(painter: QPainter, look: Look, area: QRectF, line: HallButton) -> None:
    """Draw the tint of a line that is chosen or pressed."""
    marked = line.face is Face.SELECTED
    if marked or line.isDown():
        edge = "primary" if marked else "transparent"
        fill = "sunken" if line.isDown() else "primaryTint"
        draw_box(painter, look, area, Box(fill, edge, EDGE, line.radius))


class TabKey(HallButton):
    """A list's name with its count; the open one is underlined."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._count = ""
        self._warns = False
        self.set_face(Face.BARE)

    def set_words(self, text: str, count: int, *, chosen: bool, warns: bool = False) -> None:
        """Show name and count."""
        self.setText(text)
        self._count, self._warns = str(count), warns and count > 0
        self.setAccessibleName(f"{text} {count}")
        self.set_face(Face.SELECTED if chosen else Face.BARE)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, count and the line below the open one."""
        painter, look, area = QPainter(self), self.look, self.area()
        chosen = self.face is Face.SELECTED
        ink = "primary" if chosen else "warn" if self._warns else "ink2"
        fitted = self._fit()
        weight = fonts.BOLD if chosen else fonts.MEDIUM
        count = look.font(16, fonts.FIGURE)
        wide = fonts.metrics(look.px(fitted.px), weight, look.language)
        words, gap, side = wide.horizontalAdvance(fitted.lines[0]), look.px(6), look.px(16)
        taken = fonts.metrics(look.px(16), fonts.FIGURE, look.language)
        figures = taken.horizontalAdvance(self._count)
        icon = look.px(20) if self._warns else 0
        x = (area.width() - words - figures - gap - icon) / 2
        if self._warns:
            square = QRectF(x, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, "alert", square, ink)
        painter.setPen(look.colour(ink))
        at = QRectF(x + icon, 0, words + 2, area.height())
        draw_fitted(painter, look, at, fitted, weight=weight)
        draw_line(painter, at.translated(words + gap, 0), self._count, count)
        if chosen:
            bar = QRectF(4, area.height() - 4, area.width() - 8, 4)
            painter.fillRect(bar, look.colour("primary"))

    def _fit(self) -> Fitted:
        room = self.reference_size()[0] - 36 - (20 if self._warns else 0)
        return fit_text(self.look, self.text(), (16, 15, 14, 13), room, weight=fonts.BOLD)


class Field(Pane):
    """A caption above a line to type in."""

    HEIGHT = 68.0

    entered = Signal()

    def __init__(self, caption: str, *, longest: int, hint: str = "") -> None:
        super().__init__()
        self.caption = Text(caption, (15, 14), colour="ink2")
        self.line = line_edit(caption, longest, hint)
        self.put(self.caption, 0, 0, 100, 22)
        self.put(self.line, 0, 24, 100, 44)
        self.line.returnPressed.connect(self.entered)

    def text(self) -> str:
        """Return what was typed."""
        return self.line.text()

    def lay_out(self, width: float) -> None:
        """Take a width."""
        self.put(self.caption, 0, 0, width, 22)
        self.put(self.line, 0, 24, width, 44)

    def set_look(self, look: Look) -> None:
        """Take the look, for the line too."""
        super().set_look(look)
        self.line.setFont(look.font(17, fonts.MEDIUM))


def line_edit(name: str, longest: int, hint: str = "") -> QLineEdit:
    """Return a line to type in."""
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(hint)
    line.setMaxLength(longest)
    line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    return line


def arrow_step(event: QKeyEvent) -> int:
    """Return how far a key goes in a list: -1, 1, or 0 for another key."""
    return {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
