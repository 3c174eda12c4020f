"""Choosing a service and reading its guide on a kiosk: every way, mode and language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.text import LocalText
from hallclient.kiosk.choice import By, Purpose
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.pages.page import HEIGHT, WIDTH
from hallclient.kiosk.visit import Page
from hallclient.lab.sheets.ink import drawn
from hallclient.services.board import HallNow
from hallclient.services.hallfile import load_hall
from hallclient.services.ports_devices import PrintResult, PrintTrouble
from hallclient.services.slip import PaperSlip, Slip, TicketSlip
from hallclient.ui import fonts
from hallclient.ui.widgets.qr import QrView, matrix
from tests.widget.kiosk_support import (
    QUICK,
    FakePrinter,
    Kiosk,
    big_hall,
    controls,
    kiosk_hall,
    names,
    press,
    running_kiosk,
    village_hall,
)
from tests.widget.test_demo_paper import pixels

SLOW = replace(QUICK, refresh=60.0, print_answer=60.0)
MODES = {
    "usual": Modes(),
    "low": Modes(low=True),
    "elder": Modes(elder=True),
    "elder and low": Modes(elder=True, low=True),
}


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@dataclass
class SlipPrinter(FakePrinter):
    """Prints any slip; guides are kept beside the tickets."""

    guides: list[PaperSlip] = field(default_factory=list)

    def print_slip(self, slip: Slip) -> int:
        if isinstance(slip, TicketSlip):
            return super().print_slip(slip)
        self.guides.append(slip)
        request = 1000 + len(self.guides)
        if self.answers is not None:
            self.say(request, *self.answers)
        return request


def always(plan: HallPlan) -> HallPlan:
    """A built-in hall that is open whenever the test runs."""
    return replace(plan, hours=())


@cache
def demo() -> HallPlan:
    return always(load_hall("demo").plan)


def long_names() -> HallPlan:
    """Names as long as a hall file takes, and a guide of one long step."""
    plan = big_hall(77)
    text = LocalText(
        "申请人名下全部不动产登记信息查询证明出具", "", "Proof of all registered property"
    )
    service = replace(
        plan.services[0],
        guide=LocalText(
            "带上身份证和申请书到窗口，由工作人员核对以后当场出具，" * 2 + "领取；" * 3
        ),
        fee=LocalText("住宅 80 元一件，非住宅 550 元一件，另收"),
        name=replace(text, zh_cn=text.zh_cn + "特别长的名称"),
    )
    return replace(plan, services=(service, *plan.services[1:]))


HALLS: dict[str, Callable[[], HallPlan]] = {
    "demo": demo,
    "long": long_names,
    "village": village_hall,
}


def at_home(qtbot: QtBot, kiosk: Kiosk) -> None:
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)


# Ways to a service


def test_three_touches_from_home_to_paper(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), printer=SlipPrinter(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "二手房过户")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert len(kiosk.tickets()) == 1


def test_by_occasion_for_persons_and_companies(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.take()
        press(kiosk.screen.page, "个人")
        assert "二手房过户" in names(kiosk.screen.page)
        press(kiosk.screen.page, "看病就医")
        shown = names(kiosk.screen.page)
        assert "医保报销" in shown
        assert "二手房过户" not in shown
        press(kiosk.screen.page, "企业")
        assert "公司设立" in names(kiosk.screen.page)
        press(kiosk.screen.page, "部门")
        assert "常办" in names(kiosk.screen.page)


def test_a_hall_without_topics_has_no_switch(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.take()
        assert not {"部门", "个人", "企业"} & set(names(kiosk.screen.page))


def test_letters_offer_the_characters_they_may_mean(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.take()
        kiosk.presenter.journeys.choosing.open_search()
        press(kiosk.screen.page, "T")
        press(kiosk.screen.page, "X")
        before = kiosk.presenter.search_view()
        assert before is not None
        press(kiosk.screen.page, before.suggested[-1])
        view = kiosk.presenter.search_view()
        assert view is not None
        assert view.query == before.suggested[-1]
        assert view.rows
        assert view.suggested == ()
        press(kiosk.screen.page, "删除")
        press(kiosk.screen.page, "清空")
        assert kiosk.presenter.journeys.choosing.choice.query == ""


def test_the_code_of_a_service_goes_to_whoever_asked(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        presenter, taken = kiosk.presenter, list[str]()
        choosing = presenter.journeys.choosing
        choosing.begin(Purpose.BOOK, then=taken.append, offered=lambda s: s.queue == "K")
        view = presenter.services_view()
        assert view is not None
        assert view.title == "请选择要预约的事项"
        assert [group.name for group in view.groups] == ["常办", "公安出入境"]
        assert [row.title for row in view.rows] == ["护照办理"]
        assert "返回" in names(kiosk.screen.page)
        press(kiosk.screen.page, "护照办理")
        assert taken == ["CRJ01"]
        choosing.open_search()
        choosing.type_letters("ESF")
        assert presenter.search_view().rows == ()  # type: ignore[union-attr]
        presenter.home()
        presenter.take()
        press(kiosk.screen.page, "二手房过户")
        assert (taken, presenter.page) == (["CRJ01"], Page.CONFIRM)


def test_general_services_are_in_no_list(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        presenter = kiosk.presenter
        presenter.take()
        choosing, seen = presenter.journeys.choosing, set[str]()
        for department in demo().departments:
            choosing.open_group(department.code)
            for _ in range(3):
                view = presenter.services_view()
                assert view is not None
                seen |= {row.code for row in view.rows}
                choosing.turn_services(1)
        assert seen == {service.code for service in demo().listed}


# The guide


def read(kiosk: Kiosk, code: str = "BDC01") -> None:
    kiosk.presenter.journeys.guide.open()
    kiosk.presenter.journeys.choosing.choose(code)
    assert kiosk.presenter.page is Page.GUIDE


def test_a_guide_is_read_and_leads_to_a_number(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), printer=SlipPrinter(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "办事指南")
        press(kiosk.screen.page, "二手房过户")
        page = kiosk.screen.page
        press(page, "下一页")
        view = kiosk.presenter.journeys.guide.view()
        assert view is not None
        assert (view.heading, view.rows[2].name) == ("办理步骤", "缴登记费")
        press(page, "取这件事的号")
        press(kiosk.screen.page, "办事指南")
        press(kiosk.screen.page, "取这件事的号")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert len(kiosk.tickets()) == 1


def test_the_guide_goes_back_the_way_it_came(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        read(kiosk)
        assert "打印这份指南" not in names(kiosk.screen.page), "this kiosk has no printer"
        ways = []
        for back in ("返回", "返回首页"):
            press(kiosk.screen.page, back)
            ways.append(kiosk.presenter.page)
        assert ways == [Page.SERVICES, Page.HOME]


def test_a_guide_is_printed_once(qtbot: QtBot, tmp_path: Path) -> None:
    printer = SlipPrinter(answers=None)
    with running_kiosk(tmp_path, demo(), printer=printer, times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        read(kiosk)
        press(kiosk.screen.page, "打印这份指南")
        press(kiosk.screen.page, "正在打印")
        assert [slip.title for slip in printer.guides] == ["二手房过户"]
        printer.say(1001, PrintResult.PRINTED)
        qtbot.waitUntil(lambda: "已打印，请取走" in names(kiosk.screen.page))
        assert kiosk.deliveries() == [], "a guide is no ticket"
        assert not kiosk.presenter.printing.busy


@pytest.mark.parametrize("says", [True, False], ids=["says so", "says nothing"])
def test_a_guide_that_is_not_printed_can_be_scanned(
    qtbot: QtBot, tmp_path: Path, *, says: bool
) -> None:
    printer = SlipPrinter(answers=None)
    times = replace(SLOW, print_answer=0.1)
    with running_kiosk(tmp_path, demo(), printer=printer, times=times) as kiosk:
        at_home(qtbot, kiosk)
        read(kiosk)
        press(kiosk.screen.page, "打印这份指南")
        if says:
            printer.say(1001, PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT)
        qtbot.waitUntil(lambda: "现在不能打印，可以扫码" in names(kiosk.screen.page))
        trouble = PrintTrouble.PAPER_OUT if says else PrintTrouble.OFFLINE
        assert kiosk.presenter.printing.trouble is trouble


def test_what_the_phone_reads_is_the_guide(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.screen.resize(1080, 1920)
        read(kiosk)
        code = next(q for q in kiosk.screen.page.findChildren(QrView) if q.isVisible())
        found = zxingcpp.read_barcodes(pixels(code.grab().toImage()))
        view = kiosk.presenter.journeys.guide.view()
        assert view is not None
        assert [each.text for each in found] == [view.qr]
        assert "5 个工作日" in view.qr
        assert len(matrix(view.qr)) <= 73, "four px a module"


def test_a_service_that_is_gone_shows_nothing_new(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, demo(), times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.take()
        kiosk.presenter.journeys.choosing.choose("no such thing")
        assert kiosk.presenter.page is Page.SERVICES
        kiosk.presenter.journeys.guide.read("no such thing")
        assert kiosk.presenter.journeys.guide.view() is None
        kiosk.screen.grab()


# Every page in every mode


def with_estimates(now: HallNow) -> HallNow:
    lines = {
        code: replace(line, waiting=12, open_windows=6, wait=WaitRange(10, 30))
        for code, line in now.lines.items()
    }
    return replace(now, lines=lines, waiting=345)


def walk(kiosk: Kiosk, mode: Modes, language: str) -> Iterator[str]:
    """Stop at every state of the pages of choosing."""
    presenter = kiosk.presenter
    plan, choosing = presenter.plan, presenter.journeys.choosing
    assert plan is not None
    presenter.home()
    presenter.switch_language(language)
    presenter.set_modes(mode)
    presenter.take()
    yield "first list"
    for department in plan.departments[:3]:
        choosing.open_group(department.code)
        yield f"list of {department.code}"
    choosing.turn_groups(1)
    choosing.switch(By.PERSON)
    yield "topics"
    choosing.open_search()
    yield "search"
    for letters in ("T", "QQQ"):
        choosing.type_letters(letters)
        yield f"search for {letters}"
    for service in (plan.listed[0], max(plan.listed, key=lambda s: len(s.name.zh_cn))):
        presenter.journeys.guide.read(service.code)
        view = presenter.journeys.guide.view()
        assert view is not None
        for _ in range(view.paged.pages):
            yield f"guide of {service.code}"
            presenter.journeys.guide.turn(1)


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hall", HALLS)
def test_pages_fit_in_every_mode(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hall: str,
    mode: str,
    language: str,
) -> None:
    with running_kiosk(tmp_path, HALLS[hall](), printer=SlipPrinter(), times=SLOW) as kiosk:
        now = kiosk.desk.board.now
        monkeypatch.setattr(kiosk.desk.board, "now", lambda: with_estimates(now()))
        kiosk.screen.resize(round(WIDTH), round(HEIGHT))
        at_home(qtbot, kiosk)
        modes = MODES[mode]
        for place in walk(kiosk, modes, language):
            ink = drawn(kiosk.screen)
            assert ink.texts, place
            assert not ink.cut, f"{place}: {ink.cut}"
            check_controls(kiosk, modes, place)


def check_controls(kiosk: Kiosk, modes: Modes, place: str) -> None:
    """Within reach, large enough, apart and named."""
    top, least = 960 if modes.low else 640, 120 if modes.elder else 96
    areas: list[tuple[QRectF, str]] = []
    for button in controls(kiosk.screen.page):
        area = area_of(kiosk, button)
        name = button.accessibleName()
        assert name, place
        told = f"{place}: {name} {area}"
        assert area.y() >= top, told
        assert area.bottom() <= HEIGHT, told
        assert area.x() >= 0, told
        assert area.right() <= WIDTH, told
        assert min(area.width(), area.height()) >= least - 1, told
        assert not [other for taken, other in areas if taken.intersects(area)], told
        areas.append((area, name))


def area_of(kiosk: Kiosk, widget: QWidget) -> QRectF:
    return QRectF(widget.mapTo(kiosk.screen, widget.rect().topLeft()), widget.size().toSizeF())


def test_the_small_hall_is_walked_too(qtbot: QtBot, tmp_path: Path) -> None:
    """The checker sees a control that stands too high."""
    with running_kiosk(tmp_path, kiosk_hall(), times=SLOW) as kiosk:
        kiosk.screen.resize(round(WIDTH), round(HEIGHT))
        at_home(qtbot, kiosk)
        kiosk.presenter.take()
        with pytest.raises(AssertionError):
            check_controls(kiosk, Modes(low=True), "usual page")
