"""A text with its place on a board, and how it stands there: alone, or with English behind it.

English is 0.76 of the size beside it: on the same line where both have room, below it otherwise
(visual.md §2: 0.7 to 0.8). Lengths are reference px.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF

from hallclient.display.said import also_of
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Fitted, Side, fit_text

ALSO = 0.76
"""Size of the English behind a text."""
LEAST = 26.0
LED_LEAST = 44.0
"""Nothing on an LED wall is smaller (visual.md §2)."""
GAP = 0.32
"""Between two languages on a line, in em."""
_LINE = 1.14
"""Height of one of two lines, in its own size."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fitted text where it is drawn."""

    fitted: Fitted
    at: QRectF
    weight: int
    side: Side
    leading: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with its place and style: reference px, sizes to drop through, colour by name."""

    text: str
    at: QRectF
    sizes: tuple[float, ...]
    colour: str = "ink"
    weight: int = fonts.REGULAR
    side: Side = Side.LEFT
    lines: int = 1
    leading: float = 1.28
    below: bool = False
    """English stands below even where both have room on a line."""

    def fitted(self, look: Look) -> Fitted:
        """Return how the text itself stands in its place, without what is behind it.

        Several lines that are higher than the place drop to the next size; on an LED wall none is
        under 44.
        """
        sizes = self._allowed(look)
        while True:
            fitted = fit_text(
                look, self.text, sizes, self.at.width(), lines=self.lines, weight=self.weight
            )
            many, smaller = len(fitted.lines), tuple(s for s in sizes if s < fitted.px)
            high = fitted.px * (self.leading * (many - 1) + 1)
            if many < 2 or high <= self.at.height() + 2 or not smaller:
                return fitted
            sizes = (smaller[0], *smaller)

    def is_cut(self, look: Look) -> bool:
        """Tell whether a part of it is elided."""
        return any(block.fitted.elided for block in self.blocks(look))

    def _allowed(self, look: Look) -> tuple[float, ...]:
        if look.theme.scheme != "board-dark":
            return self.sizes
        return tuple(px for px in self.sizes if px >= LED_LEAST) or (LED_LEAST,)

    def blocks(self, look: Look) -> tuple[Block, ...]:
        """Return what is drawn, one block or two."""
        alone = Block(self.fitted(look), self.at, self.weight, self.side, self.leading)
        also = also_of(self.text)
        if not also:
            return (alone,)
        least = LED_LEAST if look.theme.scheme == "board-dark" else LEAST
        sizes = tuple(px for px in self._allowed(look) if px >= least) or self.sizes
        key = _Pair(str(self.text), also, sizes, self.weight, self.side, self.lines, least)
        at = (self.at.x(), self.at.y(), self.at.width(), self.at.height())
        pair = _paired(look.language, look.k, key, at, below=self.below)
        # Where both have no room, one that can be read beats two that cannot.
        return pair or (alone,)


@dataclass(frozen=True, slots=True)
class _Pair:
    text: str
    also: str
    sizes: tuple[float, ...]
    weight: int
    side: Side
    lines: int
    least: float

    def size_of_also(self, px: float) -> float:
        return max(self.least, round(px * ALSO)) if px >= self.least else px


@lru_cache(maxsize=256)
def _paired(
    language: str,
    k: float,
    pair: _Pair,
    at: tuple[float, float, float, float],
    *,
    below: bool,
) -> tuple[Block, ...]:
    look = Look(language=language, k=k)  # of any theme: colours do not matter here
    place = QRectF(*at)
    ways = (_under, _beside) if below else (_beside, _under)
    for way in ways if "\n" not in pair.text else ():
        found = way(look, pair, place)
        if found:
            return found
    return _squeezed(look, pair, place)


def _width(look: Look, text: str, px: float, weight: int) -> float:
    metrics = fonts.metrics(look.px(px), weight, look.language)
    return metrics.horizontalAdvance(text) / look.k


def _beside(look: Look, pair: _Pair, place: QRectF) -> tuple[Block, ...]:
    for px in pair.sizes[: max(1, len(pair.sizes) - 1)]:
        small, gap = pair.size_of_also(px), px * GAP
        one = _width(look, pair.text, px, pair.weight)
        other = _width(look, pair.also, small, pair.weight)
        free = place.width() - one - gap - other
        if free < 0:
            continue
        shift = {Side.LEFT: 0.0, Side.CENTRE: free / 2, Side.RIGHT: free}[pair.side]
        first = QRectF(place.x() + shift, place.y(), one + 1, place.height())
        # The smaller one stands on the same line: its middle is lower.
        drop = (px - small) * 0.36
        second = QRectF(first.x() + one + gap, place.y() + drop, other + 1, place.height())
        return (
            Block(Fitted(px, (pair.text,)), first, pair.weight, Side.LEFT, _LINE),
            Block(Fitted(small, (pair.also,)), second, pair.weight, Side.LEFT, _LINE),
        )
    return ()


def _under(look: Look, pair: _Pair, place: QRectF) -> tuple[Block, ...]:
    for px in pair.sizes:
        small = pair.size_of_also(px)
        if (px + small) * _LINE > place.height() + 1:
            continue
        steps = tuple(s for s in (small, 30.0, 28.0) if min(pair.least, small) <= s <= small)
        first = fit_text(look, pair.text, (px,), place.width(), weight=pair.weight)
        lighter = min(pair.weight, fonts.MEDIUM)
        second = fit_text(look, pair.also, steps, place.width(), weight=lighter)
        if not (first.elided or second.elided):
            return _stacked(pair, place, first, second)
    return ()


def _squeezed(look: Look, pair: _Pair, place: QRectF) -> tuple[Block, ...]:
    """Find the sizes at which both stand on as many lines as the place is high."""
    for px in _steps(pair):
        small = min(px, pair.size_of_also(px))
        first = fit_text(look, pair.text, (px,), place.width(), lines=3, weight=pair.weight)
        lighter = min(pair.weight, fonts.MEDIUM)
        second = fit_text(look, pair.also, (small,), place.width(), lines=3, weight=lighter)
        high = (len(first.lines) * px + len(second.lines) * small) * _LINE
        if high <= place.height() + 1 and not (first.elided or second.elided):
            return _stacked(pair, place, first, second)
    return ()


def _steps(pair: _Pair) -> Iterator[float]:
    """Yield sizes from the smallest wanted one down to the least of all."""
    yield from pair.sizes
    px = pair.sizes[-1] * 0.93
    while px > pair.least:
        yield round(px)
        px *= 0.93
    yield pair.least


def _stacked(pair: _Pair, place: QRectF, first: Fitted, second: Fitted) -> tuple[Block, ...]:
    upper = len(first.lines) * first.px * _LINE
    lower = len(second.lines) * second.px * _LINE
    lighter = min(pair.weight, fonts.MEDIUM)
    width, top = place.width(), place.y() + (place.height() - upper - lower) / 2
    return (
        Block(first, QRectF(place.x(), top, width, upper), pair.weight, pair.side, _LINE),
        Block(second, QRectF(place.x(), top + upper, width, lower), lighter, pair.side, _LINE),
    )
