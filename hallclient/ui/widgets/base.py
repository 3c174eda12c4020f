"""The two roots of all painted widgets: things to read and things to press.

Both get their look from the canvas they stand on (:mod:`hallclient.ui.canvas`) and draw from it.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QRectF, Qt, QTimerEvent
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.theme import Theme

PRESS_MS = 50
ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)


class Face(Enum):
    """How a control stands on its screen."""

    SOLID = "solid"
    """The one most likely next step."""
    OUTLINED = "outlined"
    SELECTED = "selected"
    DASHED = "dashed"
    """Exists but cannot work just now: still touchable, says why."""
    FLAT = "flat"
    """A key that does not apply in this state."""
    BARE = "bare"
    """No edge and no fill."""


@dataclass(frozen=True, slots=True)
class Paints:
    """Colours of a control by name: its box, its words, its quieter words, its icon."""

    box: Box
    ink: str
    quiet: str
    icon: str


def paints(theme: Theme, face: Face, *, pressed: bool, radius: float, width: float) -> Paints:
    """Return how a face is painted; ``width`` is the edge, taken as given in every scheme."""
    if pressed and theme.flat:
        return Paints(Box("ink", "ink", width, radius), "paper", "paper", "paper")
    if face is Face.SOLID:
        fill = "primaryPressed" if pressed else "primary"
        edge = "ink" if theme.flat else fill
        return Paints(Box(fill, edge, width, radius), "onPrimary", "onPrimary", "onPrimary")
    if face is Face.SELECTED:
        fill = "sunken" if pressed else "primaryTint"
        return Paints(Box(fill, "primary", width, radius), "primary", "primary", "primary")
    # On dark boards the sunken colour is the paper's own.
    down = "primaryTint" if theme.hex("sunken") == theme.hex("paper") else "sunken"
    if face is Face.DASHED:
        fill = down if pressed else "transparent"
        box = Box(fill, "lineStrong", width, radius, dashed=True)
        return Paints(box, "ink2", "ink2", "ink2")
    if face is Face.FLAT:
        # In high contrast all edges are white: a key that does not apply has none.
        edge = "transparent" if theme.flat else "line"
        return Paints(Box("paper", edge, width, radius), "ink3", "ink3", "ink3")
    fill = down if pressed else "surface" if face is Face.OUTLINED else "transparent"
    edge = "lineStrong" if face is Face.OUTLINED else "transparent"
    return Paints(Box(fill, edge, width, radius), "ink", "ink2", "primary")


_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
_KEPT = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


def shows_focus(reason: Qt.FocusReason, *, before: bool) -> bool:
    """Tell whether a focus is to be seen: Qt gives every new window one that nobody asked for."""
    return before if reason in _KEPT else reason in _BY_KEY


def steers(widget: QWidget) -> bool:
    """Tell whether the screen itself moves the focus by arrows, knowing what lies where."""
    return bool(getattr(widget.window(), "steers", False))


class HallLabel(QLabel):
    """Something to read: a label whose text Qt's accessibility reads, drawn by us."""

    radius = 9.0

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def set_look(self, look: Look) -> None:
        """Take a new theme, language or scale and repaint."""
        if look != self.look:
            self.look = look
            self.update()

    def pen(self, painter: QPainter, colour: str) -> None:
        """Set the painter to a theme colour."""
        painter.setPen(self.look.colour(colour))

    def reference_size(self) -> tuple[float, float]:
        """Return this widget's size in reference px."""
        return self.width() / self.look.k, self.height() / self.look.k


class HallButton(QPushButton):
    """Something to press: keyboard by Tab and Enter, pressed look for at least 50 ms."""

    radius = 20.0

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look()
        self._face = Face.OUTLINED
        self._flash = 0
        self.focus_seen = False
        # Touch must not move the keyboard focus: the ring would wander over a kiosk.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(text)
        self.pressed.connect(self._start_flash)

    @property
    def face(self) -> Face:
        """How the button stands on its screen now."""
        return self._face

    def set_face(self, face: Face) -> None:
        """Change the fill; a FLAT button is disabled, all others are enabled."""
        if face is not self._face:
            self._face = face
            self.setEnabled(face is not Face.FLAT)
            self.update()

    def set_look(self, look: Look) -> None:
        """Take a new theme, language or scale and repaint."""
        if look != self.look:
            self.look = look
            self.update()

    def paints(self, *, width: float | None = None) -> Paints:
        """Return the colours of the present state; the edge is the theme's control edge."""
        theme = self.look.theme
        edge = theme.control_edge if width is None or theme.flat else width
        down = self.isDown() or self._flash != 0
        return paints(theme, self._face, pressed=down, radius=self.radius, width=edge)

    def area(self) -> QRectF:
        """Return the whole widget as a rectangle of screen px."""
        return QRectF(self.rect())

    def reference_size(self) -> tuple[float, float]:
        """Return this widget's size in reference px."""
        return self.width() / self.look.k, self.height() / self.look.k

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note whether the keyboard brought the focus; the ring asks for it."""
        self.focus_seen = shows_focus(event.reason(), before=self.focus_seen)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button too; Qt does that only inside dialogs."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        if event.key() in ARROWS and steers(self):
            event.ignore()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint when enabled or disabled from outside."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def timerEvent(self, event: QTimerEvent) -> None:
        """End the pressed look."""
        if event.timerId() == self._flash:
            self._end_flash()
            return
        super().timerEvent(event)

    def _start_flash(self) -> None:
        self._end_flash()
        self._flash = self.startTimer(PRESS_MS)

    def _end_flash(self) -> None:
        if self._flash:
            self.killTimer(self._flash)
            self._flash = 0
            self.update()
