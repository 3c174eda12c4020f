"""The technician's PIN and page, and the lock that leaves no other way out."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.bootstrap.doctor_aside import DoctorAside, shared_options
from hallclient.kiosk.journeys.technician import Technician
from hallclient.kiosk.lockdown import Knock, Lockdown
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.technician import Checked, CheckedFact, TechnicianKit
from hallclient.kiosk.views.technician import TechnicianView
from hallclient.kiosk.visit import Page
from hallclient.logs import RecentLines
from hallclient.services.pin_guard import PinGuard
from hallclient.services.ports_devices import PrintResult
from hallclient.services.slip import PaperSlip, Slip
from hallclient.ui import fonts
from tests.widget.kiosk_support import (
    FakePrinter,
    Kiosk,
    controls,
    names,
    press,
    running_kiosk,
)

PIN = "2468"


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


class SlipPrinter(FakePrinter):
    """Takes every slip."""

    papers: tuple[PaperSlip, ...] = ()

    def print_slip(self, slip: Slip) -> int:
        if not isinstance(slip, PaperSlip):
            return super().print_slip(slip)
        self.papers = (*self.papers, slip)
        request = 1000 + len(self.papers)
        if self.answers is not None:
            self.say(request, *self.answers)
        return request


class Kit:
    """What the page is given, with what it did."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.asked: list[tuple[str, Checked]] = []
        self.lines = RecentLines()
        self.clock = 1000.0
        guard = PinGuard(clock=lambda: self.clock)
        self.kit = TechnicianKit(
            fits=lambda pin: guard.check("technician", lambda: pin == PIN),
            left=lambda: guard.left("technician"),
            log_lines=self.lines.today,
            keep_volume=self.done.append,
            restart=lambda: self.done.append("restart"),
            desktop=lambda: self.done.append("desktop"),
            examine=lambda language, told, _owner: self.asked.append((language, told)),
        )


@contextmanager
def serviced(folder: Path, kit: Kit, **more: Any) -> Iterator[Kiosk]:
    with running_kiosk(folder, technician=kit.kit, **more) as kiosk:
        yield kiosk


def journey(kiosk: Kiosk) -> Technician:
    return kiosk.presenter.journeys.technician


def view(kiosk: Kiosk) -> TechnicianView:
    found = journey(kiosk).view()
    assert found is not None
    return found


def found(kiosk: Kiosk) -> list[tuple[str, bool | None]]:
    return [(one.name, one.good) for one in view(kiosk).found or ()]


def page_of(kiosk: Kiosk) -> Page:
    return kiosk.presenter.page


def fact(kiosk: Kiosk, name: str) -> str:
    return next(one.text for one in view(kiosk).facts if one.name == name)


def at_home(qtbot: QtBot, kiosk: Kiosk) -> None:
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)


def let_in(qtbot: QtBot, kiosk: Kiosk) -> None:
    at_home(qtbot, kiosk)
    kiosk.presenter.open_technician()
    for digit in PIN:
        press(kiosk.screen.page, digit)
    press(kiosk.screen.page, "进入")
    assert page_of(kiosk) is Page.TECHNICIAN


def test_the_pin_leads_to_the_page_and_home_closes_it(qtbot: QtBot, tmp_path: Path) -> None:
    kit = Kit()
    with serviced(tmp_path, kit) as kiosk:
        let_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: "往返" in fact(kiosk, "网络与数据库"))
        press(kiosk.screen.page, "完成，返回首页")
        assert page_of(kiosk) is Page.HOME
        assert journey(kiosk).view() is None
        kiosk.presenter.show(Page.TECHNICIAN)
        assert names(kiosk.screen.page) == ["完成，返回首页"]
        journey(kiosk).restart()
        journey(kiosk).to_desktop()
        assert kit.done == []


def test_wrong_pins_wait_longer_and_longer(qtbot: QtBot, tmp_path: Path) -> None:
    kit = Kit()
    with serviced(tmp_path, kit) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.open_technician()
        for _ in range(3):
            journey(kiosk).type("0000")
            journey(kiosk).enter()
        assert journey(kiosk).pin_view().trouble == "试错太多，请等 30 秒"
        journey(kiosk).type(PIN)
        assert not journey(kiosk).pin_view().works
        journey(kiosk).enter()
        assert page_of(kiosk) is Page.PIN
        kit.clock += 30
        journey(kiosk).type(PIN)
        journey(kiosk).enter()
        assert page_of(kiosk) is Page.TECHNICIAN


def test_the_pin_is_nowhere_to_be_read(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serviced(tmp_path, Kit()) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.open_technician()
        QTest.keyClicks(kiosk.screen, "97531")
        assert journey(kiosk).pin_view().typed == 5
        assert "97531" not in repr(journey(kiosk).pin_view())
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Backspace)
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Return)
        assert journey(kiosk).pin_view().trouble == "密码不对，请再试"
        assert "9753" not in caplog.text
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Escape)
        assert page_of(kiosk) is Page.HOME


def test_what_is_typed_is_forgotten_with_the_visit(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit()) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.open_technician()
        journey(kiosk).type("246")
        kiosk.presenter.home()
        kiosk.presenter.open_technician()
        assert journey(kiosk).pin_view().typed == 0
        journey(kiosk).type("x٣8" * 9)
        assert journey(kiosk).pin_view().typed == 0
        journey(kiosk).type("1" * 50)
        assert journey(kiosk).pin_view().typed == 12


def test_without_a_pin_there_is_no_such_page(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.open_technician()
        assert page_of(kiosk) is Page.HOME


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (PrintResult.PRINTED, "测试票已打印\n打印机已确认"),
        (PrintResult.NOT_PRINTED, "测试票没有打出来"),
    ],
)
def test_a_test_slip_says_whether_it_came(
    qtbot: QtBot, tmp_path: Path, answer: PrintResult, told: str
) -> None:
    printer = SlipPrinter(answers=(answer, None))
    with serviced(tmp_path, Kit(), printer=printer) as kiosk:
        let_in(qtbot, kiosk)
        press(kiosk.screen.page, "打印测试票")
        qtbot.waitUntil(lambda: fact(kiosk, "打印机") == told)
        assert len(printer.papers) == 1
        assert kiosk.tickets() == []


def test_a_test_scan_tells_only_that_it_came(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit(), scanner=True) as kiosk:
        journey(kiosk).heard("511123196001011234")
        let_in(qtbot, kiosk)
        assert fact(kiosk, "扫码器") == "扫任意一个码试试"
        journey(kiosk).heard("511123196001011234")
        assert fact(kiosk, "扫码器") == "读到了一个码"


def test_volume_log_restart_and_desktop(qtbot: QtBot, tmp_path: Path) -> None:
    kit = Kit()
    logger = logging.getLogger("hallclient.test")
    logger.addHandler(kit.lines)
    logger.setLevel(logging.INFO)
    try:
        for n in range(20):
            logger.info("line %d of 13912345678", n)
        with serviced(tmp_path, kit) as kiosk:
            let_in(qtbot, kiosk)
            press(kiosk.screen.page, "声音大一点")
            assert fact(kiosk, "音量") == "80 %"
            press(kiosk.screen.page, "今天的日志")
            shown = view(kiosk)
            assert shown.page == "3 / 3"
            assert shown.log is not None
            assert shown.log[-1].endswith("line 19 of 1391***")
            press(kiosk.screen.page, "更早")
            assert view(kiosk).page == "2 / 3"
            press(kiosk.screen.page, "返回状态")
            assert view(kiosk).log is None
            press(kiosk.screen.page, "重启程序")
            press(kiosk.screen.page, "去桌面")
            assert kit.done == [80, "restart", "desktop"]
            assert page_of(kiosk) is Page.HOME
            assert kiosk.presenter.modes.volume == 80
    finally:
        logger.removeHandler(kit.lines)


def test_with_the_database_away_it_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit()) as kiosk:
        let_in(qtbot, kiosk)
        kiosk.presenter.figures._failures = 1
        assert fact(kiosk, "网络与数据库") == "连不上，正在重试"
        assert fact(kiosk, "断网取号") == "没有配置"
        kiosk.presenter.figures._failures = 0


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
@pytest.mark.parametrize("elder", [False, True])
def test_every_key_is_low_large_and_named(
    qtbot: QtBot, tmp_path: Path, language: str, elder: bool
) -> None:
    with serviced(tmp_path, Kit(), language=language, printer=SlipPrinter()) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.screen.resize(1080, 1920)
        kiosk.presenter.open_technician()
        for page in (Page.PIN, Page.TECHNICIAN):
            if page is Page.TECHNICIAN:
                journey(kiosk).type(PIN)
                journey(kiosk).enter()
            kiosk.presenter.set_modes(replace(kiosk.presenter.modes, elder=elder, low=True))
            assert kiosk.presenter.page is page
            for control in controls(kiosk.screen.page):
                at = control.mapTo(kiosk.screen, QPoint(0, 0))
                assert at.y() >= 960
                assert min(control.width(), control.height()) >= 120
                assert control.accessibleName()


# The way in and the lock


def touch(kiosk: Kiosk, x: int, y: int) -> None:
    window = kiosk.screen.window().windowHandle()
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(x, y))


def test_five_touches_on_the_name_or_two_keys_ask_for_the_pin(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit()) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.screen.resize(1080, 1920)
        knock = Knock(kiosk.screen)
        knock.knocked.connect(kiosk.presenter.open_technician)
        for _ in range(4):
            touch(kiosk, 300, 90)
        touch(kiosk, 300, 500)
        touch(kiosk, 300, 90)
        assert page_of(kiosk) is Page.HOME
        for _ in range(4):
            touch(kiosk, 300, 90)
        assert page_of(kiosk) is Page.PIN
        kiosk.presenter.home()
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        QTest.keyClick(kiosk.screen, Qt.Key.Key_T, both)
        assert page_of(kiosk) is Page.PIN


def test_a_locked_kiosk_stays(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit()) as kiosk:
        at_home(qtbot, kiosk)
        lock = Lockdown(kiosk.screen)
        lock.hold()
        screen = QGuiApplication.primaryScreen()
        assert kiosk.screen.geometry() == screen.geometry()
        flags = kiosk.screen.windowFlags()
        assert flags & Qt.WindowType.WindowStaysOnTopHint
        assert flags & Qt.WindowType.FramelessWindowHint
        assert not kiosk.screen.close()
        assert kiosk.screen.isVisible()
        alt = Qt.KeyboardModifier.AltModifier
        for key, modifier in (
            (Qt.Key.Key_F4, alt),
            (Qt.Key.Key_Tab, alt),
            (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
            (Qt.Key.Key_Meta, Qt.KeyboardModifier.NoModifier),
        ):
            QTest.keyClick(kiosk.screen, key, modifier)
        assert kiosk.screen.isVisible()
        # Another size of the screen, and one that was taken away: it fills what is there.
        kiosk.screen.setGeometry(10, 10, 300, 300)
        screen.geometryChanged.emit(screen.geometry())
        qtbot.waitUntil(lambda: kiosk.screen.geometry() == screen.geometry())
        kiosk.screen.hide()
        qtbot.waitUntil(kiosk.screen.isVisible)
        lock.release()
        event = QCloseEvent()
        QApplication.sendEvent(kiosk.screen, event)
        assert event.isAccepted()


def test_to_the_desktop_and_back(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit()) as kiosk:
        at_home(qtbot, kiosk)
        lock = Lockdown(kiosk.screen)
        lock.hold()
        lock.to_desktop()
        assert not lock.held
        assert kiosk.screen.isMinimized()
        kiosk.screen.showNormal()
        qtbot.waitUntil(lambda: lock.held)
        assert kiosk.screen.isFullScreen()
        lock.release()


def test_it_opens_in_the_language_and_the_modes_that_stand(qtbot: QtBot, tmp_path: Path) -> None:
    with serviced(tmp_path, Kit()) as kiosk:
        presenter = kiosk.presenter
        at_home(qtbot, kiosk)
        presenter.words.switch("en")
        presenter.set_modes(Modes(elder=True, contrast=True))
        presenter.open_technician()
        for digit in PIN:
            press(kiosk.screen.page, digit)
        press(kiosk.screen.page, "Enter")
        assert view(kiosk).home == "Done, back to start"
        assert (presenter.modes.elder, presenter.modes.contrast) == (True, True)
        presenter.home()
        assert presenter.words.language == "zh-CN"
        assert not presenter.modes.elder


def test_the_whole_pc_is_checked_in_the_background(qtbot: QtBot, tmp_path: Path) -> None:
    kit = Kit()
    with serviced(tmp_path, kit) as kiosk:
        let_in(qtbot, kiosk)
        press(kiosk.screen.page, "检查电脑")
        journey(kiosk).check()
        ((language, told),) = kit.asked
        assert (language, found(kiosk)) == ("zh-CN", [("正在检查，最多半分钟…", None)])
        assert view(kiosk).page == ""
        told(tuple(CheckedFact(f"{n}", "do", wrong=n < 3) for n in range(5)))
        assert (view(kiosk).page, found(kiosk)) == (
            "1 / 2", [("0", False), ("1", False), ("2", False)],
        )  # fmt: skip
        press(kiosk.screen.page, "下一页")
        assert (view(kiosk).page, found(kiosk)) == ("2 / 2", [("3", None), ("4", None)])
        press(kiosk.screen.page, "返回状态")
        assert (view(kiosk).found, view(kiosk).log) == (None, None)
        journey(kiosk).check()
        kit.asked[1][1](())
        assert found(kiosk) == [("没有发现问题。", True)]
        journey(kiosk).check()
        kit.asked[2][1](None)
        assert found(kiosk) == [("没有查成。", False)]
        press(kiosk.screen.page, "完成，返回首页")
        journey(kiosk).check()
        assert len(kit.asked) == 3


def test_the_doctor_is_a_process_beside_the_kiosk(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hallclient.toml"
    file.write_text("colour = 1\n", "utf-8")
    monkeypatch.setattr(sys, "orig_argv", ["python", "kiosk", "--settings", str(file), "--lock"])
    aside, told = DoctorAside(), list[tuple[CheckedFact, ...] | None]()
    owner = QObject()
    aside.examine("zh-CN", told.append, owner)
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    assert told[0]
    assert any("colour" in fact.what and fact.wrong for fact in told[0])
    aside.close()


def test_a_doctor_that_hangs_or_talks_nonsense(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho nonsense\n", "utf-8")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    aside, told = DoctorAside(), list[tuple[CheckedFact, ...] | None]()
    owner = QObject()
    aside.examine("en", told.append, owner)
    qtbot.waitUntil(lambda: told == [None], timeout=10_000)
    script.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    aside.examine("en", told.append, owner)
    qtbot.waitUntil(lambda: aside._process is not None)
    aside.close()
    assert aside._process is None


def test_the_doctor_gets_the_kiosks_own_settings() -> None:
    words = ["python", "-m", "hallclient", "kiosk", "--settings", "/a.toml", "--db=sqlite:///h.db"]
    assert shared_options(words) == ["--settings", "/a.toml", "--db", "sqlite:///h.db"]
