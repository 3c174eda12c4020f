"""Notices of the hall: a card beside the calls, a strip at the foot. They swap, never scroll."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart
from hallclient.display.phrase import ALSO, GAP, LED_LEAST, Phrase
from hallclient.display.said import also_of
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, fit_text

_FRAME_MS = 33
_DOTS = 8
"""More pages than this are counted in figures instead of dots."""
_LONGEST = 40
"""Most pages that one notice is broken into."""


_CARD_SIZES = ((52, 36), (44, 36), (44, 34), (40, 32), (38, 28), (36, 26), (32, 26))
_CARD_EDGE = 44.0
_LEFT, _PAGES_ROOM = 108.0, 192.0
"""Where the strip's line begins, and what it leaves free for its pages."""


class SwappingPart(BoardPart):
    """A part with pages that replace each other with a short fade."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reduced = False
        self.index = 0
        self._started = 0.0
        self._opacity = 1.0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._fade)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return 0

    @property
    def fading(self) -> bool:
        """Whether a page is appearing just now."""
        return self._timer.isActive()

    def next_page(self) -> None:
        """Turn to the next page, if there is another."""
        if self.pages < 2:
            return
        self.index = (self.index + 1) % self.pages
        self.turned()
        if not self.reduced:
            self._started, self._opacity = time.monotonic(), 0.0
            self._timer.start()
        self.update()

    def turned(self) -> None:
        """Take note of another page."""

    def stop(self) -> None:
        """End a fade at once."""
        self._timer.stop()
        self._opacity = 1.0

    def _fade(self) -> None:
        whole = self.look.theme.motion["tickerFade"] / 1000
        self._opacity = min(1.0, (time.monotonic() - self._started) / whole)
        if self._opacity >= 1:
            self._timer.stop()
        self.update()


class NoticeCard(SwappingPart):
    """Title and text, one notice at a time. The fault's explanation stands here too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[tuple[str, str], ...] = ()

    @property
    def pages(self) -> int:
        """How many cards there are."""
        return len(self._cards)

    @property
    def card(self) -> tuple[str, str]:
        """Title and text that can be seen."""
        return self._cards[self.index] if self._cards else ("", "")

    def show_cards(self, cards: Sequence[tuple[str, str]]) -> None:
        """Show these cards in turn."""
        if tuple(cards) != self._cards:
            self._cards, self.index = tuple(cards), 0
            self.stop()
            self.turned()
            self.update()

    def turned(self) -> None:
        """Say the card."""
        self.setText(". ".join(part for part in self.card if part))

    def phrases(self) -> list[Phrase]:
        """Return title and text at the largest sizes at which both fit."""
        height = self.reference_size()[1]
        for title_size, size in _CARD_SIZES:
            made, used = self._at(title_size, size)
            if used <= height - 2 * 22 and not any(p.fitted(self.look).elided for p in made):
                return self._centred(made, used)
        return self._centred(*self._at(*_CARD_SIZES[-1]))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and its words."""
        painter = QPainter(self)
        draw_box(painter, self.look, QRectF(self.rect()), Box("primaryTint", radius=20))
        painter.setOpacity(self._opacity)
        self.draw_phrases(painter)

    def _at(self, title_size: float, size: float) -> tuple[list[Phrase], float]:
        """Return title, text and their English, one below the other, and how high they are."""
        title, text = self.card
        made: list[Phrase] = []
        top = 0.0
        leading = 1.5 if size >= 34 else 1.35
        small = max(26.0, round(size * ALSO))
        for piece, px, weight, step in (
            (str(title), title_size, fonts.BOLD, 1.3),
            (str(text), size, fonts.REGULAR, leading),
            (also_of(title), max(26.0, round(title_size * ALSO)), fonts.BOLD, 1.25),
            (also_of(text), small, fonts.REGULAR, 1.3),
        ):
            if piece:
                gap = 16.0 if made and weight == fonts.REGULAR and step == leading else 8.0
                top += gap if made else 0.0
                phrase, height = self._piece(piece, px, weight, step, top)
                made.append(phrase)
                top += height
        return made, top

    def _piece(
        self, text: str, px: float, weight: int, leading: float, top: float
    ) -> tuple[Phrase, float]:
        width, most = self.reference_size()
        width -= 2 * _CARD_EDGE
        bold = weight == fonts.BOLD
        lines = 2 if bold else max(1, int((most - 44 - top) / (px * leading)))
        fitted = fit_text(self.look, text, (px,), width, lines=lines, weight=weight)
        height = len(fitted.lines) * px * leading
        at = QRectF(_CARD_EDGE, top, width, height)
        colour = "ink" if bold else "ink2"
        return Phrase(text, at, (px,), colour, weight, lines=lines, leading=leading), height

    def _centred(self, made: list[Phrase], used: float) -> list[Phrase]:
        top = min(40.0, max(12.0, (self.reference_size()[1] - used) / 2))
        for phrase in made:
            phrase.at.translate(0, top)
        return made


class NoticeStrip(SwappingPart):
    """One line at the foot, 72 high. A long notice takes several pages, whole words each.

    English stands behind on the same line where both have room, else on a page of its own.
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
        draw_icon(painter, look, "info", self.scaled(40, 14, 44, 44), "ink")
        self._draw_place(painter)
        painter.setOpacity(self._opacity)
        self.pen(painter, "ink")
        at, size = QRectF(_LEFT, 0, self._room(), 72), self._size()
        line = Phrase(self.line, at, (size, size), weight=fonts.MEDIUM)
        for block in line.blocks(look):
            box = block.at
            place = self.scaled(box.x(), box.y(), box.width(), box.height())
            draw_fitted(painter, look, place, block.fitted, weight=fonts.MEDIUM)

    def _draw_place(self, painter: QPainter) -> None:
        if self.pages < 2:
            return
        if self.pages > _DOTS:
            self.pen(painter, "ink")
            at = QRectF(self._right() - 140, 0, 140, 72)
            self.draw_number(painter, f"{self.index + 1}/{self.pages}", at, 36, side=Side.RIGHT)
            return
        for index in range(self.pages):
            x = self._right() - 24 * (self.pages - index) + 10
            on = index == self.index
            box = Box("ink", "ink", 3, 7) if on else Box("transparent", "lineStrong", 3, 7)
            draw_box(painter, self.look, self.scaled(x, 29, 14, 14), box)

    def _size(self) -> float:
        return 44 if self.led else 40

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
        return [*self._cut(text), *self._cut(also)]

    def _fits_both(self, text: str) -> bool:
        size = self._size()
        small = LED_LEAST if self.led else round(size * ALSO)
        one = self.advance(text, size, fonts.MEDIUM)
        other = self.advance(also_of(text), small, fonts.MEDIUM)
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
