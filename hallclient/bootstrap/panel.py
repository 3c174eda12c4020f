"""The full panel of a window, joined when a clerk opens it for the first time.

While it is open the bar is away, and the keys that the desktop hands to the bar go to the panel.
"""

from __future__ import annotations

import json
import logging
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from pathlib import Path

    from hallclient.config import Settings
    from hallclient.services.store import Store
    from hallclient.ui.feed import FeedThread
    from hallclient.ui.look import Look
    from hallclient.ui.tasks import Worker
    from hallclient.window.bar import ClerkBar
    from hallclient.window.panel.screen import ClerkPanel

log = logging.getLogger(__name__)

_ROOM = 1.12
"""A screen that is not this much larger than the panel is filled by it."""


_FAR = 1 << 15
"""No desktop has a place further away (X11: 16 bits)."""


class LatePanel(QObject):
    """Opens the panel in place of the bar, and the bar in place of the panel."""

    def __init__(
        self,
        settings: Settings,
        bar: ClerkBar,
        store: Store,
        worker: Worker,
        feed: FeedThread,
        look: Look,
    ) -> None:
        super().__init__(bar)
        self._settings, self._bar, self._store = settings, bar, store
        self._worker, self._feed, self._look = worker, feed, look
        self.panel: ClerkPanel | None = None
        bar.panel = self.toggle

    def toggle(self) -> None:
        """Open the panel, or go back to the bar."""
        if self.panel is not None and self.panel.isVisible():
            self.collapse()
        else:
            self.open()

    def open(self) -> None:
        """Show the panel where it stood last, and put the bar away."""
        panel = self.panel = self.panel or self._made()
        bar = self._bar
        bar.askings.close()
        bar.askings.answered_elsewhere = True
        bar.keys.pressed.disconnect(bar.askings.press)
        bar.keys.pressed.connect(panel.presenter.press)
        self._place(panel)
        panel.show()
        panel.raise_()
        panel.activateWindow()
        bar.hide()

    def collapse(self) -> None:
        """Show the bar again, and put the panel away."""
        panel, bar = self.panel, self._bar
        if panel is None or not panel.isVisible():
            return
        keep_area(self._settings, panel)
        bar.keys.pressed.disconnect(panel.presenter.press)
        bar.keys.pressed.connect(bar.askings.press)
        bar.askings.answered_elsewhere = False
        bar.show()
        panel.hide()

    def close(self) -> None:
        """Close the panel, if it was opened."""
        if self.panel is not None:
            if self.panel.isVisible():
                keep_area(self._settings, self.panel)
            self.panel.close()

    def _finish_and_call(self) -> None:
        """Do in the panel what the bar's key means; the bar is away and asks for nothing."""
        if self.panel is not None and self.panel.isVisible():
            self.panel.presenter.finish(call=True)

    def _sign_in(self) -> None:
        self.collapse()
        self._bar.askings.ask_sign_in()

    def _made(self) -> ClerkPanel:
        # Imported when it is opened for the first time: the bar starts without all of this.
        from hallclient.bootstrap.ledger import station_of  # noqa: PLC0415
        from hallclient.bootstrap.persons import person_keys  # noqa: PLC0415
        from hallclient.services.cases import Cases  # noqa: PLC0415
        from hallclient.services.hall_slips import HallSlips  # noqa: PLC0415
        from hallclient.services.print_jobs import PrintJobs  # noqa: PLC0415
        from hallclient.services.ticket_slip import speech_of  # noqa: PLC0415
        from hallclient.services.window_panel import WindowPanel  # noqa: PLC0415
        from hallclient.window.panel.desk import PanelDesk  # noqa: PLC0415
        from hallclient.window.panel.presenter import PanelPresenter  # noqa: PLC0415
        from hallclient.window.panel.screen import ClerkPanel  # noqa: PLC0415

        window, store, clerk = self._settings.window.window, self._store, self._bar.presenter
        desk = PanelDesk(
            panel=WindowPanel(store, window),
            cases=lambda member: Cases(store, member),
            worker=self._worker,
            words=clerk.words,
            keys=person_keys(self._settings),
            feed=self._feed,
            slips=HallSlips(store, speech_of),
            jobs=PrintJobs(store, f"window:{window}"),
            station=station_of(self._settings),
        )
        panel = ClerkPanel(PanelPresenter(desk, clerk), self._look)
        panel.collapsed.connect(self.collapse)
        panel.presenter.sign_in_asked.connect(self._sign_in)
        self._bar.keys.finish_and_call_pressed.connect(self._finish_and_call)
        return panel

    def _place(self, panel: ClerkPanel) -> None:
        """Put the panel where it stood last; at first in the middle of the bar's screen."""
        area = area_kept(self._settings)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        if area is not None and any(screen.intersects(area) for screen in screens):
            panel.setGeometry(area)
            return
        screen = self._bar.screen().availableGeometry()
        if screen.width() < panel.width() * _ROOM or screen.height() < panel.height() * _ROOM:
            panel.setGeometry(screen)
        else:
            panel.move(screen.center() - panel.rect().center())


def area_kept(settings: Settings) -> QRect | None:
    """Return where the panel stood last on this PC, None when nothing is known."""
    with suppress(OSError, ValueError, TypeError):
        x, y, width, height = json.loads(_file(settings).read_text("utf-8"))
        fits = all(-_FAR < value < _FAR for value in (x, y, width, height))
        if fits and width > 0 and height > 0:
            return QRect(x, y, width, height)
    return None


def keep_area(settings: Settings, panel: ClerkPanel) -> None:
    """Remember where the panel stands; failing to is no trouble."""
    file = _file(settings)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(panel.geometry().getRect()), "utf-8")
        fresh.replace(file)
    except OSError as error:
        log.info("the panel's place is not remembered: %s", error)


def _file(settings: Settings) -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415 - the same as in config

    key = zlib.crc32(f"{settings.database}\n{settings.window.window}".encode())
    return user_config_path("hallclient") / f"panel-{key:08x}.json"
