"""The list of the ledger: tabs above, rows with what is due, the trip and the pages below."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.domain.errand import Due
from hallclient.ui import fonts
from hallclient.ui.paint import Side, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import ROW, Act, TabKey, TickBox, arrow_step, line_tint
from hallclient.window.ledger.view import MARKS, Form, LedgerView, RowView, Tab

TABS = 46
FOOT = 56
_NUMBER, _MASK, _WHEN = 112, 78, 148


class ErrandLine(HallButton):
    """One errand of the list."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.row: RowView | None = None
        self.set_face(Face.BARE)

    def show_row(self, row: RowView, *, chosen: bool) -> None:
        """Show an errand."""
        self.row = row
        self.setAccessibleName(f"{row.number} {row.service} {row.mask} {row.when}")
        self.set_face(Face.SELECTED if chosen else Face.BARE)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw number, service, principal and when it is due."""
        row = self.row
        if row is None:
            return
        painter, look, area = QPainter(self), self.look, self.area()
        line_tint(painter, look, area, self)
        painter.setPen(look.colour("ink"))
        inner = area.adjusted(10, 0, -10, 0)
        draw_line(painter, inner, row.number, look.font(16, fonts.FIGURE))
        room = inner.width() - _NUMBER - _MASK - _WHEN
        name = fit_text(look, row.service, (16, 15, 14), room - 8)
        at = QRectF(inner.left() + _NUMBER, 0, room, area.height())
        draw_fitted(painter, look, at, name)
        mask = fit_text(look, row.mask, (16, 15, 14), _MASK - 6)
        draw_fitted(painter, look, QRectF(at.right(), 0, _MASK, area.height()), mask)
        self._paint_when(painter, QRectF(at.right() + _MASK, 0, _WHEN, area.height()), row)

    def _paint_when(self, painter: QPainter, at: QRectF, row: RowView) -> None:
        look, marked = self.look, row.mark in MARKS
        ink = "warn" if row.mark is Due.LATE else "ink" if marked else "ink2"
        weight = fonts.BOLD if marked else fonts.REGULAR
        fitted = fit_text(look, row.when, (15, 14, 13), _WHEN - 22, weight=weight)
        painter.setPen(look.colour(ink))
        draw_fitted(painter, look, at, fitted, weight=weight, side=Side.RIGHT)
        if marked:
            wide = fonts.metrics(round(fitted.px), weight, look.language)
            taken = wide.horizontalAdvance(fitted.lines[0])
            square = QRectF(at.right() - taken - 21, (at.height() - 16) / 2, 16, 16)
            draw_icon(painter, look, MARKS[row.mark], square, ink)


class ErrandList(Card):
    """The list. Up and down go through it, the space bar ticks, Enter opens."""

    tab_chosen = Signal(object)
    chosen = Signal(int)
    ticked = Signal(int)
    carry_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._view = LedgerView()
        self._page = 0
        self._size = (600.0, 400.0)
        self.tabs = {tab: self.put(TabKey(), 0, 0, 10, TABS) for tab in Tab}
        for tab, key in self.tabs.items():
            key.clicked.connect(lambda _on=False, tab=tab: self.tab_chosen.emit(tab))
        self.edges = (self.put(Line(), 0, 0, 1, 1), self.put(Line(), 0, 0, 1, 1))
        self.lines: list[ErrandLine] = []
        self.boxes: list[TickBox] = []
        self.empty = self.put(
            Text("", (18, 16), colour="ink2", side=Side.CENTRE, lines=3), 0, 0, 9, 9
        )
        self.place_text = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.back = self.put(Act(icon="chev-l"), 0, 0, 9, 9)
        self.on = self.put(Act(icon="chev-r"), 0, 0, 9, 9)
        self.carry = self.put(Act(icon="arrow-r"), 0, 0, 9, 9)
        self.back.clicked.connect(lambda: self._turn(-1))
        self.on.clicked.connect(lambda: self._turn(1))
        self.carry.clicked.connect(self.carry_asked)

    @property
    def per_page(self) -> int:
        """How many lines the card holds."""
        return max(1, int((self._size[1] - TABS - FOOT - 8) // ROW))

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._size = (width, height)
        wide = (width - 16) / len(self.tabs)
        for index, key in enumerate(self.tabs.values()):
            self.put(key, 8 + index * wide, 2, wide, TABS - 2)
        self.put(self.edges[0], 2, TABS, width - 4, 2)
        self.put(self.edges[1], 2, height - FOOT, width - 4, 2)
        self.put(self.empty, 24, TABS + 20, width - 48, min(140, height - TABS - FOOT - 30))
        foot = height - FOOT + 6
        self.put(self.back, 10, foot, 52, 44)
        self.put(self.on, 68, foot, 52, 44)
        self.put(self.place_text, 130, foot, max(60, width - 130 - 232), 44)
        self.put(self.carry, width - 230, foot, 220, 44)
        self._grow()
        for index, (line, box) in enumerate(zip(self.lines, self.boxes, strict=True)):
            y = TABS + 4 + index * ROW
            self.put(box, 8, y, 44, ROW)
            self.put(line, 54, y, width - 62, ROW)
        self.show_view(self._view)

    def show_view(self, view: LedgerView) -> None:
        """Show a list."""
        if (view.tab, view.search) != (self._view.tab, self._view.search):
            self._page = 0
        moved = view.selected != self._view.selected
        self._view = view
        pages = max(1, -(-len(view.rows) // self.per_page))
        chosen = [n for n, row in enumerate(view.rows) if row.id == view.selected]
        if chosen and moved:
            self._page = chosen[0] // self.per_page
        self._page = min(self._page, pages - 1)
        for tab, text, count in view.tabs:
            searching = bool(view.search)
            key = self.tabs[tab]
            key.set_words(
                text, count, chosen=tab is view.tab and not searching, warns=tab is Tab.LATE
            )
        self._show_rows()
        self._show_foot(pages)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go by arrows and pages, tick by the space bar."""
        step = arrow_step(event)
        if step:
            self._go(step)
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def _show_rows(self) -> None:
        view, per = self._view, self.per_page
        rows = view.rows[self._page * per : (self._page + 1) * per]
        for index, (line, box) in enumerate(zip(self.lines, self.boxes, strict=True)):
            there = index < len(rows)
            line.setVisible(there)
            box.setVisible(there and rows[index].ticks)
            if not there:
                line.row = None
                continue
            row = rows[index]
            line.show_row(row, chosen=row.id == view.selected)
            box.setChecked(row.ticked)
            box.setAccessibleName(self._words("ledger.tick", number=row.number))
        self.empty.setText(view.empty)
        self.empty.setVisible(not rows)

    def _show_foot(self, pages: int) -> None:
        words, view = self._words, self._view
        many = pages > 1
        for key, name, alive in (
            (self.back, "previous", self._page > 0),
            (self.on, "following", self._page < pages - 1),
        ):
            key.setVisible(many)
            key.setAccessibleName(words(f"ledger.page.{name}"))
            key.set_face(Face.OUTLINED if alive else Face.FLAT)
        told = words("ledger.page.place", page=self._page + 1, pages=pages) if many else ""
        self.place_text.setText(told)
        self.carry.set_words(words("ledger.carry_n", n=len(view.carrying)))
        self.carry.setVisible(bool(view.carrying) or view.tab is Tab.RECEIVED)
        free = bool(view.carrying) and view.form is Form.NONE
        self.carry.set_face(Face.OUTLINED if free else Face.FLAT)

    def _grow(self) -> None:
        while len(self.lines) < self.per_page:
            box, line = self.put(TickBox(), 0, 0, 9, 9), self.put(ErrandLine(), 0, 0, 9, 9)
            line.clicked.connect(self._choose)
            line.installEventFilter(self)
            box.clicked.connect(self._tick)
            self.lines.append(line)
            self.boxes.append(box)

    def eventFilter(self, watched, event) -> bool:  # type: ignore[no-untyped-def]
        """Take arrows and the space bar from a line that has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            line = watched if isinstance(watched, ErrandLine) else None
            if event.key() == Qt.Key.Key_Space and line is not None and line.row is not None:
                if line.row.ticks and not event.isAutoRepeat():
                    self.ticked.emit(line.row.id)
                return True
            keys = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
            if event.key() in keys:
                self.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        line = self.sender()
        if isinstance(line, ErrandLine) and line.row is not None:
            self.chosen.emit(line.row.id)

    def _tick(self) -> None:
        row = self.lines[self.boxes.index(self.sender())].row  # type: ignore[arg-type] # our own
        if row is not None:
            self.ticked.emit(row.id)

    def _go(self, step: int) -> None:
        rows = self._view.rows
        if not rows:
            return
        at = next((n for n, row in enumerate(rows) if row.id == self._view.selected), -1)
        index = min(max(at + step, 0), len(rows) - 1)
        self.chosen.emit(rows[index].id)
        self.lines[index % self.per_page].setFocus(Qt.FocusReason.TabFocusReason)

    def _turn(self, step: int) -> None:
        pages = max(1, -(-len(self._view.rows) // self.per_page))
        self._page = min(max(self._page + step, 0), pages - 1)
        self._show_rows()
        self._show_foot(pages)
