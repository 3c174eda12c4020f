"""Lock-down: the kiosk fills its screen and nobody leaves it without the PIN.

What a program can do itself: no close, no short cut, back to the front, the whole of whatever
screen there is. Keys that the desktop takes for itself (Ctrl+Alt+Del, the super key) are the
desktop's to switch off: docs/kiosk.md says how.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QScreen
from PySide6.QtWidgets import QApplication, QWidget

from hallclient.kiosk.pages.page import WIDTH
from hallclient.ui.monitors import main_monitor, monitor_named

if TYPE_CHECKING:
    from hallclient.ui.canvas import Canvas

log = logging.getLogger(__name__)

TOUCHES, WITHIN_MS = 5, 4000
HEAD = 190.0
"""Touches above this y count: the hall's name is there, and never a control."""
BACK_MS = 250
_LEAVES = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_CLOSERS = frozenset({Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_F4, Qt.Key.Key_Escape})


class Knock(QObject):
    """Somebody wants to be asked for the PIN: five touches on the hall's name, or Ctrl+Alt+T."""

    knocked = Signal()

    def __init__(self, screen: Canvas) -> None:
        super().__init__(screen)
        self._screen = screen
        self._touches = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(WITHIN_MS)
        self._again.timeout.connect(self._forget)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count touches on the head, and hear the keys; every other event goes on."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        touch = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if touch and watched is self._screen.window().windowHandle():
            self._touch(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.key() != Qt.Key.Key_T or event.modifiers() & both != both:
            return False
        if not event.isAutoRepeat():
            self.knocked.emit()
        return True

    def _touch(self, event: QEvent) -> None:
        assert isinstance(event, QMouseEvent)  # noqa: S101 - its type says so
        if not self._on_head(event.position().toPoint()):
            self._forget()
            return
        if self._touches == 0:
            self._again.start()
        self._touches += 1
        if self._touches >= TOUCHES:
            self._forget()
            self.knocked.emit()

    def _on_head(self, at: QPoint) -> bool:
        k = self._screen.look.k
        left = (self._screen.width() - WIDTH * k) / 2
        return at.y() < HEAD * k and left <= at.x() <= left + WIDTH * k

    def _forget(self) -> None:
        self._touches = 0
        self._again.stop()


class Lockdown(QObject):
    """Holds a window on the whole screen until :meth:`release`; :meth:`hold` locks again."""

    def __init__(self, window: QWidget, monitor: str = "") -> None:
        super().__init__(window)
        self._window = window
        self._monitor = monitor
        self.held = self._away = False
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(BACK_MS)
        self._back.timeout.connect(self._to_front)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.installEventFilter(self)
            app.screenAdded.connect(self._screen_added)
            app.screenRemoved.connect(self._screens_changed)
            app.primaryScreenChanged.connect(self._screens_changed)
            for screen in app.screens():
                self._follow(screen)

    def hold(self) -> None:
        """Lock: in front, without a frame, on the whole screen."""
        if self.held:
            return
        self.held, self._away = True, False
        flags = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        self._window.setWindowFlags(self._window.windowFlags() | flags)
        self._fill()

    def release(self) -> None:
        """Let the window be closed and covered again."""
        self.held = False
        self._back.stop()

    def to_desktop(self) -> None:
        """Unlock and make room; whoever brings the window back has locked it again."""
        self.release()
        self._window.showMinimized()
        self._away = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what would end, hide or leave the window."""
        if watched is self._window:
            return self._on_window(event)
        if self.held and isinstance(event, QKeyEvent):
            return _leaves(event)
        return False

    def _on_window(self, event: QEvent) -> bool:
        kind = event.type()
        if not self.held:
            back = kind in (QEvent.Type.WindowStateChange, QEvent.Type.WindowActivate)
            if self._away and back and not self._window.isMinimized():
                self.hold()
            return False
        if kind == QEvent.Type.Close:
            log.warning("a locked kiosk is not closed")
            event.ignore()
            return True
        if kind in (QEvent.Type.WindowDeactivate, QEvent.Type.WindowStateChange, QEvent.Type.Hide):
            self._back.start()
        return False

    def _screen_added(self, screen: QScreen) -> None:
        self._follow(screen)
        self._screens_changed(screen)

    def _follow(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._screens_changed)

    def _screens_changed(self, _what: object) -> None:
        if self.held:
            self._back.start()

    def _to_front(self) -> None:
        if self.held:
            self._fill()

    def _fill(self) -> None:
        """Fill its monitor, or the main one while that is away, and stand in front."""
        window = self._window
        screen = monitor_named(self._monitor) or main_monitor()
        if screen is not None:
            if window.screen() is not screen:
                window.setScreen(screen)
            window.setGeometry(screen.geometry())
        window.showFullScreen()
        window.raise_()
        window.activateWindow()


def _leaves(event: QKeyEvent) -> bool:
    """Tell whether a key would close or leave a window: with Alt or the super key, Ctrl+Q …."""
    kinds = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.Shortcut)
    if event.type() not in kinds:
        return False
    modifiers = event.modifiers()
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    knock = control and event.key() == Qt.Key.Key_T
    closing = event.key() in _CLOSERS and control
    meta = event.key() in (Qt.Key.Key_Meta, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R)
    return (bool(modifiers & _LEAVES) and not knock) or closing or meta
