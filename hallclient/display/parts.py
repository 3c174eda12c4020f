"""What all parts of a board share: sizes of the figures, text that fits, numbers drawn large."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from hallclient.display.phrase import Phrase
from hallclient.domain.hall import HallPlan
from hallclient.services.board import BoardCall
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Side, draw_fitted, put_text
from hallclient.ui.widgets.base import HallLabel

LED = "board-dark"
"""The scheme of LED walls: nothing under 44 px, a thicker frame, no notice card (visual.md §2)."""

OnPainted = Callable[[BoardCall], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of ticket and window numbers in reference px; one for the whole board."""

    hero: float
    hero_arrow: float
    tile: float
    tile_window: float
    recent: float
    recent_window: float
    recent_x: float
    recent_arrow: float
    arrow_gap: float
    missed: int
    """Missed numbers in a row."""


NORMAL = Scale(248, 88, 116, 112, 108, 100, 32, 60, 22, 4)
WIDE = Scale(192, 76, 92, 84, 88, 82, 26, 48, 16, 3)
CROWD = Scale(0, 0, 0, 0, 108, 100, 20, 50, 14, 0)
"""Of the places of a burst, for numbers of any width."""


def scale_of(plan: HallPlan, labels: Iterable[str] = ()) -> Scale:
    """Return the scale that a hall's numbers need: wide from five signs or three-digit windows."""
    made = [len(series.prefix) + series.digits for series in plan.series]
    longest = max([*made, *(len(label) for label in labels)], default=0)
    window = max((len(window.number) for window in plan.windows), default=0)
    return WIDE if longest > 4 or window > 2 else NORMAL


class BoardPart(HallLabel):
    """A part that draws itself from words and numbers at places in reference px.

    ``zoom`` makes a part of one reference size fit a smaller place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._zoom = 1.0

    @property
    def led(self) -> bool:
        """Whether this board is an LED wall."""
        return self.look.theme.scheme == LED

    def set_look(self, look: Look) -> None:
        """Take a look, with the scale of this part."""
        super().set_look(replace(look, k=look.k * self._zoom) if self._zoom != 1 else look)

    def set_zoom(self, zoom: float) -> None:
        """Draw larger or smaller than the board."""
        if zoom != self._zoom:
            board = replace(self.look, k=self.look.k / self._zoom)
            self._zoom = zoom
            self.set_look(board)

    def phrases(self) -> list[Phrase]:
        """Return the texts of the part as it is now."""
        return []

    def is_cut(self) -> bool:
        """Tell whether a text is elided, at the present size."""
        return any(phrase.is_cut(self.look) for phrase in self.phrases())

    def scaled(self, x: float, y: float, w: float, h: float) -> QRectF:
        """Return a reference rectangle in screen px, each edge rounded by itself."""
        k = self.look.k
        left, top = round(x * k), round(y * k)
        return QRectF(left, top, round((x + w) * k) - left, round((y + h) * k) - top)

    def draw_phrases(self, painter: QPainter) -> None:
        """Draw all texts."""
        for phrase in self.phrases():
            self.pen(painter, phrase.colour)
            for block in phrase.blocks(self.look):
                at = block.at
                draw_fitted(
                    painter,
                    self.look,
                    self.scaled(at.x(), at.y(), at.width(), at.height()),
                    block.fitted,
                    weight=block.weight,
                    side=block.side,
                    leading=block.leading,
                )

    def advance(self, text: str, size: float, weight: int = fonts.REGULAR) -> float:
        """Return how wide a text is on one line, in reference px."""
        metrics = fonts.metrics(self.look.px(size), weight, self.look.language)
        return metrics.horizontalAdvance(text) / self.look.k if text else 0.0

    def draw_number(
        self,
        painter: QPainter,
        text: str,
        at: QRectF,
        size: float,
        *,
        side: Side = Side.LEFT,
        weight: int = fonts.FIGURE,
    ) -> None:
        """Draw a number centred on the height of a reference rectangle, smaller if it must be."""
        look = self.look
        area = self.scaled(at.x(), at.y(), at.width(), at.height())
        px = number_size(look, text, size, at.width())
        high = fonts.metrics(look.px(px), weight, look.language).capHeight()
        free = area.width() - _wide(text, look.px(px), weight, look.language)
        shift = {Side.LEFT: 0.0, Side.CENTRE: free / 2, Side.RIGHT: free}[side]
        baseline = area.center().y() + high / 2
        put_text(painter, QPointF(area.x() + shift, baseline), text, look.font(px, weight))


def number_size(look: Look, text: str, size: float, room: float) -> float:
    """Return the size at which a number fits ``room`` reference px, at most ``size``."""
    width = _wide(text, look.px(size), fonts.FIGURE, look.language)
    return size if width <= room * look.k else size * room * look.k / width


@lru_cache(maxsize=512)
def _wide(text: str, px: int, weight: int, language: str) -> float:
    """Return the width of a number in screen px. Remembered: windows are the same ones all day."""
    return fonts.metrics(px, weight, language).horizontalAdvance(text)
