"""Rows of a list: a service to choose, a switch to turn, a language to pick."""

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.look import Look
from hallclient.ui.paint import (
    Box,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import ARROWS, Face, HallButton, shows_focus, steers


class Row(HallButton):
    """A service or a department: title and quieter line left, two lines right, chevron.

    652x144 on the kiosk. ``side`` is the quiet right line, ``strong`` the one below it.
    """

    radius = 18.0

    def __init__(
        self,
        title: str,
        sub: str = "",
        *,
        side: str = "",
        strong: str = "",
        icon: str = "",
        chevron: bool = True,
        title_sizes: tuple[float, ...] = (40, 36),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._sub, self._side, self._strong = sub, side, strong
        self._icon = icon
        self._chevron = chevron
        self._sizes = title_sizes
        self._rename()

    def set_words(self, title: str, sub: str = "", side: str = "", strong: str = "") -> None:
        """Change all texts."""
        self.setText(title)
        self._sub, self._side, self._strong = sub, side, strong
        self._rename()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon, words and chevron."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area = self.area()
        draw_box(painter, look, area, colours.box)
        left, right = float(look.px(16 if self._icon else 32)), area.width() - look.px(24)
        if self._icon:
            side = look.px(46)
            square = QRectF(left, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, self._icon, square, colours.icon)
            left += side + look.px(14)
        if self._chevron:
            side = look.px(40)
            right -= side
            square = QRectF(right + look.px(8), (area.height() - side) / 2, side, side)
            draw_icon(painter, look, "chev-r", square, colours.ink)
        right -= self._paint_right(painter, right)
        self._paint_left(painter, QRectF(left, 0, right - left, area.height()))

    def _paint_right(self, painter: QPainter, right: float) -> float:
        look, colours = self.look, self.paints()
        offered = self.face is Face.DASHED
        strong_weight = fonts.BOLD if offered else fonts.MEDIUM
        if not (self._side or self._strong):
            return 0.0
        side_font, strong_font = look.font(28), look.font(30, strong_weight)
        width = max(
            fonts.metrics(side_font.pixelSize(), 400, look.language).horizontalAdvance(self._side),
            fonts.metrics(strong_font.pixelSize(), strong_weight, look.language).horizontalAdvance(
                self._strong
            ),
        )
        column = QRectF(right - width - look.px(8), 0, width, self.height())
        middle, step = self.height() / 2, look.px(40)
        if not (self._side and self._strong):
            middle += step / 2
        strong_top = middle if self._side else middle - step
        painter.setPen(look.colour(colours.quiet))
        first = QRectF(column.x(), middle - step, width, step)
        draw_line(painter, first, self._side, side_font, side=Side.RIGHT)
        painter.setPen(look.colour("primary" if offered else colours.ink))
        second = QRectF(column.x(), strong_top, width, step)
        draw_line(painter, second, self._strong, strong_font, side=Side.RIGHT)
        return width + look.px(24)

    def _paint_left(self, painter: QPainter, words: QRectF) -> None:
        look, colours = self.look, self.paints()
        room = words.width() / look.k
        title = fit_text(look, self.text(), self._sizes, room, lines=2, weight=fonts.BOLD)
        height = look.px(title.px) * 1.2 * len(title.lines)
        sub_height = look.px(28) * 1.4 if self._sub else 0
        top = (words.height() - height - sub_height) / 2
        painter.setPen(look.colour(colours.ink))
        row = QRectF(words.x(), top, words.width(), height)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, leading=1.2)
        if not self._sub:
            return
        x, y = words.x(), top + height
        painter.setPen(look.colour(colours.quiet))
        rest = QRectF(x, y, words.right() - x, sub_height)
        sub = fit_text(look, self._sub, (28,), rest.width() / look.k)
        draw_fitted(painter, look, rest, sub)

    def _rename(self) -> None:
        self.setAccessibleName(self.text())
        said = (self._sub, self._side, self._strong)
        self.setAccessibleDescription(", ".join(part for part in said if part))


class Toggle(QCheckBox):
    """A switch with its words: a whole row to touch, 112 high on the kiosk."""

    radius = 20.0

    def __init__(self, text: str, icon: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.look = Look()
        self._icon = icon
        self._sizes: tuple[float, ...] = (36, 32, 28)
        self.focus_seen = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text)

    def set_look(self, look: Look) -> None:
        """Take a new theme, language or scale and repaint."""
        self.look = look
        self.update()

    def set_words(self, text: str) -> None:
        """Change the words."""
        self.setText(text)
        self.setAccessibleName(text)

    def set_sizes(self, sizes: tuple[float, ...]) -> None:
        """Change the type steps, as between two modes."""
        self._sizes = sizes
        self.update()

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802 - Qt override
        """Let the whole row answer, not only the switch."""
        return self.rect().contains(pos)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note whether the keyboard brought the focus; the ring asks for it."""
        self.focus_seen = shows_focus(event.reason(), before=self.focus_seen)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter turn the switch too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in ARROWS and steers(self):
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw row, icon, words and the switch."""
        painter, look = QPainter(self), self.look
        area, theme = QRectF(self.rect()), look.theme
        fill = "sunken" if self.isDown() and not theme.flat else "surface"
        draw_box(painter, look, area, Box(fill, "lineStrong", theme.control_edge, self.radius))
        x = float(look.px(44))
        if self._icon:
            side = look.px(48)
            square = QRectF(x, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, self._icon, square, "ink")
            x += side + look.px(24)
        switch = QRectF(area.width() - look.px(44 + 112), 0, look.px(112), look.px(64))
        switch.moveTop((area.height() - switch.height()) / 2)
        painter.setPen(look.colour("ink"))
        words = QRectF(x, 0, switch.left() - x - look.px(24), area.height())
        fitted = fit_text(
            look, self.text(), self._sizes, words.width() / look.k, lines=2, weight=fonts.MEDIUM
        )
        draw_fitted(painter, look, words, fitted, weight=fonts.MEDIUM)
        self._paint_switch(painter, switch)

    def _paint_switch(self, painter: QPainter, switch: QRectF) -> None:
        look, on = self.look, self.isChecked()
        box = Box("primary", "primary", 3, 32) if on else Box("surface", "lineStrong", 3, 32)
        draw_box(painter, look, switch, box)
        inset, side = look.px(7), switch.height() - 2 * look.px(7)
        x = switch.right() - inset - side if on else switch.left() + inset
        knob = QRectF(x, switch.top() + inset, side, side)
        draw_box(painter, look, knob, Box(fill="onPrimary" if on else "lineStrong", radius=32))


class _Segment(HallButton):
    radius = 13.0

    def __init__(self, text: str, size: float, *, first: bool, last: bool) -> None:
        super().__init__(text)
        self._size = size
        self._first, self._last = first, last
        self.setCheckable(True)
        self.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw one part of the switch."""
        painter, look = QPainter(self), self.look
        on = self.isChecked()
        fill = "primary" if on else "sunken" if self.isDown() else "surface"
        # Only the outer corners are round: the box reaches past the inner ends and is cut off.
        past = 2 * look.px(self.radius)
        box = self.area().adjusted(0 if self._first else -past, 0, 0 if self._last else past, 0)
        draw_box(painter, look, box, Box(fill, radius=self.radius))
        painter.setPen(look.colour("onPrimary" if on else "ink"))
        steps = (self._size, self._size * 0.86)
        room = self.reference_size()[0] - 8
        fitted = fit_text(look, self.text(), steps, room, weight=fonts.BOLD)
        draw_fitted(painter, look, self.area(), fitted, weight=fonts.BOLD, side=Side.CENTRE)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint on any change of state."""
        super().changeEvent(event)
        self.update()


class Segments(Pane):
    """A switch of several parts without gaps: the languages. Connect ``group.idClicked``."""

    def __init__(
        self,
        texts: tuple[str, ...],
        shares: tuple[float, ...],
        *,
        width: float,
        height: float,
        size: float = 29,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.radius = 16.0
        self._size = (width, height)
        self.group = QButtonGroup(self)
        edge, x = 3.0, 3.0
        part = (width - edge * (len(texts) + 1)) / sum(shares)
        for index, (text, share) in enumerate(zip(texts, shares, strict=True)):
            last = index == len(texts) - 1
            segment = _Segment(text, size, first=index == 0, last=last)
            self.group.addButton(segment, index)
            self.put(segment, x, edge, part * share, height - 2 * edge)
            x += part * share + edge

    def choose(self, index: int) -> None:
        """Mark a part as chosen."""
        button = self.group.button(index)
        if button is not None:
            button.setChecked(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the edge and the lines between the parts."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        draw_box(painter, self.look, area, Box("lineStrong", radius=self.radius))
