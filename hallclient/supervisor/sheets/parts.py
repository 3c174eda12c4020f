"""The small parts of sheets: lines to choose, facts to read, keys of which one is chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.widgets.alarms import Nothing
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.supervisor.widgets.paged import PagedRows
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton


@dataclass(frozen=True, slots=True)
class RowSpec:
    """A line of a list: what it hands back, its words, a quieter line, what stands at the right."""

    value: str
    title: str
    sub: str = ""
    side: str = ""
    chosen: bool = False
    icon: str = ""
    warns: bool = False


class ListRow(HallButton):
    """A line to press."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.spec = RowSpec("", "")
        self.set_face(Face.BARE)

    def set_spec(self, spec: RowSpec) -> None:
        """Show another line."""
        if spec != self.spec:
            self.spec = spec
            self.setText(spec.title)
            self.setAccessibleName(" ".join(p for p in (spec.title, spec.sub, spec.side) if p))
            self.set_face(Face.SELECTED if spec.chosen else Face.BARE)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tint, rule, icon and words."""
        painter, look, spec, area = QPainter(self), self.look, self.spec, self.area()
        painter.fillRect(QRectF(0, 0, area.width(), look.px(1)), look.colour("line"))
        if spec.chosen or self.isDown():
            fill, edge = ("primaryTint", "primary") if spec.chosen else ("sunken", "transparent")
            draw_box(painter, look, area.adjusted(0, 1, 0, 0), Box(fill, edge, 2, self.radius))
        left = look.px(10)
        if spec.icon:
            side = look.px(20)
            square = QRectF(left, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, spec.icon, square, "warn" if spec.warns else "ink2")
            left += look.px(30)
        font = look.font(15, fonts.MEDIUM)
        metrics = fonts.metrics(font.pixelSize(), fonts.MEDIUM, look.language)
        painter.setPen(look.colour("warn" if spec.warns else "ink2"))
        right = area.adjusted(0, 0, -look.px(10), 0)
        draw_line(painter, right, spec.side, font, side=Side.RIGHT)
        taken = metrics.horizontalAdvance(spec.side) + look.px(10) if spec.side else 0.0
        width = area.width() - left - taken - look.px(10)
        title = fit_text(look, spec.title, (16, 15, 14), width / look.k, weight=fonts.MEDIUM)
        painter.setPen(look.colour("primary" if spec.chosen else "ink"))
        row = QRectF(left, 0, width, area.height())
        if spec.sub:
            row = QRectF(left, look.px(3), width, look.px(22))
        draw_fitted(painter, look, row, title, weight=fonts.MEDIUM)
        if spec.sub:
            sub = fit_text(look, spec.sub, (14, 13, 12), width / look.k)
            painter.setPen(look.colour("ink2"))
            draw_fitted(painter, look, QRectF(left, look.px(24), width, look.px(20)), sub)


class PagedList(PagedRows[ListRow, RowSpec]):
    """Lines to choose from, in pages."""

    chosen = Signal(str)
    ROW, LOW = 48.0, 38.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self._row, None, parent)
        self.nothing: Nothing | None = None

    def set_specs(self, specs: Sequence[RowSpec]) -> None:
        """Show other lines; the page in sight stays."""
        self.show_lines(specs)

    def say_nothing(self, icon: str, text: str, sub: str) -> None:
        """Show a whole picture where there is no line (12f)."""
        if self.nothing is None:
            self.nothing = self.put(Nothing(icon), 0, 0, 9, 9)
            self.arrange()
        self.nothing.set_words(text, sub)

    def tall(self) -> float:
        """Return how high a row is: lower where none has a second line."""
        return self.ROW if any(spec.sub for spec in self.lines) else self.LOW

    def fill(self, row: ListRow, line: RowSpec) -> None:
        """Show a line."""
        row.set_spec(line)

    def arrange(self) -> None:
        """Place the picture, too."""
        super().arrange()
        if self.nothing is not None:
            self.nothing.setVisible(not self.lines)
            self.put(self.nothing, 0, 0, *self.size_in_px)

    def _row(self) -> ListRow:
        row = ListRow()
        row.clicked.connect(lambda _checked=False, row=row: self.chosen.emit(row.spec.value))
        return row


class CloseKey(HallButton):
    """The cross at the upper right of a sheet."""

    radius = 8.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cross."""
        painter, look = QPainter(self), self.look
        if self.isDown():
            draw_box(painter, look, self.area(), Box("sunken", radius=8))
        side = look.px(22)
        area = self.area()
        at = QRectF((area.width() - side) / 2, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, "x", at, "ink")


class Facts(Pane):
    """Captions and what they say, line by line."""

    ROW = 34.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[tuple[str, str], ...] = ()
        self.caption: float | None = None
        """Room for captions in reference px; None: as short words of the language need."""

    @property
    def tall(self) -> float:
        """The height of all lines in reference px."""
        return self.ROW * len(self._pairs)

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show other facts; one without words is left out."""
        self._pairs = tuple(pair for pair in pairs if pair[1])
        self.setAccessibleName("；".join(" ".join(pair) for pair in self._pairs))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        painter, look = QPainter(self), self.look
        usual = 104.0 if look.language.startswith("zh") else 124.0
        left = self.caption or usual
        for at, (caption, text) in enumerate(self._pairs):
            top = at * self.ROW * look.k
            row = QRectF(0, top, self.width(), self.ROW * look.k)
            painter.fillRect(QRectF(0, top, self.width(), look.px(1)), look.colour("line"))
            painter.setPen(look.colour("ink2"))
            fitted = fit_text(look, caption, (15, 14, 13), left - 8)
            draw_fitted(painter, look, row, fitted)
            painter.setPen(look.colour("ink"))
            room = row.adjusted(left * look.k, 0, 0, 0)
            said = fit_text(
                look, text, (16, 15, 14, 13), room.width() / look.k, lines=2, weight=fonts.MEDIUM
            )
            draw_fitted(painter, look, room, said, weight=fonts.MEDIUM, leading=1.1)


def big_key(words: str) -> VerbKey:
    """Return a key of a sheet, 46 high."""
    key = VerbKey(words, sizes=(16, 15, 14), weight=fonts.BOLD)
    key.radius = 10.0
    return key


class Choices(Pane):
    """A row of keys of which one is chosen."""

    chosen = Signal(str)
    KEY, GAP = 40.0, 8.0

    def __init__(self, options: Sequence[tuple[str, str]], value: str, across: int) -> None:
        super().__init__()
        self._across = across
        self.value = value
        self.keys: dict[str, VerbKey] = {}
        for name, words in options:
            key = VerbKey(words, sizes=(15, 14, 13), weight=fonts.MEDIUM)
            key.clicked.connect(lambda _checked=False, name=name: self.choose(name))
            self.keys[name] = self.put(key, 0, 0, 9, 9)
        self.refresh()

    @property
    def tall(self) -> float:
        """The height of all rows."""
        rows = -(-len(self.keys) // self._across)
        return rows * (self.KEY + self.GAP) - self.GAP

    def choose(self, name: str) -> None:
        """Choose one."""
        self.value = name
        self.refresh()
        self.chosen.emit(name)

    def is_chosen(self, name: str) -> bool:
        """Tell whether a key is chosen."""
        return name == self.value

    def refresh(self) -> None:
        """Show which is chosen."""
        for name, key in self.keys.items():
            key.set_face(Face.SELECTED if self.is_chosen(name) else Face.OUTLINED)

    def lay_out(self, width: float) -> None:
        """Take a width."""
        each = (width - (self._across - 1) * self.GAP) / self._across
        for at, key in enumerate(self.keys.values()):
            row, column = divmod(at, self._across)
            self.put(key, column * (each + self.GAP), row * (self.KEY + self.GAP), each, self.KEY)


class Several(Choices):
    """A row of keys of which any number is chosen."""

    def __init__(
        self, options: Sequence[tuple[str, str]], values: Iterable[str], across: int
    ) -> None:
        self.values = set(values)
        super().__init__(options, "", across)

    def choose(self, name: str) -> None:
        """Choose one, or no longer."""
        self.values ^= {name}
        self.refresh()
        self.chosen.emit(name)

    def is_chosen(self, name: str) -> bool:
        """Tell whether a key is chosen."""
        return name in self.values
