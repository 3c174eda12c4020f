"""The small places of a burst of calls, over queues and missed numbers (``crowd``)."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.layout import Layout
from hallclient.display.parts import CROWD, BoardPart, OnPainted
from hallclient.display.recent import Pictures, RecentCall
from hallclient.services.board import BoardCall
from hallclient.ui.canvas import Canvas

_WIDTH = 590.0
"""Of a recent call: a place is one, drawn smaller."""


class Ground(BoardPart):
    """Covers what stands there otherwise."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it with the paper."""
        QPainter(self).fillRect(event.rect(), self.look.colour("paper"))


class CrowdPlaces:
    """Ground and places on a canvas. They are made for the first burst, and hidden between."""

    def __init__(self, canvas: Canvas, seen: OnPainted | None, on_top: Callable[[], None]) -> None:
        self._canvas = canvas
        self._seen = seen
        self._on_top = on_top
        self._layout: Layout | None = None
        self._pictures = Pictures(1)
        self._ground: Ground | None = None
        self.places: list[RecentCall] = []
        self.shown = False

    def show(self, layout: Layout, calls: Sequence[BoardCall | None]) -> None:
        """Show these calls, None for an empty place; none at all hides everything."""
        shown = any(calls)
        if shown:
            self._make(layout)
        room = len(layout.crowd) if shown else 0  # one of a larger layout covers others
        for index, place in enumerate(self.places):
            call = calls[index] if index < len(calls) else None
            stands = index < room
            place.show_call(call, CROWD, stale=False)
            if place.isHidden() is stands:
                place.setVisible(stands)
        if self._ground is not None and shown is not self.shown:
            self._ground.setVisible(shown)
        if shown and not self.shown:
            self.to_front()
            self._on_top()
        self.shown = shown

    def prepare(self, layout: Layout) -> None:
        """Make the places, and draw a number of their sizes once: a burst has no time for it."""
        self._make(layout)
        if self.places:
            self.places[0].warm_up(CROWD)

    def to_front(self) -> None:
        """Stand before whatever was put on the board since."""
        for part in (self._ground, *self.places):
            if part is not None:
                part.raise_()

    def _make(self, layout: Layout) -> None:
        if layout == self._layout:
            return
        self._layout = layout
        areas = layout.crowd
        if self._ground is None:
            self._ground = Ground(self._canvas)
            self._ground.hide()
        if len(self.places) < len(areas):
            self._pictures = Pictures(2 * len(areas) + 2)
        while len(self.places) < len(areas):
            place = RecentCall(self._seen, self._pictures, self._canvas)
            place.hide()
            self.places.append(place)
        self._canvas.put(self._ground, *layout.ground)
        for place, at in zip(self.places, areas, strict=False):
            place.set_zoom(at[2] / _WIDTH)
            self._canvas.put(place, *at)
        self.shown = False
