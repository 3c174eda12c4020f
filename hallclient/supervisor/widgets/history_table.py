"""A period of the floor, row by row: queues, windows or days, each with its figures."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.widgets.paged import PagedRows
from hallclient.ui import fonts
from hallclient.ui.paint import Fitted, Side, draw_fitted, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel

NAME, GAP = 280.0, 14.0
"""The room of names; the gap between two captions, which stand at the right."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One row in words."""

    name: str
    figures: tuple[str, ...]
    said: str = ""
    whole: bool = False
    """The sum of all: it stands first, in bold."""


class HistoryTable(PagedRows["HistoryRow", HistoryLine]):
    """Captions, and rows in pages."""

    HEAD, ROW = 42.0, 34.0

    def __init__(self, parent: QWidget | None = None) -> None:
        head = _Head()
        super().__init__(HistoryRow, head, parent)
        self.captions = head

    def fill(self, row: "HistoryRow", line: HistoryLine) -> None:
        """Show a line."""
        row.set_line(line)


class _Head(HallLabel):
    """The captions of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._captions: tuple[str, ...] = ()

    def set_captions(self, *captions: str) -> None:
        """Take the words; the first is of the names."""
        self._captions = captions
        self.setText(" ".join(captions))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw them on up to two lines."""
        if not self._captions:
            return
        painter, look = QPainter(self), self.look
        self.pen(painter, "ink2")
        name, *rest = self._captions
        row = QRectF(0, 0, NAME * look.k, self.height())
        draw_fitted(painter, look, row, fit_text(look, name, (14, 13), NAME))
        each = _each(self.reference_size()[0], len(rest))
        for at, text in enumerate(rest):
            x = NAME + at * each + GAP
            fitted = fit_text(look, text, (14, 13, 12), each - GAP, lines=2)
            area = QRectF(x * look.k, 0, (each - GAP) * look.k, self.height())
            draw_fitted(painter, look, area, fitted, side=Side.RIGHT, leading=1.1)


class HistoryRow(HallLabel):
    """One line: a name and its figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.line = HistoryLine("", ())

    def set_line(self, line: HistoryLine) -> None:
        """Show another one."""
        if line != self.line:
            self.line = line
            self.setText(line.said)
            self.setAccessibleName(line.said)
            self.update()

    def is_cut(self) -> bool:
        """Tell whether the name does not fit and is elided."""
        return self._name().elided

    def places(self) -> tuple[float, float, float]:
        """Return the room of the name, where figures begin, and how wide each is."""
        return NAME, NAME, _each(self.reference_size()[0], len(self.line.figures))

    def paint_between(self, painter: QPainter, area: QRectF) -> None:
        """Draw what stands between the name and the figures, if anything."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, name and figures."""
        painter, look, line = QPainter(self), self.look, self.line
        painter.fillRect(QRectF(0, 0, self.width(), look.px(1)), look.colour("line"))
        name, first, each = self.places()
        weight = fonts.BOLD if line.whole else fonts.MEDIUM
        self.pen(painter, "ink")
        area = QRectF(0, 0, (name - 8) * look.k, self.height())
        draw_fitted(painter, look, area, self._name(), weight=weight, leading=1.1)
        area = QRectF(name * look.k, 0, (first - name) * look.k, self.height())
        self.paint_between(painter, area)
        self.pen(painter, "ink")
        for at, figure in enumerate(line.figures):
            area = QRectF((first + at * each) * look.k, 0, each * look.k, self.height())
            draw_line(painter, area, figure, look.font(16, weight), side=Side.RIGHT)

    def _name(self) -> Fitted:
        weight = fonts.BOLD if self.line.whole else fonts.MEDIUM
        sizes, room = (16, 15, 14, 13, 12), self.places()[0] - 8
        return fit_text(self.look, self.line.name, sizes, room, lines=2, weight=weight)


def _each(width: float, count: int) -> float:
    """Return the width of a column of figures."""
    return (width - NAME) / max(count, 1)
