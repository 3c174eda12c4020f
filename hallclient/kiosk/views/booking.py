"""What the pages of booking show: days and times, then the appointment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from hallclient.domain.appointment import AppointmentState, spaced
from hallclient.kiosk.hours import clock
from hallclient.kiosk.views.parts import Paged, page_of
from hallclient.services.appointments.slip import come_between, day_words
from hallclient.services.hours import local_time
from hallclient.services.places import windows_words, zone_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from hallclient.domain.slots import BookingDay, Slot
    from hallclient.kiosk.figures import HallSight
    from hallclient.kiosk.journeys.booking import Booking
    from hallclient.services.appointments import Booked
    from hallclient.ui.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DayView:
    """A day to choose. ``index`` is its place in the journey's days."""

    index: int
    title: str
    sub: str
    full: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class SlotView:
    """A time to choose."""

    starts_at: datetime
    title: str
    sub: str
    full: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class BookView:
    """Days, times and the button. ``message`` says why something cannot be done."""

    title: str
    days: tuple[DayView, ...]
    day_pages: Paged
    slots: tuple[SlotView, ...]
    slot_pages: Paged
    nothing: str
    message: str
    button: str
    works: bool


@dataclass(frozen=True, slots=True)
class BookedView:
    """An appointment: when, where, its code, what to mind, and the paper."""

    title: str
    good: bool
    service: str
    day: str
    time: str
    code_caption: str
    code: str
    qr: str
    come: str
    note: str
    place: str
    band: str
    paper: bool
    message: str
    cancel: str
    """The words of the key that cancels, "" for none."""
    keep: str
    """The words of the key that does not, "" unless it was asked."""
    print: str
    """The words of the key that prints, "" for none."""


def book_view(
    words: Words, sight: HallSight, booking: Booking, rows: int, columns: int
) -> BookView:
    """Return the page of days, so many rows of them, and times in so many columns."""
    plan, service, slot = sight.plan, booking.service, booking.slot
    today = local_time(plan, sight.now()).date()
    day_views = [_day(words, d, i, today, booking.day) for i, d in enumerate(booking.days)]
    some_days, day_pages = _paged(words, day_views, booking.day_page, rows, 1)
    slot_views = [_slot(words, sight, one, slot) for one in booking.slots]
    some_slots, slot_pages = _paged(words, slot_views, booking.slot_page, rows, columns)
    if slot is None:
        button = words("kiosk.book.looking" if booking.busy else "kiosk.book.choose_time")
    else:
        local = local_time(plan, slot.starts_at)
        button = words("kiosk.book.confirm", day=_date(words, local.date()), time=clock(local))
    return BookView(
        title=service.name.text(words.language) if service else "",
        days=tuple(some_days),
        day_pages=day_pages,
        slots=tuple(some_slots),
        slot_pages=slot_pages,
        nothing=_nothing(words, booking),
        message=words(f"kiosk.book.no.{_known(booking.problem)}") if booking.problem else "",
        button=words("kiosk.book.booking") if booking.busy and slot else button,
        works=slot is not None and not booking.busy,
    )


def booked_view(words: Words, sight: HallSight, booked: Booked, booking: Booking) -> BookedView:
    """Return the page of an appointment."""
    plan, one = sight.plan, booked.appointment
    cancelled = one.state is AppointmentState.CANCELLED
    early, late = come_between(booked, plan)
    title = "cancelled" if cancelled else "title" if booking.service else "yours"
    zone = zone_words(plan.zone(booked.queue.zone), words.language).whole
    paper = booking.paper
    return BookedView(
        title=words(f"kiosk.booked.{title}"),
        good=not cancelled,
        service=booked.service.name.text(words.language),
        day=day_words(booked, plan, words),
        time=clock(local_time(plan, one.starts_at)),
        code_caption=words("kiosk.booked.code"),
        code=spaced(one.code),
        qr=one.code,
        come="" if cancelled else words("kiosk.booked.come", early=early, late=late),
        note=words("kiosk.booked.again" if cancelled else "kiosk.booked.late"),
        place=" ".join(part for part in (zone, windows_words(words, plan, booked.queue)) if part),
        band=words(f"kiosk.booked.paper.{paper}") if paper else _other_day(words, sight, booked),
        paper=paper in ("printing", "done"),
        message=words(f"kiosk.book.no.{_known(booking.problem)}") if booking.problem else "",
        cancel=_cancel_words(words, booking),
        keep=words("kiosk.booked.keep") if booking.asking else "",
        print="" if paper or cancelled else words("kiosk.booked.print"),
    )


_PROBLEMS = frozenset({"choose", "slot_full", "slot_over", "slot_unknown", "not_bookable",
                       "already_booked", "later", "appointment_arrived"})  # fmt: skip


def _known(problem: str) -> str:
    return problem if problem in _PROBLEMS else "unexpected"


def _other_day(words: Words, sight: HallSight, booked: Booked) -> str:
    """Return what somebody is told who wants to check in on another day."""
    if booked.today or booked.appointment.state is not AppointmentState.BOOKED:
        return ""
    past = booked.appointment.starts_at < sight.now()
    return words("kiosk.booked.past" if past else "kiosk.booked.not_today")


def _cancel_words(words: Words, booking: Booking) -> str:
    if not booking.cancellable:
        return ""
    return words("kiosk.booked.cancel_sure" if booking.asking else "kiosk.booked.cancel")


def _nothing(words: Words, booking: Booking) -> str:
    if booking.busy or booking.problem:
        return ""
    if not booking.days:
        return words("kiosk.book.no_days")
    return "" if booking.slots else words("kiosk.book.no_times")


def _paged(
    words: Words, items: list[T], page: int, rows: int, columns: int
) -> tuple[list[T], Paged]:
    """Return a page of a list; one that does not fit gives its last row to the turning of pages."""
    if len(items) <= rows * columns:
        return items, Paged()
    some, paged = page_of(words, items, page, (rows - 1) * columns)
    return list(some), paged


def _day(words: Words, day: BookingDay, index: int, today: date, chosen: int) -> DayView:
    away = (day.day - today).days
    near = {0: "today", 1: "tomorrow"}.get(away)
    weekday = words(f"common.weekday.d{day.day.isoweekday()}")
    full = not day.room
    title = words(f"kiosk.book.{near}") if near else weekday
    sub = words("kiosk.book.full") if full else _date(words, day.day)
    return DayView(index, title, sub, full, index == chosen)


def _slot(words: Words, sight: HallSight, slot: Slot, chosen: Slot | None) -> SlotView:
    full = not slot.room
    return SlotView(
        slot.starts_at,
        clock(local_time(sight.plan, slot.starts_at)),
        words("kiosk.book.full") if full else words("kiosk.book.room", n=slot.room),
        full,
        chosen is not None and chosen.starts_at == slot.starts_at,
    )


def _date(words: Words, day: date) -> str:
    return words("kiosk.book.date", month=words(f"common.month.m{day.month}"), day=day.day)
