"""How many wait, queue by queue; while the connection is lost, why there are no figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.layout import TALL, TALLER, Rows
from hallclient.display.parts import BoardPart
from hallclient.display.phrase import ALSO, GAP, LED_LEAST, Phrase
from hallclient.display.said import also_of
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue in words. ``wait`` is empty without an estimate; ``free`` says 马上可办."""

    name: str
    waiting: int
    wait: str = ""
    free: bool = False
    minutes: str = ""
    """The wait in figures alone, for a column that is headed ``QueueWords.minutes``."""


@dataclass(frozen=True, slots=True)
class QueueWords:
    """The words of the table."""

    title: str = ""
    waiting: str = ""
    estimate: str = ""
    people: str = ""
    no_wait: str = ""
    none: str = ""
    minutes: str = ""
    """Heads a column of figures alone; empty where the unit is short enough for every row."""


_BROAD = 700
"""A table across a portrait board is wider than this."""
_ONE_LINE = 30.0
"""A name smaller than this stands on two lines if it can."""
_CLEAR = 20.0
"""Between a name and the figure behind it."""
_NAMES = (38.0, 34.0, 30.0, 26.0, 24.0, 22.0)


class QueueTable(BoardPart):
    """Pages of queues, five or as many as the layout says.

    Without any estimate the column of waits is not there at all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QueueWords()
        self._rows: tuple[QueueRow, ...] = ()
        self._page = 0
        self._fault: tuple[str, ...] | None = None
        self._wanted = TALL
        self._found: tuple[object, Rows] | None = None

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._rows) // self._sizes.page))

    @property
    def page(self) -> tuple[QueueRow, ...]:
        """The rows that can be seen now."""
        most = self._sizes.page
        return self._rows[self._page * most : (self._page + 1) * most]

    def set_sizes(self, sizes: Rows) -> None:
        """Take the sizes of a layout."""
        if sizes != self._wanted:
            self._wanted = sizes
            self._page = min(self._page, self.pages - 1)
            self._tell()

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
        width, sizes = self.reference_size()[0], self._sizes
        if self._fault is not None:
            return self._fault_phrases(width)
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
        width, sizes = self.reference_size()[0], self._sizes
        for index, row in enumerate(self.page):
            top = sizes.pad + sizes.head + index * sizes.row
            painter.fillRect(self.scaled(28, top, width - 56, 2), look.colour("line"))
            if not self._says_free(row):
                self.pen(painter, "ink")
                at = self._figure_at(sizes, width, top)
                self.draw_number(painter, str(row.waiting), at, sizes.figure, side=Side.RIGHT)

    @property
    def _sizes(self) -> Rows:
        """The sizes of the layout, or fewer and taller rows where a wall's names need them."""
        key = (self._wanted, self._rows, self.look, self.width())
        if self._found is None or self._found[0] != key:
            self._found = key, self._wanted
            taller = TALLER.get(self._wanted)
            if taller is not None and any(self._is_long(row) for row in self._rows):
                self._found = key, taller
        return self._found[1]

    def _is_long(self, row: QueueRow) -> bool:
        name = self._row(self._wanted, row, self.reference_size()[0], 0)[0]
        return name.is_cut(self.look)

    def _fault_phrases(self, width: float) -> list[Phrase]:
        title, *lines = self._fault or ("",)
        at = QRectF(28, 18, width - 56, 106 if also_of(title) else 66)
        made = [Phrase(title, at, (44, 40, 36, 32, 28), weight=fonts.BOLD)]
        sizes, top = (44.0, 40.0) if self.led else (38.0, 36.0, 34.0, 32.0), at.bottom() + 8
        for line in lines:
            phrase = Phrase(line, QRectF(28, top, width - 56, 0), sizes, "ink2", lines=3)
            fitted = phrase.fitted(self.look)
            alone = len(fitted.lines) * fitted.px * phrase.leading
            phrase.at.setHeight(alone + len(fitted.lines) * fitted.px * 1.1)
            if len(phrase.blocks(self.look)) == 1:
                phrase.at.setHeight(alone)
            top = phrase.at.bottom() + 8
            made.append(phrase)
        return made

    def _has_waits(self) -> bool:
        return not self.led and any(row.wait for row in self._rows)

    def _says_free(self, row: QueueRow) -> bool:
        return row.free and not self._has_waits() and not self.led

    def _unit(self, sizes: Rows) -> float:
        """Return the width of the word behind a figure; a bilingual board has it in the head."""
        if not self._words.people or also_of(self._words.title):
            return 0
        return self.advance(self._words.people, sizes.unit, fonts.MEDIUM) + 10

    def _waits(self, sizes: Rows) -> float:
        """Return the width of the column of waits."""
        if sizes.stacked or not self._has_waits():
            return 0.0
        words = self._words
        texts = [self._beside(row) for row in self._rows] + [words.no_wait, self._waits_head()]
        widest = max(self._wide(text, sizes.unit) for text in texts)
        most = 212.0 if self.reference_size()[0] < _BROAD else 360.0
        return min(most, max(0.0 if words.minutes else 200.0, widest + 24))

    def _beside(self, row: QueueRow) -> str:
        """Return the wait as it stands in its own column; a dash where there is none yet."""
        return (row.minutes if self._words.minutes else row.wait) or "–"

    def _waits_head(self) -> str:
        return self._words.minutes or self._words.estimate

    def _wide(self, text: str, size: float) -> float:
        """Return the width of a text with its English beside it."""
        also = also_of(text)
        behind = self.advance(also, size * ALSO, fonts.MEDIUM) + size * GAP if also else 0.0
        return self.advance(text, size, fonts.MEDIUM) + behind

    def _figure_at(self, sizes: Rows, width: float, top: float) -> QRectF:
        right = width - 28 - self._waits(sizes) - self._unit(sizes)
        height = sizes.row * (0.6 if sizes.stacked and self._has_waits() else 1)
        return QRectF(right - 160, top + 1, 160, height)

    def _head(self, sizes: Rows, width: float) -> list[Phrase]:
        words, waits = self._words, self._waits(sizes)
        steps = (sizes.head_size,) if self.led else (sizes.head_size, 32, 30)
        right = width - 28 - waits
        both = bool(also_of(words.title))
        column = 300 if both and (width > _BROAD or self.led) else 200
        first = right - column - 48 - (80 if not self.led else 0) if both else 240
        made = [
            Phrase(words.title, QRectF(28, sizes.pad, first, sizes.head), (*steps, 28), "ink2"),
            self._right(words.waiting, right, column, sizes.pad, sizes.head, (*steps, 28), "ink2"),
        ]
        if self.pages > 1:
            left = 12 + max(
                block.at.x() + self.advance(block.fitted.lines[0], block.fitted.px)
                for block in made[0].blocks(self.look)
            )
            room = right - self._wide(words.waiting, sizes.head_size) - 16 - left - 10
            at = QRectF(left + 10, sizes.pad, room, sizes.head)
            made.append(Phrase(f"{self._page + 1}/{self.pages}", at, (*steps, 28, 26), "ink2"))
        if waits:
            head = (self._waits_head(), width - 28, waits, sizes.pad, sizes.head)
            made.append(self._right(*head, (*steps, 28, 26), "ink2"))
        return made

    def _row(self, sizes: Rows, row: QueueRow, width: float, top: float) -> list[Phrase]:
        waits, medium = self._waits(sizes), fonts.MEDIUM
        right = width - 28 - waits
        stacked = sizes.stacked and self._has_waits()
        figure_height = sizes.row * (0.6 if stacked else 1)
        wait = row.wait if stacked else self._beside(row)
        wait = self._words.no_wait if row.free else wait
        under = self._wide(wait, 34) if stacked else 0.0
        figure = self.advance(str(row.waiting), sizes.figure, fonts.FIGURE)
        taken = self._unit(sizes) + figure + _CLEAR
        if self._says_free(row):
            taken = max(200.0, taken, self._wide(self._words.no_wait, sizes.unit))
        if also_of(row.name):
            taken = max(taken, min(under + 12, 260.0))
        name_at = QRectF(28, top + 2, right - taken - 28, sizes.row - 2)
        least = LED_LEAST if self.led else 0.0
        steps = (sizes.name, *(s for s in (LED_LEAST, *_NAMES) if least <= s < sizes.name))
        weight = fonts.BOLD if sizes.stacked and not self.led else medium
        lines = 3 if sizes in TALLER.values() else 2
        name = Phrase(
            row.name, name_at, steps, weight=weight, lines=lines, leading=1.02, below=sizes.stacked
        )
        made = [self._legible(name)]
        if self._says_free(row):
            broad = 300.0 if width > _BROAD else 200.0
            free = (self._words.no_wait, right, broad, top + 1, sizes.row)
            made.append(self._right(*free, (sizes.unit, 34, 30), "ink", medium))
            return made
        if self._unit(sizes):
            unit = (self._words.people, right, 160.0, top + 1, figure_height)
            made.append(self._right(*unit, (sizes.unit,), "ink", medium))
        if stacked:
            place = (wait, right, 300.0, top + figure_height - 4, sizes.row - figure_height)
            made.append(self._right(*place, (34, 32, 30, 28), "ink2", fonts.REGULAR))
        elif waits:
            beside = (wait, width - 28, waits - 18, top + 1, sizes.row)
            made.append(self._right(*beside, (sizes.unit, 36, 34, 32, 30, 28), "ink", medium))
        return made

    def _legible(self, name: Phrase) -> Phrase:
        """Let a name stand on two lines rather than become small on one."""
        large = tuple(px for px in name.sizes if px >= _ONE_LINE)
        if (
            also_of(name.text)
            or not large
            or not replace(name, sizes=large, lines=1).is_cut(self.look)
        ):
            return name
        rest = tuple(px for px in name.sizes if px < _ONE_LINE)
        return replace(name, sizes=(rest[0], *rest)) if rest else name

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
            self.setText("; ".join(self._said(row) for row in self.page))
        self.update()

    def _said(self, row: QueueRow) -> str:
        """Return a row for the ear: with its wait, where one is painted."""
        wait = "" if self.led else self._words.no_wait if row.free else row.wait
        return f"{row.name} {row.waiting} {wait}".rstrip()
