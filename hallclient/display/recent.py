"""The boxes of the recent calls."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import NORMAL, BoardPart, OnPainted, Scale
from hallclient.domain.text import NO_TEXT
from hallclient.services.board import BoardCall
from hallclient.ui.paint import Box, Side, draw_box, draw_icon

KEPT = 16
"""Pictures: the boxes of now and those of a moment ago, and boxes without a call."""
WARM = BoardCall(
    0, "A0123456789", "0123456789", "", NO_TEXT, datetime(2000, 1, 1, tzinfo=UTC), 0, active=False
)
"""Nobody's call, with every figure."""
_HEIGHT, _WIDTH, _LARGE = 126.0, 590.0, 1200.0


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Places in a box of any size, from those of 590×126."""

    number: QRectF
    figure: float
    arrow: QRectF
    plate: QRectF
    window: float


def _sizes(width: float, height: float, scale: Scale) -> _Sizes:
    if width >= _LARGE - 1:
        return _large(height, scale)
    lower = height / _HEIGHT
    broad = width > _WIDTH + 60
    """A row over the whole width of a portrait board."""
    plate_width = 300 if broad else 170
    plate = QRectF(width - 16 - plate_width, (height - 100 * lower) / 2, plate_width, 100 * lower)
    number = QRectF(scale.recent_x, 2, 290 if scale is NORMAL else 306, height - 4)
    if broad:
        number = QRectF(40, 2, 420, height - 4)
    arrow = scale.recent_arrow
    left = plate.left() - scale.arrow_gap - arrow
    if broad:
        left = (number.left() + 330 * lower + plate.left() - arrow) / 2
    at = QRectF(left, (height - arrow) / 2, arrow, arrow)
    return _Sizes(number, scale.recent * lower, at, plate, scale.recent_window * lower)


def _large(height: float, scale: Scale) -> _Sizes:
    """Return the places in one of three boxes of 1200 (09d): below those of the newest call.

    A higher box has larger figures, but none near the newest call's.
    """
    figure = min(150 * height / _HEIGHT, scale.hero * 0.8)
    plate_high = min(height - 16, figure * 0.74)
    plate = QRectF(772, (height - plate_high) / 2, 376, plate_high)
    number = QRectF(46, 2, 612 if scale is NORMAL else 628, height - 4)
    arrow = scale.hero_arrow
    at = QRectF((number.right() + 772 - arrow) / 2, (height - arrow) / 2, arrow, arrow)
    return _Sizes(number, figure, at, plate, figure * 0.88)


class Pictures:
    """Finished pictures of boxes: a call that moves on by a box is not drawn again."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._made: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def get(self, key: tuple[object, ...], draw: Callable[[], QPixmap]) -> QPixmap:
        """Return the picture of a key; ``draw`` makes it when it is not there."""
        found = self._made.pop(key, None) or draw()
        self._made[key] = found
        if len(self._made) > self._kept:
            self._made.popitem(last=False)
        return found


class RecentCall(BoardPart):
    """One recent call. ``stale`` greys its window: it was called before the loss.

    ``pictures`` is shared by the boxes of a board, which are all of one size.
    """

    def __init__(
        self,
        on_painted: OnPainted | None = None,
        pictures: Pictures | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing below is painted for it
        self._pictures = pictures or Pictures()
        self.scale = NORMAL
        self._on_painted = on_painted
        self._call: BoardCall | None = None
        self._stale = False
        self._leaving: QPixmap | None = None
        self._shift = 1.0

    @property
    def call(self) -> BoardCall | None:
        """The call in this box, None when it is empty."""
        return self._call

    @property
    def shifting(self) -> bool:
        """Whether its call is coming in just now."""
        return self._leaving is not None

    def show_call(
        self, call: BoardCall | None, scale: Scale, *, stale: bool, shift: bool = False
    ) -> None:
        """Show a call; nothing is repainted when nothing changes.

        With ``shift`` it comes in from above while :meth:`move` is told how far it is.
        """
        if (call, scale, stale) == (self._call, self.scale, self._stale):
            return
        self._leaving = self._picture() if shift and self.isVisible() else None
        self._shift = 0.0 if self._leaving is not None else 1.0
        self._call, self.scale, self._stale = call, scale, stale
        self.setText("" if call is None else f"{call.label} → {call.window}")
        self.setAccessibleName(self.text())
        self.update()

    def warm_up(self, scale: Scale) -> None:
        """Draw what all calls share, and a number that nobody sees: the font is loaded then."""
        call, before = self._call, self.scale
        self._call, self.scale = WARM, scale
        self._picture()
        self._call, self.scale = call, before

    def move_in(self, progress: float) -> None:
        """Show how far the call has come in, 0 to 1."""
        if self._leaving is None:
            return
        self._shift = progress
        if progress >= 1:
            self._leaving = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box and its call, then tell that it can be seen."""
        painter, height = QPainter(self), self.height()
        down = round(height * self._shift)
        if self._leaving is not None:
            painter.drawPixmap(0, down, self._leaving)
        painter.drawPixmap(0, down - height, self._picture())
        if self._on_painted is not None and self._call is not None and self._shift > 0:
            self._on_painted(self._call)

    def _picture(self) -> QPixmap:
        call = self._call
        if call is None:
            return self._box(taken=False)
        return self._pictures.get((call.label, call.window, *self._key()), self._drawn)

    def _box(self, *, taken: bool) -> QPixmap:
        return self._pictures.get((taken, *self._key()), lambda: self._drawn_box(taken=taken))

    def _key(self) -> tuple[object, ...]:
        ratio, look = self.devicePixelRatio(), self.look
        size = self.width(), self.height()
        return (self._stale, self.scale, *size, ratio, look.k, look.theme.scheme)

    def _drawn(self) -> QPixmap:
        """Return the box with its two numbers: all else is drawn once for all calls."""
        made = QPixmap(self._box(taken=True))
        painter = QPainter(made)
        self._draw_numbers(painter)
        painter.end()
        return made

    def _drawn_box(self, *, taken: bool) -> QPixmap:
        ratio = self.devicePixelRatio()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(self.look.colour("paper"))
        painter = QPainter(made)
        self._draw_box(painter, taken=taken)
        painter.end()
        return made

    def _draw_box(self, painter: QPainter, *, taken: bool) -> None:
        look = self.look
        fill = "transparent" if not taken else "sunken" if self._stale else "surface"
        draw_box(painter, look, QRectF(self.rect()), Box(fill, "line", 2, 16))
        if not taken:
            return
        sizes = _sizes(*self.reference_size(), self.scale)
        arrow, plate = sizes.arrow, sizes.plate
        at = self.scaled(arrow.x(), arrow.y(), arrow.width(), arrow.height())
        draw_icon(painter, look, "arrow-r", at, "lineStrong")
        area = self.scaled(plate.x(), plate.y(), plate.width(), plate.height())
        draw_box(painter, look, area, Box("pause" if self._stale else "primary", radius=16))

    def _draw_numbers(self, painter: QPainter) -> None:
        call = self._call
        assert call is not None  # noqa: S101 - only with a call
        sizes = _sizes(*self.reference_size(), self.scale)
        self.pen(painter, "ink")
        self.draw_number(painter, call.label, sizes.number, sizes.figure)
        self.pen(painter, "onPrimary")
        inner = sizes.plate.adjusted(8, 0, -8, 0)
        self.draw_number(painter, call.window, inner, sizes.window, side=Side.CENTRE)
