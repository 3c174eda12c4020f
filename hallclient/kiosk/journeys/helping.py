"""请人帮我: a call for a person, and who is coming."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.views.helping import HelpState, HelpView, help_view
from hallclient.kiosk.visit import Page
from hallclient.services.helping import Help, Helping

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter

LOOK_S = 2
"""Seconds between two looks at the call while its page is shown."""


class HelpJourney(Journey):
    """Asks once, looks who is coming, takes the call back. The call outlives the visit."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._helping = Helping(self.desk.store, self.desk.actor)
        self._state = HelpState.ASKING
        self._call: Help | None = None
        self._asked_at = 0.0
        self._looking = False
        self._visit = 0
        self._ticks = 0
        kiosk.ticked.connect(self._on_tick)

    @property
    def available(self) -> bool:
        """Whether somebody of the staff would come."""
        sight = self.kiosk.sight
        return sight is not None and sight.hall.helper

    def ask(self) -> None:
        """Call somebody, or show the call that is open."""
        self._state, self._call = HelpState.ASKING, None
        visit, station = self._visit, self.desk.name
        self.desk.worker.submit(
            lambda: self._helping.ask(station),
            lambda call: self._came(visit, call),
            lambda error: self._failed(visit, error),
            owner=self,
        )
        self.kiosk.show(Page.HELP)

    def cancel(self) -> None:
        """不用了: take the call back."""
        self.desk.worker.submit(
            lambda: self._helping.end_own(self.desk.name), None, self._not_cancelled, owner=self
        )
        self._state, self._call = HelpState.OVER, None
        self.kiosk.back()

    def view(self) -> HelpView:
        """Return what the page shows."""
        plan = self.kiosk.plan
        desk = plan.desk.text(self.words.language) if plan else ""
        seconds = int(time.monotonic() - self._asked_at) if self._call else 0
        return help_view(self.words, self._state, self._call, seconds, desk)

    def reset(self) -> None:
        """Forget the call of the citizen who has gone; whoever is coming comes all the same."""
        self._visit += 1
        self._state, self._call = HelpState.ASKING, None

    def _on_tick(self) -> None:
        if self.kiosk.page is not Page.HELP or self._call is None or self._looking:
            return
        self._ticks += 1
        if self._ticks % LOOK_S == 0:
            self._looking = True
            visit = self._visit
            self.desk.worker.submit(
                lambda: self._helping.of(self.desk.name),
                lambda call: self._seen(visit, call),
                self._not_seen,
                owner=self,
            )

    def _came(self, visit: int, call: Help) -> None:
        if visit == self._visit:
            self._asked_at = time.monotonic() - (call.now - call.call.asked_at).total_seconds()
            self._set(call)

    def _seen(self, visit: int, call: Help | None) -> None:
        self._looking = False
        if visit == self._visit and self._call is not None:
            self._set(call)

    def _set(self, call: Help | None) -> None:
        self._call = call
        if call is None:
            self._state = HelpState.OVER
        else:
            self._state = HelpState.COMING if call.name else HelpState.ASKED
        self.kiosk.updated.emit()

    def _failed(self, visit: int, _error: Exception) -> None:
        if visit == self._visit:
            self._state, self._call = HelpState.FAILED, None
            self.kiosk.updated.emit()

    def _not_seen(self, _error: Exception) -> None:
        self._looking = False

    def _not_cancelled(self, _error: Exception) -> None:
        """Somebody comes for nothing; there is no one to tell it to any more."""
