"""What is missing (一次性告知补正): the service's materials, ticked one by one.

Digits tick, arrows and the space bar too, Enter confirms, Esc leaves. More than nine stand on
pages. Nothing ticked is an answer as well: then there is no list.
"""

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from hallclient.ui.paint import Box, draw_box, draw_icon
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.text import Line, Text
from hallclient.ui.words import Words
from hallclient.window.popovers import (
    HEAD,
    NOTCH,
    PAD,
    ROW,
    WIDTH,
    Choice,
    ChoiceRow,
    FootLine,
    StaffPopover,
)

PAGE = 9
_KEY_WIDTH = 126
_FOOT = 64


class TickRow(ChoiceRow):
    """A line with a box to tick, beside its digit."""

    LINES = 2

    def __init__(self, digit: int, choice: Choice, *, ticked: bool) -> None:
        super().__init__(digit, choice)
        self.setCheckable(True)
        self.setChecked(ticked)

    def _words_x(self) -> float:
        return super()._words_x() + 32

    def _paint_icon(self, painter: QPainter, square: QRectF) -> None:
        ticked = self.isChecked()
        colours = ("primary", "primary") if ticked else ("surface", "lineStrong")
        draw_box(painter, self.look, square, Box(*colours, 2, 4))
        if ticked:
            draw_icon(painter, self.look, "check", square.adjusted(2, 2, -2, -2), "onPrimary")


class MissingPopover(StaffPopover):
    """The materials of one ticket's service, by their zh-CN names."""

    confirmed = Signal(object)
    """A tuple of what is missing, in the order of the service's list."""

    def __init__(  # noqa: PLR0913 - what the clerk is asked
        self,
        parent: QWidget,
        words: Words,
        label: str,
        choices: Sequence[Choice],
        *,
        ticked: Collection[str] = (),
        prints: bool = False,
    ) -> None:
        """Build the lines; ``prints`` says that a list comes out."""
        super().__init__(parent)
        self._words, self._prints = words, prints
        self._choices = tuple(choices)
        self._marked = 0
        title = words("window.outcome.supplement")
        self.setAccessibleName(f"{label} {title}")
        self.put_title(title, label)
        self.rows = [self._row(index, ticked) for index in range(len(self._choices))]
        y = NOTCH + 16 + HEAD + ROW * min(PAGE, len(self.rows))
        self.put(Line(), PAD, y, WIDTH - 2 * PAD, 2)
        room = WIDTH - 2 * PAD - _KEY_WIDTH - 16
        self.told = self.put(Text("", (16, 15, 14), lines=1), PAD, y + 8, room, 26)
        self.put(self._foot(), PAD, y + 36, room, 28)
        self.enter = Key(words("window.popover.enter"), "Enter")
        self.enter.set_face(Face.SOLID)
        self.enter.clicked.connect(self.confirm)
        self.put(self.enter, WIDTH - PAD - _KEY_WIDTH, y + 12, _KEY_WIDTH, 52)
        self.resize(WIDTH, round(y + 8 + _FOOT + 10))
        self._mark(0)
        self._tell()

    @property
    def ticked(self) -> tuple[str, ...]:
        """What is ticked now."""
        chosen = zip(self._choices, self.rows, strict=True)
        return tuple(choice.value for choice, row in chosen if row.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick by digit or space bar, go by arrows and pages, confirm by Enter."""
        text, last = event.text(), len(self.rows) - 1
        first = self._marked - self._marked % PAGE
        go: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Down: lambda: self._mark(min(self._marked + 1, last)),
            Qt.Key.Key_Up: lambda: self._mark(max(self._marked - 1, 0)),
            Qt.Key.Key_PageDown: lambda: self._mark(min(first + PAGE, last)),
            Qt.Key.Key_PageUp: lambda: self._mark(max(first - PAGE, 0)),
            Qt.Key.Key_Space: lambda: self._tick(self._marked),
            Qt.Key.Key_Return: self.confirm,
            Qt.Key.Key_Enter: self.confirm,
        }
        if text in tuple("123456789"):
            self._tick(first + int(text) - 1)
        elif event.key() in go:
            if not event.isAutoRepeat():
                go[event.key()]()
        else:
            super().keyPressEvent(event)
            return
        self.touched()

    def confirm(self) -> None:
        """Hand over what is ticked, and close."""
        ticked = self.ticked
        self.close()
        self.confirmed.emit(ticked)

    def _row(self, index: int, ticked: Collection[str]) -> TickRow:
        choice, at = self._choices[index], index % PAGE
        row = TickRow(at + 1, choice, ticked=choice.value in ticked)
        row.toggled.connect(self._toggled)
        return self.put(row, PAD, NOTCH + 12 + HEAD + ROW * at, WIDTH - 2 * PAD, ROW)

    def _foot(self) -> FootLine:
        words, many = self._words, len(self.rows)
        digits = f"1–{min(PAGE, many)}" if many > 1 else "1"
        pairs = [(digits, words("window.missing.tick"))]
        if many > PAGE:
            pairs.append(("PgDn", words("window.missing.more")))
        return FootLine((*pairs, ("Esc", words("window.popover.leave"))))

    def _tick(self, index: int) -> None:
        if index < len(self.rows):
            self._mark(index)
            self.rows[index].toggle()

    def _toggled(self) -> None:
        self.touched()
        self._tell()

    def _mark(self, index: int) -> None:
        """Mark a line and show the page it stands on."""
        self._marked = index
        for at, row in enumerate(self.rows):
            row.set_face(Face.SELECTED if at == index else Face.BARE)
            row.setVisible(at // PAGE == index // PAGE)

    def _tell(self) -> None:
        count = len(self.ticked)
        key = "nothing" if count == 0 else "listed" if self._prints else "counted"
        text = self._words(f"window.missing.{key}", n=count)
        self.told.setText(text)
        self.told.setAccessibleName(text)
