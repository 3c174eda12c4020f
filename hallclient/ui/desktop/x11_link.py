"""Our own connection to the X server, beside Qt's: read in the UI thread, watched by another.

::

    LinkLost    there is no server, or it is gone
"""

import logging
import select
import threading
import time
from typing import Any

import xcffib
import xcffib.xinput
import xcffib.xkb
import xcffib.xproto
from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal
from xcffib.xinput import EventMask, RawButtonPressEvent
from xcffib.xkb import EventType, NewKeyboardNotifyEvent
from xcffib.xproto import MappingNotifyEvent

log = logging.getLogger(__name__)

HUNG_S = 2.0
_BEAT_S = 0.5
_XKB_CORE = 0x100
_DETECTABLE = 1
_ALL_MASTERS, _RAW_BUTTON_PRESS = 1, 1 << 15
# All events of XKB have one number; these two are the only ones asked for.
_MAPS = (MappingNotifyEvent, NewKeyboardNotifyEvent)


class LinkLost(xcffib.XcffibException):
    """There is no X server, or not any more; requests may also raise xcffib's own."""


class Link(QObject):
    """One connection. Requests are made in the UI thread; events come as :attr:`happened`."""

    happened = Signal(object)
    """An xcffib event of a key or a button."""
    clicked = Signal(int, int)
    """A mouse button was pressed somewhere, at x, y of the server; see :meth:`watch_clicks`."""
    remapped = Signal()
    """The keyboard's map is another one."""
    lost = Signal()
    """The connection is gone, once; nothing works any more."""

    def __init__(self, parent: QObject | None = None, display: str | None = None) -> None:
        super().__init__(parent)
        try:
            self.conn = xcffib.connect(display)  # type: ignore[no-untyped-call] # xcffib's
            self.core: Any = self.conn.core  # type: ignore[has-type] # set by xcffib at run time
            self.root: int = self.conn.get_setup().roots[self.conn.pref_screen].root
            self.repeats_told = self._tell_repeats()
        except xcffib.XcffibException as error:
            raise LinkLost(str(error)) from error
        self.open = True
        self._atoms: dict[str, int] = {}
        self._buttons: bool | None = None
        self._draining = False
        self.looks = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.drain)
        self._notifier = QSocketNotifier(
            self.conn.get_file_descriptor(), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self.drain)

    def ask(self, cookie: Any) -> Any:
        """Return the reply of a request. Raises ``LinkLost``; None when the server refused it."""
        self._soon.start(0)  # events may have come along with it
        try:
            return cookie.reply()
        except xcffib.ConnectionException as error:
            self._lose()
            raise LinkLost(str(error)) from error
        except xcffib.XcffibException as error:
            log.debug("refused: %r", error)
            return None

    def granted(self, cookie: Any) -> bool:
        """Return whether a checked request without a reply was granted. Raises ``LinkLost``."""
        self._soon.start(0)
        try:
            cookie.check()
        except xcffib.ConnectionException as error:
            self._lose()
            raise LinkLost(str(error)) from error
        except xcffib.XcffibException:
            return False
        return True

    def flush(self) -> None:
        """Send what was requested; sending reads as well, without the notifier's knowledge."""
        if not self._draining:
            self._soon.start(0)
        try:
            self.conn.flush()
        except xcffib.XcffibException:
            self._lose()

    def atom(self, name: str) -> int:
        """Return an atom. Raises ``LinkLost``."""
        if name not in self._atoms:
            reply = self.ask(self.core.InternAtom(0, len(name), name))
            self._atoms[name] = 0 if reply is None else reply.atom
        return self._atoms[name]

    def cardinals(self, window: int, name: str) -> tuple[int, ...]:
        """Return a property of 32-bit figures, empty without it. Raises ``LinkLost``."""
        cookie = self.core.GetProperty(0, window, self.atom(name), 0, 0, 4096)
        reply = self.ask(cookie)
        return () if reply is None or reply.format != 32 else tuple(reply.value.to_atoms())

    def drain(self) -> None:
        """Hand out the events that have come."""
        if self._draining or not self.open:
            return
        self._draining = True
        self.looks += 1
        try:
            while (event := self._next()) is not None:
                self._hand_out(event)
        finally:
            self._draining = False

    def watch_clicks(self, *, on: bool) -> None:
        """Be told of clicks, whoever gets them, without holding one up. Raises ``LinkLost``."""
        if self._buttons is None:
            version = self.ask(self.conn(xcffib.xinput.key).XIQueryVersion(2, 2))
            self._buttons = version is not None and version.major_version >= 2
        if self._buttons:
            wanted = [_RAW_BUTTON_PRESS if on else 0]
            mask = EventMask.synthetic(_ALL_MASTERS, 1, wanted)  # type: ignore[no-untyped-call] # the same
            self.conn(xcffib.xinput.key).XISelectEvents(self.root, 1, [mask])
        # In force before a popover is seen: a window manager may stop the server to place it.
        self.ask(self.core.GetInputFocus())

    def close(self) -> None:
        """Disconnect; the server takes back everything that was granted."""
        if self.open:
            self._stop()
            self.conn.disconnect()  # type: ignore[no-untyped-call] # xcffib's

    def _hand_out(self, event: Any) -> None:
        if isinstance(event, _MAPS):
            self.remapped.emit()
        elif isinstance(event, RawButtonPressEvent):
            self._hand_out_click()
        else:
            self.happened.emit(event)

    def _hand_out_click(self) -> None:
        try:
            at = self.ask(self.core.QueryPointer(self.root))
        except xcffib.XcffibException:
            return
        if at is not None:
            self.clicked.emit(at.root_x, at.root_y)

    def _next(self) -> Any:
        while self.open:
            try:
                return self.conn.poll_for_event()
            except xcffib.ConnectionException:
                self._lose()
            except xcffib.XcffibException as error:
                log.debug("refused: %r", error)
        return None

    def _lose(self) -> None:
        if self.open:
            log.warning("the connection to the X server is lost")
            self._stop()
            self.lost.emit()

    def _stop(self) -> None:
        self.open = False
        self._soon.stop()
        self._notifier.setEnabled(False)

    def _tell_repeats(self) -> bool:
        """Have a key that is held down told as presses without releases between them.

        Who says to know XKB is told of another map by XKB alone, and only when he asks for it.
        """
        xkb = self.conn(xcffib.xkb.key)
        if not xkb.UseExtension(1, 0).reply().supported:
            return False
        maps = EventType.NewKeyboardNotify | EventType.MapNotify
        xkb.SelectEvents(_XKB_CORE, maps, 0, maps, 0xFF, 0xFF, [])
        flags = xkb.PerClientFlags(_XKB_CORE, _DETECTABLE, _DETECTABLE, 0, 0, 0).reply()
        return bool(flags.value & _DETECTABLE)


class Rescue:
    """Lets the keyboard go when the UI thread hangs with it: a hung bar must not freeze a desktop.

    It hangs when it reads nothing for two seconds though there is something, or leaves a key
    without an answer for as long.

    ``waits_since`` is set by the UI thread while the server waits for its answer.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self.waits_since: float | None = None
        self._ended = threading.Event()
        # Not in the thread: of a server that is lost meanwhile there is none.
        self._handle: int = link.conn.get_file_descriptor()
        self._thread = threading.Thread(target=self._watch, name="keyboard rescue", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join(5.0)

    def _watch(self) -> None:
        unread_since, looks = None, self._link.looks
        while not self._ended.wait(_BEAT_S) and self._link.open:
            now = time.monotonic()
            unread = bool(select.select([self._handle], [], [], 0)[0])
            # Of a busy keyboard there is always something unread: who reads on does not hang.
            stands, looks = looks == self._link.looks, self._link.looks
            unread_since = (unread_since or now) if unread and stands else None
            if any(t is not None and now - t > HUNG_S for t in (unread_since, self.waits_since)):
                self._let_go()
                unread_since = self.waits_since = None

    def _let_go(self) -> None:
        log.error("the screen hangs; the keyboard is let go")
        core, now = self._link.core, xcffib.CurrentTime
        try:
            core.AllowEvents(xcffib.xproto.Allow.ReplayKeyboard, now)
            core.UngrabKeyboard(now)
            self._link.conn.flush()
        except xcffib.XcffibException:
            log.info("the X server is gone")
