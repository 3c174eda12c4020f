"""The queues: waiting, windows, a bar of what people waited lately, the longest now, one key."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import QueueLine
from hallclient.supervisor.widgets.keys import Pager, VerbKey
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
from hallclient.ui.widgets.base import Face, HallLabel
from hallclient.ui.widgets.text import Card
from hallclient.ui.words import Words

PAD = 16.0
HEAD, ROW, FOOT, TOP = 28.0, 34.0, 34.0, 12.0
NAME, FIGURE, LONGEST, KEY = 150.0, 58.0, 66.0, 82.0
NAME_WIDE = 190.0
_BAR_LEFT, _BAR_RIGHT = 22.0, 14.0
_MIDDLE, _LATE = "#9DBFD3", "#E3A25C"
"""Fills of bars in 11; no words stand on them."""
_STEPS = (10, 20, 30, 60, 120)


def scale_of(lines: tuple[QueueLine, ...]) -> tuple[int, int]:
    """Return the step and the end of the axis in minutes: four or five steps hold every bar."""
    longest = max((line.p90 or 0.0 for line in lines), default=0.0)
    longest = max(longest, *(line.limit for line in lines), 30.0) if lines else 45.0
    step = next((step for step in _STEPS if longest <= step * 4.8), _STEPS[-1])
    return step, max(round(longest * 1.06), step * 4 + step // 2)


def _draw_bar(painter: QPainter, look: Look, area: QRectF, fill: str) -> None:
    """Draw a bar; where nothing may be tinted it is an outline."""
    if look.theme.flat:
        draw_box(painter, look, area, Box("paper", "ink", 2, 3))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(area, look.px(3), look.px(3))


class WaitBar(HallLabel):
    """The middle 80 % of waits as a bar, half of them left of the tick, a line at the limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._line: QueueLine | None = None
        self._end = 45.0

    def set_line(self, line: QueueLine, end: float) -> None:
        """Show another queue; ``end`` is where the axis ends, in minutes."""
        if (line, end) != (self._line, self._end):
            self._line, self._end = line, end
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axis, limit, bar and tick."""
        line = self._line
        if line is None:
            return
        painter, look = QPainter(self), self.look
        middle = self.height() / 2
        painter.setPen(QPen(look.colour("sunken"), look.px(2)))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        pen = QPen(look.colour("danger"), max(1.0, 1.5 * look.k))
        pen.setDashPattern([4, 4])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        at = self._x(line.limit)
        painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))
        if line.p10 is None or line.p50 is None or line.p90 is None:
            return
        left, right = self._x(line.p10), max(self._x(line.p90), self._x(line.p10) + look.px(6))
        fill, ink = (_LATE, "warn") if line.over else (_MIDDLE, "primary")
        tall = look.px(12)
        area = QRectF(left, middle - tall / 2, right - left, tall)
        _draw_bar(painter, look, area, fill)
        half = self._x(line.p50)
        tick = QRectF(half - look.px(2), middle - look.px(11), look.px(4), look.px(22))
        painter.fillRect(tick, look.colour(ink))

    def _x(self, minutes: float) -> float:
        return min(minutes / self._end, 1.0) * self.width()


class QueueRow(Pane):
    """One queue's row."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: QueueLine | None = None
        self._wide = NAME
        self.bar = WaitBar()
        self.key = VerbKey()
        self.key.clicked.connect(self._ask)
        self.put(self.bar, 0, 0, 9, 9)
        self.put(self.key, 0, 0, 9, 9)

    def lay_out(self, width: float, name: float) -> None:
        """Take a width, and the name's part of it."""
        self._wide = name
        left = name + 2 * FIGURE + _BAR_LEFT
        right = width - KEY - LONGEST - _BAR_RIGHT
        self.put(self.bar, left, 0, right - left, ROW)
        self.put(self.key, width - KEY + 4, 2, KEY - 4, ROW - 4)

    def set_line(self, line: QueueLine, end: float) -> None:
        """Show another queue."""
        self.bar.set_line(line, end)
        if line == self._line:
            return
        self._line = line
        self.setAccessibleName(line.said)
        self.key.set_words(line.verb, f"{line.verb} {line.name}")
        self.key.set_face(Face.SOLID if line.solid else Face.OUTLINED)
        self.key.setVisible(bool(line.verb))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, name and figures."""
        line = self._line
        if line is None:
            return
        painter, look = QPainter(self), self.look
        painter.fillRect(QRectF(0, 0, self.width(), look.px(1)), look.colour("line"))
        name = self._part(0, self._wide - 8)
        if line.stopped:
            side = look.px(16)
            square = QRectF(0, (self.height() - side) / 2, side, side)
            draw_icon(painter, look, "pause", square, "warn")
            name.setLeft(name.left() + look.px(22))
        self._pen(painter, "warn" if line.stopped else "ink")
        room = name.width() / look.k
        fitted = fit_text(look, line.name, (15, 14, 13, 12), room, lines=2, weight=fonts.MEDIUM)
        draw_fitted(painter, look, name, fitted, weight=fonts.MEDIUM, leading=1.1)
        self._pen(painter, "ink")
        at = self._part(self._wide, FIGURE)
        draw_line(painter, at, line.waiting, look.font(18, fonts.FIGURE), side=Side.RIGHT)
        self._pen(painter, "ink2")
        at = self._part(self._wide + FIGURE, FIGURE)
        draw_line(painter, at, line.windows, look.font(15), side=Side.RIGHT)
        self._pen(painter, "danger" if line.over else "ink")
        longest = look.font(15, fonts.BOLD if line.over else fonts.MEDIUM)
        right = self.width() / look.k - KEY - LONGEST - 8
        draw_line(painter, self._part(right, LONGEST), line.longest, longest, side=Side.RIGHT)

    def _part(self, x: float, width: float) -> QRectF:
        return QRectF(x * self.look.k, 0, width * self.look.k, self.height())

    def _pen(self, painter: QPainter, colour: str) -> None:
        painter.setPen(self.look.colour(colour))

    def _ask(self) -> None:
        if self._line is not None:
            self.asked.emit(self._line.code)


class _Head(HallLabel):
    """The captions of the columns with the axis of the bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._captions: tuple[str, str, str, str] = ("", "", "", "")
        self._axis = (10, 45)
        self._wide = NAME

    def set_captions(
        self, captions: tuple[str, str, str, str], axis: tuple[int, int], name: float
    ) -> None:
        """Take waiting, windows, minutes and longest; the axis; the width of the names."""
        self._captions, self._axis, self._wide = captions, axis, name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the captions and the figures of the axis."""
        painter, look = QPainter(self), self.look
        waiting, windows, minutes, longest = self._captions
        self.pen(painter, "ink2")
        self._caption(painter, waiting, self._wide, FIGURE)
        self._caption(painter, windows, self._wide + FIGURE, FIGURE)
        width = self.width() / look.k
        left = self._wide + 2 * FIGURE + _BAR_LEFT
        right = width - KEY - LONGEST - _BAR_RIGHT
        step, end = self._axis
        font = look.font(14)
        metrics = fonts.metrics(look.px(14), fonts.REGULAR, look.language)
        unit = metrics.horizontalAdvance(minutes) / look.k
        for value in range(0, end, step):
            at = left + (right - left) * value / end
            if at < right - unit - 14:
                square = QRectF((at - 20) * look.k, 0, 40 * look.k, self.height())
                draw_line(painter, square, str(value), font, side=Side.CENTRE)
        row = QRectF(left * look.k, 0, (right - left) * look.k, self.height())
        draw_line(painter, row, minutes, font, side=Side.RIGHT)
        self._caption(painter, longest, width - KEY - LONGEST - 8, LONGEST)

    def _caption(self, painter: QPainter, text: str, x: float, width: float) -> None:
        look = self.look
        fitted = fit_text(look, text, (14, 13, 12), width)
        at = QRectF(x * look.k, 0, width * look.k, self.height())
        draw_fitted(painter, look, at, fitted, side=Side.RIGHT)


class _Foot(HallLabel):
    """What bar, tick and line mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._words = ("", "", "", "")

    def set_words(self, bar: str, tick: str, line: str, right: str) -> None:
        """Take the words."""
        self._words = (bar, tick, line, right)
        self.setText(" ".join(self._words))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw three signs with their words, and what the figures are of."""
        painter, look = QPainter(self), self.look
        px = self._size()
        font, middle, x = look.font(px), self.height() / 2, 0.0
        bar, tick, line, right = self._words
        area = QRectF(0, middle - look.px(5), look.px(28), look.px(10))
        _draw_bar(painter, look, area, _MIDDLE)
        x = self._say(painter, look.px(34), bar)
        area = QRectF(x, middle - look.px(8), look.px(4), look.px(16))
        painter.fillRect(area, look.colour("primary"))
        x = self._say(painter, x + look.px(10), tick)
        pen = QPen(look.colour("danger"), look.px(2))
        pen.setDashPattern([2, 1.5])
        painter.setPen(pen)
        painter.drawLine(QPointF(x + 1, middle - look.px(8)), QPointF(x + 1, middle + look.px(8)))
        self._say(painter, x + look.px(8), line)
        self.pen(painter, "ink2")
        draw_line(painter, QRectF(self.rect()), right, font, side=Side.RIGHT)

    def _say(self, painter: QPainter, x: float, text: str) -> float:
        look = self.look
        self.pen(painter, "ink2")
        area = QRectF(x, 0, self.width() - x, self.height())
        return x + draw_line(painter, area, text, look.font(self._size())) + look.px(18)

    def _size(self) -> float:
        for px in (14.0, 13.0):
            metrics = fonts.metrics(self.look.px(px), fonts.REGULAR, self.look.language)
            words = sum(metrics.horizontalAdvance(text) for text in self._words)
            if words + self.look.px(34 + 10 + 8 + 3 * 18) <= self.width():
                return px
        return 12.0


class QueueBoard(Card):
    """All queues; those beyond their limit first. ``asked`` tells the code of a row's key.

    ``waits_asked``: how the waits that were told came true.
    """

    asked = Signal(str)
    waits_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 14), parent=parent)
        self._words = words
        self._lines: tuple[QueueLine, ...] = ()
        self._limit = ""
        self._width = self._height = 100.0
        self.title = HallTitle()
        self.waits = VerbKey()
        self.waits.hide()
        self.waits.clicked.connect(self.waits_asked)
        self.head, self.foot, self.pager = _Head(), _Foot(), Pager()
        for widget in (self.title, self.head, self.foot, self.pager):
            self.put(widget, 0, 0, 9, 9)
        self.put(self.waits, 0, 0, 9, 9)
        self.pager.turned.connect(lambda _page: self._arrange())
        self.rows: list[QueueRow] = []

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self._width, self._height = width, height
        inner, name = width - 2 * PAD, self._name_width()
        self.put(self.title, PAD, TOP, name, HEAD)
        self.put(self.head, PAD, TOP, inner, HEAD)
        most = self._most()
        while len(self.rows) > most:
            self.drop(self.rows.pop())
        while len(self.rows) < most:
            row = QueueRow()
            row.asked.connect(self.asked)
            self.rows.append(row)
            self.put(row, PAD, 0, inner, ROW)
        for at, row in enumerate(self.rows):
            self.put(row, PAD, TOP + HEAD + at * ROW, inner, ROW)
            row.lay_out(inner, name)
        self._arrange()

    def set_lines(self, lines: tuple[QueueLine, ...], limit_text: str) -> None:
        """Show the queues as they stand now; ``limit_text`` names the line of the limit."""
        self._lines, self._limit = lines, limit_text
        self._arrange()

    def set_estimates(self, *, shown: bool) -> None:
        """Show the key to what was told and what it was, where who looks may see that."""
        self.waits.setVisible(shown)

    def _place_waits(self) -> None:
        look, words = self.look, self._words
        self.waits.set_words(words("supervisor.waits.key"), words("supervisor.waits.title"))
        title = fonts.metrics(look.px(17), fonts.BOLD, look.language)
        left = title.horizontalAdvance(self.title.text()) / look.k + 12
        self.put(self.waits, PAD + left, TOP - 3, self._name_width() - left - 2, HEAD + 3)
        self.waits.raise_()

    def _most(self) -> int:
        return max(1, int((self._height - TOP - HEAD - FOOT - 6) // ROW))

    def _name_width(self) -> float:
        return NAME if self.look.language.startswith("zh") else NAME_WIDE

    def _arrange(self) -> None:
        most, words = self._most(), self._words
        pages = max(1, -(-len(self._lines) // most))
        axis = scale_of(self._lines)
        dots = frozenset(at // most for at, line in enumerate(self._lines) if line.over)
        names = tuple(words("supervisor.page_of_queues", page=at + 1) for at in range(pages))
        self.pager.set_pages(pages, dots, names)
        self.title.setText(words("supervisor.queues"))
        self._place_waits()
        captions = (
            words("supervisor.column.waiting"),
            words("supervisor.column.windows"),
            words("supervisor.column.minutes"),
            words("supervisor.column.longest"),
        )
        self.head.set_captions(captions, axis, self._name_width())
        self.foot.set_words(
            words("supervisor.foot.bar"),
            words("supervisor.foot.tick"),
            self._limit,
            words("supervisor.foot.lately"),
        )
        wide = self.pager.wide()
        foot = self._width - 2 * PAD - (wide + 8 if wide else 0)
        self.put(self.foot, PAD, self._height - FOOT - 8, foot, FOOT)
        self.put(self.pager, self._width - PAD - wide, self._height - FOOT - 5, wide + 2, 30)
        start = self.pager.page * most
        shown = self._lines[start : start + most]
        for at, row in enumerate(self.rows):
            row.setVisible(at < len(shown))
            if at < len(shown):
                row.set_line(shown[at], float(axis[1]))


class HallTitle(HallLabel):
    """The title of a panel."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it bold."""
        painter, look = QPainter(self), self.look
        self.pen(painter, "ink")
        draw_line(painter, QRectF(self.rect()), self.text(), look.font(17, fonts.BOLD))
