"""预约办理: a service, a day, a time; then a slip with a code, which also cancels it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hallclient.domain.appointment import AppointmentState, BookedBy
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.journeys.scanning import reason_of
from hallclient.kiosk.views.booking import BookedView, BookView, book_view, booked_view
from hallclient.kiosk.visit import Page, new_request
from hallclient.services.appointments import Appointments, Booked, BookingRequest
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hallclient.domain.parts import Service
    from hallclient.domain.slots import BookingDay, Slot
    from hallclient.kiosk.presenter import KioskPresenter

T = TypeVar("T")

_LOOK_AGAIN = frozenset({"slot_full", "slot_over", "slot_unknown", "not_bookable"})


class Booking(Journey):
    """The pages BOOK and BOOKED."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._asked = 0
        self.reset()
        kiosk.printing.slip_done.connect(self._on_paper)

    def reset(self) -> None:
        """Forget the citizen who has gone; an answer under way is not told."""
        self._asked += 1
        self.service: Service | None = None
        self.days: tuple[BookingDay, ...] = ()
        self.slot: Slot | None = None
        self.booked: Booked | None = None
        self.busy = self.asking = False
        """``asking``: 取消预约 was touched once."""
        self.problem = self.paper = ""
        """Keys of ``kiosk.book.no`` and ``kiosk.booked.paper``, "" for none."""
        self.day = self.day_page = self.slot_page = 0
        self._request = ""
        self._slip = 0

    # Choosing

    def open(self) -> None:
        """Choose a service first, among those that can be booked."""
        from hallclient.kiosk.choice import Purpose  # noqa: PLC0415 - the lists come late

        self.kiosk.journeys.choosing.begin(
            Purpose.BOOK, then=self.choose_service, offered=self.bookable
        )

    def bookable(self, service: Service) -> bool:
        """Tell whether a service's queue takes appointments."""
        plan = self.kiosk.plan
        queue = plan.queue_of.get(service.queue) if plan else None
        return queue is not None and queue.slice_booked > 0

    def choose_service(self, code: str) -> None:
        """Show the days of a service; makes the request's id."""
        plan = self.kiosk.plan
        service = plan.service_of.get(code) if plan else None
        if service is None:
            self.kiosk.updated.emit()
            return
        self.reset()
        self.service, self._request = service, new_request()
        self._look("")
        self.kiosk.show(Page.BOOK)

    def choose_day(self, index: int) -> None:
        """Show the times of a day."""
        if 0 <= index < len(self.days) and not self.busy:
            self.day, self.slot, self.slot_page, self.problem = index, None, 0, ""
            self.kiosk.updated.emit()

    def choose_slot(self, starts_at: datetime) -> None:
        """Take a time, or say that it is full."""
        found = next((one for one in self.slots if one.starts_at == starts_at), None)
        if found is not None and not self.busy:
            self.slot, self.problem = (found, "") if found.room else (None, "slot_full")
            self.kiosk.updated.emit()

    def turn_days(self, by: int) -> None:
        """Show other days."""
        self.day_page = max(0, self.day_page + by)
        self.kiosk.updated.emit()

    def turn_slots(self, by: int) -> None:
        """Show other times."""
        self.slot_page = max(0, self.slot_page + by)
        self.kiosk.updated.emit()

    def confirm(self) -> None:
        """确认预约. Touched twice it is one appointment: the request's id is the visit's."""
        slot, service = self.slot, self.service
        if self.busy or service is None or self.kiosk.page is not Page.BOOK:
            return
        if slot is None:
            self._say_no("choose")
            return
        # A card's key is of today: with it no other day's appointment can be found.
        person = self.kiosk.visit.person if self._is_today(slot.starts_at) else ""
        request = BookingRequest(
            self._request,
            service.code,
            slot.starts_at,
            BookedBy.USHER if self.kiosk.visit.usher else BookedBy.KIOSK,
            language=self.words.language,
            person=person,
        )
        self._submit(lambda desk: desk.book(request), self._came_booked)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The times of the chosen day."""
        return self.days[self.day].slots if self.days else ()

    # The appointment

    def present(self, booked: Booked, *, cancels: bool = False) -> None:
        """Show an appointment that exists: when to come, its code, how to cancel it.

        ``cancels``: 取消预约 was touched before, it asks at once.
        """
        self.reset()
        self.booked = booked
        self.asking = cancels and self.cancellable
        self._show_booked()

    def cancel(self) -> None:
        """取消预约: asks once, then does it."""
        booked = self.booked
        if self.busy or booked is None or not self.cancellable:
            return
        if not self.asking:
            self.asking = True
            self.kiosk.updated.emit()
            return
        wanted = booked.appointment.id
        self._submit(lambda desk: desk.cancel(wanted), self._came_cancelled)

    def keep(self) -> None:
        """保留预约: it was not meant so."""
        self.asking = False
        self.kiosk.updated.emit()

    @property
    def cancellable(self) -> bool:
        """Whether there is something to cancel."""
        return self.booked is not None and (
            self.booked.appointment.state is AppointmentState.BOOKED
        )

    def reprint(self) -> None:
        """Print the slip, once a page."""
        if self.paper in ("", "none") and self.cancellable:
            self._print()
            self.kiosk.updated.emit()

    # What the pages show

    def book_view(self, rows: int, columns: int) -> BookView | None:
        """Return what BOOK shows in so many rows, its times in so many columns."""
        sight = self.kiosk.sight
        return book_view(self.words, sight, self, rows, columns) if sight else None

    def booked_view(self) -> BookedView | None:
        """Return what BOOKED shows."""
        sight = self.kiosk.sight
        if sight is None or self.booked is None:
            return None
        return booked_view(self.words, sight, self.booked, self)

    # What comes back

    def _look(self, problem: str) -> None:
        service = self.service
        if service is not None:
            code = service.code
            self._submit(lambda desk: desk.days(code), partial(self._came_days, problem))

    def _came_days(self, problem: str, days: tuple[BookingDay, ...]) -> None:
        chosen = self.days[self.day].day if self.days else None
        self.days, self.slot, self.problem = days, None, problem
        free = [index for index, day in enumerate(days) if day.room]
        same = [index for index, day in enumerate(days) if day.day == chosen]
        self.day = (same or free or [0])[0]
        self.kiosk.updated.emit()

    def _came_booked(self, booked: Booked) -> None:
        if self.kiosk.page is not Page.BOOK:
            return
        self.booked = booked
        self._print()
        self._show_booked()

    def _came_cancelled(self, booked: Booked) -> None:
        self.booked, self.asking, self.paper = booked, False, ""
        self.kiosk.updated.emit()

    def _show_booked(self) -> None:
        self.kiosk.show(Page.BOOKED)
        # Without paper the code has to be noted down: longer than a ticket is shown.
        self.kiosk.idle.watch(self.desk.times.no_paper * self.kiosk.patience)

    def _submit(self, work: Callable[[Appointments], T], came: Callable[[T], None]) -> None:
        self.busy, self.problem = True, ""
        self._asked += 1
        asked, desk, actor = self._asked, self.desk, self.actor

        def answered(result: T) -> None:
            if asked == self._asked:
                self.busy = False
                came(result)

        desk.worker.submit(
            lambda: work(Appointments(desk.store, actor)),
            answered,
            partial(self._failed, asked),
            owner=self,
        )
        self.kiosk.updated.emit()

    def _failed(self, asked: int, error: Exception) -> None:
        if asked != self._asked:
            return
        self.busy = False
        why = reason_of(error)
        if why in _LOOK_AGAIN and self.kiosk.page is Page.BOOK and self.days:
            # Somebody was faster, or time went by: what is left now.
            self._request = new_request()
            self._look(why)
        else:
            self._say_no(why)

    def _say_no(self, why: str) -> None:
        self.problem = why
        self.kiosk.updated.emit()

    def _print(self) -> None:
        booked, plan = self.booked, self.kiosk.plan
        if booked is None or plan is None:
            return
        from hallclient.services.appointments.slip import booking_slip  # noqa: PLC0415 - rare

        slip = booking_slip(booked, plan, self.words)
        self._slip = self.kiosk.printing.send_slip(slip)
        self.paper = "printing" if self._slip else "none"

    def _on_paper(self, slip: int, printed: bool) -> None:  # noqa: FBT001 - a signal's argument
        if slip == self._slip and self.paper == "printing":
            self.paper = "done" if printed else "none"
            self.kiosk.updated.emit()

    def _is_today(self, at: datetime) -> bool:
        sight = self.kiosk.sight
        if sight is None:
            return False
        return local_time(sight.plan, at).date() == local_time(sight.plan, sight.now()).date()
