"""A code under the scanner: what it belongs to (扫码)."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from hallclient.domain.errors import DomainError
from hallclient.domain.ticket import is_offline
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.visit import Page
from hallclient.services.codes import Code, CodeKind, read_code
from hallclient.services.finding import Finding, Found
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter

log = logging.getLogger(__name__)

BOUNCE_S = 3.0
"""The same code again within this is the same scan."""
_STAFF = frozenset({Page.PIN, Page.TECHNICIAN, Page.USHER})


class Scanning(Journey):
    """The page SCAN; what a code belongs to is shown on FOUND."""

    heard = Signal(object)
    """A ``Code``, or None for something that is none, on a page of the staff."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._finding = Finding(self.desk.store)
        self._clock = time.monotonic
        self._last: tuple[int, float] = (0, -BOUNCE_S)
        self._asked = 0
        self.reset()

    def reset(self) -> None:
        """Forget the citizen who has gone; an answer under way is not told."""
        self._asked += 1
        self.busy = False
        self.problem = ""
        """Why not, a key of ``kiosk.found.no``; "" for nothing."""

    def open(self) -> None:
        """扫码取号 · 报到: ask for a code."""
        self.problem = ""
        self.kiosk.show(Page.SCAN)

    def scanned(self, text: str) -> None:
        """Take what a scanner read, in the UI thread; hostile until it was parsed."""
        plan = self.kiosk.plan
        code = read_code(text, plan.follow_url if plan else "")
        if self.kiosk.page in _STAFF:
            self.heard.emit(code)
        elif plan is not None and not self._occupied and not self._bounced(text):
            self.take(code)

    def take(self, code: Code | None) -> None:
        """Look for what a code belongs to; None is no code of this hall."""
        self.problem = ""
        self.kiosk.idle.restart()
        if code is None:
            log.info("kiosk: a code that is none of this hall was refused")
            self.problem = "code_strange"
        elif self.kiosk.offline.has(code):
            self.problem = "ticket_offline"
        elif self.kiosk.figures.down:
            own = code.kind is CodeKind.SHORT and is_offline(code.text)
            self.problem = "ticket_offline" if own else "later"
        else:
            self._look_up(code)
        self.kiosk.show(Page.SCAN)

    def _look_up(self, code: Code) -> None:
        self.busy = True
        self._asked += 1
        self.desk.worker.submit(
            lambda: self._finding.by_code(code),
            partial(self._came, self._asked),
            partial(self._failed, self._asked),
            owner=self,
        )

    def _came(self, asked: int, found: Found) -> None:
        if asked == self._asked:
            self.busy = False
            self.kiosk.journeys.found.present((found,))

    def _failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.busy = False
            self.problem = reason_of(error)
            self.kiosk.updated.emit()

    @property
    def _occupied(self) -> bool:
        """Whether something is under way that a scan must not disturb."""
        return self.busy or self.kiosk.visit.issuing

    def _bounced(self, text: str) -> bool:
        now, (last, at) = self._clock(), self._last
        self._last = (hash(text), now)
        return hash(text) == last and now - at < BOUNCE_S


def reason_of(error: Exception) -> str:
    """Return the key of the words for an error; one nobody expected is logged without its text."""
    if isinstance(error, DomainError):
        return error.key
    if isinstance(error, StoreError):
        return "later"
    log.error("kiosk: a look-up failed: %s", type(error).__name__)
    return "unexpected"
