"""The card of the ticket at the window: number, service, times, what was done before, notes."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Fitted, Side, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.window.panel.parts import MARK, draw_marks
from hallclient.window.panel.view import CardView

PAD = 18
_PAIRS, _NOTES = 3, 4


class Titled(HallLabel):
    """A service with the signs of the ticket's rights behind it."""

    def __init__(self) -> None:
        super().__init__("")
        self._marks = ""

    def show_words(self, text: str, marks: str, said: str) -> None:
        """Show other words and signs; ``said`` is for the ear."""
        self._marks = marks
        self.setText(text)
        self.setAccessibleName(f"{text} {said}".strip())
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return bool(self.text()) and self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw words and signs."""
        if not self.text():
            return
        painter, look, fitted = QPainter(self), self.look, self._fit()
        self.pen(painter, "ink")
        draw_fitted(painter, look, QRectF(self.rect()), fitted, weight=fonts.BOLD, leading=1.1)
        metrics = fonts.metrics(look.px(fitted.px), fonts.BOLD, look.language)
        width = max(metrics.horizontalAdvance(line) for line in fitted.lines)
        draw_marks(painter, self, self._marks, width + look.px(10))

    def _fit(self) -> Fitted:
        room = self.reference_size()[0] - len(self._marks) * (MARK + 4) - 12
        whole = fit_text(self.look, self.text(), (22, 20, 18), room, weight=fonts.BOLD)
        if not whole.elided:
            return whole
        return fit_text(self.look, self.text(), (17, 16, 15), room, lines=2, weight=fonts.BOLD)


class PairLine(HallLabel):
    """A caption at the left, its value at the right."""

    def __init__(self) -> None:
        super().__init__("")
        self._caption = self._value = ""

    def show_pair(self, caption: str, value: str) -> None:
        """Show other words."""
        self._caption, self._value = caption, value
        self.setText(f"{caption} {value}")
        self.setAccessibleName(f"{caption} {value}")
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the value does not fit."""
        return self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both."""
        painter, look, area = QPainter(self), self.look, QRectF(self.rect())
        self.pen(painter, "ink2")
        draw_line(painter, area, self._caption, look.font(15))
        self.pen(painter, "ink")
        draw_fitted(painter, look, area, self._fit(), weight=fonts.MEDIUM, side=Side.RIGHT)

    def _fit(self) -> Fitted:
        metrics = fonts.metrics(15, fonts.REGULAR, self.look.language)
        room = self.reference_size()[0] - metrics.horizontalAdvance(self._caption) - 14
        return fit_text(self.look, self._value, (15, 14), room, weight=fonts.MEDIUM)


class TicketCard(Card):
    """The left upper card."""

    def __init__(self) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self.plate = self.put(Plate("", 84, edge=4), 0, 0, 9, 9)
        self.service = self.put(Titled(), 0, 0, 9, 9)
        self.pairs = [self.put(PairLine(), 0, 0, 9, 9) for _ in range(_PAIRS)]
        self.notes = [
            self.put(Text("", (14, 13), colour="ink2", lines=2), 0, 0, 9, 9) for _ in range(_NOTES)
        ]
        self.edge = self.put(Line(), 0, 0, 9, 2)
        self.caption = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.timer = self.put(Text("", (32, 28), weight=fonts.FIGURE, side=Side.RIGHT), 0, 0, 9, 9)
        self._view = CardView()
        self._room = (336.0, 330.0)

    def show_view(self, view: CardView) -> None:
        """Show another ticket."""
        self._view = view
        if self.plate.text() != view.label:
            self.plate.setText(view.label)
        self.plate.set_hint(view.hint, 24)
        self.plate.set_calling(calling=view.calling)
        self.service.show_words(view.service, view.marks, view.marks_said)
        for n, pair in enumerate(self.pairs):
            if n < len(view.lines):
                pair.show_pair(*view.lines[n])
        for n, note in enumerate(self.notes):
            note.setText(view.notes[n] if n < len(view.notes) else "")
            note.setAccessibleName(note.text())
        self.caption.setText(view.caption)
        self.timer.setText(view.timer if view.label else "")
        self.timer.set_colour("warn" if view.warns else "ink")
        self._spread()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size; what does not fit goes from the notes upwards."""
        self._room = (width, height)
        self._spread()

    def _spread(self) -> None:
        (width, height), view = self._room, self._view
        low = height < 310
        inner = width - 2 * PAD
        plate = 72.0 if low else 104.0
        y = 12.0 if low else 16.0
        self.plate.set_size(min(84.0, plate * 0.81))
        self.put(self.plate, PAD, y, inner, plate)
        y += plate + (6 if low else 10)
        there = bool(view.label)
        self.service.setVisible(there)
        self.put(self.service, PAD, y, inner, 34 if low else 38)
        y += 36 if low else 42
        foot = height - (50 if low else 66)
        step = 24.0 if low else 27.0
        for n, pair in enumerate(self.pairs):
            fits = n < len(view.lines) and y + step <= foot + 1
            pair.setVisible(there and fits)
            if fits:
                self.put(pair, PAD, y, inner, step)
                y += step
        self._place_notes(y, foot, inner)
        self.edge.setVisible(there)
        self.put(self.edge, PAD, foot + 2, inner, 2)
        self.put(self.caption, PAD, foot + 8, inner * 0.55, height - foot - 18)
        self.put(self.timer, PAD + inner * 0.4, foot + 6, inner * 0.6, height - foot - 16)

    def _place_notes(self, y: float, foot: float, inner: float) -> None:
        """Place what fits above the foot: the first notes are the heaviest."""
        for note in self.notes:
            tall = 19.0 * self._lines_of(note, inner)
            fits = bool(note.text()) and y + tall <= foot + 1
            note.setVisible(fits)
            if fits:
                self.put(note, PAD, y, inner, tall)
                y += tall

    def _lines_of(self, note: Text, inner: float) -> int:
        if not note.text():
            return 0
        return len(fit_text(self.look, note.text(), (14, 13), inner, lines=2).lines)
