"""What is missing (一次性告知补正): the service's materials, ticked one by one.

Digits tick, arrows and the space bar too, Enter confirms, Esc leaves. More than nine stand on
pages. Nothing ticked is an answer as well: then there is no list.
"""

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from hallclient.domain.parts import Material
from hallclient.ui.paint import Box, Fitted, draw_box, draw_fitted, draw_icon, fit_text
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.text import Line, Text
from hallclient.ui.words import Words
from hallclient.window.choices import Choice, ChoiceRow, FootLine
from hallclient.window.popovers import HEAD, NOTCH, PAD, ROW, WIDTH, StaffPopover

PAGE = 9
_KEY_WIDTH = 126
_FOOT = 64


class TickRow(ChoiceRow):
    """A line with a box to tick beside its digit; ``note`` stands quieter below the words."""

    def __init__(self, digit: int, choice: Choice, note: str, *, ticked: bool) -> None:
        super().__init__(digit, choice)
        self._note = note
        self.setCheckable(True)
        self.setChecked(ticked)
        self.setAccessibleName(f"{digit} {choice.text} {note}".strip())

    def is_cut(self) -> bool:
        """Tell whether some of the words do not fit and are elided."""
        return super().is_cut() or self._fitted_note().elided

    def _words_x(self) -> float:
        return super()._words_x() + 32

    def _paint_icon(self, painter: QPainter, square: QRectF) -> None:
        ticked = self.isChecked()
        colours = ("primary", "primary") if ticked else ("surface", "lineStrong")
        draw_box(painter, self.look, square, Box(*colours, 2, 4))
        if ticked:
            draw_icon(painter, self.look, "check", square.adjusted(2, 2, -2, -2), "onPrimary")

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        if not self._note:
            super()._paint_words(painter, room)
            return
        super()._paint_words(painter, QRectF(room.left(), 4, room.width(), 25))
        painter.setPen(self.look.colour("ink2"))
        below = QRectF(room.left(), 28, room.width(), 19)
        draw_fitted(painter, self.look, below, self._fitted_note())

    def _fitted_note(self) -> Fitted:
        return fit_text(self.look, self._note, (14, 13), self._room())


class MissingPopover(StaffPopover):
    """The materials of one ticket's service, by their zh-CN names."""

    confirmed = Signal(object)
    """A tuple of what is missing, in the order of the service's list."""

    def __init__(
        self,
        parent: QWidget,
        words: Words,
        label: str,
        materials: Sequence[Material],
        *,
        ticked: Collection[str] = (),
        prints: bool = False,
    ) -> None:
        """Build the lines; ``prints`` says that a list comes out."""
        super().__init__(parent)
        self._words, self._prints = words, prints
        self._materials = tuple(materials)
        self._marked = 0
        title = words("window.outcome.supplement")
        self.setAccessibleName(f"{label} {title}")
        self.put_title(title, label)
        self.rows = [self._row(index, ticked) for index in range(len(materials))]
        y = NOTCH + 16 + HEAD + ROW * min(PAGE, len(self.rows))
        self.put(Line(), PAD, y, WIDTH - 2 * PAD, 2)
        room = WIDTH - 2 * PAD - _KEY_WIDTH - 16
        self.told = self.put(Text("", (16, 15, 14), lines=1), PAD, y + 8, room, 26)
        self.put(self._foot(), PAD, y + 36, room, 28)
        self.enter = Key(words("window.missing.confirm"), "Enter")
        self.enter.set_face(Face.SOLID)
        self.enter.clicked.connect(self.confirm)
        self.put(self.enter, WIDTH - PAD - _KEY_WIDTH, y + 12, _KEY_WIDTH, 52)
        self.resize(WIDTH, round(y + 8 + _FOOT + 10))
        self._mark(0)
        self._tell()

    @property
    def ticked(self) -> tuple[str, ...]:
        """What is ticked now."""
        all_rows = zip(self._materials, self.rows, strict=True)
        return tuple(material.name.zh_cn for material, row in all_rows if row.isChecked())

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
            # The 3 that opened this list may still be held down.
            if not event.isAutoRepeat():
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
        material, at = self._materials[index], index % PAGE
        name, language = material.name, self._words.language
        choice, note = Choice(name.zh_cn, name.text(language)), material.form.text(language)
        row = TickRow(at + 1, choice, note, ticked=name.zh_cn in ticked)
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
