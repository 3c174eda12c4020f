"""Fields of the form that have keys of their own: a stepper, materials to tick on pages."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, draw_box
from hallclient.ui.widgets.text import Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act, TickBox

_LINE = 40.0


class Stepper(Pane):
    """A number of days with a key at each side, or words alone."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._steps = True
        self.less = self.put(Act(icon="minus"), 0, 0, 44, 44)
        self.value = self.put(Text("", (22, 20, 18), weight=fonts.FIGURE), 44, 0, 64, 44)
        self.more = self.put(Act(icon="plus"), 108, 0, 44, 44)
        self.less.clicked.connect(lambda: self.stepped.emit(-1))
        self.more.clicked.connect(lambda: self.stepped.emit(1))

    def show_value(self, text: str, less: str, more: str, *, steps: bool) -> None:
        """Show a value; ``less`` and ``more`` name the keys."""
        self._steps = steps
        self.value.setText(text)
        self.less.setAccessibleName(less)
        self.more.setAccessibleName(more)
        self.less.setVisible(steps)
        self.more.setVisible(steps)
        self.update()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self.put(self.less, 0, 0, 44, height)
        self.put(self.more, width - 44, 0, 44, height)
        if self._steps:
            wide = fonts.metrics(22, fonts.FIGURE, self.look.language)
            text = wide.horizontalAdvance(self.value.text())
            self.put(self.value, (width - text) / 2 - 1, 0, text + 4, height)
        else:
            self.put(self.value, 0, 0, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by the arrows while one of the keys has the keyboard."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame between the keys."""
        if self._steps:
            look = self.look
            area = QRectF(self.rect()).adjusted(look.px(38), 0, -look.px(38), 0)
            draw_box(QPainter(self), look, area, Box("surface", "lineStrong", 2, 0))


class TickPages(Pane):
    """The service's materials to tick, as many as there is room for, the others on pages."""

    ticked = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._rows: tuple[tuple[str, str, bool], ...] = ()
        self._page = 0
        self._room = (100.0, 100.0)
        self.boxes: list[TickBox] = []
        self.told = self.put(Text("", (15, 14, 13), weight=fonts.MEDIUM), 0, 0, 9, 9)
        self.turn = self.put(Act(icon="chev-r"), 0, 0, 9, 9)
        self.turn.clicked.connect(self.next_page)

    def show_rows(self, rows: tuple[tuple[str, str, bool], ...], told: str) -> None:
        """Show materials (their zh-CN name, their words, ticked) and what is told."""
        if [row[0] for row in rows] != [row[0] for row in self._rows]:
            self._page = 0
        self._rows = rows
        self.told.setText(told)
        self._fill()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._fill()

    def next_page(self) -> None:
        """Turn to the next page, after the last one to the first."""
        pages = -(-len(self._rows) // self._each()) or 1
        self._page = (self._page + 1) % pages
        self._fill()

    def _each(self) -> int:
        return 2 * max(1, int((self._room[1] - 30) // _LINE))

    def _fill(self) -> None:
        width, height = self._room
        each = self._each()
        first = self._page * each
        shown = self._rows[first : first + each]
        while len(self.boxes) < each and len(self.boxes) < 30:
            self.boxes.append(self._box(len(self.boxes)))
        half = (width - 8) / 2
        for n, box in enumerate(self.boxes):
            there = n < len(shown)
            box.setVisible(there)
            if there:
                _name, text, ticked = shown[n]
                box.setText(text)
                box.setAccessibleName(text)
                box.setChecked(ticked)
                box.update()
                self.put(box, (n % 2) * (half + 8), (n // 2) * _LINE, half, _LINE - 2)
        many = len(self._rows) > each
        self.turn.setVisible(many)
        self.turn.setAccessibleName(self._words("window.missing.more"))
        self.put(self.turn, width - 48, height - 36, 48, 34)
        self.put(self.told, 0, height - 30, width - (56 if many else 0), 26)

    def _box(self, n: int) -> TickBox:
        box = self.put(TickBox(), 0, 0, 9, 9)
        box.clicked.connect(lambda: self._tick(n))
        return box

    def _tick(self, n: int) -> None:
        at = self._page * self._each() + n
        if at < len(self._rows):
            self.ticked.emit(self._rows[at][0])
