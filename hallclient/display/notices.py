"""Notices of the hall: a card beside the calls, a strip at the foot. They swap, never scroll."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart
from hallclient.display.phrase import ALSO, Phrase
from hallclient.display.said import also_of
from hallclient.ui import fonts
from hallclient.ui.paint import Box, draw_box, fit_text

_FRAME_MS = 33


_CARD_SIZES = ((52, 36), (44, 36), (44, 34), (40, 32), (38, 28), (36, 26), (32, 26))
_CARD_EDGE = 44.0


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
