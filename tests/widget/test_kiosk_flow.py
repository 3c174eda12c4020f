"""A visit to the kiosk, from the first touch to the number, on a real database."""

import dataclasses
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.errors import Refused
from hallclient.domain.ticket import TicketStatus
from hallclient.kiosk.desk import KioskTimes
from hallclient.kiosk.visit import Page
from hallclient.services.issuing import IssuedTicket, TicketRequest
from hallclient.services.ports_devices import DeviceState, PrintResult, PrintTrouble
from hallclient.ui import fonts
from hallclient.ui.notices import Tone
from tests.widget.kiosk_support import (
    QUICK,
    FakePrinter,
    Kiosk,
    daily,
    kiosk_hall,
    names,
    press,
    running_kiosk,
)

SLOW = dataclasses.replace(QUICK, refresh=60.0)


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


def at_home(qtbot: QtBot, kiosk: Kiosk) -> None:
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)


def to_confirm(qtbot: QtBot, kiosk: Kiosk, service: str = "二手房过户") -> None:
    at_home(qtbot, kiosk)
    press(kiosk.screen.page, "取号")
    press(kiosk.screen.page, service)
    assert kiosk.presenter.page is Page.CONFIRM


def test_a_visit_prints_a_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert kiosk.presenter.page is Page.DONE
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["paper"])
        ticket = kiosk.tickets()[0]
        assert ticket.label == "B001"
        assert ticket.status is TicketStatus.WAITING
        slip = printer.slips[0]
        assert (slip.label, slip.token, slip.windows) == ("B001", ticket.token, "8–15 号窗口")
        assert slip.materials == ()
        press(kiosk.screen.page, "完成")
        at_home(qtbot, kiosk)


def test_a_common_service_takes_three_touches(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter()) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "抵押登记")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        press(kiosk.screen.page, "完成")
        assert len(kiosk.tickets()) == 1


def test_the_list_is_printed_on_wish(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "把材料清单一起打印出来")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: bool(printer.slips))
        assert len(printer.slips[0].materials) == 7


def test_touching_twice_is_one_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter()) as kiosk:
        to_confirm(qtbot, kiosk)
        for _ in range(3):
            press_confirm(kiosk)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        kiosk.presenter.confirm()
        qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)
        assert kiosk.issuing.calls == 1
        assert len(kiosk.tickets()) == 1


def press_confirm(kiosk: Kiosk) -> None:
    page = kiosk.screen.page
    name = "确认取号" if not kiosk.presenter.visit.issuing else "正在取号"
    press(page, name)


def test_a_request_whose_answer_was_lost_is_the_same_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter()) as kiosk:
        to_confirm(qtbot, kiosk)
        wanted = kiosk.presenter.visit.request_id
        before = kiosk.issuing.issue(TicketRequest(wanted, "BDC01"))
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        shown = kiosk.presenter.visit.issued
        assert shown is not None
        assert shown.ticket.label == before.ticket.label
        assert len(kiosk.tickets()) == 1


def test_another_number_has_a_request_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter()) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        press(kiosk.screen.page, "再取一个号")
        assert kiosk.presenter.page is Page.SERVICES
        press(kiosk.screen.page, "二手房过户")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: len(kiosk.tickets()) == 2)


# The printer


@pytest.mark.parametrize("trouble", list(PrintTrouble))
@pytest.mark.parametrize("result", [PrintResult.NOT_PRINTED, PrintResult.UNKNOWN])
def test_without_paper_the_number_counts(
    qtbot: QtBot, tmp_path: Path, result: PrintResult, trouble: PrintTrouble
) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter((result, trouble))) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["screen"])
        view = kiosk.presenter.done_view()
        assert view is not None
        assert view.label == "B001"
        assert ("打印纸用完了" in view.note) is (trouble is PrintTrouble.PAPER_OUT)
        press(kiosk.screen.page, "我记下了")
        at_home(qtbot, kiosk)
        notice = kiosk.presenter.notices.current
        assert notice is not None
        assert notice.tone is Tone.NEEDS_SOMEONE
        home = kiosk.presenter.home_view()
        assert home is not None
        assert home.take_sub == "无纸取号，号码显示在屏幕上"


def test_a_printer_that_never_answers_is_not_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter(None)) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["screen"])


def test_paper_that_comes_late_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(None)
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        printer.say(1, PrintResult.PRINTED)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        assert kiosk.presenter.notices.current is None


@pytest.mark.parametrize("state", [DeviceState.ABSENT, DeviceState.STALE, DeviceState.FAILED])
def test_a_printer_that_is_away_is_not_asked(
    qtbot: QtBot, tmp_path: Path, state: DeviceState
) -> None:
    printer = FakePrinter(state=state)
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        assert printer.slips == []
        printer.state = DeviceState.READY
        kiosk.presenter.printer_status_changed(DeviceState.READY, None)
        assert kiosk.presenter.notices.current is None


def test_a_kiosk_without_a_printer_says_so_calmly(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["screen"])
        assert kiosk.presenter.notices.current is None


def test_a_number_read_before_its_paper_failed_counts_as_read(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(None)
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        press(kiosk.screen.page, "完成")
        printer.say(1, PrintResult.NOT_PRINTED, PrintTrouble.ABSENT)
        qtbot.waitUntil(lambda: kiosk.deliveries() == ["screen"])
        assert kiosk.presenter.page is Page.HOME


# The database


def test_the_database_goes_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, printer=FakePrinter()) as kiosk:
        to_confirm(qtbot, kiosk)
        kiosk.issuing.away = True
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.issuing.calls > 2)
        notice = kiosk.presenter.notices.current
        assert notice is not None
        assert (notice.tone, notice.counted) == (Tone.RECOVERING, True)
        assert kiosk.presenter.page is Page.CONFIRM
        view = kiosk.presenter.confirm_view()
        assert view is not None
        assert view.button == "正在取号"
        kiosk.issuing.away = False
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        assert len(kiosk.tickets()) == 1
        green = kiosk.presenter.notices.current
        assert green is not None
        assert green.tone is Tone.RECOVERED


def test_a_deleted_database_leaves_home_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        at_home(qtbot, kiosk)
        before = kiosk.presenter.home_view()
        assert before is not None
        kiosk.engine.dispose()
        database = tmp_path / "hall.db"
        away = tmp_path / "away"
        away.mkdir()
        for file in tmp_path.glob("hall.db*"):
            file.rename(away / file.name)
        database.mkdir()
        qtbot.waitUntil(lambda: kiosk.presenter.figures.down)
        view = kiosk.presenter.home_view()
        assert view is not None
        assert view.figures == before.figures
        assert not view.take_works
        notice = kiosk.presenter.notices.current
        assert notice is not None
        database.rmdir()
        for file in away.iterdir():
            file.rename(tmp_path / file.name)
        kiosk.engine.dispose()
        qtbot.waitUntil(lambda: not kiosk.presenter.figures.down)
        last = kiosk.presenter.home_view()
        assert last is not None
        assert last.take_works


def test_a_kiosk_that_gave_up_asks_to_try_again(qtbot: QtBot, tmp_path: Path) -> None:
    times = dataclasses.replace(QUICK, give_up=0.1)
    with running_kiosk(tmp_path, times=times) as kiosk:
        to_confirm(qtbot, kiosk)
        kiosk.issuing.away = True
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.gave_up)
        qtbot.waitUntil(lambda: kiosk.presenter.notices.current is None, timeout=8000)
        view = kiosk.presenter.confirm_view()
        assert view is not None
        assert view.message == "这会儿取不了号"
        kiosk.issuing.away = False
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        assert len(kiosk.tickets()) == 1


def test_who_leaves_while_it_is_tried_gets_no_number_later(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        to_confirm(qtbot, kiosk)
        kiosk.issuing.away = True
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.issuing.calls > 1)
        press(kiosk.screen.page, "首页")
        kiosk.issuing.away = False
        calls = kiosk.issuing.calls
        qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)
        assert kiosk.presenter.page is Page.HOME
        assert kiosk.issuing.calls <= calls + 1
        assert kiosk.tickets() == []


def test_a_rule_that_says_no_is_told_with_what_else_can_be_done(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: TicketRequest) -> IssuedTicket:
        raise Refused("queue_closed", "no")

    with running_kiosk(tmp_path) as kiosk:
        to_confirm(qtbot, kiosk)
        monkeypatch.setattr(kiosk.issuing, "issue", refuse)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.REFUSED)
        view = kiosk.presenter.journeys.refusing.view()
        assert view is not None
        assert (view.title, view.next) == ("现在不取号", "")
        assert "一楼导办台" in view.ask
        press(kiosk.screen.page, "返回")
        assert kiosk.presenter.page is Page.CONFIRM


# Time


class Moved:
    """A clock that a test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def test_a_closed_hall_says_when_it_opens(qtbot: QtBot, tmp_path: Path) -> None:
    clock = Moved(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    hall = kiosk_hall(hours=daily(time(9), time(17)))
    with running_kiosk(tmp_path, hall, clock=clock) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.CLOSED)
        view = kiosk.presenter.closed_view()
        assert view is not None
        assert view.title == "今天下班了"
        assert view.next == "下次办公　11月21日 星期六 9:00"
        press(kiosk.screen.page, "办事指南")
        press(kiosk.screen.page, "二手房过户")
        press(kiosk.screen.page, "现在不办，明天 9:00 开始取号")
        confirm = kiosk.presenter.confirm_view()
        assert confirm is not None
        assert confirm.button == "现在不办，明天 9:00 开始取号"
        press(kiosk.screen.page, confirm.button)
        assert not kiosk.presenter.visit.issuing
        kiosk.presenter.home()
        assert kiosk.presenter.page is Page.CLOSED
        clock.at += timedelta(hours=14)
        at_home(qtbot, kiosk)


def test_the_language_goes_with_the_visit(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "English")
        press(kiosk.screen.page, "Take a number")
        press(kiosk.screen.page, "Property transfer")
        press(kiosk.screen.page, "Get my number")
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert printer.slips[0].service_name == "Property transfer"
        assert kiosk.tickets()[0].language == "en"
        press(kiosk.screen.page, "Finish")
        assert kiosk.presenter.words.language == "zh-CN"


def test_nobody_there_is_asked_and_then_sent_home(qtbot: QtBot, tmp_path: Path) -> None:
    times = KioskTimes(refresh=60.0, idle=1.8, warning=1.0)
    with running_kiosk(tmp_path, times=times) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.switch_language("en")
        kiosk.presenter.take()
        qtbot.waitUntil(lambda: "Continue" in names(kiosk.screen))
        press(kiosk.screen, "Continue")
        assert kiosk.presenter.page is Page.SERVICES
        at_home(qtbot, kiosk)
        assert kiosk.presenter.words.language == "zh-CN"


def test_a_touch_or_a_key_keeps_the_visit(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, times=SLOW) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.take()
        idle = kiosk.presenter.idle
        idle._since -= 30
        assert idle.left <= 30
        QTest.mouseClick(kiosk.screen, Qt.MouseButton.LeftButton)
        assert idle.left == 60
        idle._since -= 30
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Shift)
        assert idle.left == 60


@pytest.mark.parametrize(
    ("answers", "page"),
    [((PrintResult.PRINTED, None), Page.DONE), ((PrintResult.UNKNOWN, None), Page.NO_PAPER)],
)
def test_finished_pages_leave_by_themselves(
    qtbot: QtBot,
    tmp_path: Path,
    answers: tuple[PrintResult, PrintTrouble | None],
    page: Page,
) -> None:
    times = dataclasses.replace(QUICK, done=0.5, no_paper=0.5)
    with running_kiosk(tmp_path, printer=FakePrinter(answers), times=times) as kiosk:
        to_confirm(qtbot, kiosk)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is page)
        at_home(qtbot, kiosk)


def test_home_is_there_before_the_database(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, remembered=kiosk_hall(), late=True) as kiosk:
        assert kiosk.presenter.page is Page.HOME
        assert not kiosk.presenter.known
        view = kiosk.presenter.home_view()
        assert view is not None
        assert [figure.figure for figure in view.figures] == ["–", "–"]
        with qtbot.waitSignal(kiosk.presenter.ready):
            kiosk.presenter.start()
        assert kiosk.presenter.figures.known
        view = kiosk.presenter.home_view()
        assert view is not None
        assert [figure.figure for figure in view.figures] == ["0", "0"]
