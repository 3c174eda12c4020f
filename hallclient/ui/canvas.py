"""Screens drawn once, on a reference canvas, and shown on any size.

A :class:`Canvas` fills its window; its children are placed in reference px (1080x1920 for a
kiosk) and everything is scaled by ``k = min(w / refw, h / refh)`` and centred. A :class:`Pane` is a
part of a canvas with children of its own. Edges are rounded one by one, so neighbours never gap.
"""

from dataclasses import replace
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from hallclient.ui.look import Look
from hallclient.ui.theme import Theme

W = TypeVar("W", bound=QWidget)


class Pane(QWidget):
    """A container whose children have places in reference px, relative to itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look()
        self._places: dict[QWidget, QRectF] = {}
        self._origin = QPoint(0, 0)

    @property
    def look(self) -> Look:
        """The look that this pane and all its children draw with."""
        return self._look

    def put(self, widget: W, x: float, y: float, w: float, h: float) -> W:
        """Place a child at a reference rectangle, or move it there, and return it."""
        new = widget not in self._places
        if new:
            widget.setParent(self)
        self._places[widget] = QRectF(x, y, w, h)
        if new:
            _dress(widget, self._look)
        self._settle(widget)
        if new and not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            widget.show()
        return widget

    def place(self, widget: QWidget) -> QRectF:
        """Return a child's reference rectangle; KeyError for a widget that was never put here."""
        return QRectF(self._places[widget])

    def release(self, widget: QWidget) -> None:
        """Give a child's place up; the widget stays as it is."""
        self._places.pop(widget, None)

    def drop(self, widget: QWidget) -> None:
        """Take a child off the pane and delete it."""
        self._places.pop(widget, None)
        widget.hide()
        widget.deleteLater()

    def set_look(self, look: Look) -> None:
        """Take a look and hand it down."""
        if look == self._look:
            return
        scaled, self._look = look.k != self._look.k, look
        for widget in list(self._places):
            _dress(widget, look)
            if scaled:
                self._settle(widget)
        self.update()

    def _settle(self, widget: QWidget) -> None:
        at, k = self._places[widget], self._look.k
        left, top = round(at.left() * k), round(at.top() * k)
        right, bottom = round(at.right() * k), round(at.bottom() * k)
        widget.setGeometry(QRect(left, top, right - left, bottom - top).translated(self._origin))


def _dress(widget: QWidget, look: Look) -> None:
    # No isinstance with a protocol: before Python 3.12 that takes longer than all the rest.
    take = getattr(widget, "set_look", None)
    if take is not None:
        take(look)


class Canvas(Pane):
    """The root of a screen: computes the scale from its own size and paints the paper."""

    def __init__(
        self, width: float, height: float, parent: QWidget | None = None, *, paper: str = "paper"
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.reference = (width, height)
        self._paper = paper
        self._ring = FocusRing(self)
        self.resize(round(width), round(height))

    def set_look(self, look: Look) -> None:
        """Take theme and language from ``look``; the scale stays the canvas's own."""
        super().set_look(replace(look, k=self._look.k))
        self._ring.follow()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.set_look(replace(self._look, theme=theme))

    def set_language(self, code: str) -> None:
        """Change the language that fonts are chosen by; connect ``Words.switched`` to it."""
        self.set_look(replace(self._look, language=code))

    def refer_to(self, width: float, height: float) -> None:
        """Take another reference size: a screen on its side has a layout of its own."""
        if (width, height) != self.reference:
            self.reference = (width, height)
            self._rescale()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale and centre everything anew."""
        super().resizeEvent(event)
        self._rescale()

    def _rescale(self) -> None:
        width, height = self.reference
        k = max(0.05, min(self.width() / width, self.height() / height))
        self._origin = QPoint(
            max(0, round((self.width() - width * k) / 2)),
            max(0, round((self.height() - height * k) / 2)),
        )
        if k == self._look.k:
            for widget in self._places:
                self._settle(widget)
        else:
            super().set_look(replace(self._look, k=k))
        self._ring.follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the paper, margins included."""
        QPainter(self).fillRect(event.rect(), self._look.colour(self._paper))


class FocusRing(QWidget):
    """The keyboard focus on a canvas: 4 px ink outside, 3 px amber gap (visual.md §5)."""

    INK, GAP = 4, 3

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.move_to)

    def move_to(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Go to the widget that has the keyboard now, if it is on this canvas."""
        # A control that is deleted gives the keyboard away while it goes.
        if self._target is not None and shiboken6.isValid(self._target):
            self._target.removeEventFilter(self)
        mine = new is not None and self._canvas.isAncestorOf(new)
        self._target = new if mine else None
        if self._target is not None:
            self._target.installEventFilter(self)
            self._target.destroyed.connect(self._forget)
        self.follow()

    def _forget(self) -> None:
        self._target = None
        self.hide()

    def follow(self) -> None:
        """Lie around the target, or hide when there is none in sight."""
        target = self._target
        if (
            target is None
            or not target.isVisibleTo(self._canvas)
            or not getattr(target, "focus_seen", False)
        ):
            self.hide()
            return
        room = self._canvas.look.px(self.INK + self.GAP)
        corner = target.mapTo(self._canvas, QPoint(0, 0))
        self.setGeometry(QRect(corner, target.size()).adjusted(-room, -room, room, room))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow a target that moves, grows, shows or hides."""
        moved = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in moved:
            self.follow()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the two rings; the control shows through the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._canvas.look
        ink, gap = look.px(self.INK), look.px(self.GAP)
        radius = self._radius() * look.k
        self._outline(painter, look.colour("focus"), ink, ink / 2, radius + gap + ink / 2)
        self._outline(painter, look.colour("focusGap"), gap, ink + gap / 2, radius + gap / 2)

    def _outline(
        self, painter: QPainter, colour: QColor, width: float, inset: float, radius: float
    ) -> None:
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, radius, radius)

    def _radius(self) -> float:
        return float(getattr(self._target, "radius", 9.0))
