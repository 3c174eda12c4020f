"""Scanner and card reader of a kiosk, opened a moment after the first screen, drivers and all."""

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from hallclient.bootstrap.devices import AFTER_SCREEN_MS, CLOSE_S
from hallclient.services.ports_devices import DeviceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.bootstrap.kiosk_readers import KioskReaders

log = logging.getLogger(__name__)


class LateReaders:
    """Fulfils ``CardReaderPort``. ``make`` is called once, in a thread of its own."""

    def __init__(self, make: "Callable[[], KioskReaders]") -> None:
        self._make = make
        self._made: KioskReaders | None = None
        self._allowed = False
        self._closed = False
        self._allowing = threading.Lock()
        self._thread = threading.Thread(target=self._open, name="readers", daemon=True)

    @property
    def state(self) -> DeviceState:
        """Where the card reader stands; opening before there is one."""
        return DeviceState.OPENING if self._made is None else self._made.state

    def start(self) -> None:
        """Open the ports once the screen is there."""
        QTimer.singleShot(AFTER_SCREEN_MS, self._begin)

    def allow(self, *, reading: bool) -> None:
        """Let one card be read, or none any more; as soon as there is a reader."""
        with self._allowing:
            self._allowed = reading
            if self._made is not None:
                self._made.allow(reading=reading)

    def close(self) -> None:
        """Release the ports."""
        self._closed = True
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)
        if self._made is not None:
            self._made.close()

    def _begin(self) -> None:
        if not self._closed:
            self._thread.start()

    def _open(self) -> None:
        try:
            made = self._make()
            made.start()
        except Exception:
            log.exception("the kiosk's readers cannot be opened")
            return
        with self._allowing:  # the last word counts
            self._made = made
            made.allow(reading=self._allowed)
