"""A strip of the screen under X11: ``_NET_WM_STRUT_PARTIAL`` (Extended Window Manager Hints 1.5).

The strip belongs to a window of its own, with nothing in it: the window manager knows that one. The
bar stands on it and is unknown to the window manager (override redirect), so that no full-screen
program can cover it.

Struts are measured from the edges of all monitors together: a monitor's edge that another monitor
lies behind cannot be kept free.
"""

import struct

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QPalette, QScreen
from PySide6.QtWidgets import QWidget
from xcffib import XcffibException
from xcffib.xproto import CW, ConfigWindow, StackMode, WindowClass

from hallclient.ui.desktop.plain import along
from hallclient.ui.desktop.x11_link import Link

_INDEX = {"left": 0, "right": 1, "top": 2}
_ATOM, _CARDINAL, _STRING, _WORD = 4, 6, 31, 0xFFFFFFFF
_INNER = "Another monitor lies behind this edge; its strip cannot be kept free."
_NO_MANAGER = "No window manager keeps a strip free here."
_NAME = b"hallclient"
_INPUT_HINT = (1, 0, 0, 0, 0, 0, 0, 0, 0)
"""``WM_HINTS`` (ICCCM 4.1.2.4): never give it the keyboard."""
_LOST = "The connection to the X server is lost."


class X11Strip:
    """Fulfils ``Strip``. Figures are X's own pixels; Qt scales sizes, never origins."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._own: dict[int, tuple[str, int]] = {}
        self._stands: dict[QWidget, int] = {}
        self.trouble = ""

    def reserve(self, window: QWidget, screen: QScreen, edge: str, thickness: int) -> QRect:
        """Keep a strip free along an edge, inside those of others."""
        try:
            return self._reserve(window, screen, edge, thickness)
        except XcffibException:
            self.trouble = _LOST
            return along(screen.availableGeometry(), edge, thickness)

    def release(self, window: QWidget) -> None:
        """Give the strip back."""
        stand = self._stands.pop(window, 0)
        self._own.pop(stand, None)
        if stand:
            try:
                self._link.core.DestroyWindow(stand)
                self._link.flush()
            except XcffibException:
                self.trouble = _LOST

    def _reserve(self, window: QWidget, screen: QScreen, edge: str, thickness: int) -> QRect:
        scale, area = screen.devicePixelRatio(), physical(screen)
        whole = _united([physical(s) for s in QGuiApplication.screens()])
        own, thick = self._stands.get(window, 0), round(thickness * scale)
        taken = self._taken(own, edge, area, whole)
        self.trouble = ""
        if is_inner(edge, area, [physical(s) for s in QGuiApplication.screens()]):
            self.release(window)
            self.trouble = _INNER
            return along(screen.geometry(), edge, thickness)
        if not self._link.cardinals(self._link.root, "_NET_SUPPORTING_WM_CHECK"):
            self.trouble = _NO_MANAGER
        inset = max(0, taken - _gap(edge, area, whole))
        stand = self._stand(window, along(_without(area, edge, inset), edge, thick))
        self._own[stand] = (edge, taken + thick)
        self._set(stand, strut(edge, taken + thick, area))
        if not window.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen):
            self._link.core.MapWindow(stand)
        self._link.ask(self._link.core.GetInputFocus())  # it is there before the bar is raised
        inner = _without(screen.geometry(), edge, round(inset / scale))
        return along(inner, edge, thickness)

    def _stand(self, window: QWidget, place: QRect) -> int:
        """Return the window that the strip belongs to, at its place and below all others."""
        core, link = self._link.core, self._link
        x, y, size = place.x(), place.y(), place.size()
        stand = self._stands.get(window, 0)
        if not stand:
            stand = self._stands[window] = link.conn.generate_id()
            ground = window.palette().color(QPalette.ColorRole.Window).rgb() & 0xFFFFFF
            core.CreateWindow(
                0, stand, link.root, x, y, size.width(), size.height(), 0,
                WindowClass.InputOutput, 0, CW.BackPixel, [ground],
            )  # fmt: skip
            dock = link.atom("_NET_WM_WINDOW_TYPE_DOCK")
            self._put(stand, "_NET_WM_WINDOW_TYPE", _ATOM, (dock,))
            self._put(stand, "WM_HINTS", link.atom("WM_HINTS"), _INPUT_HINT)
            core.ChangeProperty(0, stand, link.atom("WM_NAME"), _STRING, 8, len(_NAME), _NAME)
            core.ConfigureWindow(stand, ConfigWindow.StackMode, [StackMode.Below])
        wanted = ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height
        core.ConfigureWindow(stand, wanted, [x & _WORD, y & _WORD, size.width(), size.height()])
        return stand

    def _taken(self, own: int, edge: str, area: QRect, whole: QRect) -> int:
        """Return how far others reach in from an edge, but for those that stand behind us."""
        before = self._own.get(own)
        limit = before[1] if before is not None and before[0] == edge else 1 << 30
        gap, at = _gap(edge, area, whole), _INDEX[edge]
        first = 8 if edge == "top" else 4 + 2 * at
        low, high = (area.left(), area.right()) if edge == "top" else (area.top(), area.bottom())
        most = gap
        for other in self._link.cardinals(self._link.root, "_NET_CLIENT_LIST"):
            values = self._link.cardinals(other, "_NET_WM_STRUT_PARTIAL")
            if other == own or len(values) != 12 or not 0 < values[at] < limit:
                continue
            if values[first] <= high and values[first + 1] >= low:
                most = max(most, values[at])
        return most

    def _set(self, own: int, values: tuple[int, ...]) -> None:
        self._put(own, "_NET_WM_STRUT_PARTIAL", _CARDINAL, values)
        self._put(own, "_NET_WM_STRUT", _CARDINAL, values[:4])

    def _put(self, own: int, name: str, kind: int, values: tuple[int, ...]) -> None:
        data, link = struct.pack(f"={len(values)}I", *values), self._link
        link.core.ChangeProperty(0, own, link.atom(name), kind, 32, len(values), data)


def physical(screen: QScreen) -> QRect:
    """Return a monitor in the server's pixels."""
    area = screen.geometry()
    return QRect(area.topLeft(), area.size() * screen.devicePixelRatio())


def strut(edge: str, reach: int, area: QRect) -> tuple[int, ...]:
    """Return the twelve figures for a strip that reaches in from an edge of the whole."""
    values = [0] * 12
    at = _INDEX[edge]
    values[at] = reach
    low, high = (area.left(), area.right()) if edge == "top" else (area.top(), area.bottom())
    values[4 + 2 * at], values[5 + 2 * at] = low, high
    return tuple(values)


def is_inner(edge: str, area: QRect, screens: list[QRect]) -> bool:
    """Return whether another monitor lies behind an edge of this one."""
    if edge == "top":
        behind = QRect(area.left(), area.top() - 1, area.width(), 1)
    else:
        x = area.left() - 1 if edge == "left" else area.right() + 1
        behind = QRect(x, area.top(), 1, area.height())
    return any(behind.intersects(other) for other in screens if other != area)


def _united(areas: list[QRect]) -> QRect:
    whole = QRect()
    for area in areas:
        whole = whole.united(area)
    return whole


def _gap(edge: str, area: QRect, whole: QRect) -> int:
    gaps = {
        "top": area.top() - whole.top(),
        "left": area.left() - whole.left(),
        "right": whole.right() - area.right(),
    }
    return gaps[edge]


def _without(area: QRect, edge: str, inset: int) -> QRect:
    if edge == "top":
        return area.adjusted(0, inset, 0, 0)
    return area.adjusted(inset, 0, 0, 0) if edge == "left" else area.adjusted(0, 0, -inset, 0)
