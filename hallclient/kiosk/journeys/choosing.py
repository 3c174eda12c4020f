"""Choose a service: the common ones first, by department, by occasion, by letters or characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.kiosk.choice import By, Choice, Purpose, first_group
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.search import cleaned, with_suggestion
from hallclient.kiosk.visit import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.parts import Service
    from hallclient.kiosk.presenter import KioskPresenter


class Choosing(Journey):
    """Leads to one service and hands its code over; by default to the page that takes a number.

    ::

        choosing.begin(Purpose.BOOK, then=self.take_service, offered=self.bookable)
    """

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self.choice = Choice()
        self._then: Callable[[str], None] | None = None

    def reset(self) -> None:
        """Forget the citizen who has gone."""
        self.choice, self._then = Choice(), None

    def begin(
        self,
        purpose: Purpose = Purpose.TICKET,
        then: Callable[[str], None] | None = None,
        offered: Callable[[Service], bool] | None = None,
    ) -> None:
        """Show the lists; ``then`` is called with the code of the service that is chosen."""
        plan = self.kiosk.plan
        if plan is None:
            return
        self.choice, self._then = Choice(purpose, offered), then
        self.choice.group = first_group(plan, self.choice)
        self.kiosk.show(Page.SERVICES)

    def choose(self, code: str) -> None:
        """Take a service."""
        plan = self.kiosk.plan
        if plan is None or code not in plan.service_of:
            self.kiosk.updated.emit()
        elif self._then is not None:
            self._then(code)
        else:
            self.kiosk.choose_service(code)

    @property
    def beside(self) -> bool:
        """Whether something else goes on when this is left: then back is not home."""
        return self.choice.purpose in {Purpose.BOOK, Purpose.ADD}

    # The lists

    def switch(self, by: By) -> None:
        """Show the list by departments, or by the occasions of persons or companies."""
        plan, choice = self.kiosk.plan, self.choice
        if plan is None or by is choice.by:
            return
        choice.by, choice.group_page, choice.service_page = by, 0, 0
        choice.group = first_group(plan, choice)
        self.kiosk.updated.emit()

    def open_group(self, code: str) -> None:
        """Show the services of a department or topic, or the common ones."""
        self.choice.group, self.choice.service_page = code, 0
        self.kiosk.updated.emit()

    def turn_groups(self, by: int) -> None:
        """Show other departments or topics."""
        self.choice.group_page = max(0, self.choice.group_page + by)
        self.kiosk.updated.emit()

    def turn_services(self, by: int) -> None:
        """Show other services of the group."""
        self.choice.service_page = max(0, self.choice.service_page + by)
        self.kiosk.updated.emit()

    # The search

    def open_search(self) -> None:
        """Search by letters."""
        self.choice.query, self.choice.result_page = "", 0
        self.kiosk.show(Page.SEARCH)

    def type_letters(self, text: str) -> None:
        """Add to what is searched, letters or Chinese; digits and signs change nothing."""
        self._look_for(cleaned(self.choice.query + text))

    def suggest(self, characters: str) -> None:
        """Put the characters that were meant in the place of the last letters."""
        self._look_for(with_suggestion(self.choice.query, characters))

    def delete_letter(self) -> None:
        """Take the last letter back."""
        self._look_for(self.choice.query[:-1])

    def clear_letters(self) -> None:
        """Begin the search anew."""
        self._look_for("")

    def turn_results(self, by: int) -> None:
        """Show other results."""
        self.choice.result_page = max(0, self.choice.result_page + by)
        self.kiosk.updated.emit()

    def _look_for(self, query: str) -> None:
        if query != self.choice.query:
            self.choice.query, self.choice.result_page = query, 0
            self.kiosk.updated.emit()
