"""How many wait, queue by queue; while the connection is lost, why there are no figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart, Phrase
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box

ROWS = 5
"""Queues on a page (visual.md §2)."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue in words. ``wait`` is empty without an estimate; ``free`` says 马上可办."""

    name: str
    waiting: int
    wait: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class QueueWords:
    """The words of the table."""

    title: str = ""
    waiting: str = ""
    estimate: str = ""
    people: str = ""
    no_wait: str = ""
    none: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Sizes of a table in reference px: head, row, name, figure, unit."""

    pad: float
    head: float
    head_size: float
    row: float
    name: float
    figure: float
    unit: float
    stacked: bool
    """The wait stands under the figure instead of beside it."""


COMPACT = Rows(14, 46, 32, 55, 38, 42, 38, stacked=False)
TALL = Rows(18, 56, 36, 126, 42, 60, 38, stacked=True)
LED = Rows(10, 84, 44, 110, 52, 76, 46, stacked=True)


class QueueTable(BoardPart):
    """Pages of five queues. Without any estimate the column of waits is not there at all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QueueWords()
        self._rows: tuple[QueueRow, ...] = ()
        self._page = 0
        self._fault: tuple[str, ...] | None = None

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._rows) // ROWS))

    @property
    def page(self) -> tuple[QueueRow, ...]:
        """The rows that can be seen now."""
        return self._rows[self._page * ROWS : (self._page + 1) * ROWS]

    def show_rows(self, words: QueueWords, rows: Sequence[QueueRow]) -> None:
        """Show these queues; the page stays as long as it exists."""
        rows = tuple(rows)
        if (words, rows) == (self._words, self._rows):
            return
        self._words, self._rows = words, rows
        if self._page >= self.pages:
            self._page = 0
        self._tell()

    def show_fault(self, *lines: str) -> None:
        """Say why there are no figures, or with no lines show the figures again."""
        fault = lines or None
        if fault != self._fault:
            self._fault = fault
            self._tell()

    def next_page(self) -> None:
        """Turn to the next page."""
        if self.pages > 1:
            self._page = (self._page + 1) % self.pages
            self._tell()

    def phrases(self) -> list[Phrase]:
        """Return all texts but the figures."""
        width, height = self.reference_size()
        if self._fault is not None:
            return self._fault_phrases(width)
        sizes = self._sizes(height)
        made = self._head(sizes, width)
        for index, row in enumerate(self.page):
            made += self._row(sizes, row, width, sizes.pad + sizes.head + index * sizes.row)
        if not self._rows:
            at = QRectF(28, sizes.pad + sizes.head, width - 56, sizes.row * 2)
            made.append(Phrase(self._words.none, at, (sizes.name, 36, 32), "ink2", lines=2))
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its rules, words and figures."""
        painter, look = QPainter(self), self.look
        draw_box(painter, look, QRectF(self.rect()), Box("surface", "line", 2, 16))
        self.draw_phrases(painter)
        if self._fault is not None:
            return
        width, height = self.reference_size()
        sizes = self._sizes(height)
        for index, row in enumerate(self.page):
            top = sizes.pad + sizes.head + index * sizes.row
            painter.fillRect(self.scaled(28, top, width - 56, 2), look.colour("line"))
            if not self._says_free(row):
                self.pen(painter, "ink")
                at = self._figure_at(sizes, width, top)
                self.draw_number(painter, str(row.waiting), at, sizes.figure, side=Side.RIGHT)

    def _fault_phrases(self, width: float) -> list[Phrase]:
        title, *lines = self._fault or ("",)
        at = QRectF(28, 24, width - 56, 58)
        made = [Phrase(title, at, (44, 40, 36, 32), weight=fonts.BOLD)]
        sizes, top = (44.0, 40.0) if self.led else (38.0, 36.0, 34.0, 32.0), 98.0
        for line in lines:
            phrase = Phrase(line, QRectF(28, top, width - 56, 0), sizes, "ink2", lines=3)
            fitted = phrase.fitted(self.look)
            phrase.at.setHeight(len(fitted.lines) * fitted.px * phrase.leading)
            top = phrase.at.bottom() + 8
            made.append(phrase)
        return made

    def _sizes(self, height: float) -> Rows:
        return LED if self.led else COMPACT if height < 500 else TALL

    def _has_waits(self) -> bool:
        return not self.led and any(row.wait for row in self._rows)

    def _says_free(self, row: QueueRow) -> bool:
        return row.free and not self._has_waits() and not self.led

    def _unit(self, sizes: Rows) -> float:
        if not self._words.people:
            return 0
        return self._advance(self._words.people, sizes.unit, fonts.MEDIUM) + 10

    def _advance(self, text: str, size: float, weight: int = fonts.REGULAR) -> float:
        metrics = fonts.metrics(self.look.px(size), weight, self.look.language)
        return metrics.horizontalAdvance(text) / self.look.k

    def _waits(self, sizes: Rows) -> float:
        """Return the width of the column of waits."""
        if sizes.stacked or not self._has_waits():
            return 0.0
        texts = [row.wait for row in self._rows] + [self._words.no_wait, self._words.estimate]
        widest = max(self._advance(text, sizes.unit, fonts.MEDIUM) for text in texts)
        return min(212.0, max(200.0, widest + 24))

    def _figure_at(self, sizes: Rows, width: float, top: float) -> QRectF:
        right = width - 28 - self._waits(sizes) - self._unit(sizes)
        height = sizes.row * (0.6 if sizes.stacked and self._has_waits() else 1)
        return QRectF(right - 160, top + 1, 160, height)

    def _head(self, sizes: Rows, width: float) -> list[Phrase]:
        words, waits = self._words, self._waits(sizes)
        steps = (sizes.head_size,) if self.led else (sizes.head_size, 32, 30)
        right = width - 28 - waits
        made = [
            Phrase(words.title, QRectF(28, sizes.pad, 240, sizes.head), steps, "ink2"),
            self._right(words.waiting, right, 200, sizes.pad, sizes.head, steps, "ink2"),
        ]
        if self.pages > 1:
            left = 28 + self._advance(words.title, sizes.head_size) + 20
            room = right - self._advance(words.waiting, sizes.head_size) - 16 - left
            at = QRectF(left, sizes.pad, room, sizes.head)
            made.append(Phrase(f"{self._page + 1}/{self.pages}", at, (*steps, 28), "ink3"))
        if waits:
            column = (words.estimate, width - 28, waits, sizes.pad, sizes.head)
            made.append(self._right(*column, steps, "ink2"))
        return made

    def _row(self, sizes: Rows, row: QueueRow, width: float, top: float) -> list[Phrase]:
        waits, medium = self._waits(sizes), fonts.MEDIUM
        right = width - 28 - waits
        taken = self._unit(sizes) + 84
        if self._says_free(row):
            taken = 200
        name_at = QRectF(28, top + 2, right - taken - 28, sizes.row - 2)
        steps = (sizes.name, *(s for s in (38.0, 34.0, 30.0, 26.0, 24.0, 22.0) if s < sizes.name))
        weight = fonts.BOLD if sizes is TALL else medium
        made = [Phrase(row.name, name_at, steps, weight=weight, lines=2, leading=1.02)]
        stacked = sizes.stacked and self._has_waits()
        figure_height = sizes.row * (0.6 if stacked else 1)
        if self._says_free(row):
            free = (self._words.no_wait, right, 200.0, top + 1, sizes.row)
            made.append(self._right(*free, (sizes.unit, 34, 30), "ink", medium))
            return made
        unit = (self._words.people, right, 160.0, top + 1, figure_height)
        made.append(self._right(*unit, (sizes.unit,), "ink", medium))
        wait = self._words.no_wait if row.free else row.wait
        if stacked:
            under = (wait, right, 300.0, top + figure_height - 4, sizes.row - figure_height)
            made.append(self._right(*under, (34, 32), "ink2", fonts.REGULAR))
        elif waits:
            beside = (wait, width - 28, waits, top + 1, sizes.row)
            made.append(self._right(*beside, (sizes.unit, 36, 34, 32, 30), "ink", medium))
        return made

    def _right(
        self,
        text: str,
        right: float,
        width: float,
        top: float,
        height: float,
        sizes: tuple[float, ...],
        colour: str,
        weight: int = fonts.REGULAR,
    ) -> Phrase:
        at = QRectF(right - width, top, width, height)
        return Phrase(text, at, sizes, colour, weight, Side.RIGHT)

    def _tell(self) -> None:
        if self._fault is not None:
            self.setText(" ".join(self._fault))
        else:
            self.setText("; ".join(f"{row.name} {row.waiting}" for row in self.page))
        self.update()
