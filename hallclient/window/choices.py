"""Lines to choose from, one digit each: the outcome, the pause reasons, the menu."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    Fitted,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import Face, HallButton, HallLabel
from hallclient.ui.widgets.text import Line
from hallclient.window.popovers import HEAD, NOTCH, PAD, ROW, WIDTH, StaffPopover

_ICON_X, _ROW_PAD = 52.0, 14


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a popover: what is handed back, what it says, an icon if any.

    ``note`` stands quieter at its end.
    """

    value: str
    text: str
    icon: str = ""
    note: str = ""


class ChoiceRow(HallButton):
    """A line to choose: its digit in a box, its words; the marked one has a tint."""

    radius = 9.0

    def __init__(self, digit: int, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(choice.text, parent)
        self._digit = str(digit) if digit else ""
        self._icon, self._aside = choice.icon, choice.note
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_face(Face.BARE)
        self._rename()

    def show_choice(self, digit: int, choice: Choice) -> None:
        """Show another line; digit 0 shows none."""
        self._digit = str(digit) if digit else ""
        self._icon, self._aside = choice.icon, choice.note
        self.setText(choice.text)
        self._rename()
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return self._fitted().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tint, digit and words."""
        painter, look, area = QPainter(self), self.look, self.area()
        marked = self.face is Face.SELECTED
        edge = "primary" if marked and look.theme.flat else "transparent"
        if marked or self.isDown():
            fill = "sunken" if self.isDown() else "primaryTint"
            draw_box(painter, look, area, Box(fill, edge, 2, self.radius))
        if self._digit:
            box = QRectF(14, (area.height() - 22) / 2, 24, 22)
            draw_box(painter, look, box, Box("surface", "lineStrong", 1.5, 5))
            painter.setPen(look.colour("ink2"))
            font = look.font(15, fonts.FIGURE)
            draw_line(painter, box, self._digit, font, side=Side.CENTRE)
        self._paint_icon(painter, QRectF(_ICON_X, (area.height() - 20) / 2, 20, 20))
        self._paint_words(painter, area.adjusted(self._words_x(), 0, -_ROW_PAD, 0))

    def _words_x(self) -> float:
        return _ICON_X + (30 if self._icon else 0)

    def _paint_icon(self, painter: QPainter, square: QRectF) -> None:
        if self._icon:
            draw_icon(painter, self.look, self._icon, square, "ink2")

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(self.look.colour("ink"))
        draw_fitted(painter, self.look, room, self._fitted(), weight=fonts.MEDIUM)
        if self._aside:
            painter.setPen(self.look.colour("ink2"))
            draw_line(painter, room, self._aside, self.look.font(16), side=Side.RIGHT)

    def _room(self) -> float:
        room = self.area().width() - self._words_x() - _ROW_PAD
        if not self._aside:
            return room
        measured = fonts.metrics(16, fonts.REGULAR, self.look.language)
        return room - measured.horizontalAdvance(self._aside) - 12

    def _rename(self) -> None:
        parts = (self._digit, self.text(), self._aside)
        self.setAccessibleName(" ".join(part for part in parts if part))

    def _fitted(self) -> Fitted:
        return fit_text(self.look, self.text(), (18, 17, 16), self._room(), weight=fonts.MEDIUM)


class FootLine(HallLabel):
    """What the keys of a popover do: pairs of a key and its words."""

    GAP = 20.0

    def __init__(self, pairs: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__("  ".join(" ".join(pair) for pair in pairs), parent)
        self._pairs = tuple(pairs)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the keys bold, their words quiet."""
        painter, look = QPainter(self), self.look
        self.pen(painter, "ink2")
        area, px = QRectF(self.rect()), self._size()
        for cap, words in self._pairs:
            taken = draw_line(painter, area, cap, look.font(px, fonts.FIGURE))
            area.setLeft(area.left() + taken + 4)
            taken = draw_line(painter, area, words, look.font(px))
            area.setLeft(area.left() + taken + self.GAP)

    def _size(self) -> float:
        """Return the largest size at which all pairs stand on the line."""
        look = self.look
        for px in (15.0, 14.0, 13.0):
            cap = fonts.metrics(look.px(px), fonts.FIGURE, look.language)
            word = fonts.metrics(look.px(px), fonts.REGULAR, look.language)
            wide = sum(
                cap.horizontalAdvance(key) + word.horizontalAdvance(words) + 4
                for key, words in self._pairs
            )
            if wide + self.GAP * (len(self._pairs) - 1) <= self.width():
                return px
        return 12.0


class ChoicePopover(StaffPopover):
    """Lines with digits: a digit chooses at once, arrows mark, Enter confirms, Esc leaves."""

    chosen = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        choices: Sequence[Choice],
        feet: tuple[str, str, str],
        *,
        label: str = "",
        marked: int = 0,
    ) -> None:
        """Build the lines; ``feet`` are the words for digits, Enter and Esc."""
        super().__init__(parent)
        self._choices = tuple(choices[:9])
        self._marked = marked
        self.setAccessibleName(f"{label} {title}".strip())
        self.put_title(title, label)
        self.rows = [self._row(index, choice) for index, choice in enumerate(self._choices)]
        y = NOTCH + 16 + HEAD + ROW * len(self.rows)
        self.put(Line(), PAD, y, WIDTH - 2 * PAD, 2)
        digits = f"1–{len(self.rows)}" if len(self.rows) > 1 else "1"
        foot = FootLine(((digits, feet[0]), ("Enter", feet[1]), ("Esc", feet[2])))
        self.put(foot, PAD, y + 8, WIDTH - 2 * PAD, 32)
        self.resize(WIDTH, round(y + 8 + 32 + 10))
        self._mark(marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by digit, by arrows and Enter."""
        text = event.text()
        if text in tuple("123456789"[: len(self.rows)]):
            # A key held down was meant for the popover before this one.
            if not event.isAutoRepeat():
                self.choose(int(text) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.choose(self._marked)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._mark((self._marked + step) % len(self.rows))
            self.touched()
        else:
            super().keyPressEvent(event)

    def choose(self, index: int) -> None:
        """Hand a line's value back and close."""
        value = self._choices[index].value
        self.close()
        self.chosen.emit(value)

    def _row(self, index: int, choice: Choice) -> ChoiceRow:
        row = ChoiceRow(index + 1, choice)
        row.clicked.connect(lambda: self.choose(index))
        return self.put(row, PAD, NOTCH + 12 + HEAD + ROW * index, WIDTH - 2 * PAD, ROW)

    def _mark(self, index: int) -> None:
        self._marked = index
        for at, row in enumerate(self.rows):
            row.set_face(Face.SELECTED if at == index else Face.BARE)
