"""What a screen tells: a state, a figure with its unit, the step the citizen is at."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import (
    CENTRE_EM,
    Box,
    Side,
    draw_box,
    draw_figures,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
    put_text,
)
from hallclient.ui.widgets.base import HallLabel

_ICONS = {"ok": "check", "warn": "alert", "pause": "pause", "danger": "stop", "primary": "info"}


class Pill(HallLabel):
    """A state in a word: ``tone`` is ``ok``, ``warn``, ``pause``, ``danger`` or ``primary``.

    Reference height 64; the fill is only as wide as the words. In high contrast the dot becomes
    an icon.
    """

    def __init__(
        self, text: str = "", tone: str = "ok", size: float = 32, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self._size = size

    def set_state(self, text: str, tone: str) -> None:
        """Change the words and the tone."""
        self._tone = tone
        self.setText(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill, its dot and its words."""
        painter, look = QPainter(self), self.look
        font = look.font(self._size, fonts.BOLD)
        words = fonts.metrics(font.pixelSize(), fonts.BOLD, look.language)
        dot = look.px(self._size * (1 if look.theme.flat else 0.62))
        pad, gap = look.px(self._size * 0.8), look.px(self._size * 0.5)
        width = min(float(self.width()), 2 * pad + dot + gap + words.horizontalAdvance(self.text()))
        area = QRectF(0, 0, width, self.height())
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, area, Box(f"{self._tone}Tint", edge, 4, 500))
        square = QRectF(pad, (area.height() - dot) / 2, dot, dot)
        if look.theme.flat:
            draw_icon(painter, look, _ICONS[self._tone], square, self._tone)
        else:
            draw_box(painter, look, square, Box(self._tone, radius=dot))
        self.pen(painter, self._tone)
        draw_line(painter, area.adjusted(pad + dot + gap, 0, 0, 0), self.text(), font)


@dataclass(frozen=True, slots=True)
class MetricSizes:
    """Type sizes of a metric in reference px and the gaps between its parts."""

    caption: float = 30
    figure: float = 72
    unit: float = 34
    gap: float = 12


BAR_METRIC = MetricSizes(14, 25, 14, 1)


class Metric(HallLabel):
    """A caption above one big figure; words before and after it are smaller, on its baseline.

    ``before`` serves 一楼 **B** 区. A text without figures goes into ``figure`` and drops a step.
    """

    def __init__(
        self,
        caption: str = "",
        figure: str = "",
        unit: str = "",
        *,
        before: str = "",
        sizes: MetricSizes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent)
        self._sizes = sizes or MetricSizes()
        self._caption, self._figure, self._unit, self._before = caption, figure, unit, before
        self.set_words(caption, figure, unit, before=before)

    def set_words(
        self, caption: str, figure: str, unit: str = "", *, before: str = "", said: str = ""
    ) -> None:
        """Change all parts; ``said`` is all of it for the ear, where that is something else."""
        self._caption, self._figure, self._unit, self._before = caption, figure, unit, before
        said = said or " ".join(part for part in (caption, before, figure, unit) if part)
        if said != self.text():
            self.setText(said)
        self.update()

    def set_sizes(self, sizes: MetricSizes) -> None:
        """Change the type sizes, as between two modes."""
        self._sizes = sizes
        self.update()

    def content_width(self) -> float:
        """Return the width of the wider line in reference px, for laying metrics in a row."""
        caption = self._advance(self._caption, self._sizes.caption, fonts.REGULAR)
        parts = self._parts(self._figure_size())
        line = sum(self._advance(text, px, weight) for text, px, weight in parts)
        gaps = self.look.px(self._sizes.gap) * (len(parts) - 1)
        return max(caption, line + gaps) / self.look.k

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw caption, figure and unit."""
        painter, look, sizes = QPainter(self), self.look, self._sizes
        caption = look.px(sizes.caption)
        self.pen(painter, "ink2")
        steps = (sizes.caption, sizes.caption * 0.86, sizes.caption * 0.75)
        said = fit_text(look, self._caption, steps, self.reference_size()[0])
        draw_fitted(painter, look, QRectF(0, 0, self.width(), caption * 1.3), said)
        # The line box of the figure follows at once: its capital height is 0.70 em.
        baseline = caption * 1.3 + look.px(sizes.figure) * (0.62 + CENTRE_EM)
        self.pen(painter, "ink")
        x = 0.0
        for text, px, weight in self._parts(self._figure_size()):
            put_text(painter, QPointF(x, baseline), text, look.font(px, weight))
            x += self._advance(text, px, weight) + look.px(sizes.gap)

    def _figure_size(self) -> float:
        sizes, room = self._sizes, float(self.width())
        if not any(sign.isdigit() for sign in self._figure) and len(self._figure) > 1:
            steps = (sizes.figure * 0.67, sizes.figure * 0.55, sizes.figure * 0.46)
        else:
            steps = (sizes.figure, sizes.figure * 0.8, sizes.figure * 0.67)
        for px in steps:
            parts = self._parts(px)
            gaps = self.look.px(sizes.gap) * (len(parts) - 1)
            if sum(self._advance(*part) for part in parts) + gaps <= room:
                return px
        return steps[-1]

    def _parts(self, figure_px: float) -> list[tuple[str, float, int]]:
        parts = [
            (self._before, self._sizes.unit, fonts.MEDIUM),
            (self._figure, figure_px, fonts.FIGURE),
            (self._unit, self._sizes.unit, fonts.MEDIUM),
        ]
        return [part for part in parts if part[0]]

    def _advance(self, text: str, px: float, weight: int) -> float:
        measured = fonts.metrics(self.look.px(px), weight, self.look.language)
        return measured.horizontalAdvance(text)


class Steps(HallLabel):
    """Where the citizen is: done steps ticked, the present one solid. ``current`` counts from 0."""

    CIRCLE, GAP = 48, 20

    def __init__(
        self, words: tuple[str, ...] = (), current: int = 0, *, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._words: tuple[str, ...] = ()
        self._current = 0
        self.set_steps(words, current)

    def set_steps(self, words: tuple[str, ...], current: int) -> None:
        """Change words and place."""
        self._words, self._current = words, current
        self.setText(words[current] if words else "")
        self.setAccessibleName(f"{current + 1}/{len(words)} {self.text()}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw circles, words and the lines between them."""
        if not self._words:
            return
        painter, look = QPainter(self), self.look
        circle, gap, space = look.px(self.CIRCLE), look.px(self.GAP), look.px(14)
        widths = [circle + space + self._advance(index) for index in range(len(self._words))]
        gaps = len(widths) - 1
        line = (self.width() - sum(widths) - 2 * gap * gaps) / gaps if gaps else 0
        x = 0.0
        for index, width in enumerate(widths):
            self._paint_step(painter, index, QRectF(x, 0, width, self.height()))
            x += width + gap
            if index < gaps:
                rule = QRectF(x, self.height() / 2 - look.px(3) / 2, max(0.0, line), look.px(3))
                painter.fillRect(rule, look.colour("line"))
                x += line + gap

    def _weight(self, index: int) -> int:
        return fonts.BOLD if index == self._current else fonts.REGULAR

    def _advance(self, index: int) -> float:
        look = self.look
        measured = fonts.metrics(look.px(30), self._weight(index), look.language)
        return measured.horizontalAdvance(self._words[index])

    def _paint_step(self, painter: QPainter, index: int, area: QRectF) -> None:
        look = self.look
        side = look.px(self.CIRCLE)
        square = QRectF(area.x(), (area.height() - side) / 2, side, side)
        if index < self._current:
            draw_box(painter, look, square, Box("surface", "primary", 3, 24))
            draw_icon(painter, look, "check", square.adjusted(*_inset(look.px(9))), "primary")
        else:
            now = index == self._current
            box = Box("primary", "primary", 3, 24) if now else Box("paper", "lineStrong", 3, 24)
            draw_box(painter, look, square, box)
            self.pen(painter, "onPrimary" if now else "ink2")
            draw_figures(painter, square, str(index + 1), look.font(28, fonts.FIGURE))
        self.pen(painter, "ink" if index == self._current else "ink2")
        words = area.adjusted(side + look.px(14), 0, 0, 0)
        font = look.font(30, self._weight(index))
        draw_line(painter, words, self._words[index], font, side=Side.LEFT)


def _inset(by: float) -> tuple[float, float, float, float]:
    return by, by, -by, -by
