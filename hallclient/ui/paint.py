"""Drawing helpers shared by all painted widgets: boxes, lines of text, icons, text that fits."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QTextLayout, QTextOption

from hallclient.ui import fonts, icons
from hallclient.ui.look import Look

CENTRE_EM = 0.36
"""Baseline below a line's optical centre, in em: half the capital height, the middle of a 字."""
LEADING = 1.28


class Side(Enum):
    """Which edge a text keeps to."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded rectangle: colours by name, lengths in reference px."""

    fill: str = "transparent"
    edge: str = "transparent"
    width: float = 0
    radius: float = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text broken into lines at a size in reference px; ``elided`` when some of it is gone.

    ``torn`` when a line ends within a word.
    """

    px: float
    lines: tuple[str, ...]
    elided: bool = False
    torn: bool = False


class Watcher(Protocol):
    """Is told what is drawn, before it is: the contact sheets look for what does not fit."""

    def box(self, painter: QPainter, look: Look, rect: QRectF, box: Box) -> None:
        """Take a box."""

    def block(self, look: Look, rect: QRectF, fitted: Fitted, leading: float) -> None:
        """Take a fitted text and the room it has; its lines follow one by one."""

    def line(self, painter: QPainter, at: QPointF, text: str, font: QFont) -> None:
        """Take one line of text; ``at`` is where its baseline begins."""


_watcher: Watcher | None = None


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell a watcher what is drawn within this block; UI thread."""
    global _watcher  # noqa: PLW0603 - painting has no owner that could carry it
    before, _watcher = _watcher, watcher
    try:
        yield
    finally:
        _watcher = before


def draw_box(painter: QPainter, look: Look, rect: QRectF, box: Box) -> None:
    """Draw a box inside ``rect`` (screen px); the edge lies wholly inside."""
    if _watcher is not None:
        _watcher.box(painter, look, rect, box)
    width = look.px(box.width) if box.edge != "transparent" else 0
    inner = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    radius = max(0.0, min(look.k * box.radius, rect.height() / 2, rect.width() / 2) - width / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(Qt.PenStyle.NoPen)
    if width:
        pen = QPen(look.colour(box.edge), width)
        if box.dashed:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([2.6, 1.7])
    painter.setPen(pen)
    painter.setBrush(look.colour(box.fill))
    painter.drawRoundedRect(inner, radius, radius)


def draw_icon(painter: QPainter, look: Look, name: str, rect: QRectF, colour: str) -> None:
    """Draw an icon in a square of screen px; large icons get thinner lines (tokens: icon)."""
    ratio = painter.device().devicePixelRatio()
    side = round(min(rect.width(), rect.height()))
    reference = side / look.k
    stroke = 2.0 if reference < 46 else 1.8 if reference < 70 else 1.7 if reference < 100 else 1.4
    drawn = icons.pixmap(name, side, look.colour(colour).name(), ratio, stroke)
    painter.drawPixmap(QPointF(round(rect.x()), round(rect.y())), drawn)


def draw_line(
    painter: QPainter, rect: QRectF, text: str, font: QFont, *, side: Side = Side.LEFT
) -> float:
    """Draw one line of text centred on the height of ``rect``; return its width in screen px."""
    width = QFontMetricsF(font).horizontalAdvance(text)
    x = rect.x()
    if side is Side.CENTRE:
        x += (rect.width() - width) / 2
    elif side is Side.RIGHT:
        x += rect.width() - width
    put_text(painter, QPointF(x, rect.center().y() + font.pixelSize() * CENTRE_EM), text, font)
    return width


def put_text(painter: QPainter, at: QPointF, text: str, font: QFont) -> None:
    """Draw a line of text whose baseline begins at a point; every text goes through here."""
    if _watcher is not None:
        _watcher.line(painter, at, text, font)
    painter.setFont(font)
    painter.drawText(at, text)


def draw_figures(painter: QPainter, rect: QRectF, text: str, font: QFont) -> None:
    """Draw a number centred both ways by its capital height, as plates do."""
    metrics = QFontMetricsF(font)
    x = rect.center().x() - metrics.horizontalAdvance(text) / 2
    put_text(painter, QPointF(x, rect.center().y() + metrics.capHeight() / 2), text, font)


def fit_text(
    look: Look,
    text: str,
    sizes: Sequence[float],
    width: float,
    *,
    lines: int = 1,
    weight: int = fonts.REGULAR,
) -> Fitted:
    """Find how a text stands in ``width`` (reference px) with the fewest concessions.

    The sizes are tried on one line first, largest first; then the smaller ones on up to ``lines``
    lines; a text that fits nowhere is elided at the smallest size. A line feed always breaks.
    """
    screen = tuple(look.px(px) for px in sizes)
    fitted = _fit(text, screen, width * look.k, lines, weight, look.language)
    return replace(fitted, px=sizes[screen.index(int(fitted.px))])


@lru_cache(maxsize=1024)
def _fit(
    text: str, sizes: tuple[int, ...], room: float, lines: int, weight: int, language: str
) -> Fitted:
    """Fit in screen px. Remembered: a screen paints the same texts again and again."""
    if "\n" not in text:
        for px in sizes:
            if fonts.metrics(px, weight, language).horizontalAdvance(text) <= room:
                return Fitted(px, (text,))
    for px in sizes[1:] or sizes:
        broken = _break(text, fonts.font(px, weight, language), room)
        if len(broken) <= lines:
            return Fitted(px, tuple(broken), torn=_torn(text, broken))
    px = sizes[-1]
    broken = _break(text, fonts.font(px, weight, language), room)
    kept, rest = broken[: lines - 1], "".join(broken[lines - 1 :])
    metrics = fonts.metrics(px, weight, language)
    last = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room)
    return Fitted(px, (*kept, last), elided=last != rest or not rest.startswith(last))


def _torn(text: str, lines: Sequence[str]) -> bool:
    """Tell whether a break stands between two letters of the Latin alphabet."""
    at = 0
    for line in lines:
        at += len(line)
        if text[at - 1 : at + 1].isascii() and text[at - 1 : at + 1].isalpha() and at < len(text):
            return True
        at += text[at : at + 1] == "\n"
    return False


_PAUSE = re.compile(r"(?<=[，。；：！？、])(?![”’」』）])|(?<=: )|(?=（)")
"""Where a text is best broken: after a Chinese mark, after a colon, before a Chinese bracket."""


def _break(text: str, font: QFont, room: float) -> list[str]:
    """Break into as few lines as can be, at pauses where that needs no more of them."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        first = len(found)
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(room)
            start, length = line.textStart(), line.textLength()
            found.append(paragraph[start : start + length])
            line = layout.createLine()
        layout.endLayout()
        paused = _at_pauses(paragraph, font, room)
        if 1 < len(paused) <= len(found) - first:
            found[first:] = paused
    return found


def _at_pauses(text: str, font: QFont, room: float) -> list[str]:
    """Return lines that end at pauses only, none where one would be too long."""
    metrics, lines = QFontMetricsF(font), [""]
    for piece in _PAUSE.split(text):
        joined = lines[-1] + piece
        if metrics.horizontalAdvance(joined.rstrip()) <= room:
            lines[-1] = joined
        elif metrics.horizontalAdvance(piece.rstrip()) <= room:
            lines.append(piece)
        else:
            return []
    return lines


def draw_fitted(
    painter: QPainter,
    look: Look,
    rect: QRectF,
    fitted: Fitted,
    *,
    weight: int = fonts.REGULAR,
    side: Side = Side.LEFT,
    leading: float = LEADING,
) -> None:
    """Draw fitted lines as one block, centred on the height of ``rect``."""
    if _watcher is not None:
        _watcher.block(look, rect, fitted, leading)
    font = look.font(fitted.px, weight)
    step = font.pixelSize() * leading
    top = rect.center().y() - step * len(fitted.lines) / 2
    for index, line in enumerate(fitted.lines):
        row = QRectF(rect.x(), top + index * step, rect.width(), step)
        if side is Side.LEFT:  # nothing to measure
            baseline = row.center().y() + font.pixelSize() * CENTRE_EM
            put_text(painter, QPointF(row.x(), baseline), line.rstrip(), font)
        else:
            draw_line(painter, row, line.rstrip(), font, side=side)
