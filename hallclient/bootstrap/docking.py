"""Joins a clerk's bar with the desktop: its strip of the screen, its keys, its popovers' keyboard.

It begins a moment after the bar is on the screen; the bar is usable by mouse before and without it.
"""

import json
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QScreen

from hallclient.config import EDGES, Settings
from hallclient.window.states import KeyId

if TYPE_CHECKING:
    from hallclient.ui.desktop.ports import Desktop
    from hallclient.window.bar import ClerkBar

log = logging.getLogger(__name__)

AFTER_SCREEN_MS = 60
_AGAIN_MS = 150
_REOPEN_MS = 2000
_WAIT_MS = 1000
"""How long a key waits for the action before it; the keyboard stands still meanwhile."""
_NOT_GLOBAL = frozenset({"take_back"})
_OPENING = frozenset({"transfer", "hold", "finish", "finish_and_call", "pause", "menu"})
"""Keys that a digit may follow."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bar stands: an edge, and a monitor's name, empty for the main one."""

    edge: str = "top"
    screen: str = ""


class Docking(QObject):
    """One bar's place on its desktop. :meth:`place` before it is shown, :meth:`start` after."""

    def __init__(self, settings: Settings, bar: "ClerkBar") -> None:
        super().__init__(bar)
        self._settings, self._bar = settings, bar
        self._wish = place_kept(settings) or Place(settings.window.edge, settings.window.screen)
        self._desktop: Desktop | None = None
        self._docked = self._closed = self._watching = False
        self._waiting = ""
        self._patience = self._timer(_WAIT_MS)
        self._patience.timeout.connect(self._give_up)
        self._again = self._timer(_AGAIN_MS)
        self._again.timeout.connect(self._dock)
        self._late = self._timer(AFTER_SCREEN_MS)
        self._late.timeout.connect(self._begin)
        bar.edge_changed.connect(self._change_edge)
        bar.screen_changed.connect(self._change_screen)
        bar.presenter.changed.connect(self._go_on)

    @property
    def desktop(self) -> "Desktop | None":
        """What the desktop grants, once it was asked."""
        return self._desktop

    def place(self) -> None:
        """Take the place on the screen; the strip is kept free a moment later."""
        self._docked = True
        self._bar.dock(self._screen(), self._wish.edge)

    def start(self) -> None:
        """Ask the desktop, once the screen is there."""
        self._late.start()

    def move_to(self, edge: str, screen: str | None = None) -> None:
        """Stand at another edge, or on another monitor too, and remember it."""
        self._wish = Place(edge, self._wish.screen if screen is None else screen)
        keep_place(self._settings, self._wish)
        if self._docked:
            self._dock()
        else:
            self._bar.set_edge(edge)

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        self._closed = True
        for timer in (self._late, self._again, self._patience):
            timer.stop()
        self._leave_desktop()

    def _leave_desktop(self) -> None:
        self._bar.askings.close()
        desktop, self._desktop = self._desktop, None
        self._bar.keyboard = None
        if desktop is not None:
            desktop.keys.close()
            desktop.keys.deleteLater()

    # The place

    def _begin(self) -> None:
        if self._closed or self._desktop is not None:
            return
        from hallclient.ui.desktop.opening import open_desktop  # noqa: PLC0415 - after the start

        desktop = self._desktop = open_desktop(self)
        self._bar.keyboard = desktop.keyboard
        if desktop.trouble:
            log.info("%s", desktop.trouble)
        self._watch_screens()
        if self._docked:
            self._dock()
        if self._settings.window.global_keys:
            self._bind()

    def _dock(self) -> None:
        bar, desktop, screen = self._bar, self._desktop, self._screen()
        if self._closed or not self._docked:
            return
        if desktop is None or not self._settings.window.reserve:
            bar.dock(screen, self._wish.edge)
            return
        edge = bar.edge_on(screen.size(), self._wish.edge)
        bar.set_edge(edge)
        thickness = bar.minimumHeight() if edge == "top" else bar.minimumWidth()
        place = desktop.strip.reserve(bar, screen, edge, thickness)
        bar.setGeometry(place)
        if bar.isVisible():
            bar.raise_()
        if desktop.strip.trouble:
            log.info("%s", desktop.strip.trouble)

    def _screen(self) -> QScreen:
        named = [s for s in QGuiApplication.screens() if s.name() == self._wish.screen]
        return named[0] if named else QGuiApplication.primaryScreen()

    def _change_edge(self, edge: str) -> None:
        self.move_to(edge)

    def _change_screen(self, name: str) -> None:
        self.move_to(self._wish.edge, name)

    def _watch_screens(self) -> None:
        app = QGuiApplication.instance()
        if self._watching or not isinstance(app, QGuiApplication):
            return
        self._watching = True
        app.screenAdded.connect(self._screen_added)
        app.screenRemoved.connect(self._soon)
        app.primaryScreenChanged.connect(self._soon)
        for screen in QGuiApplication.screens():
            screen.geometryChanged.connect(self._soon)

    def _screen_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._soon)
        self._again.start()

    def _soon(self, _what: object = None) -> None:
        if not self._closed:
            self._again.start()

    # The keys

    def _bind(self) -> None:
        desktop = self._desktop
        if desktop is None:
            return
        keys = asdict(self._bar.presenter.bindings)
        desktop.keys.pressed.connect(self._pressed)
        desktop.keys.rebound.connect(self._rebound)
        desktop.keys.bind({n: t for n, t in keys.items() if n not in _NOT_GLOBAL})
        self._show_caps()
        if not desktop.keys.trouble:
            log.info("the keys work over all programs")

    def _rebound(self) -> None:
        """Show what works now; a desktop that is lost is asked anew."""
        if self._desktop is not None and self._desktop.keys.trouble and not self._closed:
            self._leave_desktop()
            self._late.start(_REOPEN_MS)
        else:
            self._show_caps()

    def _show_caps(self) -> None:
        desktop = self._desktop
        if desktop is None or desktop.keys.trouble:
            return
        for binding in desktop.keys.bindings:
            if binding.conflict:
                log.warning("another program has %s; %s", binding.wanted, binding.works or "mouse")
            if binding.name in _KEYS:
                self._bar.keys.set_cap(KeyId(binding.name), binding.works)

    def _pressed(self, name: str) -> None:
        """Do what a key does; one that comes while an action is under way waits for its end."""
        desktop = self._desktop
        if self._bar.presenter.acting and desktop is not None:
            self._waiting = name
            desktop.keys.pause()
            self._patience.start()
        else:
            self._do(name)

    def _go_on(self) -> None:
        if self._waiting and not self._bar.presenter.acting:
            name, self._waiting = self._waiting, ""
            self._patience.stop()
            self._do(name)
            if self._desktop is not None:
                self._desktop.keys.resume()

    def _give_up(self) -> None:
        name, self._waiting = self._waiting, ""
        if self._desktop is not None:
            if name in _OPENING:
                self._desktop.keys.spare_digit()
            self._desktop.keys.resume()

    def _do(self, name: str) -> None:
        """Press a key; the digit behind one that opened nothing is nobody's."""
        bar, desktop = self._bar, self._desktop
        was_open = bar.popover is not None or not bar.isVisible()
        bar.keys.do(name)
        nothing = not (was_open or bar.popover is not None or bar.presenter.acting)
        if nothing and name in _OPENING and desktop is not None:
            desktop.keys.spare_digit()

    def _timer(self, ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        return timer


_KEYS = frozenset(key.value for key in KeyId)


def place_kept(settings: Settings) -> Place | None:
    """Return the place that the clerk chose last, None without one."""
    with suppress(OSError, ValueError, TypeError):
        place = Place(**json.loads(_file(settings).read_text("utf-8")))
        if place.edge in EDGES and isinstance(place.screen, str):
            return place
    return None


def keep_place(settings: Settings, place: Place) -> None:
    """Remember a place for the next start; failing to is no trouble."""
    file = _file(settings)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(place), ensure_ascii=False), "utf-8")
        fresh.replace(file)
    except OSError as error:
        log.info("the bar's place is not remembered: %s", error)


def _file(settings: Settings) -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415 - the same as in config

    code = "".join(c for c in settings.window.window if c.isalnum() or c == "-")
    return user_config_path("hallclient") / f"bar-{code}.json"
