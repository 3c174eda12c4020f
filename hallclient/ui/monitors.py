"""Which monitor a full-screen window fills, and what happens when it goes and comes back.

A monitor is named as the desktop names it, or by its place in that list from 1. While it is away
the window stands on the main one; it goes back by itself. Nothing is asked and nothing is closed.
"""

import logging

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)

SETTLE_MS = 300
"""A monitor that is plugged in changes its size a few times."""


def monitor_named(name: str) -> QScreen | None:
    """Return the monitor with a name or a number; the main one for no name, None if it is away."""
    screens = QGuiApplication.screens()
    if not name:
        return main_monitor()
    for screen in screens:
        if screen.name() == name:
            return screen
    place = int(name) if name.isdecimal() and len(name) < 4 else 0
    return screens[place - 1] if 1 <= place <= len(screens) else None


def main_monitor() -> QScreen | None:
    """Return the main one; None while all are switched off or unplugged."""
    return QGuiApplication.primaryScreen()


def monitors() -> tuple[str, ...]:
    """Return a line for each monitor: number, name, place and size, which is the main one."""
    main = main_monitor()
    lines = []
    for number, screen in enumerate(QGuiApplication.screens(), start=1):
        at = screen.geometry()
        ratio = screen.devicePixelRatio()
        size = f"{round(at.width() * ratio)}×{round(at.height() * ratio)}"
        note = "  (main)" if screen is main else ""
        lines.append(f"{number}  {screen.name()}  {size} at {at.x()},{at.y()}{note}")
    return tuple(lines)


class OnMonitor(QObject):
    """Keeps a window over the whole of its monitor. ``stop`` it before the window goes."""

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._window = window
        self._name = name
        self._away: bool | None = None
        self._seen: list[QScreen] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.place)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)  # noqa: S101 - a window needs one
        self._app = app
        for signal in (app.screenAdded, app.screenRemoved, app.primaryScreenChanged):
            signal.connect(self._changed)

    def place(self) -> None:
        """Fill the monitor, or the main one while it is away."""
        wanted = monitor_named(self._name)
        screen = wanted or main_monitor()
        if (wanted is None) != self._away:
            self._away = wanted is None
            if wanted is None:
                log.warning("the monitor %s is away; the main one is used", self._name)
            else:
                log.info("on the monitor %s", wanted.name())
        if screen is None:  # every monitor is off: the window waits where it is
            return
        self._watch(screen)
        if self._window.screen() is not screen:
            self._window.setScreen(screen)
        if self._window.geometry() != screen.geometry():
            self._window.setGeometry(screen.geometry())
        if not self._window.isFullScreen():
            self._window.showFullScreen()

    def stop(self) -> None:
        """Follow no more."""
        self._timer.stop()
        app = self._app
        for signal in (app.screenAdded, app.screenRemoved, app.primaryScreenChanged):
            signal.disconnect(self._changed)
        for screen in self._seen:
            screen.geometryChanged.disconnect(self._changed)
        self._seen.clear()

    def _watch(self, screen: QScreen) -> None:
        alive = QGuiApplication.screens()
        self._seen = [known for known in self._seen if known in alive]
        if screen not in self._seen:
            screen.geometryChanged.connect(self._changed)
            self._seen.append(screen)

    def _changed(self) -> None:
        self._timer.start()
