"""Queue by queue what is and what would be: figures side by side, with the difference."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.widgets.paged import PagedRows
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton, HallLabel

HEAD, ROW = 34.0, 38.0
PAIR, CHANGE = 122.0, 62.0


@dataclass(frozen=True, slots=True)
class EffectCell:
    """One figure; ``change`` is empty where nothing changes, ``better`` None where none is."""

    text: str
    change: str = ""
    better: bool | None = None


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One queue, "" the whole hall, in words."""

    code: str
    name: str
    cells: tuple[EffectCell, ...]
    said: str = ""


class EffectTable(PagedRows["EffectRow", EffectLine]):
    """Captions, and rows in pages; a press on a row chooses it."""

    HEAD, ROW = HEAD, ROW
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        head = _Head()
        super().__init__(self._row, head, parent)
        self.captions, self._chosen = head, ""

    def set_captions(self, name: str, captions: tuple[str, ...]) -> None:
        """Take the words above the columns."""
        self.captions.set_captions((name, *captions))

    def set_lines(self, lines: tuple[EffectLine, ...], chosen: str = "") -> None:
        """Show other figures; the page in sight stays."""
        self._chosen = chosen
        self.show_lines(lines)

    def fill(self, row: "EffectRow", line: EffectLine) -> None:
        """Show a queue."""
        row.set_line(line, chosen=line.code == self._chosen)

    def _row(self) -> "EffectRow":
        row = EffectRow()
        row.clicked.connect(lambda _checked=False, row=row: self.chosen.emit(row.line.code))
        return row


def _places(width: float, count: int) -> list[tuple[float, float]]:
    """Return where each column of figures begins and how wide it is."""
    each = min(PAIR + CHANGE, (width - 160) / max(count, 1))
    first = width - count * each
    return [(first + at * each, each) for at in range(count)]


class _Head(HallLabel):
    """The captions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._captions: tuple[str, ...] = ()

    def set_captions(self, captions: tuple[str, ...]) -> None:
        """Take the words; the first is of the names."""
        self._captions = captions
        self.setText(" ".join(captions))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw them."""
        if not self._captions:
            return
        painter, look = QPainter(self), self.look
        self.pen(painter, "ink2")
        name, *rest = self._captions
        places = _places(self.reference_size()[0], len(rest))
        draw_line(painter, QRectF(look.px(10), 0, look.px(160), self.height()), name, look.font(14))
        for text, (x, width) in zip(rest, places, strict=True):
            fitted = fit_text(look, text, (14, 13, 12), width - CHANGE - 4, lines=2)
            area = QRectF(x * look.k, 0, (width - CHANGE) * look.k, self.height())
            draw_fitted(painter, look, area, fitted, side=Side.RIGHT, leading=1.05)


class EffectRow(HallButton):
    """One queue's row."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.line = EffectLine("", "", ())
        self._chosen = False
        self.set_face(Face.BARE)

    def set_line(self, line: EffectLine, *, chosen: bool) -> None:
        """Show another queue, or other figures of it."""
        self.line, self._chosen = line, chosen
        self.setText(line.name)
        self.setAccessibleName(line.said)
        self.set_face(Face.SELECTED if chosen else Face.BARE)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, tint, name and figures."""
        painter, look, line, area = QPainter(self), self.look, self.line, self.area()
        painter.fillRect(QRectF(0, 0, area.width(), look.px(1)), look.colour("line"))
        if self._chosen or self.isDown():
            fill, edge = ("primaryTint", "primary") if self._chosen else ("sunken", "transparent")
            draw_box(painter, look, area.adjusted(0, 1, 0, 0), Box(fill, edge, 2, self.radius))
        weight = fonts.MEDIUM if line.code else fonts.BOLD
        places = _places(area.width() / look.k, len(line.cells))
        room = places[0][0] - 14 if places else area.width() / look.k - 20
        name = fit_text(look, line.name, (16, 15, 14, 13), room, lines=2, weight=weight)
        painter.setPen(look.colour("primary" if self._chosen else "ink"))
        at = QRectF(look.px(10), 0, room * look.k, area.height())
        draw_fitted(painter, look, at, name, weight=weight, leading=1.05)
        for cell, (x, width) in zip(line.cells, places, strict=True):
            self._paint_cell(painter, cell, x, width)

    def _paint_cell(self, painter: QPainter, cell: EffectCell, x: float, width: float) -> None:
        look = self.look
        painter.setPen(look.colour("ink"))
        left = QRectF(x * look.k, 0, (width - CHANGE) * look.k, self.height())
        draw_line(painter, left, cell.text, look.font(15, fonts.MEDIUM), side=Side.RIGHT)
        if cell.change:
            ink = {True: "ok", False: "warn", None: "ink2"}[cell.better]
            painter.setPen(look.colour(ink))
            right = QRectF((x + width - CHANGE + 8) * look.k, 0, (CHANGE - 8) * look.k, 0)
            right.setHeight(self.height())
            draw_line(painter, right, cell.change, look.font(15, fonts.BOLD))
