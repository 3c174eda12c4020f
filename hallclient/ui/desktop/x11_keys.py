"""The bar's keys and its popovers' keyboard under X11, without a character lost or misplaced.

A bar's key is a passive grab in synchronous mode: the server stops before the next key and waits
for our word. It becomes a *grip*, an active grab that takes one key event at a time:

- a bar's key is ours, once for each press;
- while a popover is open the key goes to the popover, which never has the focus;
- nothing is open: the key is replayed, and the program in front gets it as if we were not there;
- a digit right behind a key that opened nothing (F8 without a ticket) was meant for what did not
  open: it goes nowhere.

The grip ends when all keys that were pressed in it are up: a digit held down is not repeated into
the program in front. A popover that is written in gets the real focus, both ways while the keyboard
stands still. (X protocol, AllowEvents: SyncKeyboard, ReplayKeyboard.)
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from xcffib import XcffibException
from xcffib.xproto import Allow, GrabMode, KeyPressEvent, KeyReleaseEvent

from hallclient.ui.desktop.plain import FocusKeyboard
from hallclient.ui.desktop.ports import Binding, GlobalKeys
from hallclient.ui.desktop.x11_bindings import X11Bindings
from hallclient.ui.desktop.x11_focus import FocusWay
from hallclient.ui.desktop.x11_link import Link, Rescue
from hallclient.ui.timer import new_timer

log = logging.getLogger(__name__)

_NOW = 0
_HELD_LOOK_MS = 60
_REPEAT_MS = 200
"""No keyboard repeats sooner after a press."""
_REBIND_MS = 50
_PAUSE_MS = 1000
_SPARE_MS = 1000
"""So long after a key that opened nothing a digit is still meant for it."""


class X11Keys(GlobalKeys):
    """Fulfils ``GlobalKeys`` and ``Keyboard``."""

    def __init__(self, link: Link, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._bound = X11Bindings(link)
        self._grip = self._paused = False
        self._asked = False  # the server stands still with an event and waits for our answer
        self._down: dict[int, bool] = {}  # keys pressed in the grip; whether each is a bar's key
        # Keys that are down perhaps, and the server's time of their press: repeats are no presses.
        self._perhaps: dict[int, int | None] = {}
        self._pressed_at: dict[int, int] = {}
        self._target: QWidget | None = None
        self._plain = FocusKeyboard()
        self._focus = FocusWay(link, self)
        self._focus.arrived.connect(self._arrived)
        self._focus.returned.connect(self._returned)
        self._rescue = Rescue(link)
        self._look = new_timer(self, self._look_at_keys, _HELD_LOOK_MS / 1000, again=True)
        self._leave = new_timer(self, self._leave_grip)
        self._rebind = new_timer(self, self._bind_again, _REBIND_MS / 1000)
        self._pausing = new_timer(self, self.resume, _PAUSE_MS / 1000)
        self._sparing = new_timer(self, self._spare_no_more, _SPARE_MS / 1000)
        self._seen = 0  # the server's time of the last key
        self._spare_at: int | None = None
        link.happened.connect(self._happened)
        link.clicked.connect(self._click)
        link.remapped.connect(self._rebind.start)
        link.lost.connect(self._lose)

    # GlobalKeys

    @property
    def trouble(self) -> str:
        """Why no key works, empty where they do."""
        return "" if self._link.open else "The connection to the X server is lost."

    def bind(self, wanted: Mapping[str, str]) -> tuple[Binding, ...]:
        """Bind keys; one that another program has gets Ctrl, or Ctrl and Shift, added to it."""
        named = {name: text for name, text in wanted.items() if text}
        try:
            self._bindings = self._bound.bind(named)
        except XcffibException:
            self._bindings = tuple(Binding(n, text, "") for n, text in named.items())
        return self._bindings

    def pause(self) -> None:
        """Let the keyboard stand still until :meth:`resume`, a second at most."""
        if self._asked:
            self._paused = True
            self._pausing.start()

    def resume(self) -> None:
        """Let the keys go on."""
        if self._paused:
            self._paused = False
            self._pausing.stop()
            self._answer()

    def spare_digit(self) -> None:
        """Keep the next key within a second, if it is a digit; any other is replayed."""
        if self._asked:
            self._spare_at = self._seen
            self._sparing.start()

    def close(self) -> None:
        """Give everything back."""
        self._stop_timers()
        self._focus.close()
        self._rescue.close()
        self._link.close()

    # Keyboard

    def hold(self, popover: QWidget) -> None:
        """Show a popover; it gets the keys from now on."""
        if not self._link.open:
            self._plain.hold(popover)
            return
        try:
            self._hold(popover)
        except XcffibException:
            self._plain.hold(popover)

    def give_back(self, popover: QWidget) -> None:
        """Let the program in front have the keys again."""
        try:
            if popover is self._target:
                self._target = None
                self._link.watch_clicks(on=False)
                self._leave.start()
            elif not self._focus.leave(popover):
                self._plain.give_back(popover)
        except XcffibException:
            self._target = None

    # Events

    def _happened(self, event: Any) -> None:
        if event.response_type & 0x80:  # another program made it up
            return
        try:
            if isinstance(event, KeyReleaseEvent):
                self._release(event)
            elif isinstance(event, KeyPressEvent):
                self._press(event)
        except XcffibException:
            log.debug("lost while a key was handled")

    def _press(self, event: KeyPressEvent) -> None:
        code, self._seen = event.detail, event.time
        name = self._bound.name(code, event.state)
        if name is None and not self._grip:
            return  # the grip ended while it was on its way: the server has replayed it
        fresh = code not in self._down and not self._repeats(event)
        if fresh and not self._bound.map.is_modifier(code):
            self._perhaps.clear()  # only the key that was pressed last repeats
        self._ask()
        if name is not None:
            self._down[code] = True
            if fresh:
                self._pressed_at[code] = event.time
                self.pressed.emit(name)
        elif self._target is not None:
            self._down.setdefault(code, False)
            self._send(QEvent.Type.KeyPress, event, repeat=not fresh)
        elif fresh and self._is_spared(event):
            self._down[code] = True
        elif fresh and not self._bound.map.is_modifier(code):
            self._down.clear()
            self._replay()
            return
        self._answer()

    @property
    def _spares(self) -> bool:
        """Whether a digit would be spared, by the server's time: this program may be slow."""
        return self._spare_at is not None and (self._seen - self._spare_at) % 2**32 < _SPARE_MS

    def _spare_no_more(self) -> None:
        """End the grip; a key that came meanwhile is dealt with before."""
        try:
            self._link.ask(self._link.core.GetInputFocus())
            self._link.drain()
        except XcffibException:
            return
        self._spare_at = None
        self._leave_grip()

    def _is_spared(self, event: KeyPressEvent) -> bool:
        """Return whether a key is a digit meant for what did not open; only the first one is."""
        if not self._spares or self._bound.map.is_modifier(event.detail):
            return False
        self._spare_at = None
        self._sparing.stop()
        return self._bound.map.stroke(event.detail, event.state).text.isdecimal()

    def _release(self, event: KeyReleaseEvent) -> None:
        if not self._grip:
            return
        self._ask()
        code, self._seen = event.detail, event.time
        if code in self._down:
            ours = self._down.pop(code)
            if not ours and self._target is not None:
                self._send(QEvent.Type.KeyRelease, event, repeat=False)
        elif self._target is None and all(self._down.values()) and code not in self._perhaps:
            # Pressed before our key: the program in front must learn that it is up.
            self._replay()
            return
        self._perhaps.pop(code, None)
        self._answer()

    def _send(
        self, kind: QEvent.Type, event: KeyPressEvent | KeyReleaseEvent, *, repeat: bool
    ) -> None:
        target = self._target
        if target is None or not shiboken6.isValid(target):
            return
        stroke = self._bound.map.stroke(event.detail, event.state)
        inside: QWidget | None = target.focusWidget()
        receiver = target if inside is None else inside
        if kind is QEvent.Type.KeyPress and stroke.key == Qt.Key.Key_Tab.value:
            target.focusNextChild()
            return
        made = QKeyEvent(kind, stroke.key, stroke.modifiers, stroke.text, repeat)
        QCoreApplication.sendEvent(receiver, made)

    def _click(self, x: int, y: int) -> None:
        """Close the popover when the clerk clicks elsewhere; the click is the others' alone."""
        target = self._target
        if target is not None and shiboken6.isValid(target) and not _on_own_window(QPoint(x, y)):
            target.close()

    # The grip

    def _ask(self) -> None:
        self._asked = True
        self._rescue.waits_since = time.monotonic()

    def _answer(self) -> None:
        """Let the server go on: with the next key, or without us."""
        if not self._asked or self._paused or self._focus.moving:
            return
        if self._target is None and not (self._down or self._spares):
            self._end_grip(replay=False)
            return
        if not self._grip:
            self._take_grip()
        self._settle()
        self._link.core.AllowEvents(Allow.SyncKeyboard, _NOW)
        self._link.flush()

    def _take_grip(self) -> bool:
        """Grab the keyboard, standing still. Raises ``LinkLost``."""
        link = self._link
        reply = link.ask(link.core.GrabKeyboard(0, link.root, _NOW, GrabMode.Async, GrabMode.Sync))
        self._grip = reply is not None and reply.status == 0
        if not self._grip:
            log.info("another program holds the keyboard")
        return self._grip

    def _replay(self) -> None:
        """Give the present key to the program in front, and those after it."""
        self._forget_down()
        self._settle()
        self._link.core.AllowEvents(Allow.ReplayKeyboard, _NOW)
        self._link.flush()

    def _end_grip(self, *, replay: bool) -> None:
        """Let the keyboard go; ``replay`` a key that may be on its way to us just now."""
        self._forget_down()
        self._settle()
        if replay:
            self._link.core.AllowEvents(Allow.ReplayKeyboard, _NOW)
        self._link.core.UngrabKeyboard(_NOW)
        self._link.flush()

    def _leave_grip(self) -> None:
        """End a grip that nobody needs; a key that came meanwhile is dealt with before."""
        try:
            self._link.ask(self._link.core.GetInputFocus())
            self._link.drain()
            needed = self._asked or self._down or self._target or self._focus.moving
            if self._grip and not (needed or self._spares):
                self._end_grip(replay=True)
        except XcffibException:
            self._lose()

    def _forget_down(self) -> None:
        self._grip = False
        ours = [code for code, own in self._down.items() if own]
        self._perhaps |= {code: self._pressed_at.get(code) for code in ours}
        self._down.clear()
        if self._perhaps:
            self._look.start()

    def _repeats(self, event: KeyPressEvent) -> bool:
        """Return whether a press is a repeat of a key whose release we could not see."""
        if event.detail not in self._perhaps:
            return False
        at = self._perhaps[event.detail]
        return at is None or (event.time - at) & 0xFFFFFFFF >= _REPEAT_MS

    def _settle(self) -> None:
        self._asked = False
        self._rescue.waits_since = None

    def _look_at_keys(self) -> None:
        """Forget the keys that are up by now."""
        try:
            down = self._keys_down()
            self._perhaps = {code: at for code, at in self._perhaps.items() if code in down}
        except XcffibException:
            self._perhaps.clear()
        if not self._perhaps:
            self._look.stop()

    def _keys_down(self) -> set[int]:
        reply = self._link.ask(self._link.core.QueryKeymap())
        pressed = () if reply is None else reply.keys
        return {
            8 * at + bit for at, byte in enumerate(pressed) for bit in range(8) if byte >> bit & 1
        }

    # Popovers

    def _hold(self, popover: QWidget) -> None:
        if not self._asked and not self._grip:
            before = self._keys_down()
            if not self._take_grip():
                self._plain.hold(popover)
                return
            self._perhaps |= dict.fromkeys(before)
            self._look.start()
            self._ask()
        if getattr(popover, "types", False):
            self._focus.enter(popover)
            return
        popover.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus, on=True)
        popover.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint, on=True)  # as its bar
        popover.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._target = popover
        self._link.watch_clicks(on=True)
        popover.show()
        popover.raise_()
        QTimer.singleShot(0, self, self._answer_later)

    def _answer_later(self) -> None:
        # Opened by a click: no key's handler answers the server.
        self._answer_calmly()

    def _answer_calmly(self) -> None:
        try:
            self._answer()
        except XcffibException:
            self._lose()

    def _arrived(self, popover: QWidget, focused: bool) -> None:  # noqa: FBT001 - a slot
        """Go on once a popover that is written in has the focus; without it, by the grip."""
        if focused:
            self._end_grip(replay=False)
            return
        self._target = popover
        self._link.watch_clicks(on=True)
        self._ask()
        self._answer_calmly()

    def _returned(self) -> None:
        """Go on: the program in front has the focus again."""
        try:
            codes = self._bound.codes
            self._down = {
                code: code in codes
                for code in self._keys_down()
                if not self._bound.map.is_modifier(code)
            }
            self._ask()
            self._answer()
        except XcffibException:
            self._lose()

    def stand_still(self) -> bool:
        """Take the keyboard so that no key goes anywhere. Raises ``LinkLost``."""
        if self._take_grip():
            self._ask()
        return self._grip

    # Binding

    def _bind_again(self) -> None:
        try:
            before, self._bindings = self._bindings, self._bound.again()
        except XcffibException:
            return
        if self._bindings != before:
            self.rebound.emit()

    def _lose(self) -> None:
        """Go on without the server: popovers get the focus, keys are gone."""
        target, self._target = self._target, None
        self._grip = self._paused = False
        self._settle()
        self._down.clear()
        self._perhaps.clear()
        self._stop_timers()
        if target is not None and shiboken6.isValid(target):
            target.close()
        self._bindings = tuple(Binding(b.name, b.wanted, "") for b in self._bindings)
        self.rebound.emit()

    def _stop_timers(self) -> None:
        for timer in (self._look, self._leave, self._rebind, self._pausing, self._sparing):
            timer.stop()


def _on_own_window(spot: QPoint) -> bool:
    """Return whether a spot in the server's pixels is on a window of this program."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            scale = window.devicePixelRatio()
            if window.frameGeometry().contains(spot / scale):
                return True
    return False
