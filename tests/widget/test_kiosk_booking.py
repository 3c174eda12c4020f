"""Booking, checking in and cancelling at the kiosk, on a real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.appointment import AppointmentState
from hallclient.domain.hall import HallPlan
from hallclient.domain.ticket import Channel
from hallclient.kiosk.figures import Figures
from hallclient.kiosk.journeys.booking import Booking
from hallclient.kiosk.journeys.checking_in import CheckingIn
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.visit import Page
from hallclient.services.appointments import Appointments, Booked, BookingRequest
from hallclient.services.ports_devices import PrintResult, PrintTrouble
from hallclient.services.slip import PaperSlip, QrCode, Slip, TicketSlip
from hallclient.ui import fonts
from tests.widget.kiosk_support import FakePrinter, Kiosk, daily, kiosk_hall, press, running_kiosk

TEN_PAST_NINE = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
ELEVEN = TEN_PAST_NINE + timedelta(minutes=110)
PERSON = "ab" * 32
SERVICE = "BDC01"


@dataclass
class HandClock:
    now: datetime = TEN_PAST_NINE

    def __call__(self) -> datetime:
        return self.now


@dataclass
class AnyPrinter(FakePrinter):
    """Takes every slip."""

    taken: list[Slip] = field(default_factory=list)

    def print_slip(self, slip: Slip) -> int:
        self.taken.append(slip)
        request = len(self.taken)
        if self.answers is not None:
            self.say(request, *self.answers)
        return request

    @property
    def papers(self) -> list[PaperSlip]:
        return [slip for slip in self.taken if isinstance(slip, PaperSlip)]


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def bookable_hall(room: int = 2) -> HallPlan:
    plan = kiosk_hall(hours=daily(time(9), time(17)))
    queues = tuple(replace(q, slice_booked=room * (q.code == "B")) for q in plan.queues)
    return replace(plan, queues=queues)


@contextmanager
def booking_kiosk(
    qtbot: QtBot, tmp_path: Path, clock: HandClock, printer: FakePrinter | None = None
) -> Iterator[Kiosk]:
    with running_kiosk(
        tmp_path, bookable_hall(), printer=printer or AnyPrinter(), clock=clock
    ) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME and kiosk.presenter.known)
        yield kiosk


def booking(kiosk: Kiosk) -> Booking:
    return kiosk.presenter.journeys.booking


def checking_in(kiosk: Kiosk) -> CheckingIn:
    return kiosk.presenter.journeys.checking_in


def desk(kiosk: Kiosk) -> Appointments:
    return Appointments(kiosk.store, "usher:desk")


def to_times(qtbot: QtBot, kiosk: Kiosk) -> Booking:
    kiosk.presenter.enter("booking")
    press(kiosk.screen.page, "二手房过户")
    journey = booking(kiosk)
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOK and not journey.busy)
    return journey


def booked_elsewhere(kiosk: Kiosk, starts_at: datetime = ELEVEN) -> Booked:
    return desk(kiosk).book(BookingRequest(f"elsewhere {starts_at}", SERVICE, starts_at))


def type_code(kiosk: Kiosk, code: str) -> None:
    kiosk.presenter.enter("checking_in")
    for digit in code:
        press(kiosk.screen.page, digit)


def test_a_booking_from_home_to_the_slip(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    printer = AnyPrinter()
    with booking_kiosk(qtbot, tmp_path, clock, printer) as kiosk:
        journey = to_times(qtbot, kiosk)
        press(kiosk.screen.page, "11:00 余 2")
        press(kiosk.screen.page, "预约 11月23日 11:00")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOKED)
        (made,) = desk(kiosk).on()
        assert made.appointment.starts_at == ELEVEN
        qtbot.waitUntil(lambda: journey.paper == "done")
        (slip,) = printer.papers
        assert QrCode(made.appointment.code) in slip.blocks
        texts = str(slip)
        for words in ("二手房过户", "11:00", "一楼 B 区", "10:50", "11:15", "材料1"):
            assert words in texts
        assert kiosk.deliveries() == []
        press(kiosk.screen.page, "完成")
        assert kiosk.presenter.page is Page.HOME
        assert journey.booked is None


def test_touched_twice_one_appointment(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        journey = to_times(qtbot, kiosk)
        journey.choose_slot(ELEVEN)
        journey.confirm()
        journey.confirm()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOKED)
        journey.confirm()
        qtbot.wait(1)
        assert len(desk(kiosk).on()) == 1


def test_somebody_was_faster(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        journey = to_times(qtbot, kiosk)
        journey.choose_slot(ELEVEN)
        for key in ("one", "two"):
            desk(kiosk).book(BookingRequest(key, SERVICE, ELEVEN))
        journey.confirm()
        qtbot.waitUntil(lambda: journey.problem == "slot_full" and not journey.busy)
        assert kiosk.presenter.page is Page.BOOK
        assert journey.slot is None
        full = next(slot for slot in journey.slots if slot.starts_at == ELEVEN)
        assert full.room == 0
        # A full one says so, and another one works.
        press(kiosk.screen.page, "11:00 约满")
        assert journey.slot is None
        press(kiosk.screen.page, "11:30 余 2")
        journey.confirm()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOKED)


def test_without_a_time_the_button_says_so(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        journey = to_times(qtbot, kiosk)
        press(kiosk.screen.page, "请选一个时间")
        assert journey.problem == "choose"
        press(kiosk.screen.page, "明天 11月24日")
        assert (journey.day, journey.problem) == (1, "")


def test_cancelled_after_it_was_asked(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        journey = to_times(qtbot, kiosk)
        journey.choose_slot(ELEVEN)
        journey.confirm()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOKED)
        press(kiosk.screen.page, "取消预约")
        press(kiosk.screen.page, "保留预约")
        press(kiosk.screen.page, "取消预约")
        press(kiosk.screen.page, "确定取消")
        qtbot.waitUntil(lambda: not journey.cancellable)
        assert desk(kiosk).on()[0].appointment.state is AppointmentState.CANCELLED


def test_without_paper_the_code_is_on_the_screen(
    qtbot: QtBot, tmp_path: Path, clock: HandClock
) -> None:
    printer = AnyPrinter(answers=(PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT))
    with booking_kiosk(qtbot, tmp_path, clock, printer) as kiosk:
        journey = to_times(qtbot, kiosk)
        journey.choose_slot(ELEVEN)
        journey.confirm()
        qtbot.waitUntil(lambda: journey.paper == "none")
        view = journey.booked_view()
        assert view is not None
        assert view.qr == desk(kiosk).on()[0].appointment.code
        assert kiosk.presenter.idle.left > 60


def test_checking_in_by_code(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    printer = AnyPrinter()
    with booking_kiosk(qtbot, tmp_path, clock, printer) as kiosk:
        made = booked_elsewhere(kiosk)
        clock.now = ELEVEN - timedelta(minutes=5)
        type_code(kiosk, made.appointment.code)
        press(kiosk.screen.page, "查找预约")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.FOUND)
        press(kiosk.screen.page, "报到取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        (ticket,) = kiosk.tickets()
        assert ticket.channel is Channel.BOOKED
        assert ticket.claim_at == ELEVEN - timedelta(minutes=30)
        assert any(isinstance(slip, TicketSlip) for slip in printer.taken)


def test_for_another_day_it_says_when(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        made = booked_elsewhere(kiosk, ELEVEN + timedelta(days=1))
        type_code(kiosk, made.appointment.code)
        press(kiosk.screen.page, "查找预约")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOKED)
        view = booking(kiosk).booked_view()
        assert view is not None
        assert (view.title, view.day, view.time) == ("您的预约", "11月24日 星期二", "11:00")
        assert "不是今天" in view.band
        press(kiosk.screen.page, "打印预约单")
        qtbot.waitUntil(lambda: booking(kiosk).paper == "done")


@pytest.mark.parametrize(
    ("code", "why"), [("12", "too_short"), ("123456789", "unknown_appointment")]
)
def test_what_is_no_code(
    qtbot: QtBot, tmp_path: Path, clock: HandClock, code: str, why: str
) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        type_code(kiosk, code)
        press(kiosk.screen.page, "查找预约")
        journey = checking_in(kiosk)
        qtbot.waitUntil(lambda: journey.problem == why)
        assert kiosk.presenter.page is Page.CHECK_IN
        press(kiosk.screen.page, "删除")
        assert (journey.problem, journey.code) == ("", code[:-1])


def test_a_keyboard_types_too(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        kiosk.presenter.enter("checking_in")
        journey = checking_in(kiosk)
        QTest.keyClicks(kiosk.screen, "yy-0001;'")
        assert journey.code == "YY-0001"
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Backspace)
        assert journey.code == "YY-000"
        press(kiosk.screen.page, "ABC")
        press(kiosk.screen.page, "Z")
        assert journey.code == "YY-000Z"
        for _ in range(40):
            press(kiosk.screen.page, "Z")
        assert len(journey.code) == 20
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Escape)
        assert kiosk.presenter.page is Page.HOME
        assert journey.code == ""


def test_from_check_in_to_booking(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        kiosk.presenter.enter("checking_in")
        press(kiosk.screen.page, "去预约")
        assert kiosk.presenter.page is Page.SERVICES
        # Only what can be booked is in the list.
        assert kiosk.presenter.journeys.choosing.choice.offered is not None
        offered = kiosk.presenter.journeys.choosing.choice.listed(bookable_hall())
        assert {service.queue for service in offered} == {"B"}


def test_a_card_is_of_today_only(qtbot: QtBot, tmp_path: Path, clock: HandClock) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        for day, person in ((0, PERSON), (1, "")):
            journey = to_times(qtbot, kiosk)
            kiosk.presenter.visit.person = PERSON
            journey.choose_day(day)
            journey.choose_slot(ELEVEN + timedelta(days=day))
            journey.confirm()
            qtbot.waitUntil(lambda: kiosk.presenter.page is Page.BOOKED)
            assert journey.booked is not None
            assert journey.booked.appointment.person == person
            kiosk.presenter.home()


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("low", [False, True])
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_every_time_can_be_reached(
    qtbot: QtBot, tmp_path: Path, clock: HandClock, elder: bool, low: bool, language: str
) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        journey = to_times(qtbot, kiosk)
        kiosk.presenter.set_modes(Modes(elder=elder, low=low))
        kiosk.presenter.switch_language(language)
        found: set[datetime] = set()
        for _ in range(4):
            view = journey.book_view(4 if low else 7, 3)
            assert view is not None
            found |= {slot.starts_at for slot in view.slots}
            if view.slot_pages.page < view.slot_pages.pages - 1:
                journey.turn_slots(1)
        assert found == {slot.starts_at for slot in journey.slots}
        assert len(found) == 15  # 9:30 to 16:30


def test_nothing_waits_while_the_database_is_away(
    qtbot: QtBot, tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with booking_kiosk(qtbot, tmp_path, clock) as kiosk:
        type_code(kiosk, "123456789")
        monkeypatch.setattr(Figures, "down", True)
        press(kiosk.screen.page, "查找预约")
        assert checking_in(kiosk).problem == "later"
        assert not checking_in(kiosk).busy
