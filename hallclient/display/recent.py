"""The boxes of the recent calls."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import NORMAL, BoardPart, OnPainted, Scale
from hallclient.services.board import BoardCall
from hallclient.ui.paint import Box, Side, draw_box, draw_icon


class RecentCall(BoardPart):
    """One recent call, 590×126. ``stale`` greys its window: it was called before the loss."""

    def __init__(self, on_painted: OnPainted | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = NORMAL
        self._on_painted = on_painted
        self._call: BoardCall | None = None
        self._stale = False

    @property
    def call(self) -> BoardCall | None:
        """The call in this box, None when it is empty."""
        return self._call

    def show_call(self, call: BoardCall | None, scale: Scale, *, stale: bool) -> None:
        """Show a call; nothing is repainted when nothing changes."""
        if (call, scale, stale) == (self._call, self.scale, self._stale):
            return
        self._call, self.scale, self._stale = call, scale, stale
        self.setText("" if call is None else f"{call.label} → {call.window}")
        self.setAccessibleName(self.text())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box and its call, then tell that it can be seen."""
        painter, look, call, scale = QPainter(self), self.look, self._call, self.scale
        fill = "transparent" if call is None else "sunken" if self._stale else "surface"
        draw_box(painter, look, QRectF(self.rect()), Box(fill, "line", 2, 16))
        if call is None:
            return
        self.pen(painter, "ink")
        number = QRectF(scale.recent_x, 2, 290 if scale is NORMAL else 306, 122)
        self.draw_number(painter, call.label, number, scale.recent)
        arrow = scale.recent_arrow
        at = self.scaled(404 - scale.arrow_gap - arrow, 63 - arrow / 2, arrow, arrow)
        draw_icon(painter, look, "arrow-r", at, "lineStrong")
        plate = "pause" if self._stale else "primary"
        draw_box(painter, look, self.scaled(404, 13, 170, 100), Box(plate, radius=16))
        self.pen(painter, "onPrimary")
        at = QRectF(412, 13, 154, 100)
        self.draw_number(painter, call.window, at, scale.recent_window, side=Side.CENTRE)
        if self._on_painted is not None:
            self._on_painted(call)
