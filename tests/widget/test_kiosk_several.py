"""Several services on one ticket, and several tickets in one go, at the kiosk."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import StepState
from hallclient.domain.parts import Staff
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.pages.page import ELDER_TARGET, LOW_TOP, TARGET, TOP
from hallclient.kiosk.pages.several import SeveralPage
from hallclient.kiosk.visit import Page
from hallclient.kiosk.widgets.steps import StepLine
from hallclient.services.calling import Calling
from hallclient.services.finding import Finding
from hallclient.services.issuing import TicketRequest
from hallclient.services.itinerary import Itineraries
from hallclient.services.ports_devices import PrintResult, PrintTrouble
from hallclient.services.shifts import Shifts, hash_pin
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton
from tests.widget.kiosk_support import (
    QUICK,
    FakePrinter,
    Kiosk,
    controls,
    kiosk_hall,
    names,
    press,
    running_kiosk,
)

QUIET = dataclasses.replace(QUICK, refresh=60.0)
HOUSE, TAX, INVOICES, ADVICE, LONG = "BDC01", "SW01", "SW02", "ZH01", "BDC07"


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


def confirm(qtbot: QtBot, kiosk: Kiosk, service: str = HOUSE) -> None:
    """The page of one service."""
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
    kiosk.presenter.take()
    kiosk.presenter.journeys.choosing.choose(service)
    assert at(kiosk, Page.CONFIRM)


def add(kiosk: Kiosk, *services: str) -> None:
    """再加一件事, for each of them."""
    for service in services:
        press(kiosk.screen.page, "再加一件事")
        assert at(kiosk, Page.SERVICES)
        kiosk.presenter.journeys.choosing.choose(service)
        assert at(kiosk, Page.SEVERAL)


def steps(kiosk: Kiosk, ticket: Ticket) -> list[tuple[str, StepState]]:
    with kiosk.store.look() as reader:
        plan = reader.plan
        return [(plan.service_by_id(s.service_id).code, s.state) for s in reader.steps(ticket.id)]


def shown(kiosk: Kiosk) -> list[str]:
    """The names of the rows, top to bottom."""
    page = kiosk.screen.page
    lines = [line for line in page.findChildren(StepLine) if line.isVisible()]
    lines.sort(key=lambda line: line.mapTo(page, line.rect().topLeft()).y())
    return [line.accessibleName() for line in lines]


def at(kiosk: Kiosk, page: Page) -> bool:
    return kiosk.presenter.page is page


def waiting(kiosk: Kiosk, queue: str) -> int:
    sight = kiosk.presenter.sight
    return sight.hall.lines[queue].waiting if sight is not None and sight.known else 0


# One ticket, several services


def test_three_services_go_on_one_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        add(kiosk, TAX, ADVICE)
        assert len(shown(kiosk)) == 3
        order = kiosk.presenter.visit.services
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert at(kiosk, Page.DONE)
        (ticket,) = kiosk.tickets()
        assert steps(kiosk, ticket) == [(code, StepState.TO_COME) for code in order]
        (slip,) = printer.slips
        assert len(slip.steps) == 3
        assert "等 3 件事" in slip.service_name
        assert len(shown(kiosk)) == 3
        press(kiosk.screen.page, "完成")
        assert kiosk.presenter.visit.services == ()


def test_a_double_touch_is_one_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(), times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        add(kiosk, TAX)
        press(kiosk.screen.page, "确认取号")
        kiosk.presenter.journeys.several.confirm()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        assert len(kiosk.tickets()) == 1


def test_the_order_is_proposed_changed_and_proposed_again(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        for n in range(3):
            kiosk.issuing.issue(TicketRequest(f"before {n}", TAX))
        qtbot.waitUntil(lambda: waiting(kiosk, "F") == 3)
        confirm(qtbot, kiosk, TAX)
        add(kiosk, HOUSE, INVOICES)
        before = kiosk.presenter.visit.services
        assert before[-1] == TAX, "the longest queue moves on while one is at the others"
        assert "按等候最短重排" not in names(kiosk.screen.page)
        press(kiosk.screen.page, "提前办 契税")
        changed = kiosk.presenter.visit.services
        assert sorted(changed) == sorted(before)
        assert changed != before
        press(kiosk.screen.page, "按等候最短重排")
        assert kiosk.presenter.visit.services == before


def test_what_comes_too_early_is_said_and_does_not_work(qtbot: QtBot, tmp_path: Path) -> None:
    plan = kiosk_hall()
    services = tuple(
        dataclasses.replace(s, after=(TAX,)) if s.code == HOUSE else s for s in plan.services
    )
    with running_kiosk(tmp_path, dataclasses.replace(plan, services=services)) as kiosk:
        confirm(qtbot, kiosk)
        add(kiosk, TAX)
        assert kiosk.presenter.visit.services == (TAX, HOUSE)
        press(kiosk.screen.page, "提前办 二手房过户")
        view = kiosk.presenter.journeys.several.view()
        assert view is not None
        assert not view.works
        assert view.message == "二手房过户 要在 契税 之后办"
        press(kiosk.screen.page, "确认取号")
        assert at(kiosk, Page.SEVERAL)
        press(kiosk.screen.page, "按等候最短重排")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)


def test_the_last_of_several_is_a_simple_ticket_again(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        add(kiosk, TAX)
        press(kiosk.screen.page, "不办 二手房过户 了")
        assert at(kiosk, Page.CONFIRM)
        assert kiosk.presenter.visit.service == TAX
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        assert steps(kiosk, kiosk.tickets()[0]) == []


def test_back_leads_to_the_first_service_and_then_to_the_choice(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with running_kiosk(tmp_path, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        add(kiosk, TAX, ADVICE)
        press(kiosk.screen.page, "返回")
        assert at(kiosk, Page.CONFIRM)
        assert kiosk.presenter.visit.services == ()
        kiosk.presenter.back()
        assert at(kiosk, Page.SERVICES)
        kiosk.presenter.journeys.choosing.choose(ADVICE)
        assert at(kiosk, Page.CONFIRM)
        assert kiosk.presenter.visit.service == ADVICE


def test_no_more_than_the_hall_allows(qtbot: QtBot, tmp_path: Path) -> None:
    plan = kiosk_hall()
    two = dataclasses.replace(plan, rules=dataclasses.replace(plan.rules, services_at_once=2))
    with running_kiosk(tmp_path, two, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        add(kiosk, TAX)
        assert "再加一件事" not in names(kiosk.screen.page)
        kiosk.presenter.journeys.several.add_more()
        assert at(kiosk, Page.SEVERAL)


def test_a_hall_of_one_service_a_ticket_has_no_such_key(qtbot: QtBot, tmp_path: Path) -> None:
    plan = kiosk_hall()
    rules = dataclasses.replace(plan.rules, services_at_once=1, tickets_at_once=1)
    with running_kiosk(tmp_path, dataclasses.replace(plan, rules=rules), times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        assert not {"再加一件事", "多取一个号"} & set(names(kiosk.screen.page))


# A ticket that exists


def staffed() -> HallPlan:
    plan = kiosk_hall()
    clerk = Staff("1030", "职员", pin_hash=hash_pin("2580"))
    return dataclasses.replace(plan, staff=(clerk,))


def taken(qtbot: QtBot, kiosk: Kiosk, *services: str) -> Ticket:
    first, *others = services
    confirm(qtbot, kiosk, first)
    add(kiosk, *others)
    press(kiosk.screen.page, "确认取号")
    qtbot.waitUntil(lambda: kiosk.presenter.visit.issued is not None)
    kiosk.presenter.finish()
    return kiosk.tickets()[-1]


def open_ticket(kiosk: Kiosk, ticket: Ticket) -> None:
    issued = Itineraries(kiosk.store, "kiosk:K1").of_ticket(ticket.id)
    kiosk.presenter.journeys.several.open_ticket(issued)


def test_a_waiting_ticket_is_changed_and_printed_again(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer, times=QUIET) as kiosk:
        ticket = taken(qtbot, kiosk, HOUSE, TAX)
        open_ticket(kiosk, ticket)
        assert at(kiosk, Page.SEVERAL)
        add(kiosk, ADVICE)
        press(kiosk.screen.page, "不办 二手房过户 了")
        press(kiosk.screen.page, "就这样改")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert len(kiosk.tickets()) == 1
        assert dict(steps(kiosk, ticket))[HOUSE] is StepState.DROPPED
        slip = printer.slips[-1]
        assert (slip.label, slip.reprint_mark) == (ticket.label, "补打")
        assert len(slip.steps) == 2


def test_what_is_done_stands_first_and_stays(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, staffed(), times=QUIET) as kiosk:
        ticket = taken(qtbot, kiosk, TAX, HOUSE)
        kiosk.presenter.journeys.several.reset()
        Shifts(kiosk.store, "30").sign_in("1030", "2580")
        calling = Calling(kiosk.store, "30")
        first = next(code for code, _ in steps(kiosk, ticket))
        if first == HOUSE:
            open_ticket(kiosk, ticket)
            press(kiosk.screen.page, "提前办 契税")
            press(kiosk.screen.page, "就这样改")
            qtbot.waitUntil(lambda: steps(kiosk, ticket)[0][0] == TAX)
            kiosk.presenter.home()
        calling.call_next()
        open_ticket(kiosk, ticket)
        press(kiosk.screen.page, "就这样改")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.REFUSED)
        kiosk.presenter.home()
        calling.start()
        calling.finish(Outcome.INSTANT)
        open_ticket(kiosk, ticket)
        assert [row[:1] for row in shown(kiosk)] == ["1", "2"]
        assert "已办" in shown(kiosk)[0]
        assert not [name for name in names(kiosk.screen.page) if name.startswith("不办")]
        with kiosk.store.look() as reader:
            found = reader.ticket(ticket.id)
        assert found is not None
        assert found.status is TicketStatus.WAITING


# Several tickets in one go


def test_three_numbers_in_one_go_each_on_its_paper(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        press(kiosk.screen.page, "多取一个号")
        press(kiosk.screen.page, "多取一个号")
        press(kiosk.screen.page, "确认取 3 个号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["paper"] * 3)
        assert [slip.label for slip in printer.slips] == ["B001", "B002", "B003"]
        assert len({slip.token for slip in printer.slips}) == 3
        view = kiosk.presenter.done_view()
        assert view is not None
        assert view.labels == ("B001", "B002", "B003")
        assert view.qr == "", "one code would be one person's"


def test_the_count_stays_between_one_and_the_halls_limit(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        for wanted, becomes in ((0, 1), (-3, 1), (99, 5), (4, 4)):
            kiosk.presenter.set_count(wanted)
            assert kiosk.presenter.visit.count == becomes
        assert "再加一件事" not in names(kiosk.screen.page), "several services are one person's"
        kiosk.presenter.back()
        kiosk.presenter.journeys.choosing.choose(TAX)
        assert kiosk.presenter.visit.count == 1


def test_what_has_no_paper_is_shown_and_only_that(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(answers=None)
    with running_kiosk(tmp_path, printer=printer, times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        kiosk.presenter.set_count(3)
        press(kiosk.screen.page, "确认取 3 个号")
        qtbot.waitUntil(lambda: len(printer.slips) == 3)
        printer.say(1, PrintResult.PRINTED)
        printer.say(2, PrintResult.UNKNOWN, PrintTrouble.PAPER_OUT)
        printer.say(3, PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT)
        qtbot.waitUntil(lambda: sorted(kiosk.deliveries()) == ["paper", "screen", "screen"])
        assert at(kiosk, Page.NO_PAPER)
        view = kiosk.presenter.done_view()
        assert view is not None
        assert view.labels == ("B002", "B003")


def test_a_silent_printer_leaves_all_of_them_on_the_screen(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(answers=None), times=QUIET) as kiosk:
        confirm(qtbot, kiosk)
        kiosk.presenter.set_count(2)
        press(kiosk.screen.page, "确认取 2 个号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["screen", "screen"])


# Looks


MODES = {
    "usual": Modes(),
    "elder": Modes(elder=True),
    "low": Modes(low=True),
    "elder and low": Modes(elder=True, low=True),
    "contrast": Modes(contrast=True),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_every_row_can_be_read_and_touched(
    qtbot: QtBot, tmp_path: Path, language: str, mode: str
) -> None:
    modes = MODES[mode]
    with running_kiosk(tmp_path, times=QUIET, language=language) as kiosk:
        kiosk.screen.resize(1080, 1920)
        confirm(qtbot, kiosk, LONG)
        kiosk.presenter.set_modes(modes)
        journey = kiosk.presenter.journeys.several
        for service in (TAX, HOUSE, INVOICES, ADVICE):
            journey.add_more()
            kiosk.presenter.journeys.choosing.choose(service)
        page = kiosk.screen.page
        assert isinstance(page, SeveralPage)
        seen: set[str] = set()
        for turned in range(5):
            check_page(page, modes)
            assert shown(kiosk), turned
            seen |= {row[:1] for row in shown(kiosk)}
            journey.turn(1)
        assert seen == set("12345")


def check_page(page: SeveralPage, modes: Modes) -> None:
    QTest.qWait(0)
    least = ELDER_TARGET if modes.elder else TARGET
    for control in controls(page):
        at = control.mapTo(page, control.rect().topLeft())
        assert at.y() >= (LOW_TOP if modes.low else TOP), control.accessibleName()
        assert min(control.width(), control.height()) >= least - 1, control.accessibleName()
        assert control.accessibleName()
    texts: list[Text | StepLine] = [*page.findChildren(Text), *page.findChildren(StepLine)]
    for text in texts:
        if text.isVisible():
            assert not text.is_cut(), text.text()
    solid = [b for b in page.findChildren(BigButton) if b.isVisible() and b.face is Face.SOLID]
    assert len(solid) == 1


def test_a_ticket_that_was_found_leads_to_its_services(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, times=QUIET) as kiosk:
        ticket = taken(qtbot, kiosk, HOUSE, TAX)
        found = Finding(kiosk.store).ticket(ticket.id)
        kiosk.presenter.journeys.found.present((found,))
        press(kiosk.screen.page, "改事项")
        assert at(kiosk, Page.SEVERAL)
        assert len(shown(kiosk)) == 2
        press(kiosk.screen.page, "返回")
        assert at(kiosk, Page.FOUND)
        kiosk.presenter.home()
        assert kiosk.presenter.visit.changing is None
