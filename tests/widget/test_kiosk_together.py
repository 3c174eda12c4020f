"""Where the journeys of a kiosk meet: ushers, cards, appointments, a database that is away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.appointment import AppointmentState, BookedBy
from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.kiosk.desk import KioskTimes
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.pages.telling import Telling
from hallclient.kiosk.views.found import Deed
from hallclient.kiosk.visit import Page
from hallclient.services.appointments import Appointments
from hallclient.services.days import changing
from hallclient.services.finding import Finding, FoundTicket
from hallclient.services.ports_devices import Visitor
from hallclient.services.ushering import Usher, Ushering
from hallclient.ui import fonts
from hallclient.ui.widgets.tiles import HeroTile
from tests.widget.kiosk_support import FakePrinter, Kiosk, daily, kiosk_hall, press, running_kiosk
from tests.widget.reading_support import PERSON, FakeReader, book, booking_hall, issue, miss
from tests.widget.test_kiosk_ushers import staffed

CALM = KioskTimes(refresh=0.1, idle=600, done=600)
STILL = replace(CALM, refresh=600)
_ALL_DAY = (time(0), time(23, 59))
_NEVER = (time(0), time(0, 1))


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@contextmanager
def ready(folder: Path, qtbot: QtBot, plan: HallPlan | None = None, **more: Any) -> Iterator[Kiosk]:
    wanted: dict[str, Any] = {"printer": FakePrinter(), "times": CALM, "reader": FakeReader()}
    with running_kiosk(folder, plan or both(), **(wanted | more)) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.known)
        yield kiosk


def both() -> HallPlan:
    """A hall with ushers whose queue B takes appointments."""
    return replace(staffed(slice_booked=3), queues=booking_hall().queues)


def ushered(kiosk: Kiosk) -> Ushering:
    """Let this visit be an usher's."""
    member = next(one for one in kiosk.store.plan().staff if one.code == "1001")
    usher = Ushering(kiosk.store, Usher(member.code, member.name, member.role), "K1")
    kiosk.presenter.visit.usher = usher
    return usher


def actor_of(kiosk: Kiosk, kind: str) -> str:
    with kiosk.store.look() as reader:
        return [e.actor for e in reader.entries_after(0, 10_000) if e.kind == kind][-1]


def page_is(kiosk: Kiosk, page: Page) -> Callable[[], bool]:
    return lambda: kiosk.presenter.page is page


def show(kiosk: Kiosk, ticket: Ticket) -> None:
    kiosk.presenter.journeys.found.present((Finding(kiosk.store).ticket(ticket.id),))


def away(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(kiosk.presenter.figures), "down", True)


# Ushers


def test_several_services_are_taken_by_the_usher(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot) as kiosk:
        presenter = kiosk.presenter
        ushered(kiosk)
        presenter.visit.priority = PriorityClass.DISABLED
        presenter.visit.person = PERSON
        presenter.choose_service("BDC01")
        presenter.journeys.several.add_more()
        presenter.journeys.choosing.choose("SW01")
        presenter.journeys.several.confirm()
        qtbot.waitUntil(page_is(kiosk, Page.DONE))
        (ticket,) = kiosk.tickets()
        assert (ticket.channel, ticket.priority) == (Channel.USHER, PriorityClass.DISABLED)
        assert actor_of(kiosk, "ticket.issued") == "staff:1001"
        with kiosk.store.look() as reader:
            assert [one.id for one in reader.tickets_of(PERSON)] == [ticket.id]
        presenter.home()
        ushered(kiosk)
        issued = Finding(kiosk.store).ticket(ticket.id).issued
        presenter.journeys.several.open_ticket(issued)
        presenter.journeys.several.remove("SW01")
        presenter.journeys.several.confirm()
        qtbot.waitUntil(page_is(kiosk, Page.DONE))
        assert actor_of(kiosk, "ticket.rechosen") == "staff:1001"


def test_an_elders_tile_is_touched_by_the_usher(qtbot: QtBot, tmp_path: Path) -> None:
    plan = both()
    advice = plan.service_of["ZH01"]
    general = replace(advice, code="general-B", queue="B", general=True)
    with ready(tmp_path, qtbot, replace(plan, services=(*plan.services, general))) as kiosk:
        presenter = kiosk.presenter
        presenter.set_modes(Modes(elder=True))
        ushered(kiosk)
        presenter.visit.priority = PriorityClass.PREGNANT
        presenter.journeys.easy.open()
        presenter.journeys.easy.choose("BDC")
        qtbot.waitUntil(page_is(kiosk, Page.EASY_DONE))
        (ticket,) = kiosk.tickets()
        assert (ticket.channel, ticket.priority) == (Channel.USHER, PriorityClass.PREGNANT)


def test_what_an_usher_does_on_found_is_the_ushers(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot) as kiosk:
        found, presenter = kiosk.presenter.journeys.found, kiosk.presenter
        missed = issue(kiosk)
        miss(kiosk, missed)
        ushered(kiosk)
        show(kiosk, missed)
        found.do(Deed.REQUEUE)
        qtbot.waitUntil(lambda: found.told == "requeued")
        assert actor_of(kiosk, "ticket.requeued") == "staff:1001"
        booked = Appointments(kiosk.store, "test").find(book(kiosk))
        presenter.visit.priority = PriorityClass.SOLDIER
        found.present((booked,))
        found.do(Deed.CHECK_IN)
        qtbot.waitUntil(page_is(kiosk, Page.DONE))
        assert actor_of(kiosk, "appointment.arrived") == "staff:1001"
        assert kiosk.tickets()[-1].priority is PriorityClass.SOLDIER


def test_another_number_at_the_ushers_desk_is_the_ushers(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot, ushers=True) as kiosk:
        presenter = kiosk.presenter
        for _ in range(2):
            if presenter.visit.usher is None:
                ushered(kiosk)
                presenter.visit.priority = PriorityClass.DISABLED
            presenter.choose_service("BDC01")
            press(kiosk.screen.page, "确认取号")
            qtbot.waitUntil(page_is(kiosk, Page.DONE))
            presenter.another()
        first, second = kiosk.tickets()
        assert (first.channel, second.channel) == (Channel.USHER, Channel.USHER)
        assert (first.priority, second.priority) == (PriorityClass.DISABLED, PriorityClass.NORMAL)


def test_at_a_kiosk_the_next_number_is_nobodys(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot) as kiosk:
        ushered(kiosk)
        kiosk.presenter.another()
        assert kiosk.presenter.visit.usher is None


def test_an_ushers_booking_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    plan = replace(both(), hours=daily(*_ALL_DAY))
    with ready(tmp_path, qtbot, plan, printer=None) as kiosk:
        booking = kiosk.presenter.journeys.booking
        ushered(kiosk)
        booking.choose_service("BDC01")
        qtbot.waitUntil(lambda: not booking.busy and bool(booking.days))
        booking.choose_day(len(booking.days) - 1)
        booking.choose_slot(booking.slots[-1].starts_at)
        booking.confirm()
        qtbot.waitUntil(page_is(kiosk, Page.BOOKED))
        assert booking.booked is not None
        assert booking.booked.appointment.source is BookedBy.USHER
        assert actor_of(kiosk, "appointment.booked") == "staff:1001"


def test_a_card_does_not_take_an_ushers_class_away(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot) as kiosk:
        presenter, card = kiosk.presenter, kiosk.presenter.journeys.card
        for given, becomes in (
            (PriorityClass.NORMAL, PriorityClass.ELDERLY),
            (PriorityClass.DISABLED, PriorityClass.DISABLED),
        ):
            presenter.home()
            presenter.visit.priority = given
            card.present()
            card.agree()
            card.read(Visitor(PERSON, "样**", elderly=True))
            qtbot.waitUntil(page_is(kiosk, Page.SERVICES))
            assert presenter.visit.priority is becomes


# Appointments


def test_a_hall_with_imported_appointments_has_the_entry(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot, kiosk_hall()) as kiosk:
        presenter = kiosk.presenter
        assert not {"checking_in", "booking"} & presenter.entries
        book(kiosk)
        qtbot.waitUntil(lambda: "checking_in" in presenter.entries)
        assert "booking" not in presenter.entries
        press(kiosk.screen.page, "预约报到")
        assert presenter.page is Page.CHECK_IN


def test_an_appointment_that_was_found_can_be_cancelled(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot) as kiosk:
        presenter = kiosk.presenter
        desk = Appointments(kiosk.store, "test")
        booked = desk.find(book(kiosk))
        presenter.journeys.found.present((booked,))
        press(kiosk.screen.page, "取消预约")
        assert page_is(kiosk, Page.BOOKED)()
        press(kiosk.screen.page, "保留预约")
        presenter.back()
        assert page_is(kiosk, Page.FOUND)()
        press(kiosk.screen.page, "取消预约")
        assert desk.find(booked.appointment.id).appointment.state is AppointmentState.BOOKED
        press(kiosk.screen.page, "确定取消")
        qtbot.waitUntil(lambda: not presenter.journeys.booking.cancellable)
        ended = desk.find(booked.appointment.id).appointment
        assert ended.state is AppointmentState.CANCELLED
        presenter.back()
        view = presenter.journeys.found.view
        qtbot.waitUntil(lambda: (shown := view()) is not None and "已经取消" in shown.band)
        last = view()
        assert last is not None
        assert Deed.CANCEL not in dict(last.more)


# What is shown stays true


def test_found_follows_the_queue(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(tmp_path, qtbot) as kiosk:
        first, second = issue(kiosk), issue(kiosk)
        show(kiosk, second)
        found = kiosk.presenter.journeys.found

        def thing() -> FoundTicket:
            assert isinstance(found.thing, FoundTicket)
            return found.thing

        assert thing().issued.people_ahead == 1
        with changing(kiosk.store, "test") as tx:
            tx.move_ticket(first, TicketStatus.NO_SHOW)
        qtbot.waitUntil(lambda: thing().issued.people_ahead == 0)
        found.told = "printed"
        miss(kiosk, second)
        qtbot.waitUntil(lambda: thing().standing == "missed")
        assert found.told == ""
        press(kiosk.screen.page, "重新排队")
        qtbot.waitUntil(lambda: thing().standing == "waiting")


# Without the database


def test_on_found_nothing_waits_for_the_database(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ready(tmp_path, qtbot, times=STILL) as kiosk:
        found, worker = kiosk.presenter.journeys.found, kiosk.desk.worker
        missed = issue(kiosk)
        miss(kiosk, missed)
        show(kiosk, missed)
        booked = Appointments(kiosk.store, "test").find(book(kiosk))
        qtbot.waitUntil(lambda: worker.pending == 0)
        away(kiosk, monkeypatch)
        found.do(Deed.REQUEUE)
        assert (found.problem, worker.pending) == ("later", 0)
        found.present((booked,))
        for deed in (Deed.CHECK_IN, Deed.CANCEL):
            found.do(deed)
            assert (found.problem, worker.pending) == ("later", 0)
            assert not kiosk.presenter.visit.issuing
            assert kiosk.presenter.page is Page.FOUND
        view = found.view()
        assert view is not None
        assert "稍后" in view.band


@pytest.mark.parametrize("elder", [False, True])
def test_dashed_entries_say_why_where_they_were_touched(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, elder: bool
) -> None:
    hours = () if elder else daily(*_NEVER)
    with ready(tmp_path, qtbot, replace(both(), hours=hours), times=STILL) as kiosk:
        presenter = kiosk.presenter
        presenter.set_modes(Modes(elder=elder))
        assert presenter.page is (Page.EASY if elder else Page.CLOSED)
        away(kiosk, monkeypatch)
        page = kiosk.screen.page
        page.refresh()
        waiting = ["我要办事", "我约好了"] if elder else ["预约办理", "进度查询"]

        def said(name: str) -> str:
            tiles = {t.accessibleName(): t for t in page.findChildren(HeroTile) if t.isVisible()}
            return tiles[name].accessibleDescription()

        before = {name: said(name) for name in waiting}
        for name in waiting:
            press(page, name)
            assert presenter.page in (Page.EASY, Page.CLOSED)
            assert said(name) != before[name]
            assert ("恢复" in said(name)) is True
            assert [one for one in waiting if said(one) != before[one]] == [name]
        page.findChild(Telling)._timer.timeout.emit()  # type: ignore[union-attr]
        assert {name: said(name) for name in waiting} == before
