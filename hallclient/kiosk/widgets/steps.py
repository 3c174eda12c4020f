"""The services of one ticket as a list: what, where, and the keys that change it."""

from dataclasses import replace

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.several import StepView
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import (
    Box,
    Fitted,
    draw_box,
    draw_figures,
    draw_fitted,
    draw_icon,
    fit_text,
)
from hallclient.ui.widgets.base import HallLabel
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import BigButton
from hallclient.ui.words import Words

_DISC = 56
_KEY = 124.0
_ELDER = 44.0
_MOST_READ = 4


class StepLine(HallLabel):
    """A numbered service with its place, and how many wait there; a tick where it is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._view = StepView(0, "", "")
        self._least = 0.0

    def show_view(self, view: StepView, *, elder: bool = False) -> None:
        """Show another step; elders read nothing below 44 px."""
        self._view, self._least = view, _ELDER if elder else 0.0
        self.setText(" ".join(p for p in (view.name, view.place, view.said or view.note) if p))
        self.setAccessibleName(f"{view.number}. {self.text()}")
        self.update()

    def is_cut(self) -> bool:
        """Tell whether a text does not fit and is elided."""
        name, place, note = self._fitted()
        return any(text.elided for text in (name, place, note))

    def _sizes(self, *steps: float) -> tuple[float, ...]:
        return tuple(dict.fromkeys(max(step, self._least) for step in steps))

    def _room(self) -> float:
        return self.reference_size()[0] - _DISC - 24

    def _fitted(self) -> tuple[Fitted, Fitted, Fitted]:
        """Fit name, place and note, the note with the wait where there is room for it."""
        view = self._view
        if view.more:
            fitted = self._fit(replace(view, note=view.more))
            if not any(text.elided for text in fitted):
                return fitted
        return self._fit(view)

    def _fit(self, view: StepView) -> tuple[Fitted, Fitted, Fitted]:
        """Fit name, place and note. Place and note share a line where it holds both."""
        look, room = self.look, self._room()
        small = self._sizes(30, 28)
        both = " · ".join(part for part in (view.place, view.note) if part)
        one = fit_text(look, both, small, room)
        if not one.elided or not (view.place and view.note) or self._height() < 150:
            place = one if not one.elided else fit_text(look, both, small, room, lines=2)
            note = fit_text(look, "", small, room)
        else:
            place = fit_text(look, view.place, small, room, lines=2)
            note = fit_text(look, view.note, small, room)
        if note.lines[0] and self._lines_of(view.name) + len(place.lines) > 3 - bool(self._least):
            place, note = (
                fit_text(look, both, small, room, lines=2),
                fit_text(look, "", small, room),
            )
        below = sum(look.px(t.px) * 1.3 * len(t.lines) for t in (place, note) if t.lines[0])
        name = self._name(below)
        if (
            len(place.lines) > 1
            and look.px(name.px) * 1.2 * len(name.lines) + below > self.height()
        ):
            place, note = fit_text(look, view.place, small, room), fit_text(look, "", small, room)
        return name, place, note

    def _name(self, below: float) -> Fitted:
        """Fit the name above what takes ``below`` screen px, as large as there is room for."""
        look, text, room = self.look, self._view.name, self._room()
        *larger, least = self._sizes(42, 38, 34, 31, 28)
        for size in larger:
            name = fit_text(look, text, (size,), room, lines=2, weight=fonts.BOLD)
            tall = look.px(name.px) * 1.2 * len(name.lines) + below
            if not name.elided and tall <= self.height():
                return name
        name = fit_text(look, text, (least,), room, lines=2, weight=fonts.BOLD)
        if name.elided and self._least:  # nobody's name is shortened for its size
            name = fit_text(look, text, (38, 38, 34), room, lines=2, weight=fonts.BOLD)
        return name

    def _lines_of(self, name: str) -> int:
        sizes = self._sizes(42, 38)
        return len(fit_text(self.look, name, sizes, self._room(), lines=2, weight=fonts.BOLD).lines)

    def _height(self) -> float:
        return self.reference_size()[1]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw disc or tick, name, place and note."""
        painter, look, view = QPainter(self), self.look, self._view
        side = look.px(_DISC)
        disc = QRectF(0, (self.height() - side) / 2, side, side)
        edge = "ink" if look.theme.flat else "transparent"
        if view.code or not view.note:
            draw_box(painter, look, disc, Box("sunken", edge, 2, _DISC))
            self.pen(painter, "ink")
            draw_figures(painter, disc, str(view.number), look.font(32, fonts.FIGURE))
        else:
            draw_icon(painter, look, "check", disc, "ok")
        name, place, note = self._fitted()
        rows = [(name, fonts.BOLD, "ink", 1.2)]
        quiet = "warn" if view.warns and not note.lines[0] else "ink2"
        if place.lines[0]:
            rows.append((place, fonts.REGULAR, quiet, 1.3))
        if note.lines[0]:
            rows.append((note, fonts.MEDIUM, "warn" if view.warns else "ink2", 1.3))
        heights = [look.px(text.px) * leading * len(text.lines) for text, _, _, leading in rows]
        top, left = (self.height() - sum(heights)) / 2, side + look.px(24)
        for (text, weight, colour, leading), height in zip(rows, heights, strict=True):
            self.pen(painter, colour)
            area = QRectF(left, top, self.width() - left, height)
            draw_fitted(painter, look, area, text, weight=weight, leading=leading)
            top += height


class StepRow(Card):
    """A step with its keys: one place earlier, and out. Both carry the service's name."""

    earlier = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 18), parent=parent)
        self._code = ""
        self._line = StepLine()
        self._up = BigButton("", "arrow-u", icon_size=48)
        self._out = BigButton("", "x", icon_size=44)
        self._up.clicked.connect(self._on_up)
        self._out.clicked.connect(self._on_out)
        for widget in (self._line, self._up, self._out):
            self.put(widget, 0, 0, 10, 10)

    @property
    def line(self) -> StepLine:
        """The words of the row."""
        return self._line

    def show_view(self, view: StepView, width: float, height: float, *, elder: bool) -> None:
        """Show a step in a row of this size."""
        self._code = view.code
        key = height - 16
        right = width - 8
        for button, words in ((self._out, view.remove), (self._up, view.earlier)):
            button.setVisible(bool(words))
            button.setAccessibleName(words)
            if words:
                right -= _KEY
                self.put(button, right, 8, _KEY, key)
                right -= 12
        # The names stand below each other, whichever keys there are.
        room = right if not view.code else width - 8 - 2 * (_KEY + 12)
        self.put(self._line, 24, 4, min(room, right) - 36, height - 8)
        self._line.show_view(view, elder=elder)

    def _on_up(self) -> None:
        self.earlier.emit(self._code)

    def _on_out(self) -> None:
        self.removed.emit(self._code)


class StepList(Pane):
    """The steps of a ticket that was taken, to read: 896x372; what does not fit is on the paper."""

    _HEIGHT = 372.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = [StepLine() for _ in range(_MOST_READ)]
        self._more = Text("", (30, 28), colour="ink2")
        for line in (*self._lines, self._more):
            line.hide()
            self.put(line, 0, 0, 10, 10)

    def show_steps(self, steps: tuple[StepView, ...], words: Words) -> None:
        """Show the steps from the first one that is still to come, done ones only if they fit."""
        shown = steps if len(steps) <= _MOST_READ else steps[: _MOST_READ - 1]
        rest = len(steps) - len(shown)
        self._more.setVisible(rest > 0)
        self._more.setText(words("kiosk.several.more_steps", n=rest) if rest else "")
        foot = 48.0 if rest else 0.0
        height = min(140.0, (self._HEIGHT - foot) / len(shown))
        top = (self._HEIGHT - foot - height * len(shown)) / 2
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(shown))
            if place < len(shown):
                self.put(line, 0, top + place * height, 896, height)
                line.show_view(shown[place])
        self.put(self._more, 80, self._HEIGHT - foot, 816, max(foot, 1))
