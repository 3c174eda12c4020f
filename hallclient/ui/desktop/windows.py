"""Strip and keys under Windows: an application desktop toolbar, and ``RegisterHotKey``.

The calls go through :class:`Shell`, so that a test can check each one and its structure elsewhere.
(Microsoft: SHAppBarMessage, APPBARDATA, RegisterHotKey; figures of shellapi.h and winuser.h.)
"""

import ctypes
import logging
from collections.abc import Callable, Mapping
from ctypes import POINTER, Structure, c_int, c_ssize_t, c_uint, c_void_p, cast, sizeof
from typing import Any, Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QObject, QRect
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from hallclient.ui.desktop.chords import Chord, candidates, parse_chord
from hallclient.ui.desktop.plain import FocusKeyboard, along
from hallclient.ui.desktop.ports import Binding, Desktop, GlobalKeys

log = logging.getLogger(__name__)

ABM_NEW, ABM_REMOVE, ABM_QUERYPOS, ABM_SETPOS = 0, 1, 2, 3
ABE = {"left": 0, "top": 1, "right": 2}
WM_HOTKEY, WM_APPBAR = 0x0312, 0x8000 + 72
ABN_POSCHANGED = 1
MOD_ALT, MOD_CONTROL, MOD_SHIFT, MOD_WIN, MOD_NOREPEAT = 1, 2, 4, 8, 0x4000
_MODIFIERS = {"Alt": MOD_ALT, "Ctrl": MOD_CONTROL, "Shift": MOD_SHIFT, "Meta": MOD_WIN}
_VK_F1 = 0x70
_FIRST_ID = 0x4800
_REFUSED = "Windows keeps no strip free here."


class Rect(Structure):
    """RECT: the right and lower edges stand outside."""

    _fields_ = (("left", c_int), ("top", c_int), ("right", c_int), ("bottom", c_int))


class AppBarData(Structure):
    """APPBARDATA."""

    _fields_ = (
        ("cbSize", c_uint),
        ("hWnd", c_void_p),
        ("uCallbackMessage", c_uint),
        ("uEdge", c_uint),
        ("rc", Rect),
        ("lParam", c_ssize_t),
    )


class Message(Structure):
    """MSG, as far as it is read here."""

    _fields_ = (
        ("hWnd", c_void_p),
        ("message", c_uint),
        ("wParam", c_void_p),
        ("lParam", c_ssize_t),
    )


class Shell(Protocol):
    """The system's calls."""

    def app_bar(self, message: int, data: AppBarData) -> int:
        """SHAppBarMessage."""

    def register(self, number: int, modifiers: int, key: int) -> bool:
        """RegisterHotKey for the thread; false when another program has the key."""

    def unregister(self, number: int) -> None:
        """UnregisterHotKey."""

    def foreground(self) -> int:
        """GetForegroundWindow."""

    def to_front(self, window: int) -> None:
        """SetForegroundWindow."""


class WindowsShell:
    """Fulfils ``Shell`` by ctypes."""

    def __init__(self) -> None:
        libraries: Any = ctypes.windll  # type: ignore[attr-defined,unused-ignore] # Windows' own
        self._shell, self._user = libraries.shell32, libraries.user32
        self._shell.SHAppBarMessage.argtypes = (c_uint, POINTER(AppBarData))
        self._shell.SHAppBarMessage.restype = c_void_p
        self._user.RegisterHotKey.argtypes = (c_void_p, c_int, c_uint, c_uint)
        self._user.UnregisterHotKey.argtypes = (c_void_p, c_int)
        self._user.GetForegroundWindow.restype = c_void_p
        self._user.SetForegroundWindow.argtypes = (c_void_p,)

    def app_bar(self, message: int, data: AppBarData) -> int:
        """Call SHAppBarMessage."""
        return self._shell.SHAppBarMessage(message, ctypes.byref(data)) or 0

    def register(self, number: int, modifiers: int, key: int) -> bool:
        """Call RegisterHotKey."""
        return bool(self._user.RegisterHotKey(None, number, modifiers, key))

    def unregister(self, number: int) -> None:
        """Call UnregisterHotKey."""
        self._user.UnregisterHotKey(None, number)

    def foreground(self) -> int:
        """Call GetForegroundWindow."""
        return self._user.GetForegroundWindow() or 0

    def to_front(self, window: int) -> None:
        """Call SetForegroundWindow."""
        self._user.SetForegroundWindow(window)


class AppBarStrip:
    """Fulfils ``Strip``. Figures are physical pixels; Qt scales sizes, never origins."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._known: set[int] = set()
        self.trouble = ""

    def reserve(self, window: QWidget, screen: QScreen, edge: str, thickness: int) -> QRect:
        """Register the toolbar, have the system move it inside others, keep the strip free."""
        own, scale = int(window.winId()), screen.devicePixelRatio()
        self.trouble = ""
        if own not in self._known:
            if not self._shell.app_bar(ABM_NEW, _data(own)):
                self.trouble = _REFUSED
                return along(screen.availableGeometry(), edge, thickness)
            self._known.add(own)
        area = screen.geometry()
        whole = QRect(area.topLeft(), area.size() * scale)
        data = _data(own, edge, along(whole, edge, round(thickness * scale)))
        self._shell.app_bar(ABM_QUERYPOS, data)
        # The system has moved the outer edge past other toolbars; the inner one is ours to set.
        _set_inner(data.rc, edge, round(thickness * scale))
        self._shell.app_bar(ABM_SETPOS, data)
        return _logical(data.rc, area, scale)

    def release(self, window: QWidget) -> None:
        """Remove the toolbar."""
        own = int(window.winId())
        if own in self._known:
            self._known.discard(own)
            self._shell.app_bar(ABM_REMOVE, _data(own))


class HotKeys(GlobalKeys):
    """Fulfils ``GlobalKeys``; a key held down is one press (MOD_NOREPEAT)."""

    def __init__(self, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._names: dict[int, str] = {}
        self._filter = _Filter(self.hear)
        app = QGuiApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self._filter)

    @property
    def trouble(self) -> str:
        """Nothing: keys work here."""
        return ""

    def bind(self, wanted: Mapping[str, str]) -> tuple[Binding, ...]:
        """Register keys; one that another program has gets Ctrl, or Ctrl and Shift, added."""
        self._release()
        chords = {name: parse_chord(text) for name, text in wanted.items() if text}
        every = frozenset(chords.values())
        self._bindings = tuple(
            Binding(name, chord.text, self._register(name, chord, every))
            for name, chord in chords.items()
        )
        return self._bindings

    def hear(self, message: int, number: int) -> bool:
        """Take a message of the thread; true when it was one of the keys."""
        name = self._names.get(number) if message == WM_HOTKEY else None
        if name is not None:
            self.pressed.emit(name)
        return name is not None

    def close(self) -> None:
        """Give the keys back."""
        self._release()
        app = QGuiApplication.instance()
        if app is not None:
            app.removeNativeEventFilter(self._filter)

    def _register(self, name: str, wanted: Chord, every: frozenset[Chord]) -> str:
        for chord in candidates(wanted, every):
            number = _FIRST_ID + len(self._names)
            modifiers = sum(_MODIFIERS[m] for m in chord.modifiers) | MOD_NOREPEAT
            if self._shell.register(number, modifiers, virtual_key(chord)):
                self._names[number] = name
                return chord.text
            log.warning("another program has the key %s", chord.text)
        return ""

    def _release(self) -> None:
        for number in self._names:
            self._shell.unregister(number)
        self._names.clear()


class ForegroundKeyboard(FocusKeyboard):
    """Fulfils ``Keyboard``: the window that was in front of all programs comes back to it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._front = 0

    def hold(self, popover: QWidget) -> None:
        """Take the focus; a program that got a hot key may."""
        self._front = self._shell.foreground()
        super().hold(popover)
        self._shell.to_front(int(popover.winId()))

    def give_back(self, popover: QWidget) -> None:
        """Give it back, unless the clerk has gone on elsewhere by himself."""
        front, self._front = self._front, 0
        present = self._shell.foreground()
        if front and present in (0, int(popover.winId())):
            self._shell.to_front(front)
        super().give_back(popover)


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, hear: Callable[[int, int], bool]) -> None:
        super().__init__()
        self._hear = hear

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        """Look for hot keys among the thread's messages."""
        if bytes(kind) != b"windows_generic_MSG":  # type: ignore[arg-type] # QByteArray is bytes
            return False, 0
        found = cast(int(message), POINTER(Message)).contents
        return self._hear(found.message, found.wParam or 0), 0


def windows_desktop(parent: QObject | None = None, shell: Shell | None = None) -> Desktop:
    """Return what Windows grants."""
    used = shell or WindowsShell()
    return Desktop("Windows", AppBarStrip(used), HotKeys(used, parent), ForegroundKeyboard(used))


def virtual_key(chord: Chord) -> int:
    """Return the virtual-key code: VK_F1 on, letters and digits as they are."""
    return _VK_F1 + int(chord.key[1:]) - 1 if len(chord.key) > 1 else ord(chord.key)


def _data(window: int, edge: str = "top", place: QRect | None = None) -> AppBarData:
    area = Rect()
    if place is not None:
        area = Rect(place.left(), place.top(), place.right() + 1, place.bottom() + 1)
    return AppBarData(sizeof(AppBarData), window, WM_APPBAR, ABE[edge], area, 0)


def _set_inner(area: Rect, edge: str, thickness: int) -> None:
    if edge == "top":
        area.bottom = area.top + thickness
    elif edge == "left":
        area.right = area.left + thickness
    else:
        area.left = area.right - thickness


def _logical(area: Rect, screen: QRect, scale: float) -> QRect:
    """Return Qt's coordinates of a physical rectangle on a screen."""
    left = screen.left() + (area.left - screen.left()) / scale
    top = screen.top() + (area.top - screen.top()) / scale
    size = ((area.right - area.left) / scale, (area.bottom - area.top) / scale)
    return QRect(round(left), round(top), round(size[0]), round(size[1]))
