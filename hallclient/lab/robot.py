"""A visitor's finger on a running role: touches, keys and looks, over a local socket.

The demo and the end-to-end tests drive the real processes with it; a role listens only when it was
started with ``--robot PATH``. One JSON object a line in, one out::

    {"do": "touch", "name": "取号"}       touch the control with this accessible name, perhaps with
                                          a key cap or a note behind it
    {"do": "key", "key": "F1"}           press a key
    {"do": "type", "text": "1023"}       type text
    {"do": "see"}                        accessible names of everything that can be seen
    {"do": "read"}                       all words that can be read, with or without such a name
    {"do": "grab", "file": "a.png"}      save a picture of the window
    {"do": "cut", "on": true}            pull the cable to the database, or plug it in again

An answer is ``{"ok": true, …}`` or ``{"ok": false, "why": …}``. A control is touched where it is on
the screen, so one that is covered, dead or off the screen is reported and not operated.
"""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

if TYPE_CHECKING:
    from hallclient.lab.cut import Cable

log = logging.getLogger(__name__)

Answer = dict[str, Any]


class RobotError(Exception):
    """What was asked cannot be done; the text says why."""


class Robot(QObject):
    """Listens at a local socket until the application ends."""

    def __init__(self, path: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._cable: Cable | None = None
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # A relative name would be one in the system's temporary folder. The socket of a role
        # that was killed is replaced.
        if not self._server.listen(str(Path(path).absolute())):
            raise RobotError(f"cannot listen at {path}: {self._server.errorString()}")
        self._server.newConnection.connect(self._accept)
        self._moves: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "touch": self._touch,
            "key": self._key,
            "type": self._type,
            "see": self._see,
            "read": self._read_out,
            "grab": self._grab,
            "cut": self._cut,
        }

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _accept(self) -> None:
        connection = self._server.nextPendingConnection()
        if connection is not None:
            connection.readyRead.connect(self._read)
            connection.disconnected.connect(connection.deleteLater)

    def _read(self) -> None:
        connection = self.sender()
        if not isinstance(connection, QLocalSocket):
            return
        while connection.canReadLine():
            answer = self._answer(bytes(connection.readLine().data()))
            connection.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            connection.flush()

    def _answer(self, line: bytes) -> Answer:
        try:
            wish = json.loads(line)
            return {"ok": True, **self._moves[wish["do"]](wish)}
        except (RobotError, ValueError, KeyError, TypeError) as error:
            return {"ok": False, "why": str(error)}

    def _touch(self, wish: dict[str, Any]) -> Answer:
        name = wish["name"]
        found = [w for w in _visible() if w.accessibleName() == name]
        found += [w for w in _visible() if w.accessibleName().startswith(f"{name} ")]
        live = [w for w in found if w.isEnabled()]
        if not live:
            raise RobotError(f"{'dead' if found else 'no'} control {name!r}")
        for widget in live:  # what asks once more may have the name of what it covers
            centre = widget.rect().center()
            hit = _hit(widget, centre)
            if hit is not None:
                QTest.mouseClick(hit, Qt.MouseButton.LeftButton, pos=hit.mapFrom(widget, centre))
                return {}
        raise RobotError(f"{name!r} is covered")

    def _key(self, wish: dict[str, Any]) -> Answer:
        *held, key = wish["key"].split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for name in held:
            modifiers |= Qt.KeyboardModifier[f"{name}Modifier"]
        QTest.keyClick(_keyboard(), Qt.Key[f"Key_{key}"], modifiers)
        return {}

    def _type(self, wish: dict[str, Any]) -> Answer:
        for sign in wish["text"]:
            if sign.isascii():
                QTest.keyClicks(_keyboard(), sign)
            else:  # QTest ends the program at what is on no keyboard
                _bring(_keyboard(), sign)
        return {}

    def _see(self, _wish: dict[str, Any]) -> Answer:
        seen = [
            {"name": w.accessibleName(), "live": w.isEnabled(), "at": _place(w)}
            for w in _visible()
            if w.accessibleName()
        ]
        return {"seen": seen}

    def _read_out(self, _wish: dict[str, Any]) -> Answer:
        return {"words": [w.text() for w in _visible() if isinstance(w, QLabel | QAbstractButton)]}

    def _grab(self, wish: dict[str, Any]) -> Answer:
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        if not windows:
            raise RobotError("no window is open")
        chosen = max(windows, key=lambda w: w.width() * w.height())
        file = Path(wish["file"])
        if not chosen.grab().save(str(file)):
            raise RobotError(f"cannot write {file}")
        return {"size": [chosen.width(), chosen.height()]}

    def _cut(self, wish: dict[str, Any]) -> Answer:
        if self._cable is None:
            from hallclient.lab.cut import Cable  # noqa: PLC0415 - few plays need it

            self._cable = Cable()
        self._cable.set(cut=bool(wish["on"]))
        return {}


def _hit(widget: QWidget, centre: QPoint) -> QWidget | None:
    """Return what a finger in the middle of a widget touches, None where that is something else."""
    top = widget.window()
    hit = top.childAt(widget.mapTo(top, centre)) or top
    return hit if hit is widget or widget.isAncestorOf(hit) else None


def _visible() -> Iterator[QWidget]:
    """Walk the open windows, the one opened last first."""
    tops = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    popup = QApplication.activePopupWidget()
    tops.sort(key=lambda w: (w is not popup, not w.isActiveWindow()))
    for top in tops:
        yield top
        yield from (w for w in top.findChildren(QWidget) if w.isVisible())


def _keyboard() -> QWidget:
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    if widget is None:
        tops = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        if not tops:
            raise RobotError("no window is open")
        widget = tops[0]
    return widget


def _bring(widget: QWidget, sign: str) -> None:
    """Bring a sign as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(sign)
    QApplication.sendEvent(widget, event)


def _place(widget: QWidget) -> list[int]:
    corner = widget.mapToGlobal(QPoint(0, 0))
    return [corner.x(), corner.y(), widget.width(), widget.height()]
