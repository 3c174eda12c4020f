"""What stands on top: whose console, the hall's state, how old the data are, seven figures."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import ConsoleView, Figure
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton, HallLabel
from hallclient.ui.words import Words

HEADER, FIGURES, PAD = 56.0, 76.0, 20.0


class WhoKey(HallButton):
    """Who has signed in; pressed, it opens the menu."""

    radius = 9.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_face(Face.BARE)

    def set_words(self, text: str, said: str) -> None:
        """Show another name."""
        self.setText(text)
        self.setAccessibleName(said)
        self.update()

    def wide(self) -> float:
        """Return the width that the name takes, in reference px."""
        metrics = fonts.metrics(self.look.px(16), fonts.REGULAR, self.look.language)
        return metrics.horizontalAdvance(self.text()) / self.look.k + 46

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon and name."""
        painter, look = QPainter(self), self.look
        if self.isDown():
            draw_box(painter, look, self.area(), Box("sunken", radius=9))
        side = look.px(18)
        square = QRectF(look.px(8), (self.height() - side) / 2, side, side)
        draw_icon(painter, look, "person", square, "ink")
        painter.setPen(look.colour("ink"))
        draw_line(painter, self.area().adjusted(look.px(32), 0, 0, 0), self.text(), look.font(16))


class Header(Pane):
    """The strip on top of the console."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._view = ConsoleView()
        self.who = self.put(WhoKey(), 0, 0, 9, 9)
        self._width = 100.0

    def lay_out(self, width: float) -> None:
        """Take a width."""
        self._width = width
        self._place()

    def set_view(self, view: ConsoleView) -> None:
        """Show another state, age or clock."""
        self._view = view
        self.setAccessibleName(f"{view.hall} {view.state} {view.age} {view.message}".strip())
        self.who.set_words(view.who, self._words("supervisor.menu_of", name=view.who))
        self.who.setVisible(bool(view.who))
        self._place()
        self.update()

    def _place(self) -> None:
        wide = self.who.wide()
        self.put(self.who, self._width - PAD - 76 - wide, 8, wide, 38)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw names, state, age and clock."""
        painter, look, view = QPainter(self), self.look, self._view
        area = QRectF(self.rect())
        painter.fillRect(area, look.colour("surface"))
        edge = look.px(2)
        painter.fillRect(QRectF(0, area.height() - edge, area.width(), edge), look.colour("line"))
        row = area.adjusted(look.px(PAD), 0, -look.px(PAD), -edge)
        painter.setPen(look.colour("ink"))
        draw_line(painter, row, view.clock, look.font(22, fonts.FIGURE), side=Side.RIGHT)
        right = self.who.x() if view.who else row.right() - look.px(76)
        right -= self._paint_age(painter, QRectF(row.x(), 0, right - row.x(), row.height()))
        painter.setPen(look.colour("ink"))
        taken = draw_line(
            painter, row, self._words("supervisor.title"), look.font(19, fonts.BOLD)
        ) + look.px(16)
        hall = QRectF(row.x() + taken, 0, right - row.x() - taken - look.px(16), row.height())
        self._paint_hall(painter, hall)

    def _paint_hall(self, painter: QPainter, row: QRectF) -> None:
        look, view = self.look, self._view
        painter.setPen(look.colour("ink2"))
        state = look.font(16, fonts.BOLD)
        metrics = fonts.metrics(state.pixelSize(), fonts.BOLD, look.language)
        need = metrics.horizontalAdvance(view.state) + look.px(42) if view.state else 0.0
        name = fit_text(look, view.hall, (16, 15, 14), (row.width() - need) / look.k)
        draw_fitted(painter, look, QRectF(row.x(), 0, row.width(), row.height()), name)
        taken = fonts.metrics(look.px(name.px), fonts.REGULAR, look.language).horizontalAdvance(
            name.lines[0]
        )
        rest = row.adjusted(taken + look.px(24), 0, 0, 0)
        if view.message:
            self._paint_message(painter, rest)
        elif view.state:
            side = look.px(10)
            dot = QRectF(rest.x(), (row.height() - side) / 2, side, side)
            tone = "ok" if view.working else "ink2"
            draw_box(painter, look, dot, Box("okSolid" if view.working else "ink3", radius=5))
            painter.setPen(look.colour(tone))
            draw_line(painter, rest.adjusted(side + look.px(8), 0, 0, 0), view.state, state)

    def _paint_message(self, painter: QPainter, row: QRectF) -> None:
        """Draw what was just done or refused, in place of the hall's state."""
        look, view = self.look, self._view
        tone, icon = ("warn", "alert") if view.message_warns else ("ok", "check")
        room = row.width() / look.k - 52
        fitted = fit_text(look, view.message, (16, 15, 14, 13), room, lines=2, weight=fonts.BOLD)
        metrics = fonts.metrics(look.px(fitted.px), fonts.BOLD, look.language)
        wide = max(metrics.horizontalAdvance(line) for line in fitted.lines)
        area = QRectF(row.x(), look.px(8), wide + look.px(52), row.height() - look.px(14))
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, area, Box(f"{tone}Tint", edge, 2, 9))
        side = look.px(20)
        square = QRectF(area.x() + look.px(10), area.center().y() - side / 2, side, side)
        draw_icon(painter, look, icon, square, tone)
        painter.setPen(look.colour(tone))
        words = area.adjusted(look.px(38), 0, 0, 0)
        draw_fitted(painter, look, words, fitted, weight=fonts.BOLD, leading=1.1)

    def _paint_age(self, painter: QPainter, row: QRectF) -> float:
        look, view = self.look, self._view
        if not view.age:
            return 0.0
        ink = "warn" if view.stale else "ink2"
        weight = fonts.BOLD if view.stale else fonts.REGULAR
        painter.setPen(look.colour(ink))
        at = row.adjusted(0, 0, -look.px(10), 0)
        width = draw_line(painter, at, view.age, look.font(16, weight), side=Side.RIGHT)
        side = look.px(18)
        square = QRectF(
            at.right() - width - side - look.px(6), (row.height() - side) / 2, side, side
        )
        draw_icon(painter, look, "alert" if view.stale else "sync", square, ink)
        return width + side + look.px(22)


class FigureRow(HallLabel):
    """The figures of the hall, side by side with rules between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._figures: tuple[Figure, ...] = ()

    def set_figures(self, figures: tuple[Figure, ...]) -> None:
        """Show other figures."""
        if figures != self._figures:
            self._figures = figures
            self.setText("；".join(f"{f.caption} {f.figure} {f.unit}".strip() for f in figures))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of them."""
        if not self._figures:
            return
        painter, look = QPainter(self), self.look
        pad = look.px(PAD)
        step = (self.width() - 2 * pad) / len(self._figures)
        for at, figure in enumerate(self._figures):
            cell = QRectF(pad + at * step, 0, step, self.height())
            if at:
                rule = QRectF(cell.x(), look.px(14), look.px(2), self.height() - look.px(28))
                painter.fillRect(rule, look.colour("line"))
                cell.setLeft(cell.left() + pad)
            cell.setRight(cell.right() - look.px(8))
            self._paint_figure(painter, cell, figure)

    def _paint_figure(self, painter: QPainter, cell: QRectF, figure: Figure) -> None:
        look, room = self.look, cell.width() / self.look.k
        self.pen(painter, "ink2")
        top = QRectF(cell.x(), look.px(11), cell.width(), look.px(20))
        caption = fit_text(look, figure.caption, (14, 13, 12), room)
        draw_fitted(painter, look, top, caption)
        row = QRectF(cell.x(), look.px(31), cell.width(), look.px(34))
        self.pen(painter, "ink")
        taken = draw_line(painter, row, figure.figure, look.font(30, fonts.FIGURE))
        taken += look.px(6)
        rest = row.adjusted(taken, look.px(6), 0, 0)
        if figure.unit and rest.width() > 0:
            unit = fit_text(look, figure.unit, (15, 14, 13, 12), rest.width() / look.k, lines=2)
            self.pen(painter, "ink2")
            draw_fitted(painter, look, rest, unit, leading=1.05)
