"""预约报到: the code of an appointment is typed; what it is, and the ticket, are on FOUND."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hallclient.domain.appointment import AppointmentState
from hallclient.domain.errors import DomainError
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.journeys.scanning import reason_of
from hallclient.kiosk.visit import Page
from hallclient.services.appointments import Appointments
from hallclient.services.codes import CodeKind, read_code

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.services.appointments import Booked

LONGEST = 20
"""Signs that are typed; a longer number of another system is scanned."""
SHORTEST = 4
_SIGNS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")


class CheckingIn(Journey):
    """The page CHECK_IN. One for today is shown on FOUND, one for another day on BOOKED."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._asked = 0
        self.reset()

    def reset(self) -> None:
        """Forget the citizen who has gone; an answer under way is not told."""
        self._asked += 1
        self.code = self.problem = ""
        """``problem`` is a key of ``kiosk.check_in.no``, "" for none."""
        self.busy = self.letters = False
        """``letters``: the keys are letters."""

    def open(self) -> None:
        """预约报到: ask for the code."""
        self.code = self.problem = ""
        self.letters = False
        self.kiosk.show(Page.CHECK_IN)

    @property
    def ready(self) -> bool:
        """Whether what was typed could be a number of an appointment."""
        code = read_code(self.code)
        return code is not None and code.kind is not CodeKind.SHORT

    # What the citizen does

    def type_sign(self, text: str) -> None:
        """Add a digit or letter; other signs change nothing."""
        sign = text.upper()
        if sign in _SIGNS and len(self.code) < LONGEST:
            self._set(self.code + sign)

    def delete(self) -> None:
        """Take the last sign back."""
        self._set(self.code[:-1])

    def switch_keys(self) -> None:
        """Show letters in place of digits, or digits again."""
        self.letters = not self.letters
        self.kiosk.updated.emit()

    def book(self) -> None:
        """预约办理, for those who have no appointment."""
        self.kiosk.enter("booking")

    def look(self) -> None:
        """Look for the appointment. Touched twice it is looked for once."""
        if self.busy:
            return
        if not self.ready:
            self._say_no("too_short" if len(self.code) < SHORTEST else "unknown_appointment")
        elif self.kiosk.figures.down:
            self._say_no("later")
        else:
            self.busy, self.problem = True, ""
            self._asked += 1
            code, desk = self.code, self.desk
            desk.worker.submit(
                lambda: Appointments(desk.store, desk.actor).find(code),
                partial(self._came, self._asked),
                partial(self._failed, self._asked),
                owner=self,
            )
            self.kiosk.updated.emit()

    # What comes back

    def _came(self, asked: int, found: Booked) -> None:
        if asked != self._asked:
            return
        self.busy = False
        if self.kiosk.page is not Page.CHECK_IN:
            return
        waits = found.appointment.state is AppointmentState.BOOKED and not found.today
        if waits:
            self.kiosk.journeys.booking.present(found)
        else:
            self.kiosk.journeys.found.present((found,))

    def _failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.busy = False
            known = isinstance(error, DomainError)
            self._say_no("unknown_appointment" if known else reason_of(error))

    def _set(self, code: str) -> None:
        if not self.busy:
            self.code, self.problem = code, ""
            self.kiosk.updated.emit()

    def _say_no(self, why: str) -> None:
        self.problem = why
        self.kiosk.updated.emit()
