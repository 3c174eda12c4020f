"""What opens under a key: the outcome, the pause reasons, the menu. 520 wide, titled by its deed.

A popover takes the keyboard only while it is open, and at most 15 s without a key of its own; then
it closes and the window that had the keyboard gets it back. How, is the desktop's matter:
``ui.desktop``.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.desktop.plain import keyboard_of
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from hallclient.ui.desktop.ports import Keyboard

WIDTH = 520
HOLD_MS = 15_000
NOTCH = 10
PAD = 20
ROW = 52
_RADIUS, _EDGE = 14, 2
HEAD = 44


class StaffPopover(Pane):
    """The frame of a popover: box, notch, the keyboard's way there and back."""

    closed = Signal()
    types = False
    """Whether it is written in: then it needs the focus, not the keys alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._edge = "top"
        self._notch_at: float = WIDTH / 2
        self._keyboard: Keyboard | None = None
        self._was_active = False
        self.hold = QTimer(self)
        self.hold.setSingleShot(True)
        self.hold.setInterval(HOLD_MS)
        self.hold.timeout.connect(self.close)

    def open_at(self, at: QPoint, bounds: tuple[int, int], edge: str = "top") -> None:
        """Show with the keyboard, beside a point of the screen that the notch points at.

        ``bounds`` are its limits along the bar: left and right below a bar at the top, else upper
        and lower.
        """
        self._edge = edge
        if edge == "top":
            x = _between(at.x() - WIDTH // 2, bounds, WIDTH)
            self._notch_at = min(max(at.x() - x, 30), WIDTH - 30)
            self.move(x, at.y() - 2)
        else:
            height = self.height()
            y = _between(at.y() - height // 3, bounds, height)
            self._notch_at = min(max(at.y() - y, 40), height - 34)
            self._make_room()
            left = edge == "left"
            self.move(at.x() - 2 if left else at.x() + 2 - self.width(), y)
        self._cut_out()
        self._keyboard = keyboard_of(self)
        self._keyboard.hold(self)
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hold.start()

    def touched(self) -> None:
        """Begin the 15 s anew: a key was pressed that means something here."""
        if self.hold.isActive():
            self.hold.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Esc; a key that means nothing here was typed for another window.

        It does not begin the 15 s anew: who types on unaware gets his keyboard back.
        """
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Close when the clerk went on in another window."""
        super().changeEvent(event)
        if event.type() != QEvent.Type.ActivationChange:
            return
        if self.isActiveWindow():
            self._was_active = True
        elif self._was_active and self.isVisible():
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the keyboard back."""
        self.hold.stop()
        keyboard, self._keyboard = self._keyboard, None
        super().closeEvent(event)
        self.closed.emit()
        if keyboard is not None:
            keyboard.give_back(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and notch as one outline."""
        painter, look = QPainter(self), self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("ink"), _EDGE))
        painter.setBrush(look.colour("surface"))
        painter.drawPath(self._outline())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the window's shape that of the box."""
        super().resizeEvent(event)
        self._cut_out()

    def _cut_out(self) -> None:
        """Leave out what is outside the box: under X11 it is black where nobody composes."""
        if QGuiApplication.platformName() != "xcb":
            return
        stroker = QPainterPathStroker()
        stroker.setWidth(_EDGE)
        outline = self._outline()
        whole = outline.united(stroker.createStroke(outline))
        self.setMask(QRegion(whole.toFillPolygon().toPolygon()))

    def _outline(self) -> QPainterPath:
        left, right = (NOTCH if self._edge == side else 0 for side in ("left", "right"))
        area = QRectF(self.rect()).adjusted(1 + left, NOTCH + 1, -1 - right, -1)
        body = QPainterPath()
        body.addRoundedRect(area, _RADIUS, _RADIUS)
        return body.united(self._notch(area))

    def _notch(self, area: QRectF) -> QPainterPath:
        """Return the notch, on the side of the bar."""
        at, half = self._notch_at, NOTCH + 2
        if self._edge == "top":
            base, tip = area.top() + 1, QPointF(at, 1)
            ends = QPointF(at - half, base), QPointF(at + half, base)
        else:
            near = self._edge == "left"
            base = area.left() + 1 if near else area.right() - 1
            tip = QPointF(1 if near else self.width() - 1, at)
            ends = QPointF(base, at - half), QPointF(base, at + half)
        notch = QPainterPath(ends[0])
        notch.lineTo(tip)
        notch.lineTo(ends[1])
        return notch

    def _make_room(self) -> None:
        """Let the notch stand at the side: everything moves by its width."""
        self._origin = QPoint(NOTCH if self._edge == "left" else 0, 0)
        self.resize(WIDTH + NOTCH, self.height())
        for widget in self._places:
            self._settle(widget)

    def put_title(self, words: str, label: str = "") -> None:
        """Put the title, behind a ticket's number if there is one."""
        x = float(PAD)
        if label:
            plate = Plate(label, 20, edge=2)
            width = fonts.metrics(20, fonts.FIGURE, self.look.language).horizontalAdvance(label)
            self.put(plate, x, NOTCH + 16, width + 22, 30)
            x += width + 22 + 12
        title = Text(words, (20, 18), weight=fonts.BOLD)
        self.put(title, x, NOTCH + 14, WIDTH - PAD - x, 34)


def _between(wanted: int, bounds: tuple[int, int], length: int) -> int:
    return max(bounds[0] + 8, min(wanted, bounds[1] - length - 8))
