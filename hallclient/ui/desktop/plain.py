"""A desktop that grants nothing: no strip, no keys; popovers take the focus and give it back."""

import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QScreen, QWindow
from PySide6.QtWidgets import QWidget

from hallclient.ui.desktop.ports import Keyboard


class FocusKeyboard:
    """Fulfils ``Keyboard`` by focus alone.

    Another window of this program is asked for the focus; one of another program gets it from the
    window manager, as after any closed window.
    """

    def __init__(self) -> None:
        self._before: QWindow | None = None

    def hold(self, popover: QWidget) -> None:
        """Show it, and take the focus."""
        self._before = QGuiApplication.focusWindow()
        popover.show()
        popover.raise_()
        popover.activateWindow()

    def give_back(self, popover: QWidget) -> None:
        """Give it back, unless the clerk has gone on elsewhere by himself."""
        before, self._before = self._before, None
        present = QGuiApplication.focusWindow()
        left = present is not None and present is not popover.windowHandle()
        if not left and before is not None and shiboken6.isValid(before) and _takes_focus(before):
            before.requestActivate()


class PlainStrip:
    """Fulfils ``Strip``: a place without a reservation."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    def reserve(self, window: QWidget, screen: QScreen, edge: str, thickness: int) -> QRect:
        """Return the place along the edge."""
        return along(screen.availableGeometry(), edge, thickness)

    def release(self, window: QWidget) -> None:
        """Do nothing: nothing is reserved."""


def keyboard_of(widget: QWidget | None) -> Keyboard:
    """Return the keyboard that a window or one of its parents was given; plain focus without."""
    while widget is not None:
        found: Keyboard | None = getattr(widget, "keyboard", None)
        if found is not None:
            return found
        widget = widget.parentWidget()
    return FocusKeyboard()


def along(area: QRect, edge: str, thickness: int) -> QRect:
    """Return a strip along the inner side of an edge."""
    if edge == "top":
        return QRect(area.left(), area.top(), area.width(), thickness)
    left = area.left() if edge == "left" else area.right() + 1 - thickness
    return QRect(left, area.top(), thickness, area.height())


def _takes_focus(window: QWindow) -> bool:
    return window.isVisible() and not window.flags() & Qt.WindowType.WindowDoesNotAcceptFocus
