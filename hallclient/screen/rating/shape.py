"""Where things stand on the rating pages: a canvas of at least 1280×800 or 800×1280 px."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MARGIN: Final = 48.0
Place = tuple[float, float, float, float]
"""x, y, width, height."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The reference size of the screen."""

    width: float
    height: float

    @property
    def tall(self) -> bool:
        """Whether it stands upright."""
        return self.height > self.width

    @property
    def more(self) -> float:
        """How much higher it is than the least."""
        return self.height - (TALL if self.tall else WIDE).height

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * MARGIN

    @property
    def right(self) -> float:
        """Where the right margin begins."""
        return self.width - MARGIN


WIDE: Final = Shape(1280, 800)
TALL: Final = Shape(800, 1280)


def columns(at: Place, count: int, gap: float) -> list[Place]:
    """Return a place cut into equal columns."""
    x, y, width, height = at
    each = (width - (count - 1) * gap) / count
    return [(x + n * (each + gap), y, each, height) for n in range(count)]


def rows(at: Place, count: int, gap: float) -> list[Place]:
    """Return a place cut into equal rows."""
    x, y, width, height = at
    each = (height - (count - 1) * gap) / count
    return [(x, y + n * (each + gap), width, each) for n in range(count)]


def grid(at: Place, across: int, down: int, gap_x: float, gap_y: float) -> list[Place]:
    """Return a place cut into equal cells, row by row."""
    return [cell for row in rows(at, down, gap_y) for cell in columns(row, across, gap_x)]
