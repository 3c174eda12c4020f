"""The right column and the foot: who waits, is held or missed; what was done; the own week."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, Fitted, Side, draw_fitted, fit_text
from hallclient.ui.widgets.base import HallLabel
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act, TabKey
from hallclient.window.panel.parts import ROW, LineView, ListLine, Nothing
from hallclient.window.panel.view import FigureView, PanelView, Tab

_TABS = 48.0
_EMPTY_ICONS = {Tab.WAITING: "people", Tab.HELD: "hold", Tab.MISSED: "skip"}
_MOST_LINES = 24


class Lines(Pane):
    """Lines of a list, as many as there is room for; the wheel and the arrows go further."""

    chosen = Signal(int)
    """The key of a line."""

    def __init__(self, label_width: float = 68) -> None:
        super().__init__()
        self._label_width = label_width
        self._views: tuple[LineView, ...] = ()
        self._marked: int | None = None
        self._first = 0
        self._room = (100.0, 100.0)
        self.lines: list[ListLine] = []
        self.more = self.put(Act(icon="chev-d"), 0, 0, 9, 9)
        self.more.clicked.connect(self._turn)

    def show_lines(self, views: tuple[LineView, ...], marked: int | None, more: str) -> None:
        """Show lines; ``more`` names the key to those below."""
        self._views, self._marked = views, marked
        self.more.setAccessibleName(more)
        self._scroll(0)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._scroll(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go by the arrows."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        at = next((n for n, line in enumerate(self.lines) if line.hasFocus()), None)
        if not step or at is None:
            super().keyPressEvent(event)
            return
        if not 0 <= at + step < self._shown():
            self._scroll(step)
            return
        self.lines[at + step].setFocus(Qt.FocusReason.TabFocusReason)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go by the wheel."""
        self._scroll(-1 if event.angleDelta().y() > 0 else 1)

    def _shown(self) -> int:
        return min(self._fitting(), len(self._views) - self._first)

    def _fitting(self) -> int:
        return max(1, int(self._room[1] // ROW))

    def _turn(self) -> None:
        """Show the next lines, after the last ones the first."""
        fitting = self._fitting()
        at_end = self._first + fitting >= len(self._views)
        self._first = 0 if at_end else self._first + fitting - 1
        self._scroll(0)

    def _scroll(self, by: int) -> None:
        fitting, many = self._fitting(), len(self._views)
        self._first = max(0, min(self._first + by, many - fitting))
        while len(self.lines) < min(fitting, _MOST_LINES):
            self.lines.append(self._line(len(self.lines)))
        width = self._room[0]
        over = many > fitting
        for n, line in enumerate(self.lines):
            at = self._first + n
            there = n < fitting and at < many
            line.setVisible(there)
            if there:
                view = self._views[at]
                line.show_line(view, chosen=view.key == self._marked, rule=n > 0)
                last = over and n == fitting - 1
                self.put(line, 0, n * ROW, width - (50 if last else 0), ROW)
        self.more.setVisible(over)
        down = self._first + fitting < many
        self.more.set_icon("chev-d" if down else "chev-u")
        self.put(self.more, width - 50, fitting * ROW - ROW + 4, 40, 36)

    def _line(self, n: int) -> ListLine:
        line = self.put(ListLine(self._label_width), 0, 0, 9, 9)
        line.clicked.connect(lambda: self._choose(n))
        return line

    def _choose(self, n: int) -> None:
        if self._first + n < len(self._views):
            self.chosen.emit(self._views[self._first + n].key)


class QueueCard(Card):
    """The right upper card: three lists under their tabs."""

    tab_chosen = Signal(object)
    chosen = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self._words = words
        self.tabs = {tab: self.put(TabKey(), 0, 0, 9, 9) for tab in Tab}
        for tab, key in self.tabs.items():
            key.clicked.connect(lambda _checked=False, tab=tab: self.tab_chosen.emit(tab))
        self.edge = self.put(Line(), 0, 0, 9, 2)
        self.lines = self.put(Lines(), 0, 0, 9, 9)
        self.lines.chosen.connect(self.chosen)
        self.nothing = {tab: self.put(Nothing(_EMPTY_ICONS[tab]), 0, 0, 9, 9) for tab in Tab}
        self.waits = self.put(WaitFoot(), 0, 0, 9, 9)
        self._room = (100.0, 100.0)

    def show_view(self, view: PanelView, marked: int | None) -> None:
        """Show the open list."""
        for tab, text, count in view.tabs:
            self.tabs[tab].set_words(text, count, chosen=tab is view.tab)
        self.lines.show_lines(view.rows, marked, self._words("panel.more"))
        self.lines.setVisible(bool(view.rows))
        for tab, nothing in self.nothing.items():
            nothing.say(*view.empty)
            nothing.setVisible(tab is view.tab and not view.rows)
        if self.waits.show_waits(view.waits):
            self.lay_out(*self._room)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        each = (width - 4) / len(self.tabs)
        for n, key in enumerate(self.tabs.values()):
            self.put(key, 2 + n * each, 2, each, _TABS - 2)
        self.put(self.edge, 2, _TABS - 2, width - 4, 2)
        body = height - _TABS - 6 - self.waits.tall
        self.put(self.waits, 2, height - self.waits.tall - 4, width - 4, self.waits.tall)
        self.put(self.lines, 2, _TABS + 1, width - 4, body)
        self.lines.lay_out(width - 4, body)
        for nothing in self.nothing.values():
            self.put(nothing, 2, _TABS + 1, width - 4, body)
            nothing.lay_out(width - 4, body)


class WaitFoot(HallLabel):
    """Under who waits: the queues that are served here, and the wait of who joins them now."""

    LINE = 26.0

    def __init__(self) -> None:
        super().__init__("")
        self._waits: tuple[tuple[str, str], ...] = ()

    @property
    def tall(self) -> float:
        """The height of all lines in reference px, 0 without any."""
        return self.LINE * len(self._waits) + 8 if self._waits else 0.0

    def show_waits(self, waits: tuple[tuple[str, str], ...]) -> bool:
        """Show other waits; tell whether there are more or fewer lines than before."""
        many = len(self._waits)
        self._waits = waits
        said = "；".join(" ".join(pair) for pair in waits)
        self.setText(said)
        self.setAccessibleName(said)
        self.setVisible(bool(waits))
        self.update()
        return many != len(waits)

    def is_cut(self) -> bool:
        """Tell whether a wait does not fit; a name may be shortened, it stands on the ticket."""
        return any(self._side(wait).elided for _, wait in self._waits)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a rule, then names at the left and waits at the right."""
        painter, look = QPainter(self), self.look
        painter.fillRect(QRectF(0, 0, self.width(), look.px(2)), look.colour("line"))
        pad = 14 * look.k
        for at, (name, wait) in enumerate(self._waits):
            row = QRectF(
                pad, (4 + at * self.LINE) * look.k, self.width() - 2 * pad, self.LINE * look.k
            )
            side = self._side(wait)
            metrics = fonts.metrics(look.px(side.px), fonts.MEDIUM, look.language)
            taken = metrics.horizontalAdvance(side.lines[0]) / look.k + 12
            self.pen(painter, "ink2")
            fitted = fit_text(look, name, (15, 14, 13), row.width() / look.k - taken)
            draw_fitted(painter, look, row, fitted)
            self.pen(painter, "ink")
            draw_fitted(painter, look, row, side, weight=fonts.MEDIUM, side=Side.RIGHT)

    def _side(self, wait: str) -> Fitted:
        room = self.reference_size()[0] * 0.6
        return fit_text(self.look, wait, (15, 14, 13, 12), room, weight=fonts.MEDIUM)


class HistoryCard(Card):
    """The right lower card: what was done here today."""

    chosen = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self._words = words
        self._lines: tuple[LineView, ...] = ()
        self._marked: int | None = None
        self.title = self.put(Text("", (17, 16), weight=fonts.BOLD), 0, 0, 9, 9)
        self.count = self.put(Text("", (15, 14), colour="ink2", side=Side.RIGHT), 0, 0, 9, 9)
        self.lines = self.put(Lines(64), 0, 0, 9, 9)
        self.lines.chosen.connect(self.chosen)
        self.nothing = self.put(
            Text("", (15, 14), colour="ink2", side=Side.CENTRE, lines=2), 0, 0, 9, 9
        )

    def show_lines(self, lines: tuple[LineView, ...], marked: int | None) -> None:
        """Show what was done."""
        words = self._words
        self.title.setText(words("panel.history.title"))
        self.count.setText(words("panel.history.count", n=len(lines)) if lines else "")
        self.lines.show_lines(lines, marked, words("panel.more"))
        self.lines.setVisible(bool(lines))
        self.nothing.setText(words("panel.history.none"))
        self.nothing.setVisible(not lines)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self.put(self.title, 16, 10, width * 0.55, 28)
        self.put(self.count, width * 0.5, 10, width * 0.5 - 16, 28)
        body = height - 44
        self.put(self.lines, 2, 42, width - 4, body)
        self.lines.lay_out(width - 4, body)
        self.put(self.nothing, 16, 42, width - 32, min(body, 60.0))


class Figure(HallLabel):
    """A caption, a figure and words behind it, on one line."""

    def __init__(self) -> None:
        super().__init__("")
        self._view = FigureView("", "")

    def show_figure(self, view: FigureView) -> None:
        """Show another figure."""
        self._view = view
        said = " ".join(part for part in (view.caption, view.figure, view.tail) if part)
        self.setText(said)
        self.setAccessibleName(said)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the caption does not fit."""
        return bool(self._view.caption) and self._fit()[0].elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the three in the middle."""
        painter, look, view = QPainter(self), self.look, self._view
        caption, tail, widths = self._fit()
        x = (self.width() - sum(widths) * look.k) / 2
        texts = ((caption, fonts.REGULAR, "ink2"), (None, fonts.FIGURE, "ink"))
        for (fitted, weight, colour), width in zip(
            (*texts, (tail, fonts.REGULAR, "ink2")), widths, strict=True
        ):
            shown = fitted or Fitted(21, (view.figure,))
            self.pen(painter, colour)
            room = QRectF(x, 0, width * look.k + 4, self.height())
            draw_fitted(painter, look, room, shown, weight=weight, leading=1.1)
            x += width * look.k

    def _fit(self) -> tuple[Fitted, Fitted, tuple[float, float, float]]:
        look, view = self.look, self._view
        figure = fonts.metrics(21, fonts.FIGURE, look.language).horizontalAdvance(view.figure)
        room = self.reference_size()[0] - figure - 24
        share = 0.5 if view.tail else 1.0
        caption = fit_text(look, view.caption, (15, 14, 13, 12), room * share, lines=2)
        tail = fit_text(look, view.tail, (15, 14, 13, 12), room * share, lines=2)

        def wide(fitted: Fitted) -> float:
            metrics = fonts.metrics(round(fitted.px), fonts.REGULAR, look.language)
            return max((metrics.horizontalAdvance(line) for line in fitted.lines), default=0.0)

        return caption, tail, (wide(caption) + 8, figure + 8, wide(tail))


class TotalsStrip(Card):
    """The own week at the foot: whole totals up to yesterday, never a single rating."""

    FIGURES = 5

    def __init__(self) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self.figures = [self.put(Figure(), 0, 0, 9, 9) for _ in range(self.FIGURES)]
        self.edges = [self.put(Line(), 0, 0, 2, 9) for _ in range(self.FIGURES)]
        self.through = self.put(
            Text("", (15, 14, 13, 12), colour="ink2", lines=2, side=Side.LEFT), 0, 0, 9, 9
        )
        self.through.set_icon("clock", 17)

    def show_totals(self, figures: tuple[FigureView, ...], through: str) -> None:
        """Show other totals."""
        for n, figure in enumerate(self.figures):
            figure.setVisible(n < len(figures))
            self.edges[n].setVisible(n < len(figures))
            if n < len(figures):
                figure.show_figure(figures[n])
        self.through.setText(through)
        self.through.setAccessibleName(through)
        self.through.setVisible(bool(through))

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        shares = (1.0, 1.0, 1.0, 1.12, 1.0, 0.98)
        each = (width - 8) / sum(shares)
        x, middle = 4.0, (height - 30) / 2
        for figure, edge, share in zip(self.figures, self.edges, shares, strict=False):
            self.put(figure, x, 2, each * share - 4, height - 4)
            x += each * share
            self.put(edge, x - 2, middle, 2, 30)
        self.put(self.through, x + 12, 2, width - x - 20, height - 4)
