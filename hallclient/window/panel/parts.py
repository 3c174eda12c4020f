"""The small painted parts of the panel: options, rows of a list, the day strip, figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
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
from hallclient.ui.widgets.text import Text

EDGE = 2
ROW = 44
MARK = 23
NARROW = 300
"""A list narrower than this stands closer."""
_WORDS_LEAST = 60


class OptionKey(HallButton):
    """One of several answers: its digit in a box, its words; the chosen one has a tint."""

    radius = 10.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._digit = ""

    def set_words(self, digit: str, text: str, *, chosen: bool) -> None:
        """Show digit and words."""
        self._digit = digit
        self.setText(text)
        self.setAccessibleName(f"{digit} {text}".strip())
        self.set_face(Face.SELECTED if chosen else Face.OUTLINED)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, digit and words."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=EDGE)
        area, chosen = self.area(), self.face is Face.SELECTED
        draw_box(painter, look, area, colours.box)
        left = look.px(7)
        if self._digit:
            box = look.px(22)
            square = QRectF(left, (area.height() - box) / 2, box, box)
            filled = Box("primary", "primary", 1.5, 5)
            draw_box(
                painter, look, square, filled if chosen else Box("surface", "lineStrong", 1.5, 5)
            )
            painter.setPen(look.colour("onPrimary" if chosen else "ink2"))
            draw_line(painter, square, self._digit, look.font(14, fonts.FIGURE), side=Side.CENTRE)
            left += box + look.px(6)
        painter.setPen(look.colour(colours.ink))
        words = area.adjusted(left, 0, -look.px(3), 0) if self._digit else area
        weight = fonts.BOLD if chosen else fonts.MEDIUM
        side = Side.LEFT if self._digit else Side.CENTRE
        draw_fitted(painter, look, words, self._fit(), weight=weight, side=side, leading=1.12)

    def _fit(self) -> Fitted:
        room = self.reference_size()[0] - (39 if self._digit else 8)
        # Always measured bold: choosing must not change the size.
        steps = (16, 15, 14, 13, 12)
        return fit_text(self.look, self.text(), steps, room, lines=2, weight=fonts.BOLD)


class Parted(Pane):
    """A choice of two to five in one frame, like keys of a radio. Digits do not reach it."""

    chosen = Signal(str)

    def __init__(self, columns: int = 0) -> None:
        """``columns``: so many stand side by side, the others below; 0: all in one line."""
        super().__init__()
        self._columns = columns
        self.keys: list[OptionKey] = []
        self._values: tuple[str, ...] = ()

    def set_choices(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Show values with their words; ``chosen`` is marked."""
        values = tuple(value for value, _ in choices)
        if values != self._values:
            for key in self.keys:
                self.drop(key)
            self._values = values
            self.keys = [self._key(value) for value in values]
        for key, (value, text) in zip(self.keys, choices, strict=True):
            key.set_words("", text, chosen=value == chosen)
        self._spread()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    _room = (100.0, 44.0)

    def _key(self, value: str) -> OptionKey:
        key = self.put(OptionKey(), 0, 0, 10, 10)
        key.radius = 9.0
        key.clicked.connect(lambda: self.chosen.emit(value))
        return key

    def _spread(self) -> None:
        # Places are rounded one by one: the last key keeps its edge inside.
        within = 0.0 if self.look.k == 1 else 1 / self.look.k
        width, height = self._room[0] - within, self._room[1] - within
        gap, columns = 4.0, self._columns or max(1, len(self.keys))
        rows = -(-len(self.keys) // columns) or 1
        each = (width - gap * (columns - 1)) / columns
        tall = (height - gap * (rows - 1)) / rows
        for at, key in enumerate(self.keys):
            x, y = (at % columns) * (each + gap), (at // columns) * (tall + gap)
            self.put(key, x, y, each, tall)


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a list: number, words, marks behind them, quieter words, figures at the right."""

    key: int
    label: str
    text: str
    marks: str = ""
    quiet: str = ""
    side: str = ""
    warns: bool = False
    said: str = ""
    """What the marks mean, for the ear."""


class ListLine(HallButton):
    """A line of a list to choose."""

    radius = 8.0

    def __init__(self, label_width: float = 68, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.view = LineView(0, "", "")
        self._label_width = label_width
        self._rule = True
        self.set_face(Face.BARE)

    def show_line(self, view: LineView, *, chosen: bool = False, rule: bool = True) -> None:
        """Show another line; ``rule``: a thin rule above."""
        self.view, self._rule = view, rule
        parts = (view.label, view.text, view.said, view.quiet, view.side)
        said = " ".join(part for part in parts if part)
        self.setText(said)
        self.setAccessibleName(said)
        self.set_face(Face.SELECTED if chosen else Face.BARE)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words are shortened: a list may, its detail says them whole."""
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the parts from both ends; the words take what is left."""
        painter, look, area = QPainter(self), self.look, self.area()
        view, pad = self.view, look.px(16)
        if self._rule:
            rule = QRectF(0, 0, area.width(), max(1.0, look.k))
            painter.fillRect(rule, look.colour("line"))
        if self.face is Face.SELECTED or self.isDown():
            fill = "sunken" if self.isDown() else "primaryTint"
            edge = "primary" if self.face is Face.SELECTED else "transparent"
            inner = area.adjusted(look.px(4), 2, -look.px(4), -1)
            draw_box(painter, look, inner, Box(fill, edge, EDGE, self.radius))
        right = self._paint_side(painter, area, area.right() - pad)
        painter.setPen(look.colour("ink"))
        label_room = self._label_width - (10 if self.reference_size()[0] < NARROW else 0)
        at = QRectF(pad, 0, look.px(label_room), area.height())
        if view.label:
            label = fit_text(
                look, view.label, (19, 17, 15, 14), label_room - 6, weight=fonts.FIGURE
            )
            draw_fitted(painter, look, at, label, weight=fonts.FIGURE)
        left = at.right() if view.label else float(pad)
        marks = len(view.marks) * look.px(MARK + 4) + (look.px(4) if view.marks else 0)
        quiet = self._quiet_room()
        if (right - left - marks - quiet) / look.k < _WORDS_LEAST:
            quiet = 0.0
        if quiet:
            right -= quiet + look.px(10)
        room = max(10.0, (right - left - marks) / look.k)
        fitted = fit_text(look, view.text, (15, 14, 13, 12), room, lines=2)
        painter.setPen(look.colour("ink"))
        words = QRectF(left, 0, room * look.k, area.height())
        draw_fitted(painter, look, words, fitted, leading=1.12)
        width = fonts.metrics(look.px(fitted.px), fonts.REGULAR, look.language)
        x = left + max(map(width.horizontalAdvance, fitted.lines)) + look.px(10)
        draw_marks(painter, self, view.marks, x)
        if quiet:
            painter.setPen(look.colour("ink2"))
            where = QRectF(right, 0, quiet + look.px(10), area.height())
            draw_line(painter, where, view.quiet, look.font(14), side=Side.RIGHT)

    def _quiet_room(self) -> float:
        metrics = fonts.metrics(self.look.px(14), fonts.REGULAR, self.look.language)
        return metrics.horizontalAdvance(self.view.quiet) if self.view.quiet else 0.0

    def _paint_side(self, painter: QPainter, area: QRectF, right: float) -> float:
        look, view = self.look, self.view
        if not view.side:
            return right
        weight = fonts.BOLD if view.warns else fonts.MEDIUM
        metrics = fonts.metrics(look.px(15), weight, look.language)
        width = max(metrics.horizontalAdvance(view.side), look.px(44))
        painter.setPen(look.colour("warn" if view.warns else "ink"))
        at = QRectF(right - width, 0, width, area.height())
        draw_line(painter, at, view.side, look.font(15, weight), side=Side.RIGHT)
        return right - width - look.px(8)


def draw_marks(painter: QPainter, widget: HallButton | HallLabel, marks: str, x: float) -> None:
    """Draw the signs of a ticket's rights in boxes, from ``x`` on."""
    look = widget.look
    side = look.px(MARK)
    for n, sign in enumerate(marks):
        square = QRectF(x + n * look.px(MARK + 4), (widget.height() - side) / 2, side, side)
        draw_box(painter, look, square, Box("transparent", "primary", 2, 5))
        painter.setPen(look.colour("primary"))
        draw_line(painter, square, sign, look.font(14, fonts.BOLD), side=Side.CENTRE)


class Nothing(Pane):
    """An empty list: an icon, what is the case, what will be (12f)."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self.icon = self.put(_Icon(icon), 0, 0, 44, 44)
        self.title = self.put(
            Text("", (18, 17, 16), weight=fonts.BOLD, side=Side.CENTRE, lines=2), 0, 0, 9, 9
        )
        self.sub = self.put(
            Text("", (15, 14), colour="ink2", side=Side.CENTRE, lines=3), 0, 0, 9, 9
        )

    def say(self, title: str, sub: str) -> None:
        """Change the words."""
        self.title.setText(title)
        self.sub.setText(sub)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size; the three stand in the middle."""
        wraps = len(fit_text(self.look, self.title.text(), (18, 17, 16), width - 32, lines=2).lines)
        title = 26.0 * wraps
        tall = 48 + title + 62
        icon = height >= tall
        y = (height - tall) / 2 if icon else max(0.0, (height - tall + 48) / 2)
        self.icon.setVisible(icon)
        if icon:
            self.put(self.icon, (width - 40) / 2, y, 40, 40)
            y += 48
        self.put(self.title, 16, y, width - 32, title)
        lines = fit_text(self.look, self.sub.text(), (15, 14), width - 32, lines=3).lines
        self.put(self.sub, 16, y + title + 4, width - 32, 20.0 * len(lines))


class _Icon(HallLabel):
    """An icon as large as its place."""

    def __init__(self, icon: str) -> None:
        super().__init__("")
        self._icon = icon

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        draw_icon(painter, self.look, self._icon, QRectF(self.rect()), "lineStrong")


def digit_of(event: QKeyEvent) -> int:
    """Return the digit a key types, 0 for another key or one held down."""
    text = event.text()
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return int(text) if plain and text in tuple("123456789") and not event.isAutoRepeat() else 0
