"""A dark panel with a frame that is drawn once around, in small repaints."""

import math
import time
from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import BoardPart
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, draw_box

_FRAME_MS = 25
"""40 pictures a second: 30 are enough for a frame (mock-up 09e), with some reserve."""
_COARSE_MS = 100
"""The same while a burst of calls needs the processor."""
_SAMPLES = 8
_BESIDE = 2
"""Pixels beside the frame that are repainted with a bit of it; nothing of the content is there."""
_FAINT = 0.35
"""Of the frame of a call that is read once more."""


class FramedPanel(BoardPart):
    """A panel with a frame that can be traced clockwise from the top left, linear in time."""

    FRAME, LED_FRAME, RADIUS = 12.0, 16.0, 24.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reduced = False
        self.coarse = False
        """Whether a trace may go in larger steps."""
        self._progress = 1.0
        self._faint = False
        self._started = 0.0
        self._path = QPainterPath()
        self._asked_for = QRect()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    @property
    def tracing(self) -> bool:
        """Whether the frame is being drawn just now."""
        return self._timer.isActive()

    def frame_colour(self) -> str:
        """Return the frame's colour by name."""
        return "call"

    def trace(self, *, again: bool = False) -> None:
        """Draw the frame once around; at once when motion is reduced.

        ``again``: over the frame that stands there, which is faint meanwhile (mock-up 09e).
        """
        if self.reduced:
            self.rest()
            return
        self._faint = again
        self._started, self._progress = time.monotonic(), 0.0
        self._timer.start(_COARSE_MS if self.coarse else _FRAME_MS)
        self.update()

    def rest(self) -> None:
        """Show the whole frame."""
        self._timer.stop()
        self._progress = 1.0
        self.update()

    def set_look(self, look: Look) -> None:
        """Take a look; the frame's path follows."""
        super().set_look(look)
        self._path = QPainterPath()

    def content(self, painter: QPainter) -> None:
        """Draw what stands inside the frame."""
        self.draw_phrases(painter)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what the event asks for: during a trace that is a bit of the frame."""
        painter, look = QPainter(self), self.look
        self._asked_for = event.rect()
        draw_box(painter, look, QRectF(self.rect()), Box("primaryDeep", radius=self.RADIUS))
        self._draw_frame(painter)
        edge = round(self._frame() * look.k) + _BESIDE
        if event.region().intersects(self.rect().adjusted(edge, edge, -edge, -edge)):
            self.content(painter)

    def _frame(self) -> float:
        return self.LED_FRAME if self.led else self.FRAME

    def _draw_frame(self, painter: QPainter) -> None:
        if self._progress < 1 and self._faint:
            self._draw_faint(painter)
        if self._progress <= 0:
            return
        path, width = self._outline(), float(self.look.px(self._frame()))
        pen = QPen(self.look.colour(self.frame_colour()), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._progress < 1:
            length = path.length() / width
            pen.setDashPattern([max(0.001, length * self._progress), length * 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _draw_faint(self, painter: QPainter) -> None:
        colour = self.look.colour(self.frame_colour())
        colour.setAlphaF(_FAINT)
        painter.setPen(QPen(colour, float(self.look.px(self._frame()))))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._outline())

    def _outline(self) -> QPainterPath:
        width = self.look.px(self._frame()) / 2
        area = QRectF(self.rect()).adjusted(width, width, -width, -width)
        if self._path.isEmpty() or self._path.boundingRect() != area:
            radius = self.RADIUS * self.look.k - width
            self._path = QPainterPath()
            self._path.addRoundedRect(area, radius, radius)
        return self._path

    def _advance(self) -> None:
        before = self._progress
        whole = self.look.theme.motion["callFrameTrace"] / 1000
        self._progress = min(1.0, (time.monotonic() - self._started) / whole)
        if self._progress >= 1:
            self._timer.stop()
        self.update(self._between(before, self._progress))

    def _between(self, start: float, end: float) -> QRegion:
        """Return the part of the frame from one progress to another."""
        path, room = self._outline(), math.ceil(self.look.px(self._frame()) / 2) + _BESIDE
        found = QRegion()
        points = [
            path.pointAtPercent(start + (end - start) * step / _SAMPLES).toPoint()
            for step in range(_SAMPLES + 1)
        ]
        for one, other in pairwise(points):
            found += QRect(one, other).normalized().adjusted(-room, -room, room, room)
        return found
