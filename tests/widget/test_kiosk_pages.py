"""Every page of the kiosk, in every language and with the longest names: read, reached, not cut."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.kiosk.pages.page import HEIGHT, WIDTH
from hallclient.kiosk.visit import Page
from hallclient.lab.sheets.ink import drawn
from hallclient.services.board import HallNow
from hallclient.services.issuing import TicketRequest
from hallclient.services.ports_devices import PrintResult, PrintTrouble
from hallclient.ui import fonts
from tests.widget.kiosk_support import (
    QUICK,
    FakePrinter,
    Kiosk,
    Unreachable,
    big_hall,
    controls,
    kiosk_hall,
    names,
    press,
    running_kiosk,
    village_hall,
)

LANGUAGES = ("zh-CN", "zh-Hant", "en")
SLOW = replace(QUICK, refresh=60.0, print_answer=60.0)
OUT = (PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT)
HALLS: dict[str, Callable[[], HallPlan]] = {
    "hall": kiosk_hall,
    "77 departments": lambda: big_hall(77),
    "village": village_hall,
}
FEWEST = {Page.HOME: 4, Page.SERVICES: 3, Page.SEARCH: 29, Page.CONFIRM: 3, Page.DONE: 2}


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


def with_estimates(now: HallNow) -> HallNow:
    lines = {
        code: replace(line, waiting=12, open_windows=6, wait=WaitRange(10, 30))
        for code, line in now.lines.items()
    }
    return replace(now, lines=lines, waiting=345)


def walk(qtbot: QtBot, kiosk: Kiosk, language: str) -> Iterator[Page]:
    """Go through every page of a visit; stop at each."""
    presenter, printer = kiosk.presenter, kiosk.printer
    assert printer is not None
    qtbot.waitUntil(lambda: presenter.page is Page.HOME)
    presenter.switch_language(language)
    yield Page.HOME
    presenter.take()
    yield Page.SERVICES
    presenter.journeys.choosing.open_search()
    presenter.journeys.choosing.type_letters("T")
    yield Page.SEARCH
    presenter.journeys.choosing.type_letters("QQQ")
    yield Page.SEARCH
    plan = presenter.plan
    assert plan is not None
    for service in (plan.services[0], max(plan.services, key=lambda s: len(s.name.zh_cn))):
        presenter.choose_service(service.code)
        yield Page.CONFIRM
    printer.answers = None
    presenter.confirm()
    qtbot.waitUntil(lambda: presenter.page is Page.DONE)
    yield Page.DONE
    printer.say(len(printer.slips), *OUT)
    qtbot.waitUntil(lambda: presenter.page is Page.NO_PAPER)
    yield Page.NO_PAPER
    presenter.finish()
    presenter.switch_language(language)
    yield Page.HOME  # with the ochre banner
    presenter.faults.database_lost(Unreachable("away"))
    presenter.take()
    yield Page.SERVICES


# Cut text


@pytest.mark.parametrize("estimates", [False, True], ids=["no estimate", "estimate"])
@pytest.mark.parametrize("hall", HALLS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_cut(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hall: str,
    language: str,
    estimates: bool,
) -> None:
    with running_kiosk(tmp_path, HALLS[hall](), printer=FakePrinter(), times=SLOW) as kiosk:
        if estimates:
            now = kiosk.desk.board.now
            monkeypatch.setattr(kiosk.desk.board, "now", lambda: with_estimates(now()))
        for size in ((WIDTH, HEIGHT), (768, 1366)):
            kiosk.screen.resize(round(size[0]), round(size[1]))
            for page in walk(qtbot, kiosk, language):
                ink = drawn(kiosk.screen)
                assert ink.texts, page
                assert not ink.cut, f"{page} {language} {size}: {ink.cut}"
            kiosk.presenter.notices.clear("database")
            kiosk.presenter.home()


def test_the_checker_sees_a_cut_text(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(), times=SLOW) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        label = next(
            found
            for found in kiosk.screen.findChildren(QLabel)
            if found.text() == "岷安区政务服务中心"
        )
        label.setText("岷安区政务服务中心" * 9)
        assert drawn(kiosk.screen).cut


# Touch and keys


@pytest.mark.parametrize("hall", HALLS)
def test_controls_are_large_and_within_reach(qtbot: QtBot, tmp_path: Path, hall: str) -> None:
    with running_kiosk(tmp_path, HALLS[hall](), printer=FakePrinter(), times=SLOW) as kiosk:
        for page in walk(qtbot, kiosk, "zh-CN"):
            shown = controls(kiosk.screen)
            assert len(shown) >= FEWEST.get(page, 2)
            for button in shown:
                assert_within_reach(kiosk, button)
            assert_apart(kiosk, shown)


def assert_within_reach(kiosk: Kiosk, button: QAbstractButton) -> None:
    place = button.mapTo(kiosk.screen, QPoint(0, 0))
    told = f"{button.accessibleName()} {place} {button.size()}"
    assert place.y() >= 640, told
    # A part of the language switch loses the switch's edge of 3 px.
    assert min(button.width(), button.height()) >= 84, told
    assert button.height() >= 96, told
    assert place.x() >= 0, told
    assert place.x() + button.width() <= WIDTH, told
    assert place.y() + button.height() <= HEIGHT, told


def assert_apart(kiosk: Kiosk, shown: list[QAbstractButton]) -> None:
    areas = [
        (QRectF(b.mapTo(kiosk.screen, QPoint(0, 0)), b.size().toSizeF()), b.accessibleName())
        for b in shown
    ]
    for index, (area, name) in enumerate(areas):
        for other, second in areas[index + 1 :]:
            assert not area.intersects(other), f"{name} lies on {second}"


def test_every_control_has_a_name(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(), times=SLOW) as kiosk:
        for page in walk(qtbot, kiosk, "zh-CN"):
            assert all(names(kiosk.screen)), page


@pytest.mark.parametrize("hall", HALLS)
def test_tab_goes_from_top_to_bottom(qtbot: QtBot, tmp_path: Path, hall: str) -> None:
    """Column by column where there are columns, and through every control of the page."""
    with running_kiosk(tmp_path, HALLS[hall](), printer=FakePrinter(), times=SLOW) as kiosk:
        for page in walk(qtbot, kiosk, "zh-CN"):
            order = chain(kiosk)
            offered = {b for b in controls(kiosk.screen.page) if b.isEnabled()}
            assert set(order) == offered, page
            for above, below in itertools.pairwise(order):
                if same_column(kiosk, above, below):
                    assert top(kiosk, above) < top(kiosk, below), page


def chain(kiosk: Kiosk) -> list[QAbstractButton]:
    """Return the controls of the page in the order of the Tab key."""
    kiosk.screen.activateWindow()
    kiosk.screen._rest.setFocus()
    found: list[QAbstractButton] = []
    for _ in range(100):
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Tab)
        holder = QApplication.focusWidget()
        if not isinstance(holder, QAbstractButton) or holder in found:
            return found
        found.append(holder)
    raise AssertionError("Tab never comes round")


def top(kiosk: Kiosk, button: QAbstractButton) -> int:
    return button.mapTo(kiosk.screen, QPoint(0, 0)).y()


def same_column(kiosk: Kiosk, one: QAbstractButton, other: QAbstractButton) -> bool:
    return one.mapTo(kiosk.screen, QPoint()).x() == other.mapTo(kiosk.screen, QPoint()).x() and (
        one.parent() is other.parent()
    )


def focused(kiosk: Kiosk) -> Any:
    return QApplication.focusWidget() or kiosk.screen


def test_a_ticket_with_keys_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(), times=SLOW) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        kiosk.screen.activateWindow()
        assert not isinstance(QApplication.focusWidget(), QPushButton), "a ring nobody asked for"
        go_to(kiosk, "取号")
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Return)
        assert page_of(kiosk) is Page.SERVICES
        go_to(kiosk, "抵押登记")
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Return)
        assert page_of(kiosk) is Page.CONFIRM
        go_to(kiosk, "确认取号")
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        go_to(kiosk, "完成")
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Return)
        assert page_of(kiosk) is Page.HOME
        assert len(kiosk.tickets()) == 1


def test_the_ring_goes_with_the_citizen_who_used_keys(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(), times=SLOW) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        kiosk.screen.activateWindow()
        go_to(kiosk, "取号")
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Return)
        assert isinstance(QApplication.focusWidget(), QAbstractButton)
        kiosk.presenter.idle.ran_out.emit()
        assert page_of(kiosk) is Page.HOME
        assert not isinstance(QApplication.focusWidget(), QAbstractButton)
        go_to(kiosk, "取号")  # and keys work for the next one


def page_of(kiosk: Kiosk) -> Page:
    return kiosk.presenter.page


def go_to(kiosk: Kiosk, name: str) -> None:
    for _ in range(40):
        holder = QApplication.focusWidget()
        if isinstance(holder, QAbstractButton) and holder.accessibleName() == name:
            return
        QTest.keyClick(focused(kiosk), Qt.Key.Key_Tab)
    raise AssertionError(f"the keyboard never came to {name}")


# Words


def test_another_language_changes_every_word(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(), times=SLOW) as kiosk:
        for page in walk(qtbot, kiosk, "zh-CN"):
            chinese = spoken(kiosk)
            kiosk.presenter.words.switch("en")
            english = spoken(kiosk)
            left = {text for text in chinese & english if any("一" <= c <= "鿿" for c in text)}
            own = {"中文", "繁體中文", "岷安区政务服务中心"}
            assert left <= own, f"{page}: {left}"
            kiosk.presenter.words.switch("zh-CN")
            assert spoken(kiosk) == chinese, page


def spoken(kiosk: Kiosk) -> set[str]:
    page = kiosk.screen.page
    both: list[QLabel | QAbstractButton] = [
        *page.findChildren(QLabel),
        *page.findChildren(QAbstractButton),
    ]
    shown = [w for w in both if w.isVisible()]
    texts = {w.text() for w in shown} | {w.accessibleName() for w in shown}
    texts |= {w.accessibleDescription() for w in shown}
    return {text for text in texts if text and ":" not in text}


def test_a_village_has_no_departments_to_choose(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, village_hall()) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        press(kiosk.screen.page, "取号")
        services = kiosk.presenter.services_view()
        assert services is not None
        assert services.groups == ()


def test_figures_follow_the_hall(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        for n in range(3):
            kiosk.issuing.issue(TicketRequest(f"r{n}", "BDC01"))

        def waiting() -> str:
            view = kiosk.presenter.home_view()
            return view.figures[0].figure if view else ""

        qtbot.waitUntil(lambda: waiting() == "3")
        view = kiosk.presenter.home_view()
        assert view is not None
        assert len(view.figures) == 2, "no estimate, no third figure"


def test_many_departments_are_turned_page_by_page(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, big_hall(77), times=SLOW) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        kiosk.presenter.take()
        seen: list[str] = []
        for _ in range(13):
            view = kiosk.presenter.services_view()
            assert view is not None
            seen += [group.code for group in view.groups]
            press(kiosk.screen.page, "后面的部门")
        assert seen == [f"D{n}" for n in range(77)]


def test_the_search_finds_by_letters(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, times=SLOW) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        kiosk.presenter.take()
        press(kiosk.screen.page, "查找：打首字母，如 ESFGH 找“二手房过户”")
        for letter in "ESF":
            press(kiosk.screen.page, letter)
        assert "二手房过户" in names(kiosk.screen.page)
        QTest.keyClick(focused(kiosk), Qt.Key.Key_7)
        view = kiosk.presenter.search_view()
        assert view is not None
        assert (view.query, [row.code for row in view.rows]) == ("ESF", ["BDC01"])
        QTest.keyClick(focused(kiosk), Qt.Key.Key_X)
        view = kiosk.presenter.search_view()
        assert view is not None
        assert view.nothing == "没找到“ESFX”"
        press(kiosk.screen.page, "清空")
        press(kiosk.screen.page, "返回")
        assert kiosk.presenter.page is Page.SERVICES
