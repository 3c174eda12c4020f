"""The strip at the foot of a board: notices that replace each other, never scroll."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.notices import SwappingPart
from hallclient.display.phrase import ALSO, GAP, LED_LEAST, Phrase
from hallclient.display.said import Said, also_of, shares
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, fit_text

_DOTS = 8
"""More pages than this are counted in figures instead of dots."""
_LONGEST = 40
"""Most lines that one notice is broken into."""
_MOST_PAIRED = 12
"""Most pages of a notice in two languages."""
_LEFT, _PAGES_ROOM = 108.0, 192.0
"""Where the line begins, and what it leaves free for the dots."""


class NoticeStrip(SwappingPart):
    """A line 72 high, or two in 100. A long notice takes several pages, whole words each.

    English stands behind on the same line or below it. Where both have no room at once, each page
    has a part of both.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ()
        self._lines: tuple[str, ...] = ()
        self._broken_for: tuple[float, str, bool, int] | None = None

    @property
    def pages(self) -> int:
        """How many lines there are."""
        return len(self._broken())

    @property
    def line(self) -> str:
        """The line that can be seen."""
        lines = self._broken()
        return lines[self.index % len(lines)] if lines else ""

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show these notices in turn."""
        if tuple(texts) != self._texts:
            self._texts, self.index, self._broken_for = tuple(texts), 0, None
            self.stop()
            self.turned()
            self.update()

    def turned(self) -> None:
        """Say the line."""
        self.setText(self.line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strip, the line, and which of how many it is."""
        painter, look = QPainter(self), self.look
        fill = "surface" if self.led else "sunken"
        painter.fillRect(self.rect(), look.colour(fill))
        if not self.line:
            return
        high = self.reference_size()[1]
        draw_icon(painter, look, "info", self.scaled(40, (high - 44) / 2, 44, 44), "ink")
        self._draw_place(painter)
        painter.setOpacity(self._opacity)
        self.pen(painter, "ink")
        at, size = QRectF(_LEFT, 0, self._room(), high), self._size()
        rows = self._rows()
        line = Phrase(
            self.line,
            at,
            (size, size),
            weight=fonts.MEDIUM,
            lines=rows,
            leading=1.16,
            below=rows > 1,
        )
        for block in line.blocks(look):
            box = block.at
            place = self.scaled(box.x(), box.y(), box.width(), box.height())
            draw_fitted(
                painter, look, place, block.fitted, weight=fonts.MEDIUM, leading=block.leading
            )

    def _draw_place(self, painter: QPainter) -> None:
        if self.pages < 2:
            return
        if self.pages > _DOTS:
            self.pen(painter, "ink")
            at = QRectF(self._right() - 140, 0, 140, self.reference_size()[1])
            self.draw_number(painter, f"{self.index + 1}/{self.pages}", at, 36, side=Side.RIGHT)
            return
        for index in range(self.pages):
            x = self._right() - 24 * (self.pages - index) + 10
            on = index == self.index
            box = Box("ink", "ink", 3, 7) if on else Box("transparent", "lineStrong", 3, 7)
            draw_box(
                painter, self.look, self.scaled(x, self.reference_size()[1] / 2 - 7, 14, 14), box
            )

    def _rows(self) -> int:
        return 2 if self.reference_size()[1] > 90 else 1

    def _size(self) -> float:
        return 44 if self.led else 40 if self._rows() == 1 else 38

    def _right(self) -> float:
        return self.reference_size()[0] - 40

    def _room(self) -> float:
        return self._right() - _LEFT - _PAGES_ROOM + 40

    def _broken(self) -> tuple[str, ...]:
        key = (self.look.k, self.look.language, self.led, self.width())
        if key != self._broken_for:
            self._broken_for = key
            self._lines = tuple(line for text in self._texts for line in self._lines_of(text))
        return self._lines

    def _lines_of(self, text: str) -> list[str]:
        """Return the pages of one notice."""
        also = also_of(text)
        if also and len(self._cut(text)) == 1 and self._fits_both(text):
            return [text]
        paired = self._paired(text, also) if also else []
        return paired or [*self._pages_of(text), *self._pages_of(also)]

    def _paired(self, text: str, also: str) -> list[str]:
        """Return as few pages as have room for a part of each language, none if there are too many.

        Nobody shall wait for his own language to come round (visual.md §2: never alternating).
        """
        for many in range(2, _MOST_PAIRED + 1):
            own, english = shares(str(text), many), shares(also, many)
            made = [Said(one, other) for one, other in zip(own, english, strict=False)]
            if len(own) == len(english) == many and all(map(self._fits_both, made)):
                return list(made)
        return []

    def _pages_of(self, text: str) -> list[str]:
        lines, rows = self._cut(text), self._rows()
        return ["\n".join(lines[n : n + rows]) for n in range(0, len(lines), rows)]

    def _fits_both(self, text: str) -> bool:
        size = self._size()
        small = LED_LEAST if self.led else round(size * ALSO)
        one = self.advance(text, size, fonts.MEDIUM)
        other = self.advance(also_of(text), small, fonts.MEDIUM)
        if self._rows() > 1:
            return max(one, other) <= self._room()
        return one + size * GAP + other <= self._room()

    def _cut(self, text: str) -> list[str]:
        if not text:
            return []
        fitted = fit_text(
            self.look,
            str(text),
            (self._size(),),
            self._room() - 20,
            lines=_LONGEST,
            weight=fonts.MEDIUM,
        )
        return [line.strip() for line in fitted.lines if line.strip()]
