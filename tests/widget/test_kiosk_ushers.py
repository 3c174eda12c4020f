"""No's that are told, calls for help and the ushers' page, on a running kiosk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.errors import DomainError, Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.limits import Limit, NoTicket, Stop
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.pages.page import ELDER_TARGET, LOW_TOP, TARGET, TOP
from hallclient.kiosk.views.refused import WAYS
from hallclient.kiosk.visit import Page
from hallclient.services.halls import update_hall
from hallclient.services.helping import HELPER, Helping
from hallclient.services.issuing import TicketRequest
from hallclient.services.store_error import StoreError
from hallclient.ui import fonts
from hallclient.ui.widgets.text import Text
from tests.widget.kiosk_support import (
    FakePrinter,
    Kiosk,
    controls,
    kiosk_hall,
    names,
    press,
    running_kiosk,
)

PIN = "2580"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
LANGUAGES = ("zh-CN", "zh-Hant", "en")
MODES = (
    Modes(),
    Modes(elder=True),
    Modes(contrast=True),
    Modes(low=True),
    Modes(elder=True, low=True),
)


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


def staffed(**queue: Any) -> HallPlan:
    """The kiosk's hall with an usher and a clerk; ``queue`` changes its queue B."""
    plan = kiosk_hall()
    return replace(
        plan,
        queues=tuple(replace(q, **queue) if q.code == "B" else q for q in plan.queues),
        staff=(
            Staff("1001", "李敏", StaffRole.USHER, pin_hash=HASH),
            Staff("1002", "王芳", StaffRole.CLERK, pin_hash=HASH),
        ),
    )


@contextmanager
def ready(qtbot: QtBot, folder: Path, plan: HallPlan | None = None) -> Iterator[Kiosk]:
    with running_kiosk(folder, plan or staffed(), printer=FakePrinter()) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.known)
        yield kiosk


def at(kiosk: Kiosk, page: Page) -> bool:
    """Tell whether a page is shown; no property that a type checker takes for settled."""
    return kiosk.presenter.page is page


def helped(qtbot: QtBot, kiosk: Kiosk) -> None:
    """Let somebody be there who would come."""
    assert kiosk.store.take_lease(HELPER, "usher", 600)
    qtbot.waitUntil(lambda: "helping" in kiosk.presenter.entries)


def signed_in(qtbot: QtBot, kiosk: Kiosk) -> None:
    ushering = kiosk.presenter.journeys.ushering
    ushering.open()
    for sign in "1001":
        press(kiosk.screen.page, sign)
    ushering.enter()
    for sign in PIN:
        press(kiosk.screen.page, sign)
    ushering.enter()
    qtbot.waitUntil(lambda: ushering.state.usher is not None)


# No's


def test_a_quota_is_told_in_the_list_and_on_the_page(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path, staffed(day_quota=1)) as kiosk:
        presenter = kiosk.presenter
        kiosk.issuing.issue(TicketRequest("first", "BDC01"))
        presenter.choose_service("BDC01")
        qtbot.waitUntil(lambda: "今天的号已取完" in names(kiosk.screen.page))
        press(kiosk.screen.page, "今天的号已取完")
        assert at(kiosk, Page.REFUSED)
        view = presenter.journeys.refusing.view()
        assert view is not None
        assert view.title == "今天的号已取完"
        assert view.next.startswith("明天")
        assert names(kiosk.screen.page)[0] == "选别的事项"
        press(kiosk.screen.page, "选别的事项")
        assert at(kiosk, Page.SERVICES)
        assert len(kiosk.tickets()) == 1


def test_the_last_number_went_to_somebody_else(qtbot: QtBot, tmp_path: Path) -> None:
    """The list still offered it: the transaction says no, and the page says why."""
    with ready(qtbot, tmp_path, staffed(day_quota=1)) as kiosk:
        kiosk.presenter.choose_service("BDC01")
        kiosk.presenter.figures.stop()
        kiosk.issuing.issue(TicketRequest("first", "BDC01"))
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: at(kiosk, Page.REFUSED))
        view = kiosk.presenter.journeys.refusing.view()
        assert view is not None
        assert view.title == "今天的号已取完"
        press(kiosk.screen.page, "首页")
        assert at(kiosk, Page.HOME)
        assert kiosk.presenter.journeys.refusing.view() is None


def test_a_full_day_leads_to_the_days_of_the_same_service(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path, staffed(day_quota=1, slice_booked=2)) as kiosk:
        kiosk.issuing.issue(TicketRequest("first", "BDC01"))
        kiosk.presenter.choose_service("BDC01")
        qtbot.waitUntil(lambda: "今天的号已取完" in names(kiosk.screen.page))
        press(kiosk.screen.page, "今天的号已取完")
        assert names(kiosk.screen.page)[0] == "预约办理"
        press(kiosk.screen.page, "预约办理")
        qtbot.waitUntil(lambda: at(kiosk, Page.BOOK))
        service = kiosk.presenter.journeys.booking.service
        assert service is not None
        assert service.code == "BDC01"


def test_who_has_a_number_sees_it(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        kiosk.issuing.issue(TicketRequest("first", "BDC01", person="p" * 64))
        kiosk.presenter.visit.person = "p" * 64
        kiosk.presenter.choose_service("BDC02")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: at(kiosk, Page.REFUSED))
        view = kiosk.presenter.journeys.refusing.view()
        assert view is not None
        assert (view.title, view.label) == ("您已经有号了", "B001")
        assert "p" * 64 not in repr(view)


TOMORROW = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
ERRORS: tuple[DomainError, ...] = (
    *(NoTicket("B", Limit(stop, TOMORROW, label="AB1007")) for stop in Stop),
    NoTicket("B", Limit(Stop.DAY_FULL, left=2)),
    NoTicket("gone", Limit(Stop.CLOSED)),
    Refused("requeue_limit", "", limit=2),
    Refused("requeue_late", "", label="B107", minutes=30),
    Refused("too_many_tickets", "", limit=5),
    Refused("never heard of", ""),
)


def ways_of(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer every way that goes with the error, more than there are in reality."""
    refusing = kiosk.presenter.journeys.refusing

    def ways() -> frozenset[str]:
        limited = isinstance(refusing._error, NoTicket)
        return frozenset(WAYS) if limited else frozenset(WAYS) - {"fewer"}

    monkeypatch.setattr(refusing, "_ways", ways)


def check_page(kiosk: Kiosk, modes: Modes, about: str) -> None:
    """Check place, size, names and words of a page as it stands."""
    page = kiosk.screen.page
    k = kiosk.screen.look.k
    top, least = LOW_TOP if modes.low else TOP, ELDER_TARGET if modes.elder else TARGET
    seen = controls(page)
    assert seen, about
    areas: list[QRect] = []
    for control in seen:
        where = control.rect().translated(control.mapTo(page, control.rect().topLeft()))
        assert control.accessibleName(), f"{about}: a control without a name"
        assert where.top() / k >= top - 1, f"{about}: {control.accessibleName()} too high"
        assert where.height() / k >= least - 1, f"{about}: {control.accessibleName()} too low"
        assert page.rect().contains(where), f"{about}: {control.accessibleName()} off the page"
        assert not any(where.intersects(other) for other in areas), f"{about}: overlap"
        areas.append(where)
    for text in page.findChildren(Text):
        if text.isVisible():
            assert not text.is_cut(), f"{about}: cut: {text.text()}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_no_in_every_mode(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        presenter = kiosk.presenter
        ways_of(kiosk, monkeypatch)
        for modes in MODES:
            presenter.home()
            presenter.switch_language(language)
            presenter.set_modes(modes)
            for error in ERRORS:
                presenter.journeys.refusing.show(error)
                check_page(kiosk, modes, f"{error.key} {language} {modes}")
                assert len(controls(kiosk.screen.page)) == 6


def test_words_of_the_caller_come_first(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        refusing = kiosk.presenter.journeys.refusing
        refusing.show(Refused("unknown_ticket", ""), "kiosk.usher")
        view = refusing.view()
        assert view is not None
        assert (view.title, view.why) == ("今天没有这个号", "")


# Help


def test_help_from_the_call_to_the_one_who_comes(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        presenter = kiosk.presenter
        assert "helping" not in presenter.entries
        helped(qtbot, kiosk)
        presenter.enter("helping")
        assert at(kiosk, Page.HELP)
        staff = Helping(kiosk.store, "staff:1001")
        qtbot.waitUntil(lambda: bool(staff.calls()))
        (call,) = staff.calls()
        assert call.call.station == "K1"
        journey = presenter.journeys.helping
        qtbot.waitUntil(lambda: journey.view().title == "已经通知工作人员")
        staff.answer(call.call.id, "1001")
        qtbot.waitUntil(lambda: journey.view().title == "李敏 正在过来")
        press(kiosk.screen.page, "先自己接着办")
        assert at(kiosk, Page.HOME)
        # Asked again it is the same call: nobody is called twice.
        presenter.enter("helping")
        qtbot.waitUntil(lambda: journey.view().title == "李敏 正在过来")
        staff.end(call.call.id)
        qtbot.waitUntil(lambda: "再请一次" in names(kiosk.screen.page))


def test_help_that_is_no_longer_wanted(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        helped(qtbot, kiosk)
        kiosk.presenter.enter("helping")
        qtbot.waitUntil(lambda: "不用帮忙了" in names(kiosk.screen.page))
        press(kiosk.screen.page, "不用帮忙了")
        assert at(kiosk, Page.HOME)
        qtbot.waitUntil(lambda: not Helping(kiosk.store, "x").calls())


def test_nobody_can_be_reached(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_self: Helping, _station: str) -> None:
        raise StoreError("away")

    with ready(qtbot, tmp_path) as kiosk:
        monkeypatch.setattr(Helping, "ask", away)
        journey = kiosk.presenter.journeys.helping
        journey.ask()
        qtbot.waitUntil(lambda: journey.view().title == "现在通知不到工作人员")
        assert journey.view().text == "请到一楼导办台找工作人员。"
        assert "再请一次" in names(kiosk.screen.page)


# Ushers


def test_the_sign_in_by_keys(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        ushering = kiosk.presenter.journeys.ushering
        ushering.open()
        QTest.keyClicks(kiosk.screen, "1001")
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
        QTest.keyClicks(kiosk.screen, "0000")
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: ushering.state.said == "sign_in_failed")
        assert (ushering.state.code, ushering.state.pin) == ("1001", "")
        QTest.keyClicks(kiosk.screen, PIN)
        assert PIN not in repr(ushering.state)
        assert PIN not in repr(ushering.view())
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: ushering.state.usher is not None)
        press(kiosk.screen.page, "退出")
        assert ushering.state.usher is None
        assert at(kiosk, Page.HOME)


def test_a_clerk_is_no_usher(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        ushering = kiosk.presenter.journeys.ushering
        ushering.open()
        QTest.keyClicks(kiosk.screen, "1002")
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
        QTest.keyClicks(kiosk.screen, PIN)
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: ushering.state.said == "not_an_usher")
        assert ushering.state.usher is None


def test_a_number_gets_its_class(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        for n in range(3):
            kiosk.issuing.issue(TicketRequest(f"r{n}", "BDC01"))
        ushering = kiosk.presenter.journeys.ushering
        signed_in(qtbot, kiosk)
        for sign in "B003":
            press(kiosk.screen.page, sign)
        press(kiosk.screen.page, "查号")
        qtbot.waitUntil(lambda: ushering.state.found is not None)
        press(kiosk.screen.page, "孕妇")
        qtbot.waitUntil(lambda: ushering.state.said == "prioritised")
        assert kiosk.tickets()[2].priority is PriorityClass.PREGNANT
        press(kiosk.screen.page, "补打")
        qtbot.waitUntil(lambda: ushering.state.said == "reprinting")
        press(kiosk.screen.page, "换一个号")
        for sign in "F777":
            press(kiosk.screen.page, sign)
        press(kiosk.screen.page, "查号")
        qtbot.waitUntil(lambda: ushering.state.said == "unknown_ticket")


def test_a_number_taken_for_somebody(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        presenter = kiosk.presenter
        signed_in(qtbot, kiosk)
        press(kiosk.screen.page, "代取号")
        press(kiosk.screen.page, "残疾人")
        press(kiosk.screen.page, "选事项取号")
        assert at(kiosk, Page.SERVICES)
        presenter.choose_service("BDC01")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: at(kiosk, Page.DONE))
        (ticket,) = kiosk.tickets()
        assert (ticket.channel, ticket.priority) == (Channel.USHER, PriorityClass.DISABLED)
        presenter.home()
        # The next citizen is nobody's charge.
        assert presenter.visit.usher is None
        assert presenter.journeys.ushering.state.usher is None


def test_calls_are_answered_and_ended(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        Helping(kiosk.store, "kiosk:K2").ask("K2")
        signed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: "求助（1）" in names(kiosk.screen.page))
        press(kiosk.screen.page, "求助（1）")
        press(kiosk.screen.page, "K2 · 刚刚")
        staff = Helping(kiosk.store, "x")
        qtbot.waitUntil(lambda: [call.name for call in staff.calls()] == ["李敏"])
        qtbot.waitUntil(lambda: not kiosk.presenter.journeys.ushering.state.busy)
        press(kiosk.screen.page, "K2 · 刚刚")
        qtbot.waitUntil(lambda: not staff.calls())


def test_the_right_ends_while_the_page_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        kiosk.issuing.issue(TicketRequest("r", "BDC01"))
        signed_in(qtbot, kiosk)
        update_hall(kiosk.store, replace(kiosk.store.plan(), staff=()))
        ushering = kiosk.presenter.journeys.ushering
        for sign in "B001":
            ushering.key(sign)
        ushering.enter()
        qtbot.waitUntil(lambda: ushering.state.said == "not_an_usher")
        assert ushering.state.usher is None


def test_a_pin_begun_at_the_desk_does_not_wait_for_the_next(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, staffed(), printer=FakePrinter(), ushers=True) as kiosk:
        qtbot.waitUntil(lambda: at(kiosk, Page.USHER))
        ushering = kiosk.presenter.journeys.ushering
        for sign in "1001":
            ushering.key(sign)
        ushering.enter()
        ushering.key("2")
        assert ushering.state.pin
        kiosk.presenter.home()
        assert (ushering.state.code, ushering.state.pin, ushering.state.at_pin) == ("", "", False)


def test_the_ushers_own_desk(qtbot: QtBot, tmp_path: Path) -> None:
    """It begins with their page; whoever is signed in stays so and would come."""
    with running_kiosk(tmp_path, staffed(), printer=FakePrinter(), ushers=True) as kiosk:
        presenter = kiosk.presenter
        qtbot.waitUntil(lambda: at(kiosk, Page.USHER))
        assert "helping" not in presenter.entries
        signed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: "helping" in presenter.entries)
        press(kiosk.screen.page, "代取号")
        press(kiosk.screen.page, "选事项取号")
        presenter.choose_service("BDC01")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: at(kiosk, Page.DONE))
        presenter.home()
        assert at(kiosk, Page.USHER)
        (ticket,) = kiosk.tickets()
        assert ticket.channel is Channel.USHER
        press(kiosk.screen.page, "退出")
        assert presenter.journeys.ushering.state.usher is None
        qtbot.waitUntil(lambda: "helping" not in presenter.entries)


STEPS: dict[str, Callable[[Kiosk], None]] = {
    "number": lambda kiosk: kiosk.presenter.journeys.ushering.choose_tab("number"),
    "take": lambda kiosk: kiosk.presenter.journeys.ushering.choose_tab("take"),
    "calls": lambda kiosk: kiosk.presenter.journeys.ushering.choose_tab("calls"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ushers_page_and_help_in_every_mode(
    qtbot: QtBot, tmp_path: Path, language: str
) -> None:
    with ready(qtbot, tmp_path) as kiosk:
        presenter = kiosk.presenter
        for station in ("K1", "K2", "K3", "K4"):
            Helping(kiosk.store, "kiosk:K1").ask(station)
        ushering, helping = presenter.journeys.ushering, presenter.journeys.helping
        for modes in MODES:
            presenter.home()
            presenter.switch_language(language)
            presenter.set_modes(modes)
            ushering.open()
            check_page(kiosk, modes, f"sign-in {language} {modes}")
            for typed in ("1001", PIN):
                QTest.keyClicks(kiosk.screen, typed)
                QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: len(ushering.state.calls) == 4)
            for name, step in STEPS.items():
                step(kiosk)
                check_page(kiosk, modes, f"{name} {language} {modes}")
            presenter.home()
            presenter.switch_language(language)
            presenter.set_modes(modes)
            helping.ask()
            qtbot.waitUntil(lambda: bool(helping.view().since))
            check_page(kiosk, modes, f"help {language} {modes}")
