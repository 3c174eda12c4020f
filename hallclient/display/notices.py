"""Notices of the hall: a card beside the calls, a strip at the foot. They swap, never scroll."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart, Phrase
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, fit_text

_FRAME_MS = 33
_DOTS = 8
"""More pages than this are counted in figures instead of dots."""
_LONGEST = 40
"""Most pages that one notice is broken into."""


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
    """Title and text, 616×346; one notice at a time. The fault's explanation stands here too."""

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
        for title_size, size in ((52, 36), (44, 36), (44, 34), (40, 32), (38, 28), (36, 26)):
            made, height = self._at(title_size, size)
            if height <= 346 - 2 * 24 and not any(p.fitted(self.look).elided for p in made):
                return self._centred(made, height)
        return self._centred(*self._at(36, 26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and its words."""
        painter = QPainter(self)
        draw_box(painter, self.look, QRectF(self.rect()), Box("primaryTint", radius=20))
        painter.setOpacity(self._opacity)
        self.draw_phrases(painter)

    def _at(self, title_size: float, size: float) -> tuple[list[Phrase], float]:
        title, text = self.card
        made, top, width = [], 0.0, 528.0
        if title:
            fitted = fit_text(self.look, title, (title_size,), width, lines=2, weight=fonts.BOLD)
            height = len(fitted.lines) * title_size * 1.3
            at = QRectF(44, top, width, height)
            made.append(Phrase(title, at, (title_size,), weight=fonts.BOLD, lines=2, leading=1.3))
            top += height + (16 if text else 0)
        if text:
            leading = 1.5 if size >= 34 else 1.35
            most = max(1, int((346 - 48 - top) / (size * leading)))
            fitted = fit_text(self.look, text, (size,), width, lines=most)
            height = len(fitted.lines) * size * leading
            at = QRectF(44, top, width, height)
            made.append(Phrase(text, at, (size,), "ink2", lines=most, leading=leading))
            top += height
        return made, top

    @staticmethod
    def _centred(made: list[Phrase], height: float) -> list[Phrase]:
        top = min(40.0, max(12.0, (346 - height) / 2))
        for phrase in made:
            phrase.at.translate(0, top)
        return made


class NoticeStrip(SwappingPart):
    """One line at the foot, 1920×72. A long notice takes several pages, whole words each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ()
        self._lines: tuple[str, ...] = ()
        self._broken_for: tuple[float, str, bool] | None = None

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
        at, size = self.scaled(108, 0, 1620, 72), self._size()
        fitted = fit_text(look, self.line, (size,), 1640, weight=fonts.MEDIUM)
        draw_fitted(painter, look, at, fitted, weight=fonts.MEDIUM)

    def _draw_place(self, painter: QPainter) -> None:
        if self.pages < 2:
            return
        if self.pages > _DOTS:
            self.pen(painter, "ink")
            at = QRectF(1740, 0, 140, 72)
            self.draw_number(painter, f"{self.index + 1}/{self.pages}", at, 36, side=Side.RIGHT)
            return
        for index in range(self.pages):
            x = 1880 - 24 * (self.pages - index) + 10
            on = index == self.index
            box = Box("ink", "ink", 3, 7) if on else Box("transparent", "lineStrong", 3, 7)
            draw_box(painter, self.look, self.scaled(x, 29, 14, 14), box)

    def _size(self) -> float:
        return 44 if self.led else 40

    def _broken(self) -> tuple[str, ...]:
        key = (self.look.k, self.look.language, self.led)
        if key != self._broken_for:
            self._broken_for = key
            size, found = self._size(), []
            for text in self._texts:
                fitted = fit_text(
                    self.look, text, (size,), 1620, lines=_LONGEST, weight=fonts.MEDIUM
                )
                found += [line.strip() for line in fitted.lines if line.strip()]
            self._lines = tuple(found)
        return self._lines
