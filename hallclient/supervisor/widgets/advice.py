"""建议: what the rest of the day would need, at most three lines, under the alarms."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import AdviceLine, AdviceView
from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.ui.widgets.text import Card

PAD, HEAD, ROW, FOOT = 16.0, 38.0, 34.0, 6.0


class AdviceHead(HallButton):
    """Title and moment; a press opens the sheet."""

    radius = 12.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_face(Face.BARE)
        self._view = AdviceView()

    def set_view(self, view: AdviceView) -> None:
        """Show another moment."""
        if view != self._view:
            self._view = view
            self.setText(view.title)
            self.setAccessibleName(f"{view.title} {view.text} {view.at}".strip())
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, what is calm, and when it was computed."""
        painter, look, view, area = QPainter(self), self.look, self._view, self.area()
        if self.isDown():
            draw_box(painter, look, area, Box("sunken", radius=self.radius))
        pad = look.px(PAD)
        row = area.adjusted(pad, 0, -pad, 0)
        title = look.font(16, fonts.BOLD)
        painter.setPen(look.colour("ink"))
        draw_line(painter, row, view.title, title)
        taken = fonts.metrics(title.pixelSize(), fonts.BOLD, look.language)
        left = taken.horizontalAdvance(view.title) + look.px(12)
        small = look.font(14)
        metrics = fonts.metrics(small.pixelSize(), fonts.REGULAR, look.language)
        right = metrics.horizontalAdvance(view.at) + look.px(12)
        painter.setPen(look.colour("ink2"))
        draw_line(painter, row, view.at, small, side=Side.RIGHT)
        room = row.adjusted(left, 0, -right, 0)
        fitted = fit_text(look, view.text, (14, 13, 12), room.width() / look.k)
        draw_fitted(painter, look, room, fitted)


class AdviceRow(HallButton):
    """One thing to do and what it does; a press says why and leads to doing it."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_face(Face.BARE)
        self.line = AdviceLine("", "", "")

    def set_line(self, line: AdviceLine) -> None:
        """Show another one."""
        if line != self.line:
            self.line = line
            self.setText(line.text)
            self.setAccessibleName(f"{line.text} {line.gist}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, words, effect and the sign that there is more behind it."""
        painter, look, line, area = QPainter(self), self.look, self.line, self.area()
        painter.fillRect(QRectF(0, 0, area.width(), look.px(1)), look.colour("line"))
        if self.isDown():
            draw_box(painter, look, area.adjusted(0, 1, 0, 0), Box("sunken", radius=self.radius))
        side = look.px(16)
        at = QRectF(area.width() - side, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, "chev-r", at, "ink2")
        room = area.adjusted(0, 0, -side - look.px(4), 0)
        font = look.font(14, fonts.MEDIUM)
        metrics = fonts.metrics(font.pixelSize(), fonts.MEDIUM, look.language)
        painter.setPen(look.colour("ink2"))
        draw_line(painter, room, line.gist, font, side=Side.RIGHT)
        taken = metrics.horizontalAdvance(line.gist) + look.px(10)
        width = room.width() - taken
        fitted = fit_text(
            look, line.text, (15, 14, 13, 12), width / look.k, lines=2, weight=fonts.MEDIUM
        )
        painter.setPen(look.colour("ink"))
        row = QRectF(0, 0, width, area.height())
        draw_fitted(painter, look, row, fitted, weight=fonts.MEDIUM, leading=1.1)


class AdviceCard(Card):
    """The card; it takes no room before the first answer."""

    asked = Signal(str)
    """A queue's code, or "" for all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 14), parent=parent)
        self.head = self.put(AdviceHead(), 0, 0, 9, 9)
        self.head.clicked.connect(lambda: self.asked.emit(""))
        self.rows: list[AdviceRow] = []
        self.view: AdviceView | None = None
        self._width = 100.0

    @property
    def tall(self) -> float:
        """The height it needs, in reference px."""
        if self.view is None:
            return 0.0
        return HEAD + len(self.view.lines) * ROW + (FOOT if self.view.lines else 0.0)

    def set_view(self, view: AdviceView | None) -> bool:
        """Show another answer; return whether it needs another height."""
        before, self.view = self.tall, view
        lines = view.lines if view else ()
        while len(self.rows) > len(lines):
            self.drop(self.rows.pop())
        while len(self.rows) < len(lines):
            row = AdviceRow()
            row.clicked.connect(lambda _checked=False, row=row: self.asked.emit(row.line.queue))
            self.rows.append(self.put(row, 0, 0, 9, 9))
        for row, line in zip(self.rows, lines, strict=True):
            row.set_line(line)
        if view is not None:
            self.head.set_view(view)
        self.lay_out(self._width)
        return before != self.tall

    def lay_out(self, width: float) -> None:
        """Take a width."""
        self._width = width
        self.put(self.head, 0, 0, width, HEAD)
        for at, row in enumerate(self.rows):
            self.put(row, PAD, HEAD + at * ROW, width - 2 * PAD, ROW)
