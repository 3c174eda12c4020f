"""The focus on its way to a popover that is written in, and back, while no key goes anywhere."""

import time
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from xcffib import XcffibException
from xcffib.xproto import InputFocus

from hallclient.ui.desktop.x11_link import Link

if TYPE_CHECKING:
    from hallclient.ui.desktop.x11_keys import X11Keys

_LOOK_MS = 8
_INSIST_S = 0.08
_ARRIVE_S = 0.8
_RETURN_S = 0.4
_CALM = 3
"""Looks in a row that find the focus at its place: a window manager may still move it."""


class FocusWay(QObject):
    """Moves the focus; one popover at a time. The keyboard stands still while :attr:`moving`."""

    arrived = Signal(object, bool)
    """The popover, and whether it has the focus."""
    returned = Signal()

    def __init__(self, link: Link, keys: "X11Keys") -> None:
        super().__init__(keys)
        self._link = link
        self._keys = keys
        self._popover: QWidget | None = None
        self._own = self._before = 0
        self._back = False
        self._since = 0.0
        self._calm = 0
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._step)

    @property
    def moving(self) -> bool:
        """Whether the focus is under way."""
        return self._look.isActive()

    def enter(self, popover: QWidget) -> None:
        """Show a popover and lead the focus to it. Raises ``LinkLost``."""
        if not (self.moving and self._back):
            self._before = self._present()
        self._popover, self._back = popover, False
        popover.show()
        popover.raise_()
        popover.activateWindow()
        self._own = int(popover.winId())
        self._begin()

    def leave(self, popover: QWidget) -> bool:
        """Lead the focus back from a popover; False when it is another's. Raises ``LinkLost``."""
        if popover is not self._popover:
            return False
        self._popover = None
        waiting = self.moving
        if not waiting and self._present() != self._own:
            return True  # the clerk went on elsewhere by himself
        if not waiting and not self._keys.stand_still():
            self._send_back()
            return True
        self._back = True
        self._send_back()
        self._begin()
        return True

    def close(self) -> None:
        """Stop."""
        self._look.stop()

    def _begin(self) -> None:
        self._since, self._calm = time.monotonic(), 0
        self._look.start()

    def _step(self) -> None:
        try:
            (self._step_back if self._back else self._step_in)()
        except XcffibException:
            self._look.stop()

    def _step_in(self) -> None:
        popover, passed = self._popover, time.monotonic() - self._since
        if popover is None or not shiboken6.isValid(popover):
            self._look.stop()
            self.returned.emit()
            return
        there = self._present() == self._own
        if there and QGuiApplication.focusWindow() is popover.windowHandle():
            self._look.stop()
            self.arrived.emit(popover, there)
        elif passed > _ARRIVE_S:
            self._look.stop()
            if not there:
                self._popover = None
            self.arrived.emit(popover, there)
        elif passed > _INSIST_S and not there:
            self._set(self._own)

    def _step_back(self) -> None:
        passed = time.monotonic() - self._since
        present = self._present()
        there = present == self._before
        self._calm = self._calm + 1 if there else 0
        if self._calm >= _CALM or passed > _RETURN_S or self._is_another(present):
            self._look.stop()
            self.returned.emit()
        elif not there and passed > _INSIST_S:
            self._send_back()

    def _is_another(self, window: int) -> bool:
        """Return whether another window of this program has come in the popover's place."""
        shown = (w for w in QApplication.topLevelWidgets() if w.isVisible())
        return window != self._own and any(int(w.winId()) == window for w in shown)

    def _present(self) -> int:
        reply = self._link.ask(self._link.core.GetInputFocus())
        return 0 if reply is None else int(reply.focus)

    def _send_back(self) -> None:
        if self._before:
            self._set(self._before)

    def _set(self, window: int) -> None:
        self._link.core.SetInputFocus(InputFocus.PointerRoot, window, 0)
        self._link.flush()
