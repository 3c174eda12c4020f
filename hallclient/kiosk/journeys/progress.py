"""How a case of this hall stands (进度查询): its number is typed, or its code scanned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.journeys.scanning import reason_of
from hallclient.kiosk.visit import Page
from hallclient.services.codes import is_case_number
from hallclient.services.finding import Finding, FoundCase

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter

DIGITS = 14
"""A day and up to six digits."""


class Progress(Journey):
    """The page PROGRESS; what it finds is shown on FOUND."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._finding = Finding(self.desk.store)
        self._asked = 0
        self.reset()

    def reset(self) -> None:
        """Forget the citizen who has gone."""
        self._asked += 1
        self.number = self.problem = ""
        self.busy = False

    def open(self) -> None:
        """进度查询: ask for a case number."""
        self.number = self.problem = ""
        self.kiosk.show(Page.PROGRESS)

    @property
    def ready(self) -> bool:
        """Whether what was typed could be a case number."""
        return is_case_number(self.number)

    def type_digit(self, digit: str) -> None:
        """Add a digit; letters and signs change nothing."""
        if len(digit) == 1 and digit.isascii() and digit.isdigit() and len(self.number) < DIGITS:
            self._set(self.number + digit)

    def delete(self) -> None:
        """Take the last digit back."""
        self._set(self.number[:-1])

    def clear(self) -> None:
        """Begin anew."""
        self._set("")

    def look(self) -> None:
        """Look for the case."""
        if self.busy:
            return
        if not self.ready:
            self._say_no("no_case_number")
        elif self.kiosk.figures.down:
            self._say_no("later")
        else:
            self.busy, self.problem = True, ""
            self._asked += 1
            number = self.number
            self.desk.worker.submit(
                lambda: self._finding.case(number),
                partial(self._came, self._asked),
                partial(self._failed, self._asked),
                owner=self,
            )
            self.kiosk.updated.emit()

    def _came(self, asked: int, found: FoundCase) -> None:
        if asked == self._asked:
            self.busy = False
            self.kiosk.journeys.found.present((found,))

    def _failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.busy = False
            self._say_no(reason_of(error))

    def _set(self, number: str) -> None:
        self.number, self.problem = number, ""
        self.kiosk.updated.emit()

    def _say_no(self, why: str) -> None:
        self.problem = why
        self.kiosk.updated.emit()
