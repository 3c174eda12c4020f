"""办事指南: what a service needs, costs and takes; on paper and for the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.kiosk.choice import Purpose
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.views.guide import guide_of, guide_view
from hallclient.kiosk.visit import Page

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.kiosk.views.guide import GuideView


class Guide(Journey):
    """Choose a service, read about it, take a number for it. Needs no database."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self.reset()
        kiosk.printing.slip_done.connect(self._on_printed)

    def reset(self) -> None:
        """Forget the citizen who has gone."""
        self._service, self._page = "", 0
        self._printing = "offered"
        self._slip = 0
        self._checked = False

    def open(self) -> None:
        """Choose what to read about."""
        self.kiosk.journeys.choosing.begin(Purpose.GUIDE, then=self.read)

    def read(self, code: str) -> None:
        """Show the guide of a service."""
        self.reset()
        self._checked = self.kiosk.page is Page.CONFIRM
        self._service = code
        self.kiosk.show(Page.GUIDE)

    def turn(self, by: int) -> None:
        """Show other materials or steps."""
        self._page = max(0, self._page + by)
        self.kiosk.updated.emit()

    def take(self) -> None:
        """Take a number for this service: on the page that it came from, or a new one."""
        if self._checked:
            self.kiosk.back()
        else:
            self.kiosk.choose_service(self._service)

    def print_it(self) -> None:
        """Print the guide; touched again while it prints it is one slip."""
        sight = self.kiosk.sight
        if sight is None or self._printing == "sent":
            return
        from hallclient.kiosk.hours import clock  # noqa: PLC0415 - for paper only
        from hallclient.services.guide_words import guide_slip  # noqa: PLC0415 - for paper only
        from hallclient.services.hours import local_time  # noqa: PLC0415 - for paper only

        local = local_time(sight.plan, sight.now())
        printed_at = f"{local:%Y-%m-%d} {clock(local)}"
        guide = guide_of(self.words, sight, self._service)
        slip = guide_slip(self.words, sight.plan, guide, printed_at)
        # The outcome may come before the number does.
        self._printing = "sent"
        self._slip = self.kiosk.printing.send_slip(slip)
        if not self._slip:
            self._printing = "failed"
        self.kiosk.updated.emit()

    def view(self) -> GuideView | None:
        """Return what the page shows, None when there is no such service any more."""
        sight = self.kiosk.sight
        if sight is None or self._service not in sight.plan.service_of:
            return None
        printing = self._printing if self.kiosk.printing.fitted else ""
        if printing == "offered" and not self.kiosk.printing.works:
            printing = "failed"
        return guide_view(self.words, sight, self._service, self._page, self.kiosk.modes, printing)

    def _on_printed(self, slip: int, done: bool) -> None:  # noqa: FBT001 - a signal's argument
        if slip == self._slip:
            self._printing = "done" if done else "failed"
            self.kiosk.updated.emit()
