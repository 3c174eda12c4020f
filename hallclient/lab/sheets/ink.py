"""What a widget draws: every text and every box with its place, size and colour, and what is cut.

Lengths are px of the widget that draws; sizes of text are px on the reference canvas.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from hallclient.ui import paint
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Fitted

CAPITAL_EM, BELOW_EM = 0.74, 0.08
"""How far most signs reach above and below their baseline."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of text: what its signs cover, and in which colour."""

    text: str
    widget: QWidget
    area: QRectF
    colour: QColor


@dataclass(frozen=True, slots=True)
class Boxed:
    """One box of a widget, ``None`` for no edge or no fill."""

    widget: QWidget
    area: QRectF
    edge: QColor | None
    fill: QColor | None


@dataclass(slots=True)
class Ink:
    """Notes what is drawn; fulfils ``ui.paint.Watcher``."""

    texts: list[Drawn] = field(default_factory=list)
    boxes: list[Boxed] = field(default_factory=list)
    sizes: list[tuple[str, float]] = field(default_factory=list)
    """Fitted texts with their size in reference px."""
    cut: list[str] = field(default_factory=list)

    def box(self, painter: QPainter, look: Look, rect: QRectF, box: Box) -> None:
        """Note a box."""
        device = painter.device()
        if isinstance(device, QWidget):
            edge = None if box.edge == "transparent" else look.colour(box.edge)
            fill = None if box.fill == "transparent" else look.colour(box.fill)
            self.boxes.append(Boxed(device, QRectF(rect), edge, fill))

    def block(self, look: Look, rect: QRectF, fitted: Fitted, leading: float) -> None:
        """Note a fitted text; complain of one that lost words, broke one, or leaves its room."""
        lines = fitted.lines
        self.sizes += [(line, fitted.px) for line in lines if line.strip()]
        tall = look.px(fitted.px) * (leading * (len(lines) - 1) + 1) > rect.height() + 2
        if fitted.elided or fitted.torn or tall:
            why = "breaks a word" if fitted.torn else "is too tall"
            why = "is shortened" if fitted.elided else why
            room = f"{rect.width():.0f}x{rect.height():.0f}"
            self.cut.append(f"{' / '.join(lines)!r} {why} at {fitted.px:g} px in {room}")

    def line(self, painter: QPainter, at: QPointF, text: str, font: QFont) -> None:
        """Note a line; complain of one that leaves its widget."""
        device = painter.device()
        if not text.strip() or not isinstance(device, QWidget):
            return
        width, px = QFontMetricsF(font).horizontalAdvance(text), font.pixelSize()
        top, bottom = at.y() - CAPITAL_EM * px, at.y() + BELOW_EM * px
        area = QRectF(at.x(), top, width, bottom - top)
        self.texts.append(Drawn(text, device, area, painter.pen().color()))
        if not QRectF(device.rect()).adjusted(-1, -2, 1, 2).contains(area):
            self.cut.append(f"{text!r} leaves its {_size(device)} at {_place(area)}")


@contextmanager
def watching() -> Iterator[Ink]:
    """Note what is drawn within this block."""
    ink = Ink()
    with paint.watched(ink):
        yield ink


def drawn(widget: QWidget) -> Ink:
    """Return what a widget draws just now."""
    with watching() as ink:
        widget.grab()
    return ink


def _size(widget: QWidget) -> str:
    return f"{type(widget).__name__} of {widget.width()}x{widget.height()}"


def _place(area: QRectF) -> str:
    return f"{area.x():.0f},{area.y():.0f} {area.width():.0f}x{area.height():.0f}"
