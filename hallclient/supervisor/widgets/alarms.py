"""要处理: what somebody must look after, the heaviest first, each with the one thing to do."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.domain.alarm import Severity
from hallclient.supervisor.view import AlarmLine
from hallclient.supervisor.widgets.keys import Pager, VerbKey
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
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

PAD, TOP, HEAD, ROW, KEY = 16.0, 12.0, 30.0, 50.0, 88.0
_INK = {Severity.NOW: "dangerSolid", Severity.SOON: "warnSolid", Severity.KNOW: "ink2"}


class AlarmRow(Pane):
    """One alarm: icon, what is the matter, what to know, the verb."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line: AlarmLine | None = None
        self.key = VerbKey()
        self.key.clicked.connect(self._ask)
        self.put(self.key, 0, 0, 9, 9)

    def lay_out(self, width: float) -> None:
        """Take a width."""
        self.put(self.key, width - KEY, 9, KEY, 32)

    def set_line(self, line: AlarmLine) -> None:
        """Show another alarm."""
        if line == self.line:
            return
        self.line = line
        self.setAccessibleName(f"{line.title} {line.text} {line.taken}".strip())
        self.key.setVisible(bool(line.label))
        self.key.set_words(line.label, f"{line.label} {line.title}")
        self.key.set_face(Face.SOLID if line.solid else Face.OUTLINED)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, icon and words."""
        line = self.line
        if line is None:
            return
        painter, look = QPainter(self), self.look
        painter.fillRect(QRectF(0, 0, self.width(), look.px(1)), look.colour("line"))
        side = look.px(24)
        square = QRectF(0, (self.height() - side) / 2, side, side)
        draw_icon(painter, look, line.icon, square, _INK[line.severity])
        left = look.px(36)
        width = self.width() - left - look.px(KEY + 10)
        title = fit_text(look, line.title, (15, 14), width / look.k, weight=fonts.BOLD)
        painter.setPen(look.colour("ink"))
        top = QRectF(left, look.px(4), width, look.px(21))
        draw_fitted(painter, look, top, title, weight=fonts.BOLD)
        below = QRectF(left, look.px(25), width, look.px(20))
        text = " · ".join(part for part in (line.taken, line.text) if part)
        fitted = fit_text(look, text, (14, 13, 12), width / look.k)
        painter.setPen(look.colour("primary" if line.taken else "ink2"))
        draw_fitted(painter, look, below, fitted)

    def _ask(self) -> None:
        if self.line is not None:
            self.asked.emit(self.line.key)


class _Count(HallLabel):
    """How many there are, on red when one presses."""

    presses = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill."""
        painter, look = QPainter(self), self.look
        fill, ink = ("dangerSolid", "surface") if self.presses else ("sunken", "ink2")
        if look.theme.flat:
            fill, ink = "ink", "paper"
        draw_box(painter, look, QRectF(self.rect()), Box(fill, radius=12))
        self.pen(painter, ink)
        font = look.font(15, fonts.FIGURE)
        draw_line(painter, QRectF(self.rect()), self.text(), font, side=Side.CENTRE)


class _Title(HallLabel):
    sub = ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title at the left and the order at the right."""
        painter, look = QPainter(self), self.look
        self.pen(painter, "ink")
        draw_line(painter, QRectF(self.rect()), self.text(), look.font(17, fonts.BOLD))
        self.pen(painter, "ink2")
        draw_line(painter, QRectF(self.rect()), self.sub, look.font(14), side=Side.RIGHT)


class Nothing(HallLabel):
    """An empty list: an icon, that all is well, what is looked at (visual.md, 12f)."""

    def __init__(self, icon: str = "check", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon, self._sub = icon, ""

    def set_words(self, text: str, sub: str) -> None:
        """Take the words."""
        if (text, sub) != (self.text(), self._sub):
            self._sub = sub
            self.setText(text)
            self.setAccessibleName(f"{text} {sub}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon and words in the middle."""
        painter, look = QPainter(self), self.look
        side, width = look.px(44), self.width()
        top = self.height() / 2 - look.px(62)
        square = QRectF((width - side) / 2, top, side, side)
        draw_icon(painter, look, self._icon, square, "lineStrong")
        room = self.reference_size()[0] - 24
        title = fit_text(look, self.text(), (20, 18, 16), room, weight=fonts.BOLD)
        self.pen(painter, "ink")
        row = QRectF(0, top + look.px(52), width, look.px(30))
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, side=Side.CENTRE)
        sub = fit_text(look, self._sub, (16, 15, 14), room, lines=2)
        self.pen(painter, "ink2")
        row = QRectF(0, top + look.px(84), width, look.px(46))
        draw_fitted(painter, look, row, sub, side=Side.CENTRE)


class AlarmBoard(Card):
    """All alarms that this member of staff may hear of."""

    asked = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 14), parent=parent)
        self._words = words
        self._lines: tuple[AlarmLine, ...] = ()
        self._titled = "supervisor.alarms"
        self._width = self._height = 100.0
        self.title, self.count, self.pager = _Title(), _Count(), Pager()
        self.nothing = Nothing()
        for widget in (self.title, self.count, self.pager, self.nothing):
            self.put(widget, 0, 0, 9, 9)
        self.pager.turned.connect(lambda _page: self._arrange())
        self.rows: list[AlarmRow] = []

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self._width, self._height = width, height
        inner = width - 2 * PAD
        self.put(self.title, PAD, TOP - 2, inner, HEAD)
        self.put(self.nothing, PAD, TOP + HEAD, inner, height - TOP - HEAD - 12)
        most = max(1, int((height - TOP - HEAD - 4) // ROW))
        while len(self.rows) > most:
            self.drop(self.rows.pop())
        while len(self.rows) < most:
            row = AlarmRow()
            row.asked.connect(self.asked)
            self.rows.append(row)
            self.put(row, PAD, 0, inner, ROW)
        for at, row in enumerate(self.rows):
            self.put(row, PAD, TOP + HEAD + at * ROW, inner, ROW)
            row.lay_out(inner)
        self._arrange()

    def set_lines(self, lines: tuple[AlarmLine, ...], *, calls_only: bool = False) -> None:
        """Show the alarms as they stand now; ushers hear calls for help only."""
        self._lines = lines
        self._titled = "supervisor.help_calls" if calls_only else "supervisor.alarms"
        self._arrange()

    def show_newest(self) -> None:
        """Turn to the first page, where the heaviest stand."""
        self.pager.turn(0)

    def _arrange(self) -> None:
        words, most = self._words, len(self.rows)
        if not most:
            return
        pages = -(-len(self._lines) // most)
        dots = frozenset(
            at // most for at, line in enumerate(self._lines) if line.severity is Severity.NOW
        )
        names = tuple(words("supervisor.page_of_alarms", page=at + 1) for at in range(pages))
        self.pager.set_pages(pages, dots, names)
        self.title.setText(words(self._titled))
        self.title.sub = (
            "" if self.pager.pages or not self._lines else words("supervisor.by_weight")
        )
        self.count.setText(str(len(self._lines)))
        self.count.presses = any(line.severity is Severity.NOW for line in self._lines)
        self.count.setVisible(bool(self._lines))
        look = self.look
        metrics = fonts.metrics(look.px(17), fonts.BOLD, look.language)
        x = PAD + metrics.horizontalAdvance(self.title.text()) / look.k + 10
        wide = max(26.0, 12.0 + 10 * len(self.count.text()))
        self.put(self.count, x, TOP + 1, wide, 24)
        wide = self.pager.wide()
        self.put(self.pager, self._width - PAD - wide + 4, TOP - 2, wide + 2, 30)
        kind = "help_calls" if self._titled.endswith("help_calls") else "alarms"
        self.nothing.set_words(
            words(f"supervisor.none_{kind}"), words(f"supervisor.none_{kind}_sub")
        )
        self.nothing.setVisible(not self._lines)
        start = self.pager.page * most
        shown = self._lines[start : start + most]
        for at, row in enumerate(self.rows):
            row.setVisible(at < len(shown))
            if at < len(shown):
                row.set_line(shown[at])
        self.title.update()
        self.count.update()
